"""Whose status is asked for, and when: on Monday at nine by their own clock, also where that clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.choices import State
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.reminder import Facts, due_reminders
from changes.domain.status import monday_of

AMSTERDAM, CHICAGO = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("at", "zone", "week", "morning"),
    [
        ("2026-11-23T08:00Z", AMSTERDAM, "2026-11-22T23:00Z", "2026-11-23T08:00Z"),
        ("2026-11-29T22:59Z", AMSTERDAM, "2026-11-22T23:00Z", "2026-11-23T08:00Z"),
        ("2026-11-29T23:00Z", AMSTERDAM, "2026-11-29T23:00Z", "2026-11-30T08:00Z"),
        ("2026-11-23T05:59Z", CHICAGO, "2026-11-16T06:00Z", "2026-11-16T15:00Z"),
        # Of the night of 25 October 2026 on it is an hour later in UTC.
        ("2026-10-19T12:00Z", AMSTERDAM, "2026-10-18T22:00Z", "2026-10-19T07:00Z"),
        ("2026-10-26T12:00Z", AMSTERDAM, "2026-10-25T23:00Z", "2026-10-26T08:00Z"),
    ],
)
def test_a_week_and_its_monday_morning(at, zone, week, morning):
    assert monday_of(datetime.fromisoformat(at), zone) == (datetime.fromisoformat(week), datetime.fromisoformat(morning))


@pytest.mark.parametrize(("hours", "signs", "due"), [(-1, set(), 0), (0, set(), 1), (95, set(), 1), (96, set(), 0), (1, {Sign.DONE}, 0)])
def test_it_is_asked_from_monday_to_friday_until_it_is_said(hours, signs, due):
    morning = datetime(2026, 11, 23, 8, tzinfo=UTC)
    facts = Facts(About.STATUS, 7, 202648, {Moment.MORNING: morning}, {Part.OWNER: (1,)}, State.CLOSED, signs=frozenset(signs))
    assert len(due_reminders(facts, morning + timedelta(hours=hours))) == due
