"""What mends a finding at one stroke."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from changes.choices import Level, Outage, Severity
from changes.domain.completeness import completeness
from changes.domain.content import Session
from changes.domain.finding import Finding
from changes.domain.mend import mends
from changes.domain.odd_date import interval_findings
from changes.domain.plan import plan_findings
from tests.domain.given import at, between, content, session, step

NIGHT = between(0, 360)


def found_in(some, code):
    found = [*completeness(some, severity=Severity.MINOR), *plan_findings(some)]
    found += interval_findings(some, at=at(-1440), usual_minutes=None)
    return next(finding for finding in found if finding.code == code)


def told(some, code, **other):
    """Words, start and end in minutes after Saturday 22:00, of each stroke."""
    strokes = mends(found_in(some, code), some, **other)
    return [(m.words, *(int((t - at(0)).total_seconds() // 60) for t in (m.session.start, m.session.end))) for m in strokes]


@pytest.mark.parametrize(
    ("night", "permitted", "expected"),
    [
        (session(0, 80), (), ("Make the session 40 minutes longer", 0, 120)),
        (session(0, 119), (), ("Make the session 1 minute longer", 0, 120)),
        (session(0, 80), (NIGHT,), ("Make the session 40 minutes longer", 0, 120)),
        (session(280, 360), (NIGHT,), ("Begin 40 minutes earlier", 240, 360)),
        (session(280, 360), (NIGHT, between(360, 420)), ("Make the session 40 minutes longer", 280, 400)),
        (session(10, 80), (between(0, 80),), ("Make the session 50 minutes longer", 10, 130)),
        (session(-60, 20), (NIGHT,), ("Make the session 40 minutes longer", -60, 60)),
    ],
)
def test_a_session_that_is_too_short_gets_what_it_lacks(night, permitted, expected):
    assert told(content(sessions=(night,)), "plan.exceeds_session", permitted=permitted) == [expected]


@pytest.mark.parametrize(
    ("permitted", "nine", "expected"),
    [
        ((), 0, [("Make the session 15 minutes longer", 0, 135)]),
        ((), 170, [("Make the session 50 minutes longer", 0, 170)]),
        ((NIGHT,), 170, [("Make the session 50 minutes longer", 0, 170)]),
        ((between(0, 128),), 170, [("Make the session 8 minutes longer", 0, 128)]),
        ((between(0, 120),), 170, []),
    ],
)
def test_a_reserve_is_taken_from_the_window_and_no_more_than_is_of_use(permitted, nine, expected):
    some = content(sessions=(session(0, 120),))
    assert told(some, "plan.no_reserve", permitted=permitted, nine_in_ten=nine) == expected


@pytest.mark.parametrize(
    ("end", "words", "ends"),
    [
        (-1200, "End it on Sun 29 Nov 02:00", 240),
        (-1440 * 365 + 60, "End it on Sat 28 Nov 23:00", 60),
        (0, "End it on Sun 29 Nov 22:00", 1440),
    ],
)
def test_a_reversed_end_is_put_on_the_first_day_on_which_it_is_one(end, words, ends):
    assert told(content(sessions=(session(0, end),)), "interval.reversed") == [(words, 0, ends)]


def test_the_next_day_is_the_readers():
    some = content(sessions=(session(0, -1200),))
    assert told(some, "interval.reversed", time_zone="America/Los_Angeles") == [("End it on Sat 28 Nov 18:00", 0, 240)]


def test_a_reversed_outage_takes_more_than_one_stroke():
    reversed_out = session(outage=Outage.PLANNED, outage_start=at(60), outage_end=at(30))
    assert told(content(sessions=(reversed_out,)), "interval.reversed") == []


@pytest.mark.parametrize(
    ("outage", "expected"),
    [
        (None, [("Users will not notice", Outage.NONE, None, None), ("Out for the whole session", Outage.PLANNED, at(0), at(240))]),
        (Outage.PLANNED, [("Out for the whole session", Outage.PLANNED, at(0), at(240))]),
    ],
)
def test_an_outage_that_is_not_stated(outage, expected):
    some = content(sessions=(session(1440, 1500), session(outage=outage)))
    strokes = mends(found_in(some, "outage.missing"), some)
    assert [(m.words, m.session.outage, m.session.outage_start, m.session.outage_end) for m in strokes] == expected
    assert {m.place for m in strokes} == {1}


def test_what_takes_more_than_a_stroke_has_none():
    some = content(title="")
    assert mends(found_in(some, "title.missing"), some) == []
    assert mends(Finding("plan.exceeds_session", Level.ERROR, "sessions[7]", "", "", minutes=5), some) == []


@drawn(st.integers(1, 400), st.integers(1, 300), st.sampled_from(["plan.exceeds_session", "plan.no_reserve"]))
def test_a_stroke_leaves_its_finding_behind(length, minutes, code):
    some = content(sessions=(session(0, length),), rollout=(step(minutes=minutes),))
    for finding in plan_findings(some):
        for stroke in mends(finding, some) if finding.code == code else ():
            mended = replace(some, sessions=(stroke.session,))
            assert code not in {one.code for one in plan_findings(mended)}


@pytest.mark.parametrize(
    ("end", "mended_end"),
    [
        (datetime(2026, 1, 7, 2, tzinfo=UTC), datetime(2027, 1, 7, 2, tzinfo=UTC)),
        (datetime(2027, 1, 7, 2, tzinfo=UTC), datetime(2027, 1, 7, 2, tzinfo=UTC)),  # only the start slipped
        (None, None),
    ],
)
def test_a_slip_of_the_year_is_mended_at_one_stroke(end, mended_end):
    slipped = Session(datetime(2026, 1, 6, 22, tzinfo=UTC), end, Outage.NONE)
    some = content(sessions=(slipped,))
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    (past,) = (one for one in interval_findings(some, at=now, usual_minutes=None) if one.code == "interval.in_past")
    (stroke,) = mends(past, some)
    assert (stroke.session.start, stroke.session.end) == (datetime(2027, 1, 6, 22, tzinfo=UTC), mended_end)
    assert stroke.words == "Put it on Wed 6 Jan 2027"
    assert interval_findings(content(sessions=(stroke.session,)), at=now, usual_minutes=None, time_zone="UTC") == [] or end is None


def test_what_is_only_past_has_no_stroke():
    some = content(sessions=(session(),))
    (past,) = interval_findings(some, at=at(60), usual_minutes=None)
    assert mends(past, some) == []
