"""Sessions as a screen moves them."""

from dataclasses import replace
from datetime import datetime, timedelta

from changes.domain.content import Content, Session
from changes.models import RFC, WorkSession


def moved_content(content: Content, session_id: int, start: datetime, end: datetime | None) -> Content:
    """The content with one session at `[start, end)`; the outage inside it keeps its distance from the start."""
    sessions = [_moved(session, start, end) if session.id == session_id else session for session in content.sessions]
    return replace(content, sessions=tuple(sorted(sessions, key=lambda session: session.start)))


def _moved(session: Session, start: datetime, end: datetime | None) -> Session:
    shift: timedelta = start - session.start
    return replace(
        session,
        start=start,
        end=end,
        outage_start=session.outage_start + shift if session.outage_start else None,
        outage_end=session.outage_end + shift if session.outage_end else None,
    )


#: The events that say which way the work of a night goes.
COURSE = ("rollback_begun", "rollout_resumed")


def turned_back_at(rfc: RFC, session: WorkSession) -> datetime | None:
    """When the rollback of this session began; None where it has not, or where somebody resumed the rollout since."""
    if session.actual_start is None:
        return None
    course = rfc.events.filter(action__in=COURSE, at__gte=session.actual_start).order_by("at", "pk").last()
    return course.at if course and course.action == "rollback_begun" else None
