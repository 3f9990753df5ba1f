"""Sessions as a screen moves them."""

from dataclasses import replace
from datetime import datetime

from changes.domain.content import Content
from changes.models import RFC, WorkSession


def moved_content(content: Content, session_id: int, start: datetime, end: datetime | None) -> Content:
    """The content with one session at `[start, end)`; the outage inside it keeps its distance from the start."""
    moved = (replace(one.moved_to(start), end=end) if one.id == session_id else one for one in content.sessions)
    return replace(content, sessions=tuple(sorted(moved, key=lambda session: session.start)))


#: The events that say which way the work of a night goes.
COURSE = ("rollback_begun", "rollout_resumed")


def turned_back_at(rfc: RFC, session: WorkSession) -> datetime | None:
    """When the rollback of this session began; None where it has not, or where somebody resumed the rollout since."""
    if session.actual_start is None:
        return None
    course = rfc.events.filter(action__in=COURSE, at__gte=session.actual_start).order_by("at", "pk").last()
    return course.at if course and course.action == "rollback_begun" else None
