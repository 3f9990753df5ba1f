"""Impossible and odd times (DESIGN 4.2, 4.4, 6)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import Level, Outage
from changes.domain.content import Session
from changes.domain.odd_date import WAYS_OUT, Odd, interval_findings
from changes.domain.wording import day_time, length, when
from tests.domain.given import at, between, content, session, told

LA, AMSTERDAM, SYDNEY = "America/Los_Angeles", "Europe/Amsterdam", "Australia/Sydney"
BEFORE = at(-1440)
REVERSED, PAST, ODD = "interval.reversed", "interval.in_past", "interval.unusual"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def findings(*sessions, now=BEFORE, usual=None, zone="UTC", **other):
    return interval_findings(content(sessions=sessions, **other), at=now, usual_minutes=usual, time_zone=zone)


def outage(start: int, end: int, **other):
    return session(0, 240, outage=Outage.PLANNED, outage_start=at(start), outage_end=at(end), **other)


def test_an_ordinary_session_says_nothing():
    assert findings(session(2880, 2940), session(1440, 1500), outage(0, 240), usual=60) == []


@pytest.mark.parametrize(
    "one",
    [
        session(0, 0),
        session(0, -60),
        outage(60, 60),
        outage(60, 30),
        outage(-1, 60),
        outage(200, 241),
        session(actual_start=at(60), actual_end=at(30)),
        session(actual_start=at(0), actual_outage_start=at(60), actual_outage_end=at(30)),
    ],
)
def test_reversed(one):
    assert told(findings(session(2880, 2940), one)) == [(REVERSED, "error", "sessions[1]")]


def test_reversed_says_both_ends():
    (finding,) = findings(session(60, 0))
    assert finding.message == "The session ends Sat 28 Nov 22:00, not after its start Sat 28 Nov 23:00."
    (finding,) = findings(outage(200, 300))
    assert finding.message == "The outage Sun 29 Nov 01:20–03:00 reaches out of its session Sat 28 Nov 22:00–02:00."
    assert finding.interval == between(200, 300)


def test_what_is_no_planned_outage_is_not_judged():
    assert findings(session(outage=None, outage_start=at(60), outage_end=at(30))) == []


def test_an_outage_that_nobody_notices_has_no_times():
    (finding,) = findings(session(outage=Outage.NONE, outage_start=at(60), outage_end=at(90)))
    assert (finding.code, finding.level, finding.message) == (ODD, Level.WARNING, "It has times of an outage, and says that there is none.")


@pytest.mark.parametrize(("start", "end"), [(0, 240), (60, 120), (239, 300)])
def test_two_sessions_of_one_rfc_at_once(start, end):
    (finding,) = findings(session(0, 240), session(1440, 1500), session(start, end))
    assert (finding.code, finding.field) == (ODD, "sessions[2]")
    assert finding.message == "It overlaps session 1, Sat 28 Nov 22:00–02:00."


@pytest.mark.parametrize(
    ("now", "other", "expected"),
    [
        (at(0), {}, []),
        (at(0) + timedelta(seconds=59), {}, []),
        (at(1), {}, [(PAST, "warning", "sessions[0]")]),
    ],
)
def test_in_past(now, other, expected):
    assert told(findings(session(), now=now, **other)) == expected


@pytest.mark.parametrize(
    ("now", "start", "meant"),
    [
        ("2026-11-21T12:00", "2026-01-06T22:00", "Wed 6 Jan 2027"),
        ("2026-11-21T12:00", "2025-12-06T22:00", "Sun 6 Dec 2026"),
        ("2026-12-20T12:00", "2026-01-05T22:00", "Tue 5 Jan 2027"),
        ("2027-01-04T12:00", "2026-01-09T22:00", "Sat 9 Jan 2027"),
        ("2027-01-04T12:00", "2026-02-20T22:00", "Sat 20 Feb 2027"),
        ("2027-01-10T12:00", "2026-01-09T22:00", None),  # past next year as well
        ("2026-11-21T12:00", "2026-02-06T22:00", None),  # less than ten months ago
        ("2026-11-21T12:00", "2025-01-06T22:00", None),
        ("2026-10-21T12:00", "2025-12-01T22:00", None),  # not at the turn of the year
        ("2028-12-30T12:00", "2028-02-29T22:00", None),  # no such day
    ],
)
def test_a_start_of_last_year_is_asked_for_by_the_day_that_was_meant(now, start, meant):
    begin = instant(start)
    (found,) = (one for one in findings(Session(begin, begin + timedelta(hours=2), Outage.NONE), now=instant(now)) if one.code == PAST)
    assert (found.kind, "Did you mean" in found.mend) == (("year", True) if meant else ("", False))
    assert not meant or found.mend == f"Did you mean {meant}?"


def test_every_way_of_being_odd_has_a_way_out():
    assert set(WAYS_OUT) == set(Odd)


def test_work_with_actual_times_may_be_past():
    assert findings(session(actual_start=at(5), actual_end=at(200)), now=at(1440)) == []


def begins(text: str) -> Session:
    start = instant(text)
    return Session(start, start + timedelta(hours=2), Outage.NONE, actual_start=start)


@pytest.mark.parametrize(
    ("now", "start", "words"),
    [
        ("2026-11-21T12:00", "2027-11-20T22:00", None),
        ("2026-11-21T12:00", "2027-11-22T22:00", "more than a year ahead"),
        ("2026-11-21T12:00", "2025-11-20T22:00", "more than a year ago"),
        ("2026-12-20T12:00", "2027-12-15T22:00", "about a year ahead"),
        ("2026-12-20T12:00", "2026-01-05T22:00", "about a year ago"),
        ("2027-01-04T12:00", "2026-01-09T22:00", "about a year ago"),
        ("2027-01-04T12:00", "2028-01-20T22:00", "about a year ahead"),
        ("2027-01-04T12:00", "2027-02-01T22:00", None),
        ("2026-12-20T12:00", "2027-10-01T22:00", None),
        ("2026-06-20T12:00", "2027-06-15T22:00", None),
        ("2016-05-18T11:00", "2100-01-01T00:00", "more than a year ahead"),
    ],
)
def test_a_year_off(now, start, words):
    found = findings(begins(start), now=instant(now))
    assert [(f.code, f.level) for f in found] == ([(ODD, Level.WARNING)] if words else [])
    assert not words or words in found[0].message


@pytest.mark.parametrize(
    ("minutes", "usual", "words"),
    [
        (240, 60, None),
        (241, 60, "It lasts 241 min; this change type usually takes 60 min."),
        (6000, None, None),
        (400 * 1440, None, "It ends Sun 2 Jan 2028 22:00, 400 days after its start."),
    ],
)
def test_unusually_long(minutes, usual, words):
    assert [f.message for f in findings(session(0, minutes), usual=usual)] == ([words] if words else [])


@pytest.mark.parametrize(
    ("start", "end", "zone", "is_odd"),
    [
        ("2026-11-28T00:00", "2026-11-29T00:00", "UTC", True),
        ("2026-11-28T00:00", "2026-11-30T00:00", "UTC", True),
        ("2026-11-28T08:00", "2026-11-29T08:00", LA, True),
        ("2026-11-28T00:00", "2026-11-29T00:00", LA, False),
        ("2026-11-28T00:00", "2026-11-28T04:00", "UTC", False),
    ],
)
def test_midnight_to_midnight_on_the_readers_clock(start, end, zone, is_odd):
    found = findings(Session(instant(start), instant(end), Outage.NONE), zone=zone)
    assert [f.code for f in found] == ([ODD] if is_odd else [])
    assert not is_odd or "midnight to midnight" in found[0].message


@pytest.mark.parametrize(
    ("start", "end", "zone", "words"),
    [
        ("2027-03-14T06:00", "2027-03-14T11:00", LA, "22:00–04:00 lasts 5 h, not 6 h"),
        ("2027-11-07T05:00", "2027-11-07T12:00", LA, "22:00–04:00 lasts 7 h, not 6 h"),
        ("2027-03-27T21:00", "2027-03-28T02:00", AMSTERDAM, "22:00–04:00 lasts 5 h, not 6 h"),
        ("2027-10-30T20:00", "2027-10-31T03:00", AMSTERDAM, "22:00–04:00 lasts 7 h, not 6 h"),
        ("2027-10-02T12:00", "2027-10-02T17:00", SYDNEY, "22:00–04:00 lasts 5 h, not 6 h"),
        ("2027-04-03T11:00", "2027-04-03T18:00", SYDNEY, "22:00–04:00 lasts 7 h, not 6 h"),
        ("2027-11-07T08:45", "2027-11-07T09:15", LA, "01:45–01:15 lasts 30 min, not 0 min"),
        ("2027-03-14T06:00", "2027-03-14T11:00", AMSTERDAM, None),
        ("2027-03-07T06:00", "2027-03-07T12:00", LA, None),
        ("2027-03-01T06:00", "2027-03-29T12:00", LA, None),
    ],
)
def test_clock_change_nights_with_the_true_hours(start, end, zone, words):
    found = findings(Session(instant(start), instant(end), Outage.NONE), zone=zone)
    assert [f.code for f in found] == ([ODD] if words else [])
    assert not words or words in found[0].message


@pytest.mark.parametrize("reader", [LA, AMSTERDAM, "UTC"])
@pytest.mark.parametrize(
    ("start", "end", "clock", "words"),
    [
        ("2027-03-14T06:00", "2027-03-14T11:00", LA, "The clocks change{} in that night: 22:00–04:00 lasts 5 h, not 6 h."),
        ("2027-03-14T06:00", "2027-03-14T11:00", AMSTERDAM, None),
        ("2026-11-28T08:00", "2026-11-29T08:00", LA, "It lasts from midnight to midnight{}, as if only days had been given."),
        ("2026-11-28T08:00", "2026-11-29T08:00", AMSTERDAM, None),
    ],
)
def test_what_is_odd_hangs_on_the_clock_of_the_house_and_not_on_the_reader(start, end, clock, words, reader):
    night = content(sessions=(Session(instant(start), instant(end), Outage.NONE),))
    found = interval_findings(night, at=BEFORE, usual_minutes=None, time_zone=reader, clock=clock)
    assert [finding.message for finding in found] == ([words.format("" if reader == clock else " in Los Angeles")] if words else [])


@pytest.mark.parametrize(
    ("sessions", "now", "usual", "kinds"),
    [
        ((session(525600 - 1440, 525600 - 1200),), instant("2026-12-20T12:00"), None, [Odd.YEAR]),
        ((session(600000, 600100),), BEFORE, None, [Odd.FAR]),
        ((session(0, 241),), BEFORE, 60, [Odd.LONG]),
        ((session(0, 600000),), BEFORE, None, [Odd.YEARS_LONG]),
        ((session(0, None),), BEFORE, 60, [Odd.NO_END]),
        ((session(120, 1560),), BEFORE, None, [Odd.MIDNIGHT]),
        ((session(0, 60), session(30, 90)), BEFORE, None, [Odd.TWICE]),
        ((session(outage=Outage.NONE, outage_start=at(60)),), BEFORE, None, [Odd.OUTAGE]),
        ((Session(instant("2100-01-01T00:00"), instant("2100-01-03T00:00"), Outage.NONE),), BEFORE, 60, [Odd.FAR, Odd.LONG, Odd.MIDNIGHT]),
    ],
)
def test_each_way_of_being_odd_is_a_kind_of_its_own(sessions, now, usual, kinds):
    found = [finding for finding in findings(*sessions, now=now, usual=usual) if finding.code == ODD]
    assert [finding.kind for finding in found] == kinds
    assert len({finding.message for finding in found}) == len(kinds)


def test_a_clock_change_has_its_kind_and_no_other_code_has_one():
    night = Session(instant("2027-03-14T06:00"), instant("2027-03-14T11:00"), Outage.NONE)
    assert [finding.kind for finding in findings(night, zone=LA)] == [Odd.CLOCKS]
    assert {finding.kind for finding in findings(session(0, 0), session(60, 300), now=at(90))} == {""}


def test_an_open_end():
    (finding,) = findings(session(0, None))
    assert (finding.code, finding.level, finding.message) == (ODD, Level.WARNING, "It has no end.")
    assert finding.interval.is_open


def test_every_finding_says_the_way_out():
    odd = [session(0, 0), session(0, None), session(-9000, -8000), session(0, 6000), outage(-60, 60)]
    found = findings(*odd, usual=10)
    assert len(found) >= len(odd)
    assert all(finding.mend.endswith(".") for finding in found)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (300, "300 min"), (301, "5 h 1 min"), (360, "6 h"), (4 * 1440, "4 days"), (4 * 1440 + 60, "4 days 1 h")],
)
def test_lengths(minutes, words):
    assert length(minutes) == words


def test_times():
    assert day_time(at(0), LA) == "Sat 28 Nov 14:00"
    assert day_time(at(0), LA, with_year=True) == "Sat 28 Nov 2026 14:00"
    assert when(between(0, 360), "UTC") == "Sat 28 Nov 22:00–04:00"
    assert when(between(0, 1440), "UTC") == "Sat 28 Nov 22:00 – Sun 29 Nov 22:00"
    assert when(between(0, 60 * 1440), "UTC") == "Sat 28 Nov 2026 22:00 – Wed 27 Jan 2027 22:00"
    assert when(session(0, None).interval, "UTC") == "from Sat 28 Nov 22:00"
