from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.domain.interval import Interval
from changes.domain.schedule import Rank, cell, moved_to_night, night, night_of, nights_covered, period_of, runs, share, weeks_from

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHICAGO = ZoneInfo("America/Chicago")


def local(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def lasting(start: str, hours: float, zone: ZoneInfo = AMSTERDAM) -> Interval:
    begin = local(start, zone)
    return Interval(begin, begin + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("start", "hours", "on"),
    [
        ("2026-11-21T22:00", 6, 21),
        ("2026-11-22T00:00", 1, 21),
        ("2026-11-22T05:59", 1, 21),
        ("2026-11-22T06:00", 1, 22),
        ("2026-11-22T00:30", 11.5, 21),  # until noon exactly: still the night's work
        ("2026-11-22T00:30", 12, 22),  # beyond noon: that day's work, begun early
        ("2026-11-22T00:00", 24, 22),
        ("2026-11-22T03:00", 0, 21),  # an end that nobody wrote down
        ("2026-11-22T12:00", 1, 22),
    ],
)
def test_a_night_belongs_to_the_evening_it_starts(start, hours, on):
    assert night_of(lasting(start, hours), AMSTERDAM) == date(2026, 11, on)


def test_the_night_is_the_readers():
    session = lasting("2026-11-22T02:00", 2)
    assert night_of(session, AMSTERDAM) == date(2026, 11, 21)
    assert night_of(session, CHICAGO) == date(2026, 11, 21)  # 19:00 there
    assert night_of(lasting("2026-11-22T08:00", 2), CHICAGO) == date(2026, 11, 21)  # 01:00 there


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 11, 21), 24)])
def test_a_night_is_as_long_as_the_clock_makes_it(on, hours):
    found = night(on, AMSTERDAM)
    assert found.end - found.start == timedelta(hours=hours)


def test_a_period_runs_from_morning_to_morning():
    found = period_of(date(2026, 11, 16), date(2026, 12, 20), AMSTERDAM)
    assert (found.start, found.end) == (local("2026-11-16T06:00"), local("2026-12-21T06:00"))


@pytest.mark.parametrize(
    ("start", "hours", "days"),
    [
        ("2026-11-18T22:00", 6, [18]),
        ("2026-11-18T22:00", 24, [18]),  # no longer than a day: one night
        ("2026-11-18T22:00", 25, [18, 19]),
        ("2026-11-18T22:00", 60, [18, 19, 20, 21]),
        ("2026-11-18T08:00", 46, [18, 19]),  # ends as the third night would begin
        ("2026-11-15T22:00", 9, [16]),  # begun before what is shown, seen where it still lasts
        ("2026-11-10T22:00", 2000, [16, 17, 18, 19, 20, 21, 22]),
        ("2026-11-23T00:00", 18, [22]),  # the day after the last night, begun within it
    ],
)
def test_what_is_longer_than_a_day_stands_on_each_night_and_nothing_is_lost_at_the_edges(start, hours, days):
    found = nights_covered(lasting(start, hours), date(2026, 11, 16), date(2026, 11, 22), AMSTERDAM)
    assert found == [date(2026, 11, day) for day in days]


def test_weeks_begin_on_monday():
    weeks = weeks_from(date(2026, 11, 21), 5)
    assert [week[0] for week in weeks] == [date(2026, 11, 16) + timedelta(weeks=n) for n in range(5)]
    assert [len(week) for week in weeks] == [7] * 5
    assert weeks[-1][-1] == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("start", "hours", "on", "then", "skipped"),
    [
        ("2026-11-24T21:00", 4, date(2026, 11, 26), "2026-11-26T21:00", False),
        ("2026-11-25T00:30", 2, date(2026, 11, 26), "2026-11-27T00:30", False),  # a night's work stays in the night
        ("2026-10-22T22:00", 4, date(2026, 10, 24), "2026-10-24T22:00", False),  # four hours, though the clock goes back
        ("2026-03-21T02:30", 1, date(2026, 3, 28), "2026-03-29T03:30", True),  # 02:30 does not exist that night
    ],
)
def test_a_move_keeps_clock_and_length(start, hours, on, then, skipped):
    found, gap = moved_to_night(lasting(start, hours), on, AMSTERDAM)
    assert (found.start, found.end - found.start, gap) == (local(then), timedelta(hours=hours), skipped)


def rank(hour: int, **kind: bool) -> Rank:
    return Rank(start=datetime(2026, 11, 21, hour, tzinfo=UTC), **kind)


def drawn(*ranks: Rank, room: int | None):
    return cell([(one, one.start.hour) for one in ranks], room=room)


def test_a_cell_is_in_order_of_start():
    assert drawn(rank(22), rank(20), rank(21), room=5).drawn == (20, 21, 22)


def test_automatic_ones_fold_unless_they_press():
    found = drawn(rank(20, is_automatic=True), rank(21), rank(22, is_automatic=True), rank(23, is_automatic=True, is_pressing=True), room=5)
    assert (found.drawn, found.folded, found.more) == ((21, 23), (20, 22), 0)


def test_what_has_no_room_is_counted_and_what_matters_stays():
    given = [rank(10, is_over=True), rank(11), rank(12), rank(13), rank(14, is_major=True), rank(15), rank(16, is_pressing=True)]
    found = drawn(*given, room=4)
    assert (found.drawn, found.more) == ((11, 12, 14, 16), 3)


def test_what_runs_stays_before_all():
    conflicts = [rank(hour, is_pressing=True, is_major=True) for hour in range(10, 18)]
    assert 9 in drawn(*conflicts, rank(9, is_running=True, is_pressing=True), room=3).drawn


def test_the_fold_takes_the_room_of_one():
    found = drawn(*(rank(hour) for hour in range(8)), rank(9, is_automatic=True), room=5)
    assert (found.drawn, found.folded, found.more) == ((0, 1, 2, 3), (9,), 4)


def test_never_one_more():
    assert drawn(*(rank(hour) for hour in range(6)), room=5).more == 0
    assert drawn(*(rank(hour) for hour in range(7)), room=5).more == 2


def test_without_a_limit_everything_is_drawn_unfolded():
    found = drawn(rank(2), rank(1, is_automatic=True), room=None)
    assert (found.drawn, found.folded, found.more) == ((1, 2), (), 0)


def test_what_lies_over_a_week_takes_as_few_lanes_as_it_can():
    week = weeks_from(date(2026, 11, 23), 1)[0]
    found = runs(week, {"a": week[0:3], "b": week[2:4], "c": week[3:7], "outside": [date(2026, 12, 1)]})
    assert [(run.item, run.place, run.length, run.lane) for run in found] == [("a", 0, 3, 0), ("b", 2, 2, 1), ("c", 3, 4, 0)]


@pytest.mark.parametrize(("part", "whole", "percent"), [(0, 60, 0), (15, 60, 25), (60, 60, 100), (90, 60, 100), (-5, 60, 0), (5, 0, 100)])
def test_a_share_stays_within_its_whole(part, whole, percent):
    assert share(timedelta(minutes=part), timedelta(minutes=whole)) == percent
