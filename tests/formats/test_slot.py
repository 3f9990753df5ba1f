"""Why nights were passed over, in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.domain.interval import Interval
from changes.domain.slot import PassedOver, Slot
from changes.formats.slot import why

NIGHT = datetime(2026, 12, 5, 21, 0, tzinfo=UTC)


def night(week):
    start = NIGHT + timedelta(weeks=week)
    return Interval(start, start + timedelta(hours=6))


def passed(*weeks, reason="frozen: year-end"):
    return tuple(PassedOver(night(week), reason, "freeze.active") for week in weeks)


@pytest.mark.parametrize(
    ("given", "is_first", "expected"),
    [
        ((), True, "First free night."),
        ((), False, "Next in the rhythm."),
        (passed(0), True, "First free night. Sat 5 Dec was passed over: frozen: year-end."),
        (passed(0, 1), False, "Sat 5 Dec and Sat 12 Dec were passed over: frozen: year-end."),
        (passed(0, 1, 2), False, "Sat 5 Dec, Sat 12 Dec and Sat 19 Dec were passed over: frozen: year-end."),
        (passed(0, 1, 2, 3), False, "Sat 5 Dec to Sat 26 Dec, 4 in all, were passed over: frozen: year-end."),
        (
            (*passed(0), *passed(1, reason="too short")),
            False,
            "Sat 5 Dec was passed over: frozen: year-end. Sat 12 Dec was passed over: too short.",
        ),
    ],
)
def test_one_sentence_for_each_reason(given, is_first, expected):
    slot = Slot(night(9), night(9), given)
    assert why(slot, is_first=is_first, zone=ZoneInfo("Europe/Amsterdam"), today=date(2026, 11, 21)) == expected
