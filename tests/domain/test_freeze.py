"""Freezes: whom they concern, when they hold, what is said (DESIGN 4.5)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from changes.choices import Level, Urgency
from changes.domain.freeze import Freeze, concerns, freeze_findings, frozen, recurrence_of, repetition, scope_in_words, shift
from changes.domain.freeze import check as check_freeze
from changes.domain.interval import Interval
from changes.domain.recurrence import RecurrenceError, check
from changes.domain.room import Rooms
from tests.domain.given import at, between, content, session

YEAR_END = Freeze(1, "Year end", "The books are closed.", at(0), at(600), "Europe/Amsterdam", waivable_by="chair")
#: No changes on Fridays after noon, in Los Angeles, from 2 January 2026.
FRIDAYS = Freeze(
    2, "Fridays", "", datetime(2026, 1, 2, 20, tzinfo=UTC), datetime(2026, 1, 3, 8, tzinfo=UTC), "America/Los_Angeles",
    "FREQ=WEEKLY;BYDAY=FR",
)  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "is_concerned"),
    [
        ({}, True),
        ({"environment": "managed"}, True),
        ({"environment": "corporate"}, False),
        ({"service": "mail"}, True),
        ({"service": "directory"}, False),
        ({"change_type": "rollup"}, True),
        ({"change_type": "restart"}, False),
        ({"environment": "managed", "service": "mail", "change_type": "rollup"}, True),
        ({"environment": "managed", "service": "directory"}, False),
        ({"environment": "corporate", "service": "mail"}, False),
        ({"environment": "managed", "change_type": "restart"}, False),
    ],
)
def test_scope_combines_by_and(scope, is_concerned):
    assert concerns(replace(YEAR_END, **scope), content(services=("relay", "mail"))) is is_concerned


def test_an_rfc_without_environment_is_concerned_by_what_covers_everything_only():
    bare = content(environment=None, services=(), change_type=None)
    assert concerns(YEAR_END, bare)
    assert not concerns(replace(YEAR_END, environment="managed"), bare)


def test_a_freeze_that_happens_once_is_half_open():
    assert frozen(YEAR_END, between(599, 700)) == [between(0, 600)]
    assert frozen(YEAR_END, between(600, 700)) == []
    assert frozen(YEAR_END, between(-60, 0)) == []


def test_a_repeating_freeze_keeps_its_wall_clock_through_the_clock_change():
    check(recurrence_of(FRIDAYS))
    winter, summer = (
        frozen(FRIDAYS, Interval(datetime(2026, month, 1, tzinfo=UTC), datetime(2026, month, 8, tzinfo=UTC))) for month in (3, 7)
    )
    assert winter == [Interval(datetime(2026, 3, 6, 20, tzinfo=UTC), datetime(2026, 3, 7, 8, tzinfo=UTC))]
    assert summer == [Interval(datetime(2026, 7, 3, 19, tzinfo=UTC), datetime(2026, 7, 4, 7, tzinfo=UTC))]


def findings(rfc, freezes, *, zone="UTC"):
    return freeze_findings(rfc, freezes, room=Rooms(rfc, (), freezes, at(-1440)).first, time_zone=zone)


def test_the_finding_names_the_freeze_its_reason_and_who_may_waive():
    (finding,) = findings(content(sessions=(session(-60, 120),)), [YEAR_END], zone="Europe/Amsterdam")
    assert (finding.code, finding.level, finding.field) == ("freeze.active", Level.ERROR, "sessions[0]")
    assert (finding.interval, finding.minutes, finding.other) == (between(0, 600), 120, None)
    assert finding.message == "The freeze “Year end” (Sat 28 Nov 23:00–09:00) covers 120 min of it: The books are closed."
    assert finding.mend == "Move it to Sun 29 Nov 09:00 or later, or ask chair for a waiver."


def test_without_a_name_the_change_manager_is_asked():
    (finding,) = findings(content(), [replace(YEAR_END, waivable_by=None, reason="")])
    assert finding.message == "The freeze “Year end” (Sat 28 Nov 22:00–08:00) covers 240 min of it."
    assert finding.mend.endswith("ask the change manager for a waiver.")


def test_an_emergency_passes_with_advice():
    (finding,) = findings(content(urgency=Urgency.EMERGENCY), [YEAR_END])
    assert (finding.level, finding.blocks) == (Level.ADVICE, False)


def test_each_session_and_each_freeze_is_told_once():
    rfc = content(sessions=(session(), session(700, 800), session(500, 700), session(60, 0)))
    other = replace(YEAR_END, id=3, name="Audit", end=at(100))
    found = [(finding.field, finding.message.split("”")[0]) for finding in findings(rfc, [YEAR_END, other])]
    assert found == [
        ("sessions[0]", "The freeze “Year end"),
        ("sessions[0]", "The freeze “Audit"),
        ("sessions[2]", "The freeze “Year end"),
    ]


def test_work_over_several_frozen_nights_is_told_with_their_number():
    long = session(0, 21 * 1440)
    (finding,) = findings(content(sessions=(long,)), [FRIDAYS])
    assert finding.message == (
        "The freeze “Fridays” (Fri 4 Dec 20:00–08:00 and 2 more, repeating every Friday 12:00–00:00 in Los Angeles) covers 36 h of it."
    )
    assert finding.minutes == 36 * 60


def test_touching_and_what_it_does_not_concern_say_nothing():
    assert findings(content(sessions=(session(600, 700), session(-60, 0))), [YEAR_END]) == []
    assert findings(content(), [replace(YEAR_END, service="directory")]) == []


def test_an_open_end_meets_a_freeze():
    assert len(findings(content(sessions=(session(-60, None),)), [YEAR_END, FRIDAYS])) == 2


def test_an_unknown_zone_is_refused_by_its_field():
    with pytest.raises(RecurrenceError) as refusal:
        recurrence_of(replace(YEAR_END, time_zone="Mars/Olympus"))
    assert refusal.value.field == "time_zone"


def test_a_repeating_freeze_names_its_occurrence_and_how_it_repeats():
    """On the reader's clock the occurrence, on its own the repetition: the place is named where the two differ."""
    night = session(-1440, -1200)
    told = {
        zone: findings(content(sessions=(night,)), [FRIDAYS], zone=zone)[0].message.partition(" covers")[0]
        for zone in ("America/Los_Angeles", "UTC")
    }
    assert told == {
        "America/Los_Angeles": "The freeze “Fridays” (Fri 27 Nov 12:00–00:00, repeating every Friday 12:00–00:00)",
        "UTC": "The freeze “Fridays” (Fri 27 Nov 20:00–08:00, repeating every Friday 12:00–00:00 in Los Angeles)",
    }


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({}, "Everything"),
        ({"environment": "Managed services"}, "Everything in Managed services"),
        ({"service": "Relay"}, "Everything on Relay"),
        ({"change_type": "Update rollup"}, "Everything of type Update rollup"),
        (
            {"environment": "Managed services", "service": "Relay", "change_type": "Update rollup"},
            "Everything on Relay in Managed services of type Update rollup",
        ),
    ],
)
def test_whom_it_holds_for_in_words(names, words):
    assert scope_in_words(**names) == words


