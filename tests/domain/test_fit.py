"""What could wait where an agenda does not fit (DESIGN 4.8)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import Severity
from changes.domain.fit import Waiting, what_could_wait

NEXT = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
MINOR = Waiting(1, 5, Severity.MINOR, NEXT + timedelta(days=9))


def proposed(*items, over=5):
    return [one.key for one in what_could_wait(items, over, NEXT, ZONE).proposals]


@pytest.mark.parametrize(
    ("other", "can"),
    [
        ({}, True),
        ({"planned_start": None}, True),
        ({"planned_start": NEXT - timedelta(hours=1)}, False),
        ({"planned_start": NEXT + timedelta(hours=23)}, False),  # a night to prepare at the least
        ({"planned_start": NEXT + timedelta(hours=24)}, True),
        ({"needed_by": NEXT + timedelta(hours=23)}, False),
        ({"needed_by": NEXT + timedelta(hours=24)}, True),
        ({"severity": Severity.MAJOR}, True),
    ],
)
def test_what_is_not_needed_before_the_next_decision_can_wait(other, can):
    assert proposed(replace(MINOR, **other)) == ([1] if can else [])


def test_the_lightest_first_and_of_these_the_longest_lead_and_what_waited_before_last():
    major = replace(MINOR, key=2, severity=Severity.MAJOR)
    later = replace(MINOR, key=3, planned_start=NEXT + timedelta(days=20))
    dateless = replace(MINOR, key=4, planned_start=None)
    again = replace(later, key=5, was_put_off=True)
    assert proposed(major, again, MINOR, later, dateless, over=100) == [4, 3, 1, 2, 5]


@pytest.mark.parametrize(("over", "keys", "left", "minutes"), [(0, [], 0, 0), (1, [1], 0, 5), (6, [1, 2], 0, 10), (12, [1, 2], 2, 10)])
def test_no_more_than_it_takes_and_what_remains_is_said(over, keys, left, minutes):
    fit = what_could_wait([MINOR, replace(MINOR, key=2)], over, NEXT, ZONE)
    assert ([one.key for one in fit.proposals], fit.left_over, fit.minutes) == (keys, left, minutes)


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (MINOR, "Minor; it begins Sat 12 Dec 15:00, 9 days after the meeting of Thu 3 Dec."),
        (replace(MINOR, planned_start=None, was_put_off=True), "Minor; it has no date yet; it was put off before."),
        (replace(MINOR, planned_start=NEXT + timedelta(days=1)), "Minor; it begins Fri 4 Dec 15:00, 1 day after the meeting of Thu 3 Dec."),
    ],
)
def test_each_says_why_it_could_wait(item, sentence):
    assert what_could_wait([item], 1, NEXT, ZONE).proposals[0].reason == sentence


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(Severity), st.integers(-9, 30)), max_size=12), st.integers(0, 90))
def test_it_fits_or_everything_that_can_wait_is_named(rows, over):
    items = [Waiting(key, minutes, severity, NEXT + timedelta(days=days)) for key, (minutes, severity, days) in enumerate(rows)]
    fit = what_could_wait(items, over, NEXT, ZONE)
    able = [one for one in items if one.planned_start >= NEXT + timedelta(days=1)]
    assert fit.left_over == 0 or len(fit.proposals) == len(able)
    assert sum(one.minutes for one in fit.proposals[:-1]) < over or not fit.proposals
