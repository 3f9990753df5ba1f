"""The order and the clocks of a running meeting (DESIGN 4.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.domain.consent import minutes_for
from changes.domain.sitting import Clock, Line, is_early, next_but_one, next_stop, previous_stop, stops, undecided

TWO = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)  # 14:00 in Amsterdam


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def clock(opened=TWO, **other) -> Clock:
    return Clock(TWO, TWO + minutes(60), opened, **other)


LINES = [
    Line(1, 4, spent=200),
    Line(2, 8, asks=True, is_decided=True, spent=500),
    Line(3, 8, asks=True),
    Line(4, 5, asks=True),
    Line(5, 3, asks=True),
    Line(6, 2),
]


def test_each_item_is_a_stop_and_the_consent_list_is_one_at_the_end():
    order = stops(LINES, {4, 5})
    assert [(stop.key, stop.minutes, stop.is_consent) for stop in order] == [
        (1, 4, False),
        (2, 8, False),
        (3, 8, False),
        (6, 2, False),
        (4, minutes_for(2), True),
    ]
    assert order[-1].keys == {4, 5}


@pytest.mark.parametrize(
    ("here", "back", "on", "called"),
    [
        (None, None, 1, 4),  # nothing is looked at yet: 1 and 2 are settled, so 3 comes next and 4 after it
        (1, None, 2, 4),
        (2, 1, 3, 4),
        (3, 2, 4, 5),
        (5, 4, 6, None),
        (6, 5, None, None),
    ],
)
def test_what_comes_next_and_who_is_called(here, back, on, called):
    order = stops(LINES)
    told = [previous_stop(order, here), next_stop(order, here), next_but_one(order, here)]
    assert [stop.key if stop else None for stop in told] == [back, on, called]


def test_any_item_of_the_consent_list_stands_for_it():
    order = stops(LINES, {2, 4})
    assert next_stop(order, 4) is None
    assert previous_stop(order, 4).key == 6


@pytest.mark.parametrize(
    ("line", "settled"),
    [
        (Line(1, 5, asks=True), False),
        (Line(1, 5, asks=True, spent=300), False),
        (Line(1, 5, asks=True, is_decided=True), True),
        (Line(1, 5), False),
        (Line(1, 5, spent=1), True),
    ],
)
def test_a_decision_settles_what_asks_for_one_and_talking_about_it_what_does_not(line, settled):
    assert line.is_settled is settled


def test_what_is_undecided_at_the_end():
    assert undecided(stops(LINES, {4, 5})) == [3, 4, 5]


@pytest.mark.parametrize(
    ("clock", "at", "over"),
    [
        (clock(), TWO, 60),
        (clock(opened=TWO - minutes(10)), TWO, 60),  # opened in good time: it ends as planned
        (clock(opened=TWO + minutes(7)), TWO + minutes(7), 60),  # late: it still ends as planned
        (clock(paused_seconds=240), TWO + minutes(30), 64),
        (clock(paused_at=TWO + minutes(20), paused_seconds=60), TWO + minutes(25), 66),
        (clock(opened=TWO - minutes(1500)), TWO - minutes(1500), -1440),  # another day: its length from the opening
        (clock(opened=TWO + minutes(90)), TWO + minutes(95), 150),
    ],
)
def test_when_the_meeting_is_over(clock, at, over):
    assert clock.over_at(at) == TWO + minutes(over)


@pytest.mark.parametrize(
    ("since", "banked", "at", "left"),
    [
        (0, 0, 0, 480),
        (0, 0, 3.8, 252),
        (0, 60, 3.8, 192),
        (0, 0, 9, -60),
        (None, 100, 30, 380),  # it pauses: what it has had is kept
    ],
)
def test_what_an_item_of_eight_minutes_has_left(since, banked, at, left):
    running = clock(item_since=None if since is None else TWO + minutes(since))
    assert running.left(8, banked, TWO + minutes(at)) == left


@pytest.mark.parametrize(
    ("at", "since", "paused", "behind"),
    [
        (12, 12, 0, 0),  # 4 + 8 minutes were for the two that are done
        (15, 12, 0, 0),  # three of the eight for the third
        (22, 12, 0, 2),  # it has had ten
        (14, 14, 0, 2),
        (14, 14, 120, 0),  # a pause is nobody's delay
        (9, 9, 0, -3),
    ],
)
def test_how_far_it_is_behind(at, since, paused, behind):
    running = clock(item_since=TWO + minutes(since), paused_seconds=paused)
    assert running.behind(stops(LINES), 3, TWO + minutes(at)) == behind


@pytest.mark.parametrize(("before", "early"), [(16, True), (15, False), (0, False), (-5, False)])
def test_a_quarter_of_an_hour_before_its_start_it_is_not_early(before, early):
    assert is_early(TWO, TWO - minutes(before)) is early
