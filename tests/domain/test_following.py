"""What becomes of the meetings already made when a board's week changes, and the days ahead (DESIGN 4.8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from changes.choices import MeetingState
from changes.domain.following import Fate, Made, days_ahead, followings, next_day
from changes.domain.meeting import Rhythm, Sitting, sitting_on

#: A Saturday; the coming meeting is on Thursday the 26th, its cut-off on the Tuesday before at 12:00.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FIRST, SECOND = date(2026, 11, 26), date(2026, 12, 3)
THURSDAYS = Rhythm("Europe/Amsterdam", weekday=3, starts=time(14, 0), minutes=60, cut_off_days=2, cut_off_time=time(12, 0))
TUESDAYS, FRIDAYS = replace(THURSDAYS, weekday=1), replace(THURSDAYS, weekday=4)


def made(key=1, on=FIRST, state=MeetingState.PLANNED, **moved):
    sitting = sitting_on(THURSDAYS, on)
    return Made(key, state, replace(sitting, **moved), on)


def told(*meetings, after, before=THURSDAYS, at=NOW, **other):
    found = followings(meetings, before, after, at=at, **other)
    return [(one.key, one.fate.value, f"{one.sitting.starts_at:%a %d %H:%M}", one.why) for one in found]


def without(*days):
    return replace(THURSDAYS, holidays=frozenset(days))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (THURSDAYS, []),
        (replace(THURSDAYS, starts=time(15, 30)), [(1, "moves", "Thu 26 14:30", "")]),
        (replace(THURSDAYS, time_zone="UTC"), [(1, "moves", "Thu 26 14:00", "")]),
        (TUESDAYS, [(1, "moves", "Tue 24 13:00", "")]),
        (FRIDAYS, [(1, "moves", "Fri 27 13:00", "")]),
        (replace(THURSDAYS, weekday=6), [(1, "moves", "Sun 29 13:00", "")]),
        (without(FIRST), [(1, "falls out", "Thu 26 13:00", "holiday")]),
        (without(SECOND), []),
        (replace(TUESDAYS, holidays=frozenset({date(2026, 11, 24)})), [(1, "falls out", "Thu 26 13:00", "holiday")]),
        (replace(TUESDAYS, holidays=frozenset({FIRST})), [(1, "moves", "Tue 24 13:00", "")]),
        (replace(THURSDAYS, weekday=0, cut_off_days=3), [(1, "stays", "Thu 26 13:00", "its new cut-off has passed already")]),
    ],
)
def test_a_planned_meeting_follows_to_the_new_day_of_its_week(after, expected):
    assert told(made(), after=after) == expected


def test_length_and_cut_off_follow_too():
    (one,) = followings([made()], THURSDAYS, replace(THURSDAYS, minutes=90, cut_off_days=1), at=NOW)
    start = datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert one.sitting == Sitting(start, start + timedelta(minutes=90), datetime(2026, 11, 25, 11, tzinfo=UTC))


@pytest.mark.parametrize("state", [MeetingState.FROZEN, MeetingState.IN_SESSION])
def test_a_frozen_one_stays_and_stands_for_the_new_day(state):
    (one,) = followings([made(state=state)], THURSDAYS, FRIDAYS, at=WEDNESDAY)
    assert (one.fate, one.sitting, one.planned_for, one.why) == (Fate.STAYS, made().sitting, date(2026, 11, 27), "its agenda is frozen")


def test_a_week_that_has_had_its_meeting_has_no_second_one():
    (one,) = followings([made(state=MeetingState.HELD)], THURSDAYS, FRIDAYS, at=datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert (one.fate, one.planned_for, one.why) == (Fate.STAYS, date(2026, 11, 27), "")


def test_one_that_somebody_moved_stays_where_it_was_put():
    moved = made(starts_at=datetime(2026, 11, 25, 9, tzinfo=UTC), ends_at=datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert told(moved, after=TUESDAYS) == [(1, "stays", "Wed 25 09:00", "somebody has moved it")]
    # Moved out of the way of a holiday, it takes place; moved onto one, it falls out.
    assert told(moved, after=without(FIRST)) == [(1, "stays", "Wed 25 09:00", "somebody has moved it")]
    assert told(moved, after=without(date(2026, 11, 25))) == [(1, "falls out", "Wed 25 09:00", "holiday")]


def test_one_that_people_cancelled_stays_cancelled_and_one_of_a_holiday_comes_back():
    cancelled = made(state=MeetingState.CANCELLED)
    assert told(cancelled, after=FRIDAYS) == [(1, "stays", "Thu 26 13:00", "")]
    assert told(cancelled, before=without(FIRST), after=THURSDAYS) == [(1, "returns", "Thu 26 13:00", "")]
    assert told(cancelled, before=without(FIRST), after=FRIDAYS) == [(1, "returns", "Fri 27 13:00", "")]
    assert told(cancelled, before=without(FIRST), after=without(FIRST, SECOND)) == []


def test_where_the_board_has_another_meeting_at_that_time_it_stays():
    busy = [datetime(2026, 11, 24, 13, tzinfo=UTC)]
    assert told(made(), after=TUESDAYS, taken=busy) == [(1, "stays", "Thu 26 13:00", "the board has a meeting at that time already")]


def test_two_of_one_week_do_not_stand_for_the_same_day():
    extra = Made(2, MeetingState.PLANNED, sitting_on(FRIDAYS, date(2026, 11, 27)), date(2026, 11, 27))
    found = followings([made(), extra], THURSDAYS, TUESDAYS, at=NOW)
    assert [(one.key, one.planned_for) for one in found] == [(1, date(2026, 11, 24)), (2, None)]


def test_what_was_deferred_to_a_holiday_goes_to_the_next_day_that_is_none():
    rhythm = without(date(2026, 12, 24), date(2026, 12, 31))
    assert next_day(rhythm, date(2026, 12, 24)) == date(2027, 1, 7)
    assert next_day(rhythm, FIRST) == SECOND


def test_the_next_four_are_counted_without_the_holidays_among_them():
    rhythm = without(date(2026, 12, 24), date(2026, 12, 31))
    ahead = days_ahead(rhythm, at=datetime(2026, 12, 10, 14, tzinfo=UTC))
    assert [(f"{day.on:%m-%d}", day.falls_out) for day in ahead] == [
        ("12-17", False),
        ("12-24", True),
        ("12-31", True),
        ("01-07", False),
        ("01-14", False),
        ("01-21", False),
    ]


def test_the_week_in_which_the_clocks_change_is_told():
    october = days_ahead(THURSDAYS, at=datetime(2026, 10, 20, tzinfo=UTC), count=2)
    march = days_ahead(THURSDAYS, at=datetime(2026, 3, 24, tzinfo=UTC), count=2)
    assert [(f"{day.on:%m-%d}", day.gained) for day in (*october, *march)] == [("10-22", 0), ("10-29", -60), ("03-26", 0), ("04-02", 60)]


def test_a_board_that_only_has_holidays_is_not_looked_at_for_ever():
    every = frozenset(FIRST + timedelta(weeks=week) for week in range(100))
    ahead = days_ahead(replace(THURSDAYS, holidays=every), at=NOW)
    assert (len(ahead), all(day.falls_out for day in ahead)) == (59, True)
