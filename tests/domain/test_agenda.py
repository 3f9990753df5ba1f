"""Sections, reasons, order and minutes of an agenda, and when a board meets: the rules in tables (DESIGN 4.8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from changes.choices import Outcome, Ratification, Route, Section, Severity, State
from changes.domain.agenda import (
    Brought,
    Candidate,
    Deferral,
    Promise,
    Term,
    awaits_review,
    is_quorate,
    place_of,
)
from changes.domain.interval import Interval
from changes.domain.meeting import Rhythm, Sitting, sittings
from changes.domain.order import Allowance, merged, minutes_for, rank

MEETING = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
SINCE = CUT_OFF - timedelta(weeks=1)
BEFORE = CUT_OFF - timedelta(hours=1)
LONG_AGO = SINCE - timedelta(days=3)
LAST_TIME = MEETING - timedelta(weeks=1)
TERM = Term(Sitting(MEETING, MEETING + timedelta(hours=1), CUT_OFF), SINCE, "Europe/Amsterdam")


def candidate(**other):
    """One that waits for the board."""
    return replace(Candidate("RFC-000001", State.SUBMITTED, Route.BOARD, Severity.MINOR, submitted_at=BEFORE), **other)


def promise(text="Show the restore", hours=5):
    return Promise(text, MEETING + timedelta(hours=hours))


def done(outcome=Outcome.ROLLED_BACK, **other):
    return candidate(**{"state": State.COMPLETED, "outcome": outcome, "reported_at": BEFORE, **other})


def emergency(**other):
    return candidate(**{"state": State.SCHEDULED, "route": Route.EMERGENCY, "decided_at": BEFORE, **other})


def deferred(weeks):
    return Deferral(SINCE + timedelta(days=2), MEETING + timedelta(weeks=weeks), "Wait for the vendor.")


def brought(weeks):
    """The chair's word on an item of the meeting so many weeks away."""
    return Brought(MEETING + timedelta(weeks=weeks), weeks > 0, "It cannot wait.")


PLACES = {
    "pulled forward": (candidate(brought=brought(1)), "new"),
    "pulled forward after a deferral to another meeting": (candidate(brought=brought(1), deferral=deferred(3)), "deferred"),
    "put off to this one": (candidate(brought=brought(-1)), "deferred"),
    "put off to this one and deferred to another": (candidate(brought=brought(-1), deferral=deferred(3)), "deferred"),
    "pulled forward and approved since": (candidate(state=State.APPROVED, brought=brought(1)), None),
    "put off and withdrawn since": (candidate(state=State.DRAFT, brought=brought(-1)), None),
    "pulled forward, submitted after the cut-off": (candidate(brought=brought(1), submitted_at=MEETING), "new"),
    "open condition": (candidate(state=State.APPROVED, promises=(promise(),)), "actions"),
    "open condition of what is scheduled": (candidate(state=State.SCHEDULED, promises=(promise(),)), "actions"),
    "condition of what was cancelled": (candidate(state=State.CANCELLED, promises=(promise(),)), None),
    "condition of an emergency stands first": (emergency(promises=(promise(),)), "actions"),
    "approved as an emergency": (emergency(), "emergency"),
    "an emergency that waits for the rota": (emergency(state=State.SUBMITTED, decided_at=None), None),
    "an emergency of before": (emergency(decided_at=LONG_AGO), None),
    "an emergency not reached last time": (emergency(decided_at=LONG_AGO, stood_last_time=True), "emergency"),
    "an emergency decided last time": (emergency(decided_at=LONG_AGO, stood_last_time=True, decided_last_time=True), None),
    "an emergency the board ratified": (emergency(ratification=Ratification.RATIFIED), None),
    "recorded afterwards": (done(Outcome.SUCCESSFUL, ratification=Ratification.OWED), "emergency"),
    "recorded afterwards, long ago": (done(submitted_at=LONG_AGO, reported_at=LONG_AGO, ratification=Ratification.OWED), "emergency"),
    "recorded afterwards, ratified, and failed": (done(ratification=Ratification.RATIFIED), "failed"),
    "rolled back": (done(), "failed"),
    "rolled back before the last cut-off": (done(reported_at=LONG_AGO), None),
    "rolled back after this cut-off": (done(reported_at=CUT_OFF), None),
    "told last time": (done(stood_last_time=True), None),
    "told last time, and its review still due": (done(stood_last_time=True, owes_review=True), "failed"),
    "told last time, and closed": (done(stood_last_time=True, owes_review=True, state=State.CLOSED), None),
    "successful": (done(Outcome.SUCCESSFUL), None),
    "successful, but overrun": (done(Outcome.SUCCESSFUL, overrun_minutes=42), "failed"),
    "successful, but it caused an incident": (done(Outcome.SUCCESSFUL, caused=("INC-7",)), "failed"),
    "successful, its review due": (done(Outcome.SUCCESSFUL, owes_review=True), "failed"),
    "an emergency that failed": (emergency(state=State.COMPLETED, outcome=Outcome.FAILED, reported_at=BEFORE), "emergency"),
    "submitted": (candidate(), "new"),
    "submitted to the change manager": (candidate(route=Route.MANAGER), None),
    "submitted on the automatic lane": (candidate(route=Route.AUTOMATIC), None),
    "a draft": (candidate(state=State.DRAFT), None),
    "deferred to this meeting": (candidate(deferral=deferred(0)), "deferred"),
    "deferred to a meeting that fell out": (candidate(deferral=deferred(-1)), "deferred"),
    "deferred to a later meeting": (candidate(deferral=deferred(1)), None),
    "running over several nights": (candidate(state=State.IN_PROGRESS, sessions=6, sessions_done=5), "ongoing"),
    "running into the meeting": (candidate(state=State.IN_PROGRESS, planned_end=MEETING + timedelta(hours=1)), "ongoing"),
    "running for an hour now": (candidate(state=State.IN_PROGRESS, planned_end=BEFORE + timedelta(minutes=30)), None),
    "running past its end": (candidate(state=State.IN_PROGRESS, planned_end=BEFORE, overrun_minutes=10), "ongoing"),
    "running without an end": (candidate(state=State.IN_PROGRESS), "ongoing"),
    "an automatic one running": (candidate(state=State.IN_PROGRESS, severity=Severity.AUTOMATIC, sessions=3), None),
    "imported": (candidate(imported=True), None),
    "imported and failed": (done(imported=True), None),
}


