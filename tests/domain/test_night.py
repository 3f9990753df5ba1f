"""The nights that a rule names next, and their true length (DESIGN 4.4)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.domain.interval import Interval
from changes.domain.night import needless_exceptions, next_nights
from changes.domain.recurrence import Recurrence, RecurrenceError, check, first_match, occurrences

LA = "America/Los_Angeles"


def rule(rrule: str, first: str, *exdates: str, hours: int = 6, zone: str = LA) -> Recurrence:
    start = datetime.fromisoformat(first)
    return Recurrence(rrule, start, start + timedelta(hours=hours), zone, tuple(datetime.fromisoformat(text) for text in exdates))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FORTNIGHT = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"


def test_ten_nights_with_the_two_in_which_the_clocks_change():
    nights = next_nights(rule("FREQ=WEEKLY", "2026-01-03 22:00"), at=at("2026-03-01 00:00"))
    assert [f"{night.wall:%m-%d}" for night in nights] == [
        "02-28", "03-07", "03-14", "03-21", "03-28", "04-04", "04-11", "04-18", "04-25", "05-02",
    ]  # fmt: skip
    assert [night.gained for night in nights] == [0, -60, *[0] * 8]
    autumn = next_nights(rule("FREQ=WEEKLY", "2026-01-03 22:00"), at=at("2026-10-31 12:00"), count=1)
    assert [(night.interval.minutes, night.usual, night.gained) for night in autumn] == [(420, 360, 60)]


def test_a_night_left_out_stands_among_them_and_is_not_counted():
    nights = next_nights(rule(FORTNIGHT, "2026-11-28 22:00", "2026-12-12 22:00", "2027-04-17 22:00"), at=at("2026-11-21 09:00"), count=3)
    assert [(f"{night.wall:%m-%d}", night.left_out) for night in nights] == [
        ("11-28", False), ("12-12", True), ("12-26", False), ("01-09", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rrule", "first", "found"),
    [
        ("", "2027-06-05 22:00", 1),
        ("", "2026-06-06 22:00", 0),
        ("FREQ=WEEKLY;COUNT=3", "2026-11-14 22:00", 2),
        ("FREQ=WEEKLY;UNTIL=20261130", "2026-11-14 22:00", 2),
        ("FREQ=YEARLY", "2020-02-29 22:00", 10),
        ("FREQ=DAILY", "2029-01-01 22:00", 10),
    ],
)
def test_as_many_as_there_are_however_far(rrule, first, found):
    assert len(next_nights(rule(rrule, first), at=at("2026-11-21 12:00"))) == found


def test_the_nights_that_happen_are_the_occurrences():
    window = rule(FORTNIGHT, "2026-01-10 22:00", "2026-10-17 22:00")
    nights = next_nights(window, at=at("2026-09-01 00:00"), count=8)
    shown = [night.interval for night in nights if not night.left_out]
    assert shown == occurrences(window, Interval(at("2026-09-01 00:00"), shown[-1].end))


def test_an_exception_that_names_no_night_leaves_nothing_out():
    window = rule(FORTNIGHT, "2026-11-28 22:00", "2026-12-12 22:00", "2026-12-19 22:00", "2026-12-26 21:00", "2026-11-14 22:00")
    assert [f"{wall:%m-%d %H}" for wall in needless_exceptions(window)] == ["12-19 22", "12-26 21", "11-14 22"]


@pytest.mark.parametrize(
    ("rrule", "typed", "match"),
    [
        ("", "2026-11-22 22:00", "2026-11-22 22:00"),
        (FORTNIGHT, "2026-11-22 22:00", "2026-11-28 22:00"),  # the coming Saturday, from which the fortnight is counted
        ("FREQ=WEEKLY;BYDAY=TU,TH", "2026-11-25 18:00", "2026-11-26 18:00"),
        ("FREQ=MONTHLY;BYDAY=2TU", "2026-11-21 22:00", "2026-12-08 22:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "2026-11-28 22:00", "2026-12-25 22:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-11-01 22:00", "2026-12-31 22:00"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-11-21 22:00", "2028-02-29 22:00"),
        ("FREQ=WEEKLY;BYDAY=SA;COUNT=1", "2026-11-22 22:00", "2026-11-28 22:00"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20261127", "2026-11-22 22:00", None),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-11-22 22:00", None),
    ],
)
def test_the_first_date_that_matches_the_rule(rrule, typed, match):
    found = first_match(rule(rrule, typed))
    assert found == (datetime.fromisoformat(match) if match else None)
    if found:
        check(rule(rrule, f"{found}"))


def test_what_cannot_be_has_no_first_match():
    for broken in (rule("FREQ=WEEKLY", "2026-11-22 22:00", zone="Mars/Olympus"), rule("FREQ=HOURLY", "2026-11-22 22:00")):
        with pytest.raises(RecurrenceError):
            first_match(broken)
