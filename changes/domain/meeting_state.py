"""How a meeting goes on, and when its times may still change (DESIGN 4.8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from changes.choices import MeetingState
from changes.domain.meeting import Sitting

#: Beat brings agendas up to date each minute; so soon after the cut-off nothing is late.
FREEZES_WITHIN = timedelta(minutes=3)
#: What people can make of a meeting; freezing is the cut-off's alone.
MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.CANCELLED}),
    MeetingState.FROZEN: frozenset({MeetingState.IN_SESSION, MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.HELD}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


def freezes_late_since(state: MeetingState, cut_off_at: datetime, ends_at: datetime, *, is_frozen: bool, at: datetime) -> datetime | None:
    """Since when an agenda should have been frozen and is not: its cut-off. None while all is well, or nothing freezes any more."""
    waits = state == MeetingState.PLANNED and not is_frozen and at < ends_at
    return cut_off_at if waits and at >= cut_off_at + FREEZES_WITHIN else None


def wrong_times(sitting: Sitting, *, at: datetime) -> tuple[str, str] | None:
    """The field and the sentence of what makes these times impossible, or None."""
    if sitting.ends_at <= sitting.starts_at:
        return "ends_at", "The meeting ends at or before its start."
    if sitting.cut_off_at > sitting.starts_at:
        return "cut_off_at", "The cut-off lies after the start of the meeting."
    if sitting.starts_at <= at:
        return "starts_at", "A meeting is planned for a time ahead."
    return None