@pytest.mark.parametrize(("given", "section"), PLACES.values(), ids=PLACES.keys())
def test_the_first_section_that_fits(given, section):
    place = place_of(given, TERM)
    assert (place.section.value if place else None) == section


REASONS = [
    (candidate(), "Submitted Tue 24 Nov 11:00."),
    (candidate(stood_last_time=True), "Undecided at the last meeting. Submitted Tue 24 Nov 11:00."),
    (candidate(stood_last_time=True, last_time=LAST_TIME), "Left undecided on Thu 19 Nov. Submitted Tue 24 Nov 11:00."),
    (candidate(stood_last_time=True, last_time=LAST_TIME, was_reached=False), "Not reached on Thu 19 Nov. Submitted Tue 24 Nov 11:00."),
    (candidate(last_time=LAST_TIME), "Submitted Tue 24 Nov 11:00."),
    (candidate(brought=brought(1)), "Pulled forward from the meeting of Thu 3 Dec: It cannot wait."),
    (candidate(brought=brought(-1)), "Put off from the meeting of Thu 19 Nov: It cannot wait."),
    (candidate(brought=brought(-1), deferral=deferred(0)), "Put off from the meeting of Thu 19 Nov: It cannot wait."),
    (candidate(deferral=deferred(0)), "Deferred on Thu 19 Nov 12:00: Wait for the vendor."),
    (emergency(), "Approved as an emergency on Tue 24 Nov 11:00, without the board."),
    (done(Outcome.SUCCESSFUL, overrun_minutes=42), "42 min past its end. No incident, no outage: for information."),
    (done(Outcome.SUCCESSFUL, overrun_minutes=42, had_outage=True), "42 min past its end."),
    (done(overrun_minutes=42, owes_review=True), "Rolled back; 42 min past its end; its post-implementation review is due."),
    (done(Outcome.SUCCESSFUL, caused=("INC-7", "INC-8")), "It caused INC-7, INC-8."),
    (candidate(state=State.APPROVED, promises=(promise(),)), "Open condition, due Thu 26 Nov 19:00: Show the restore"),
    (
        candidate(state=State.APPROVED, promises=(promise("Call the vendor", 9), promise())),
        "2 conditions are open, the first due Thu 26 Nov 19:00: Show the restore",
    ),
    (candidate(state=State.IN_PROGRESS, sessions=6, sessions_done=5), "5 of 6 nights done."),
]


