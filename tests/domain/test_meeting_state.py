"""When a freeze is late (DESIGN 4.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import MeetingState
from changes.domain.meeting_state import freezes_late_since

CUT_OFF = datetime(2026, 11, 24, 11, tzinfo=UTC)
ENDS = datetime(2026, 11, 26, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "minutes", "is_frozen", "late"),
    [
        (MeetingState.PLANNED, -1, False, False),
        (MeetingState.PLANNED, 0, False, False),
        (MeetingState.PLANNED, 2, False, False),  # beat comes each minute
        (MeetingState.PLANNED, 3, False, True),
        (MeetingState.PLANNED, 600, False, True),
        (MeetingState.PLANNED, 600, True, False),
        (MeetingState.FROZEN, 600, True, False),
        (MeetingState.CANCELLED, 600, False, False),
        (MeetingState.HELD, 600, False, False),
        (MeetingState.PLANNED, 60 * 51, False, False),  # the meeting is over
    ],
)
def test_a_freeze_is_late_once_beat_has_missed_it(state, minutes, is_frozen, late):
    since = freezes_late_since(state, CUT_OFF, ENDS, is_frozen=is_frozen, at=CUT_OFF + timedelta(minutes=minutes))
    assert since == (CUT_OFF if late else None)
