"""How late a promise is, by the calendar of the board (DESIGN 4.8)."""

from datetime import UTC, datetime

import pytest

from changes.domain.action import lateness, why_it_stands

ZONE = "Europe/Amsterdam"


def on(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_at", "at", "words"),
    [
        (on(25, 16), on(23, 9), None),
        (on(25, 16), on(24, 22, 59), None),
        (on(25, 16), on(24, 23), "due today"),  # midnight in Amsterdam
        (on(25, 16), on(25, 15, 59), "due today"),
        (on(25, 16), on(25, 16), "late since 17:00"),
        (on(25, 16), on(25, 23), "1 day late"),
        (on(19, 16), on(25, 9), "6 days late"),
        (on(24, 22, month=10), on(25, 22, 59, month=10), "late since 00:00"),  # a day of 25 hours is one day
    ],
)
def test_a_promise_is_late_by_days_of_the_calendar(due_at, at, words):
    found = lateness(due_at, at, ZONE)
    assert (found[1] if found else None) == words


def test_due_today_warns_and_late_is_trouble():
    assert [lateness(on(25, 16), at, ZONE)[0] for at in (on(25, 9), on(26, 9))] == ["warning", "error"]


def test_the_sentence_says_who_promised_it_when_and_until_when():
    assert why_it_stands("Anna", on(19, 13), on(25, 16), ZONE) == "Anna promised it on Thu 19 Nov 14:00; due Wed 25 Nov 17:00."
    assert "14:00, after RFC-000007; due" in why_it_stands("Anna", on(19, 13), on(25, 16), ZONE, after="RFC-000007")