@pytest.mark.parametrize(("given", "sentence"), REASONS)
def test_the_reason_says_why_it_is_here(given, sentence):
    assert place_of(given, TERM).reason == sentence


def test_an_emergency_on_a_word_that_was_not_confirmed_says_so():
    reasons = [place_of(emergency(is_word_overdue=overdue), TERM).reason for overdue in (False, True)]
    assert reasons[1] == reasons[0] + " The approver has not confirmed the word."


def test_a_reason_fits_its_column():
    place = place_of(candidate(state=State.APPROVED, promises=(promise("Show it. " * 60),)), TERM)
    assert (len(place.reason), place.reason[-1]) == (300, "…")


@pytest.mark.parametrize(
    ("given", "late"),
    [
        (candidate(submitted_at=CUT_OFF - timedelta(seconds=1)), False),
        (candidate(submitted_at=CUT_OFF), True),
        (emergency(decided_at=CUT_OFF), True),
        (emergency(submitted_at=CUT_OFF, decided_at=BEFORE), False),
        (done(ratification=Ratification.OWED, submitted_at=CUT_OFF), True),
        (candidate(state=State.APPROVED, submitted_at=CUT_OFF, promises=(promise(),)), False),
        (candidate(state=State.IN_PROGRESS, submitted_at=CUT_OFF, sessions=2), False),
    ],
)
def test_late_is_what_asks_for_a_decision_and_came_at_or_after_the_cut_off(given, late):
    assert place_of(given, TERM).is_late is late


def test_decisions_stand_heaviest_and_soonest_first():
    one = candidate(number="minor, soon", planned_start=MEETING)
    two = candidate(number="major, later", severity=Severity.MAJOR, planned_start=MEETING + timedelta(days=9))
    three = candidate(number="major, no date", severity=Severity.MAJOR)
    four = candidate(number="major, soon", severity=Severity.MAJOR, planned_start=MEETING)
    ordered = sorted((one, two, three, four), key=lambda given: rank(given, Section.NEW))
    assert [given.number for given in ordered] == ["major, soon", "major, later", "major, no date", "minor, soon"]


@pytest.mark.parametrize(
    ("standing", "coming", "order"),
    [
        ("", "cab", "abc"),
        ("ac", "b", "abc"),
        ("ca", "b", "bca"),  # people turned c and a round: both stay as they are
        ("cba", "", "cba"),
        ("ab", "z", "abz"),  # z has no rank: it goes last
    ],
)
def test_what_comes_is_set_in_and_what_stands_keeps_its_order(standing, coming, order):
    ranks = {letter: (0, float(place), letter) for place, letter in enumerate("abc")}
    assert "".join(merged(list(standing), coming, ranks)) == order


@pytest.mark.parametrize(
    ("section", "severity", "minutes"),
    [
        (Section.NEW, Severity.MAJOR, 8),
        (Section.NEW, Severity.MINOR, 5),
        (Section.DEFERRED, Severity.MAJOR, 8),
        (Section.DEFERRED, Severity.AUTOMATIC, 2),
        (Section.EMERGENCY, Severity.MAJOR, 5),
        (Section.FAILED, Severity.MINOR, 2),
        (Section.FAILED, Severity.AUTOMATIC, 2),
        (Section.ACTIONS, Severity.MAJOR, 2),
        (Section.ONGOING, Severity.MAJOR, 2),
    ],
)
def test_minutes_follow_section_and_severity(section, severity, minutes):
    given = done(severity=severity) if section == Section.FAILED else candidate(severity=severity)
    assert minutes_for(given, section, Allowance(8, 5, 2)) == minutes


@pytest.mark.parametrize("severity", Severity)
def test_what_only_ran_over_takes_no_time_and_stands_after_what_went_wrong(severity):
    routine = done(Outcome.SUCCESSFUL, overrun_minutes=10, severity=severity, reported_at=LONG_AGO)
    assert minutes_for(routine, Section.FAILED, Allowance(8, 5, 2)) == 0
    assert rank(routine, Section.FAILED) > rank(done(), Section.FAILED)


