"""How a meeting goes on, and when its times may still change (DESIGN 4.8)."""

from collections.abc import Mapping
from datetime import datetime

from changes.choices import MeetingState
from changes.domain.meeting import Sitting

#: What people can make of a meeting; freezing is the cut-off's alone.
MEETING_MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.CANCELLED}),
    MeetingState.FROZEN: frozenset({MeetingState.IN_SESSION, MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.IN_SESSION: frozenset({MeetingState.HELD}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


def wrong_times(sitting: Sitting, *, at: datetime) -> tuple[str, str] | None:
    """The field and the sentence of what makes these times impossible, or None."""
    if sitting.ends_at <= sitting.starts_at:
        return "ends_at", "The meeting ends at or before its start."
    if sitting.cut_off_at > sitting.starts_at:
        return "cut_off_at", "The cut-off lies after the start of the meeting."
    if sitting.starts_at <= at:
        return "starts_at", "A meeting is planned for a time ahead."
    return None
