"""Instants, intervals and durations in words (LOOK 7)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from changes.domain.wording import place_of
from changes.formats import times

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 21)


def at(*numbers):
    return datetime(*numbers, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (at(2026, 11, 24, 20), at(2026, 11, 24, 22, 30), "Tue 24 Nov 21:00–23:30"),
        (at(2026, 11, 21, 21), at(2026, 11, 22, 3), "Sat 21 Nov 22:00 – Sun 22 Nov 04:00"),
        (at(2026, 11, 21, 21), at(2026, 11, 21, 23), "Sat 21 Nov 22:00 – Sun 22 Nov 00:00"),
        (at(2026, 12, 31, 21), at(2027, 1, 1, 3), "Thu 31 Dec 22:00 – Fri 1 Jan 2027 04:00"),
        (at(2025, 3, 30, 0, 30), at(2025, 3, 30, 1, 30), "Sun 30 Mar 2025 01:30–03:30"),
        (at(2026, 11, 21, 21), None, "Sat 21 Nov 22:00, no end given"),
        (at(2026, 11, 21, 21), datetime.max.replace(tzinfo=UTC), "Sat 21 Nov 22:00, no end given"),
        (None, None, "No date"),
    ],
)
def test_an_interval_is_said_as_short_as_it_can_be_and_as_long_as_it_must(start, end, words):
    assert times.interval_words(start, end, zone=AMSTERDAM, today=TODAY) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (90, "90 min"), (300, "300 min"), (301, "5 h 1 min"), (380, "6 h 20 min"), (1440, "24 h")],
)
def test_durations_are_minutes_up_to_300_and_then_hours(minutes, words):
    assert times.duration(minutes) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Amsterdam", "CET"),
        ("UTC", "UTC"),
        ("America/Chicago", "CST"),
        ("Asia/Kathmandu", "UTC+05:45"),
        ("America/Sao_Paulo", "UTC-03:00"),
        ("America/St_Johns", "NST"),
    ],
)
def test_a_zone_without_letters_shows_its_offset(zone, words):
    assert times.zone_abbreviation(at(2026, 11, 21, 12), zone=ZoneInfo(zone)) == words


def test_a_zone_is_called_by_its_place():
    assert [place_of(name) for name in ("Europe/Amsterdam", "America/Argentina/Buenos_Aires", "UTC")] == [
        "Amsterdam",
        "Buenos Aires",
        "UTC",
    ]