@pytest.mark.parametrize(
    "felt", [{"had_outage": True}, {"caused": ("INC-1",)}, {"owes_review": True}, {"outcome": Outcome.ROLLED_BACK}, {"overrun_minutes": 0}]
)
def test_what_somebody_felt_or_owes_is_talked_about(felt):
    assert minutes_for(done(**{"outcome": Outcome.SUCCESSFUL, "overrun_minutes": 10, **felt}), Section.FAILED, Allowance(8, 5, 2)) == 2


def test_a_success_that_only_owes_its_review_is_news():
    assert minutes_for(done(Outcome.SUCCESSFUL, severity=Severity.MAJOR, owes_review=True), Section.FAILED, Allowance(8, 5, 2)) == 2


@pytest.mark.parametrize(
    ("route", "ratification", "approved_at", "expected"),
    [
        (Route.BOARD, Ratification.OWED, None, True),
        (Route.BOARD, Ratification.RATIFIED, None, False),
        (Route.EMERGENCY, None, BEFORE, True),
        (Route.EMERGENCY, None, None, False),
        (Route.EMERGENCY, Ratification.UNAUTHORISED, BEFORE, False),
        (Route.BOARD, None, BEFORE, False),
    ],
)
def test_what_the_board_looks_at_afterwards(route, ratification, approved_at, expected):
    assert awaits_review(route, ratification, approved_at) is expected


@pytest.mark.parametrize(("present", "quorum", "met"), [([1, 2], 2, True), ([1, 1], 2, False), ([], 1, False), ([1, 2, 3], 2, True)])
def test_a_quorum_counts_people(present, quorum, met):
    assert is_quorate(present, quorum) is met


# --- When a board meets ---------------------------------------------------------------------------------------------
THURSDAYS = Rhythm("Europe/Amsterdam", weekday=3, starts=time(14, 0), minutes=60, cut_off_days=2, cut_off_time=time(12, 0))


def starts(rhythm, first, last):
    period = Interval(datetime(*first, tzinfo=UTC), datetime(*last, tzinfo=UTC))
    return [f"{sitting.starts_at:%m-%d %H:%M}" for sitting in sittings(rhythm, period)]


def test_each_week_on_the_wall_clock_through_both_daylight_saving_weeks():
    assert starts(THURSDAYS, (2026, 3, 20), (2026, 4, 3)) == ["03-26 13:00", "04-02 12:00"]
    assert starts(THURSDAYS, (2026, 10, 20), (2026, 10, 30)) == ["10-22 12:00", "10-29 13:00"]


def test_the_cut_off_keeps_its_hour_when_the_clock_changes_before_the_meeting():
    """The board meets on Monday 26 October; its cut-off is on the Saturday before the clock goes back."""
    mondays = replace(THURSDAYS, weekday=0)
    (sitting,) = sittings(mondays, Interval(datetime(2026, 10, 26, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC)))
    assert sitting == Sitting(
        datetime(2026, 10, 26, 13, 0, tzinfo=UTC),
        datetime(2026, 10, 26, 14, 0, tzinfo=UTC),
        datetime(2026, 10, 24, 10, 0, tzinfo=UTC),
    )


def test_a_start_in_the_spring_gap_moves_forward():
    sundays = replace(THURSDAYS, weekday=6, starts=time(2, 30))
    assert starts(sundays, (2026, 3, 28), (2026, 3, 30)) == ["03-29 01:30"]


def test_holidays_are_skipped():
    rhythm = replace(THURSDAYS, holidays=frozenset({date(2026, 12, 24), date(2026, 12, 31)}))
    assert starts(rhythm, (2026, 12, 16), (2027, 1, 8)) == ["12-17 13:00", "01-07 13:00"]


def test_the_period_is_half_open():
    assert starts(THURSDAYS, (2026, 11, 26, 13), (2026, 12, 3, 13)) == ["11-26 13:00"]


def test_the_day_is_that_of_the_boards_zone():
    pacific = replace(THURSDAYS, time_zone="America/Los_Angeles", starts=time(18, 0))
    assert starts(pacific, (2026, 11, 26), (2026, 11, 28)) == ["11-27 02:00"]


def test_a_cut_off_after_the_start_counts_as_at_the_start():
    rhythm = replace(THURSDAYS, cut_off_days=0, cut_off_time=time(18, 0))
    (sitting,) = sittings(rhythm, Interval(datetime(2026, 11, 26, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)))
    assert sitting.cut_off_at == sitting.starts_at
