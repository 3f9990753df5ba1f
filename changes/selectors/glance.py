"""One session at a glance: what the popover and its page say (LOOK 6, "Popover")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from changes import permissions
from changes.choices import MeetingState, Route, State
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.slot import Slot
from changes.models import RFC, AgendaItem, User, WorkSession
from changes.selectors.schedule import Entry, entries_of, on_calendar
from changes.selectors.slot import free_slots_for, place_of
from changes.selectors.submission import next_meeting
from changes.selectors.waiver import waiving

_AHEAD = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)


@dataclass(frozen=True)
class Next:
    """What happens next with an RFC, in a few words, and when, where that is known."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True)
class Overlap:
    """The other session of a conflict, as far as the reader may see it, and the time that both take."""

    finding: Finding
    other: WorkSession
    shared: Interval


@dataclass(frozen=True)
class Glance:
    entry: Entry
    #: Read `with_content()`.
    rfc: RFC
    findings: Sequence[Finding]
    overlap: Overlap | None
    next: Next
    may_move: bool
    #: The first free time for as long as it takes; asked for only where something blocks and the reader may move it.
    slot: Slot | None
    #: What the reader may waive of it.
    waivable: Sequence[Finding] = ()

    @property
    def more_findings(self) -> int:
        """How many stand behind the two that are shown."""
        return max(0, len(self.findings) - 2)

    @property
    def is_movable(self) -> bool:
        return self.may_move and self.entry.session.actual_start is None


def glance(session: WorkSession, *, viewer: User, at: datetime, time_zone: str) -> Glance:
    """What there is to know of one session; sentences and slots in `time_zone`."""
    entry = entries_of([on_calendar(WorkSession.objects.all()).get(pk=session.pk)], at=at, time_zone=time_zone)[0]
    rfc = RFC.objects.with_content().get(pk=session.rfc_id)
    may_move = permissions.can_reschedule(viewer, rfc)
    # What blocks comes first, and of that the conflicts, for they have a picture and somebody to talk to.
    findings = sorted(entry.findings, key=lambda finding: (not finding.blocks, not finding.code.startswith("conflict.")))
    is_asked = may_move and entry.is_blocked and session.actual_start is None
    return Glance(
        entry=entry,
        rfc=rfc,
        findings=findings,
        overlap=_overlap(findings, session, viewer),
        next=next_of(rfc, at=at),
        may_move=may_move,
        slot=_first_free(rfc, session, at, time_zone) if is_asked else None,
        waivable=waiving(rfc, viewer, findings).mine,
    )


def _overlap(findings: Sequence[Finding], session: WorkSession, viewer: User) -> Overlap | None:
    """The first conflict with another RFC that has a time to draw."""
    for finding in findings:
        if not (finding.code.startswith("conflict.") and finding.other and finding.interval):
            continue
        seen = RFC.objects.visible_to(viewer).numbered(finding.other)
        sessions = WorkSession.objects.filter(rfc__in=seen, planned_end__isnull=False).overlapping(finding.interval)
        other = sessions.select_related("rfc").order_by("planned_start").first()
        shared = other.interval.intersection(session.interval) if other else None
        if other and shared:
            return Overlap(finding, other, shared)
    return None


def _first_free(rfc: RFC, session: WorkSession, at: datetime, time_zone: str) -> Slot | None:
    minutes = session.interval.minutes if session.planned_end else None
    after = max(at, session.planned_start)
    content = rfc.content()
    place = place_of(content, session)
    slots = free_slots_for(content, minutes=minutes, after=after, count=1, at=at, rfc=rfc, place=place, time_zone=time_zone)
    return next(iter(slots), None)


def next_of(rfc: RFC, *, at: datetime) -> Next:
    """What the RFC waits for; read it `with_content()`."""
    words = {
        State.DRAFT: "Submit it",
        State.COMPLETED: "Review and close it",
        State.CLOSED: "Nothing, it is closed",
        State.REJECTED: "Nothing, it was rejected",
        State.CANCELLED: "Nothing, it was cancelled",
        State.IN_PROGRESS: "Its outcome",
    }
    if rfc.state in words:
        return Next(words[State(rfc.state)])
    if rfc.state == State.SUBMITTED:
        return _decision(rfc, at)
    if rfc.is_move_unconfirmed:
        return Next("The change manager confirms the move")
    upcoming = min((s.planned_start for s in rfc.sessions.all() if s.actual_start is None), default=None)
    return Next("Begin", upcoming) if rfc.state == State.SCHEDULED else Next("Onto the schedule, once nothing blocks it")


def _decision(rfc: RFC, at: datetime) -> Next:
    if rfc.route == Route.MANAGER:
        return Next("The change manager decides")
    if rfc.route == Route.EMERGENCY:
        return Next("Anyone on the approver rota decides")
    item = AgendaItem.objects.filter(rfc=rfc, is_late=False, meeting__state__in=_AHEAD).select_related("meeting__board")
    found = item.order_by("meeting__starts_at").first()
    meeting = found.meeting if found else next_meeting(rfc.content(), at=at)
    return Next(str(meeting.board), meeting.starts_at) if meeting else Next("The board decides; no meeting is planned")
