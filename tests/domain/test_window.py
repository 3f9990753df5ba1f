"""How a session lies in the permitted time, and what is said of it (DESIGN 4.4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.choices import Level, Urgency
from changes.domain.interval import Interval
from changes.domain.recurrence import Recurrence
from changes.domain.room import Rooms
from changes.domain.window import Fit, Window, crosses, fit, lies, notice_findings, permitted, serving, window_findings
from tests.domain.given import SATURDAY, at, between, content, session, told

WEEK = timedelta(weeks=1)


def window(start: int = 0, end: int = 360, *types: str, rrule: str = "FREQ=WEEKLY", environment: str = "managed") -> Window:
    """A weekly window in minutes after Saturday 22:00 UTC, first a year earlier."""
    first = SATURDAY.replace(tzinfo=None) - (52 * WEEK if rrule else timedelta())
    recurrence = Recurrence(rrule, first + timedelta(minutes=start), first + timedelta(minutes=end), "UTC")
    return Window(1, "Saturday night", environment, types, recurrence)


@pytest.mark.parametrize(
    ("interval", "kind", "minutes", "occurrence"),
    [
        ((0, 360), "inside", 0, (0, 360)),
        ((60, 120), "inside", 0, (0, 360)),
        ((-30, 60), "exceeds", 30, (0, 360)),
        ((300, 395), "exceeds", 35, (0, 360)),
        ((-10, 380), "exceeds", 30, (0, 360)),
        ((-60, 0), "misses", 60, (0, 360)),
        ((360, 400), "misses", 40, (0, 360)),
        ((900, 960), "misses", 60, (1000, 1100)),
        ((300, 1050), "exceeds", 640, (0, 360)),
    ],
)
def test_fit(interval, kind, minutes, occurrence):
    found = fit(between(*interval), [between(0, 360), between(1000, 1100)])
    assert found == Fit(kind, minutes, between(*occurrence))


def test_adjoining_stretches_are_one():
    assert fit(between(300, 400), [between(0, 360), between(360, 720)]) == Fit("inside", 0, between(0, 720))


def test_without_any_window():
    assert fit(between(0, 60), []) == Fit("no_window", 60)


def test_a_freeze_goes_before_all_and_is_named():
    found = fit(between(0, 60), [between(0, 360)], [between(500, 600), between(30, 40)], ["Audit", "Year end"])
    assert found == Fit("in_freeze", 0, between(0, 360), "Year end")
    assert fit(between(0, 60), [], [between(0, 10)]).kind == "in_freeze"
    assert fit(between(0, 60), [between(0, 360)], [between(60, 90)]).kind == "inside"


def test_less_than_a_minute_covered_is_a_miss_and_a_begun_minute_outside_counts():
    touching = Interval(at(-60), at(0) + timedelta(seconds=30))
    assert fit(touching, [between(0, 360)]).kind == "misses"
    assert fit(Interval(at(0), at(360) + timedelta(seconds=1)), [between(0, 360)]) == Fit("exceeds", 1, between(0, 360))


def test_windows_without_types_serve_all():
    every, typed, elsewhere = window(), window(0, 60, "rollup"), window(environment="corporate")
    assert serving([every, typed, elsewhere], "managed", "rollup") == [every, typed]
    assert serving([every, typed, elsewhere], "managed", "other") == [every]
    assert serving([every, typed, elsewhere], "managed", None) == [every]


def test_permitted_time_unites():
    windows = [window(0, 120), window(120, 240), window(200, 360), window(800, 900)]
    assert permitted(windows, "managed", None, between(0, 1000)) == [between(0, 360), between(800, 900)]


def findings(rfc, windows, *, now=-7 * 24 * 60, **other):
    room = Rooms(rfc, serving(windows, rfc.environment, rfc.change_type), (), at(now)).first
    return window_findings(rfc, windows, room=room, **other)


def test_inside_says_nothing():
    assert findings(content(), [window()]) == []


@pytest.mark.parametrize(
    ("times", "code", "minutes", "message", "mend"),
    [
        (
            (300, 395),
            "window.exceeds",
            35,
            "It exceeds its change window Sat 28 Nov 22:00–04:00 by 35 min.",
            "End by Sun 29 Nov 04:00, or move it into Sat 28 Nov 22:00–04:00.",
        ),
        (
            (-30, 60),
            "window.exceeds",
            30,
            "It exceeds its change window Sat 28 Nov 22:00–04:00 by 30 min.",
            "Move it into the window Sat 28 Nov 22:00–04:00.",
        ),
        (
            (-120, 0),
            "window.misses",
            120,
            "Sat 28 Nov 20:00–22:00 lies outside of every change window of its environment and type.",
            "Move it into the window Sat 28 Nov 22:00–04:00.",
        ),
        (
            (0, 400),
            "window.exceeds",
            40,
            "It exceeds its change window Sat 28 Nov 22:00–04:00 by 40 min.",
            "End by Sun 29 Nov 04:00.",
        ),
        (
            (-500, -100),
            "window.misses",
            400,
            "Sat 28 Nov 13:40–20:20 lies outside of every change window of its environment and type.",
            "No window within three months has room for all of it: split the work into shorter sessions.",
        ),
    ],
)
def test_sentences(times, code, minutes, message, mend):
    (finding,) = findings(content(sessions=(session(*times),)), [window()])
    assert (finding.code, finding.level, finding.field) == (code, Level.ERROR, "sessions[0]")
    assert (finding.minutes, finding.interval) == (minutes, between(*times))
    assert (finding.message, finding.mend) == (message, mend)


def test_each_session_is_judged_and_named():
    rfc = content(sessions=(session(), session(-200, -100), session(100, 400)))
    assert told(findings(rfc, [window()])) == [
        ("window.misses", "error", "sessions[1]"),
        ("window.exceeds", "error", "sessions[2]"),
    ]


def test_sentences_are_in_the_readers_zone():
    (finding,) = findings(content(sessions=(session(-120, 0),)), [window()], time_zone="America/Los_Angeles")
    assert finding.message.startswith("Sat 28 Nov 12:00–14:00 lies")


@pytest.mark.parametrize(
    ("days", "mend"),
    [
        (80, "Move it into the window Tue 16 Feb 22:00–04:00."),
        (300, "No window within three months has room for all of it: split the work into shorter sessions."),
    ],
)
def test_a_window_is_looked_for_within_three_months(days, mend):
    rfc = content(sessions=(session(-120, 0),))
    (finding,) = findings(rfc, [window(1440 * days, 1440 * days + 360, rrule="")])
    assert (finding.code, finding.mend) == ("window.misses", mend)


def test_the_way_out_is_never_past():
    # Judged on Friday the 27th: the Saturday before is nearer to the session, but over.
    rfc = content(sessions=(session(-6 * 1440, -6 * 1440 + 60),))
    (finding,) = findings(rfc, [window()], now=-1440)
    assert finding.mend == "Move it into the window Sat 28 Nov 22:00–04:00."


def test_without_a_window_for_environment_and_type():
    for windows in ([], [window(0, 360, "other")], [window(environment="corporate")]):
        (finding,) = findings(content(), windows)
        assert (finding.code, finding.level, finding.field) == ("window.undefined", Level.WARNING, "environment")
        assert finding.message == "No change window is defined for this environment and change type."


def test_for_an_emergency_it_is_a_warning():
    rfc = content(urgency=Urgency.EMERGENCY, sessions=(session(-120, 0), session(300, 400)))
    assert [finding.level for finding in findings(rfc, [window()])] == [Level.WARNING, Level.WARNING]


@pytest.mark.parametrize("passes", [{"required": False}, {"is_automatic_restoring": True}])
def test_what_needs_no_window(passes):
    assert findings(content(sessions=(session(-120, 0),)), [window()], **passes) == []


def test_nothing_is_said_without_environment_or_of_a_reversed_session():
    assert findings(content(environment=None, sessions=(session(-120, 0),)), [window()]) == []
    assert findings(content(sessions=(session(0, -60),)), [window()]) == []


def test_of_an_open_end_only_the_start_is_judged():
    assert findings(content(sessions=(session(100, None),)), [window()]) == []
    (finding,) = findings(content(sessions=(session(-100, None),)), [window()])
    assert (finding.code, finding.minutes) == ("window.misses", None)


@pytest.mark.parametrize(
    ("hours", "given_minutes", "too_short_by"),
    [(None, 1, None), (0, 1, None), (24, 24 * 60, None), (24, 24 * 60 - 1, 1), (120, 60, 119 * 60), (24, 0, 24 * 60)],
)
def test_notice(hours, given_minutes, too_short_by):
    found = notice_findings(content(), hours, at(-given_minutes))
    assert [finding.minutes for finding in found] == ([too_short_by] if too_short_by else [])
    assert all((f.code, f.level, f.field) == ("notice.too_short", Level.ERROR, "sessions[0]") for f in found)


def test_notice_sentences_and_the_earliest_session():
    rfc = content(sessions=(session(1440, 1500), session()))
    (finding,) = notice_findings(rfc, 48, at(-1200))
    assert finding.field == "sessions[1]"
    assert finding.message == "It starts 20 h after it is asked for; its type needs 48 h of notice."
    assert finding.mend == "Start at Mon 30 Nov 02:00 or later."


def test_who_needs_no_notice():
    assert notice_findings(content(urgency=Urgency.EMERGENCY), 48, at(-60)) == []
    assert notice_findings(content(), 48, at(-60), is_automatic=True) == []
    assert notice_findings(content(sessions=(session(actual_start=at(0)),)), 48, at(-60)) == []
    assert notice_findings(content(sessions=()), 48, at(-60)) == []
    assert notice_findings(content(), 48, at(60)) == []


stretches = st.tuples(st.integers(-500, 500), st.integers(1, 300)).map(lambda pair: between(pair[0], pair[0] + pair[1]))


@given(stretches, st.lists(stretches, max_size=5), stretches)
def test_another_window_never_makes_inside_into_misses(interval, given_ones, another):
    before, after = fit(interval, given_ones), fit(interval, [*given_ones, another])
    assert after.minutes <= before.minutes
    if before.kind == "inside":
        assert after.kind == "inside"


def test_windows_that_adjoin_are_one_even_of_different_names_and_types():
    evening, night = window(0, 120), window(120, 360, "rollup")
    rfc = content(change_type="rollup", sessions=(session(60, 240),))
    assert findings(rfc, [evening, night]) == []
    assert lies(between(60, 240), [evening, night], "managed", "rollup") == Fit("inside", 0, between(0, 360))
    assert lies(between(60, 240), [evening, night], "managed", "other") == Fit("exceeds", 120, between(0, 120))


@pytest.mark.parametrize(
    ("windows", "kind", "minutes"),
    [
        ([], "no_window", 60),
        ([window(0, 360, "other")], "no_window", 60),
        ([window(0, 360)], "misses", 60),
        ([window(-30, 30)], "exceeds", 30),
        ([window(-360, 0)], "inside", 0),
    ],
)
def test_how_a_session_lies_in_windows(windows, kind, minutes):
    found = lies(between(-60, 0) if kind != "exceeds" else between(0, 60), windows, "managed", "rollup")
    assert (found.kind, found.minutes) == (kind, minutes)


@pytest.mark.parametrize(
    ("before", "after", "enters"),
    [
        ("inside", "inside", None),
        ("inside", "exceeds", False),
        ("inside", "no_window", False),
        ("misses", "inside", True),
        ("no_window", "inside", True),
        ("no_window", "misses", False),
        ("misses", "exceeds", None),
        ("exceeds", "no_window", None),
    ],
)
def test_who_comes_inside_and_who_leaves(before, after, enters):
    assert crosses(Fit(before), Fit(after)) is enters


weekly = st.builds(
    lambda start, length, kinds, every: window(start, start + length, *kinds, rrule=every),
    st.integers(-3000, 3000),
    st.integers(1, 3000),
    st.lists(st.sampled_from(["rollup", "other"]), max_size=1),
    st.sampled_from(["FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=DAILY", "FREQ=MONTHLY", ""]),
)


@given(stretches, st.lists(weekly, max_size=4), weekly)
def test_another_window_never_makes_a_session_inside_into_one_that_misses(interval, windows, another):
    before, after = (lies(interval, these, "managed", "rollup") for these in (windows, [*windows, another]))
    assert after.minutes <= before.minutes
    assert crosses(before, after) is not False or before.kind == "no_window"
    if before.kind == "inside":
        assert after.kind == "inside"


@given(stretches, st.lists(stretches, min_size=1, max_size=5))
def test_inside_means_that_no_minute_is_outside(interval, given_ones):
    found = fit(interval, given_ones)
    assert (found.kind == "inside") == (found.minutes == 0)
    assert (found.kind == "misses") == (found.minutes == interval.minutes)


def test_los_angeles_fortnight_through_the_autumn_night():
    first = datetime(2026, 1, 10, 22), datetime(2026, 1, 11, 4)
    night = Window(1, "Fortnight", "managed", (), Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", *first, "America/Los_Angeles"))
    seven_hours = Interval(datetime(2026, 11, 1, 5, tzinfo=UTC), datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert fit(seven_hours, permitted([night], "managed", None, seven_hours)).kind == "inside"
