"""Every relation that two half-open intervals can have (DESIGN 4.4)."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.domain.interval import FOREVER, Interval, covered_minutes, overlap_minutes, span, united
from tests.domain.given import at, between

#: Allen's thirteen relations of [60, 120) to another, with the minutes they share and whether it contains the other.
RELATIONS = [
    ("before", (0, 30), 0, False),
    ("meets", (0, 60), 0, False),
    ("overlaps", (30, 90), 30, False),
    ("starts, longer", (60, 180), 60, False),
    ("during, longer", (30, 180), 60, False),
    ("finishes, longer", (30, 120), 60, False),
    ("equals", (60, 120), 60, True),
    ("starts, shorter", (60, 90), 30, True),
    ("during, shorter", (75, 90), 15, True),
    ("finishes, shorter", (90, 120), 30, True),
    ("overlapped", (90, 180), 30, False),
    ("met", (120, 180), 0, False),
    ("after", (150, 180), 0, False),
]


@pytest.mark.parametrize(("name", "other", "minutes", "contains"), RELATIONS, ids=[row[0] for row in RELATIONS])
def test_relations(name, other, minutes, contains):
    one, two = between(60, 120), between(*other)
    assert one.overlaps(two) is two.overlaps(one) is (minutes > 0)
    assert overlap_minutes(one, two) == overlap_minutes(two, one) == minutes
    assert one.contains(two) is contains
    assert (one.intersection(two) is None) is (minutes == 0)


def test_start_is_inside_and_end_is_not():
    assert between(0, 60).holds(at(0))
    assert not between(0, 60).holds(at(60))


def test_an_empty_interval_overlaps_nothing():
    assert not between(30, 30).overlaps(between(0, 60))
    assert united([between(30, 30)]) == []


def test_an_interval_needs_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        Interval(datetime(2026, 11, 21), datetime(2026, 11, 22))


def test_an_open_interval_reaches_everything_after_it():
    one = Interval(at(0))
    assert one.is_open
    assert one.end == FOREVER
    assert one.overlaps(between(500_000, 500_001))
    assert not one.overlaps(between(-60, 0))


def test_the_same_instants_in_two_zones_are_one_interval():
    there = Interval(at(0).astimezone(timezone(timedelta(hours=-8))), at(60).astimezone(timezone(timedelta(hours=9))))
    assert there == between(0, 60)


def test_minutes_are_whole_and_never_rounded_up():
    assert Interval(at(0), at(1) - timedelta(seconds=1)).minutes == 0


@pytest.mark.parametrize(
    ("given_ones", "expected"),
    [
        ([], []),
        ([(0, 60), (60, 120)], [(0, 120)]),
        ([(0, 60), (61, 120)], [(0, 60), (61, 120)]),
        ([(30, 90), (0, 60), (10, 20)], [(0, 90)]),
        ([(0, 60), (0, 60)], [(0, 60)]),
    ],
)
def test_united(given_ones, expected):
    assert united(between(*one) for one in given_ones) == [between(*one) for one in expected]


def test_span_is_from_the_first_start_to_the_last_end():
    assert span([between(60, 70), between(0, 30)]) == between(0, 70)
    assert span([]) is None


def test_minutes_covered_twice_count_once():
    assert covered_minutes(between(0, 60), [between(0, 30), between(10, 40), between(55, 90)]) == 45


pairs = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: between(min(pair), max(pair)))


@given(st.lists(pairs, max_size=8), st.integers(0, 200))
def test_uniting_changes_no_instant(intervals, minute):
    together = united(intervals)
    assert any(one.holds(at(minute)) for one in together) == any(one.holds(at(minute)) for one in intervals)
    assert all(one.end < two.start for one, two in pairwise(together))