def test_one_that_happens_once_has_no_repetition():
    assert repetition(YEAR_END) == ""


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"end": at(0)}, "end", "The freeze ends at or before its start."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "“Mars/Olympus” is not a time zone; one looks like Europe/Amsterdam."),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO"}, "start", "The first start, Sat 28 Nov 2026 23:00, does not match the rule."),
        ({"start": at(0).replace(second=5)}, "start", "It falls on a whole minute."),
    ],
)
def test_one_that_cannot_be_is_refused_by_its_own_field(change, field, sentence):
    with pytest.raises(RecurrenceError) as refusal:
        check_freeze(replace(YEAR_END, **change))
    assert (refusal.value.field, refusal.value.sentence) == (field, sentence)


LATER = replace(YEAR_END, start=at(600), end=at(1200))


@pytest.mark.parametrize(
    ("before", "after", "hit", "freed", "standing"),
    [
        (None, YEAR_END, [0], [], []),
        (YEAR_END, None, [], [0], []),
        (YEAR_END, LATER, [1], [0], []),
        (YEAR_END, replace(YEAR_END, end=at(1200)), [1], [], [0]),
        (YEAR_END, replace(YEAR_END, name="Books", reason="", waivable_by=None), [], [], [0]),
        (YEAR_END, replace(YEAR_END, service="directory"), [], [0], []),
        (replace(YEAR_END, service="directory"), None, [], [], []),
        (None, FRIDAYS, [2], [], []),
        (None, None, [], [], []),
    ],
)
def test_what_one_freeze_in_the_place_of_another_means(before, after, hit, freed, standing):
    """Session 0 lies in the year end, session 1 in the hours after it, session 2 on the Friday before."""
    rfc = content(sessions=(session(0, 240), session(700, 800), session(-1440, -1200)))
    shifted = shift(rfc, before=before, after=after)
    told = [[touch.place for touch in touches] for touches in (shifted.hit, shifted.freed, shifted.standing)]
    assert told == [hit, freed, standing]


def test_nothing_shifts_for_an_emergency():
    assert shift(content(urgency=Urgency.EMERGENCY), before=None, after=YEAR_END).hit == ()


@pytest.mark.parametrize("rrule", ["", "FREQ=WEEKLY"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((9, 30), (10, 30)),  # 01:30 on Los Angeles' clock for the second time
        ((8, 30), (9, 15)),  # from the first 01:30 to the second 01:15: the clock shows it backwards
        ((9, 0), (9, 45)),
    ],
)
def test_a_freeze_in_the_hour_that_comes_twice_is_never_shorter_and_once_it_keeps_its_instants(start, end, rrule):
    first, last = (datetime(2026, 11, 1, *clock, tzinfo=UTC) for clock in (start, end))
    one = Freeze(1, "Payroll", "", first, last, "America/Los_Angeles", rrule)
    check_freeze(one)
    (held,) = frozen(one, Interval(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)))
    assert held.minutes >= Interval(first, last).minutes
    assert rrule or held == Interval(first, last)
