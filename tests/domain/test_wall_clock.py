"""A clock on the wall read as an instant: both daylight-saving nights (DESIGN 4.4)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from changes.domain.wall_clock import comes_twice, instant_of, is_in_gap, wall_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("wall", "instant", "gap", "twice"),
    [
        (datetime(2026, 12, 5, 22, 0), datetime(2026, 12, 5, 21, 0, tzinfo=UTC), False, False),
        (datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC), False, False),
        (datetime(2027, 3, 28, 2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC), True, False),
        (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC), True, False),
        (datetime(2027, 3, 28, 3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC), False, False),
        (datetime(2026, 10, 25, 2, 0), datetime(2026, 10, 25, 0, 0, tzinfo=UTC), False, True),
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC), False, True),
        (datetime(2026, 10, 25, 3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False, False),
    ],
)
def test_the_instant_of_a_wall_clock_time(wall, instant, gap, twice):
    assert (instant_of(wall, AMSTERDAM), is_in_gap(wall, AMSTERDAM), comes_twice(wall, AMSTERDAM)) == (instant, gap, twice)


def test_the_second_of_two_is_an_hour_later_and_found_again():
    wall = datetime(2026, 10, 25, 2, 30)
    second = instant_of(wall, AMSTERDAM, second=True)
    assert second == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert wall_of(second, AMSTERDAM) == (wall, True)
    assert wall_of(instant_of(wall, AMSTERDAM), AMSTERDAM) == (wall, False)


def test_second_means_nothing_where_a_time_comes_once():
    gap = datetime(2027, 3, 28, 2, 30)
    assert instant_of(gap, AMSTERDAM, second=True) == instant_of(gap, AMSTERDAM)
