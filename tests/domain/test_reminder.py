"""The ladder in tables: due, not yet due, state changed, time moved, a night in which the clock changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.choices import ENDED_STATES, Severity, State
from changes.domain.ladder import LADDER, PASSED_ON
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign
from changes.domain.reminder import Facts, due_reminders, expected, minutes_late, next_times, passed_on, why_dropped

START = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
END = START + timedelta(hours=4)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def hours(number):
    return timedelta(hours=number)


def night(**other):
    facts = Facts(
        About.SESSION,
        12,
        moments={Moment.START: START, Moment.END: END},
        people={Part.OWNER: (1,)},
        state=State.SCHEDULED,
        severity=Severity.MINOR,
    )
    return replace(facts, **other)


def rules(facts, at):
    return [one.rung.rule.value for one in due_reminders(facts, at)]


@pytest.mark.parametrize(
    ("severity", "at", "due"),
    [
        (Severity.MINOR, START - hours(72), []),
        (Severity.MINOR, START - hours(24) - timedelta(seconds=1), []),
        (Severity.MINOR, START - hours(24), ["before_24h"]),
        (Severity.MINOR, START - timedelta(seconds=1), ["before_24h"]),
        (Severity.MINOR, START, ["begun"]),
        (Severity.MINOR, END - timedelta(seconds=1), ["begun"]),
        (Severity.MINOR, END, ["outcome"]),
        (Severity.MINOR, END + hours(23), ["outcome"]),
        (Severity.MINOR, END + hours(24), ["outcome_missing"]),
        (Severity.MINOR, END + hours(24 * 7 - 1), ["outcome_missing"]),
        (Severity.MINOR, END + hours(24 * 7), []),
        (Severity.MAJOR, START - hours(72) - timedelta(seconds=1), []),
        (Severity.MAJOR, START - hours(72), ["before_72h"]),
        (Severity.MAJOR, START - hours(24), ["before_24h"]),
        (Severity.MAJOR, START - hours(1), ["before_1h"]),
        (Severity.MAJOR, START, ["begun"]),
        (Severity.MAJOR, END, ["outcome"]),
        (Severity.AUTOMATIC, START - hours(24), []),
        (Severity.AUTOMATIC, START, []),
        (Severity.AUTOMATIC, END, []),
    ],
)
def test_when_each_rung_is_due(severity, at, due):
    assert rules(night(severity=severity), at) == due


@pytest.mark.parametrize("state", [state for state in State if state not in (State.SCHEDULED, State.IN_PROGRESS)])
@pytest.mark.parametrize("at", [START - hours(24), START, END])
def test_other_states_are_told_nothing_about_a_night(state, at):
    assert rules(night(state=state), at) == []


@pytest.mark.parametrize(
    ("signs", "at", "due"),
    [
        ({Sign.BEGUN}, START - hours(24), []),
        ({Sign.BEGUN}, START, []),
        ({Sign.BEGUN}, END, ["outcome"]),
        ({Sign.BEGUN}, END + hours(0.5), ["outcome", "overrunning"]),
        (set(), END + hours(0.5), ["outcome"]),
        ({Sign.BEGUN, Sign.ENDED}, END, []),
        ({Sign.BEGUN, Sign.ENDED}, END + hours(0.5), []),
    ],
)
def test_what_has_happened_ends_a_rung(signs, at, due):
    assert rules(night(severity=Severity.MAJOR, state=State.IN_PROGRESS, signs=frozenset(signs)), at) == due


@pytest.mark.parametrize(
    ("severity", "after", "asked"),
    [
        # Has it begun? The session takes four hours, and helps until its end.
        (Severity.MAJOR, 0.49, {}),
        (Severity.MAJOR, 0.5, {"begun_unanswered": [8]}),
        (Severity.MAJOR, 0.99, {"begun_unanswered": [8]}),
        (Severity.MAJOR, 1, {"begun_unanswered": [8, 9]}),
        (Severity.MINOR, 1.99, {}),
        (Severity.MINOR, 2, {"begun_unanswered": [8]}),
        (Severity.MINOR, 3.99, {"begun_unanswered": [8]}),
        # How did it go?
        (Severity.MAJOR, 4, {}),
        (Severity.MAJOR, 7.99, {}),
        (Severity.MAJOR, 8, {"outcome_unanswered": [8]}),
        (Severity.MAJOR, 12, {"outcome_unanswered": [8, 9]}),
        (Severity.MINOR, 51.99, {}),
        (Severity.MINOR, 52, {"outcome_unanswered": [8]}),
        (Severity.MINOR, 76, {"outcome_unanswered": [8, 9]}),
        (Severity.AUTOMATIC, 1, {}),
        (Severity.AUTOMATIC, 76, {}),
    ],
)
def test_what_nobody_answers_goes_to_the_service_manager_and_then_to_the_chair(severity, after, asked):
    silent = night(severity=severity, people={Part.OWNER: (1,), Part.SERVICE_MANAGERS: (8,), Part.CHAIR: (9,)})
    told: dict[str, list[int]] = {}
    for one in due_reminders(silent, START + hours(after)):
        if one.rung.rule in PASSED_ON:
            told.setdefault(one.rung.rule.value, []).append(one.recipient)
    assert told == asked


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # In hours after the start and the end; nothing is passed on earlier than its own hour.
        ({}, {"begun_unanswered": [0.5, 1], "outcome_unanswered": [8, 12]}),
        ({Moment.START: 0.25}, {"begun_unanswered": [0.75, 1.25], "outcome_unanswered": [8, 12]}),
        ({Moment.START: -1, Moment.END: 5}, {"begun_unanswered": [0.5, 1], "outcome_unanswered": [9, 13]}),
    ],
)
def test_silence_counts_from_when_there_was_something_to_answer(asked, due):
    people = {Part.OWNER: (1,), Part.SERVICE_MANAGERS: (8,), Part.CHAIR: (9,)}
    silent = night(severity=Severity.MAJOR, people=people, asked={of: START + hours(after) for of, after in asked.items()})
    told: dict[str, list[float]] = {}
    for one in expected(silent):
        if one.rung.rule in PASSED_ON:
            told.setdefault(one.rung.rule.value, []).append((one.due_at - START) / hours(1))
    assert told == due


def test_after_a_standstill_the_rota_is_not_called_all_at_once():
    late = START + hours(3)
    people, moments = {Part.ROTA: (4, 5)}, {Moment.SUBMITTED: START}
    waiting = Facts(About.EMERGENCY, 7, 1, moments, people, State.SUBMITTED, Severity.MINOR, asked={Moment.SUBMITTED: late})
    assert [one.due_at for one in expected(waiting)] == [START, late + hours(0.25)]


def test_who_manages_and_chairs_is_told_of_silence_once():
    silent = night(severity=Severity.MAJOR, people={Part.SERVICE_MANAGERS: (9,), Part.CHAIR: (9,)})
    assert [one.due_at - START for one in expected(silent) if one.rung.rule == Rule.BEGUN_UNANSWERED] == [hours(0.5)]


@pytest.mark.parametrize(
    ("signs", "state", "after"),
    [
        ({Sign.BEGUN}, State.IN_PROGRESS, 1),
        ({Sign.BEGUN, Sign.ENDED}, State.IN_PROGRESS, 12),
        ({Sign.BEGUN, Sign.ENDED}, State.COMPLETED, 12),
        (set(), State.CANCELLED, 1),
        (set(), State.CANCELLED, 12),
        (set(), State.APPROVED, 12),
    ],
)
def test_it_stops_when_somebody_answers_or_nothing_is_left_to_answer(signs, state, after):
    people = {Part.SERVICE_MANAGERS: (8,), Part.CHAIR: (9,)}
    silent = night(severity=Severity.MAJOR, people=people, signs=frozenset(signs), state=state)
    assert rules(silent, START + hours(after)) == []


@pytest.mark.parametrize(
    ("managers", "chair", "change_managers", "first", "then"),
    [
        ([8], 9, [6], (8,), (9,)),
        ([8, 7, 8], 9, [6], (8, 7), (9,)),
        ([], 9, [6], (9,), (9,)),
        # 1 owns it and 2 implements it: who has been asked already hears nothing more, and the next takes the turn.
        ([1], 9, [6], (9,), (9,)),
        ([1, 8], 9, [6], (8,), (9,)),
        # Without a chair who was not asked the change managers take that turn.
        ([2], 1, [6, 5], (6, 5), (6, 5)),
        ([8], 2, [6], (8,), (6,)),
        ([8], None, [6, 2], (8,), (6,)),
        ([], None, [6], (6,), (6,)),
        ([], None, [], (), ()),
    ],
)
def test_nobody_hears_of_what_they_were_asked_themselves_and_somebody_always_does(managers, chair, change_managers, first, then):
    assert passed_on(managers, chair, change_managers, {1, 2, None}) == {Part.SERVICE_MANAGERS: first, Part.CHAIR: then}


def test_a_moved_night_is_due_at_its_new_time():
    later = START + timedelta(days=7)
    moved = night(revision=2, moments={Moment.START: later, Moment.END: later + hours(4)})
    assert rules(moved, START - hours(24)) == []
    assert rules(moved, later - hours(24)) == ["before_24h"]
    assert {one.key for one in expected(moved)}.isdisjoint(one.key for one in expected(night()))


def test_without_an_end_nobody_is_asked_how_it_went():
    assert {one.rung.rule for one in expected(night(moments={Moment.START: START}))} == {Rule.BEFORE_24H}


@pytest.mark.parametrize(
    ("start", "told_at"),
    [
        # The night of 28 March 2027 skips 02:00–03:00, that of 25 October 2026 has it twice; a day stays 24 hours.
        (datetime(2027, 3, 28, 12, 0, tzinfo=AMSTERDAM), "2027-03-27 11:00"),
        (datetime(2026, 10, 25, 12, 0, tzinfo=AMSTERDAM), "2026-10-24 13:00"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=AMSTERDAM), "2026-10-24 03:30"),
    ],
)
def test_a_day_before_through_a_night_in_which_the_clock_changes(start, told_at):
    start = start.astimezone(UTC)
    one = next(expected(night(moments={Moment.START: start, Moment.END: start + hours(4)})))
    assert one.due_at == start - hours(24)
    assert f"{one.due_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}" == told_at


def test_somebody_who_is_both_is_told_once():
    both = night(people={Part.OWNER: (1,), Part.IMPLEMENTER: (1,)})
    assert [one.recipient for one in due_reminders(both, START)] == [1]


def test_the_rota_is_called_one_after_the_other():
    waiting = Facts(
        About.EMERGENCY, 7, moments={Moment.SUBMITTED: START}, people={Part.ROTA: (4, 5, 6)}, state=State.SUBMITTED, severity=Severity.MINOR
    )
    called = [[one.recipient for one in due_reminders(waiting, START + timedelta(minutes=m))] for m in (0, 14, 15, 30)]
    assert called == [[4], [4], [4, 5], [4, 5, 6]]
    assert due_reminders(replace(waiting, state=State.APPROVED), START + hours(1)) == []


UNANSWERED = Facts(
    About.EMERGENCY,
    7,
    100,
    moments={Moment.SUBMITTED: START, Moment.CALLED: START + hours(0.5)},
    people={Part.CHAIR: (8,), Part.CHANGE_MANAGERS: (9,)},
    state=State.SUBMITTED,
    severity=Severity.MINOR,
)


@pytest.mark.parametrize(
    ("after", "times"),
    [(0.49, []), (0.5, [100]), (1.49, [100]), (1.5, [101]), (12, [111]), (24.49, [123]), (24.5, [])],
)
def test_an_emergency_that_nobody_answers_is_told_again_each_hour_for_a_day(after, times):
    due = [one for one in due_reminders(UNANSWERED, START + hours(after)) if one.rung.rule == Rule.EMERGENCY_UNANSWERED]
    assert [(one.recipient, one.revision) for one in due] == [(person, time) for time in times for person in (8, 9)]


@pytest.mark.parametrize(
    ("revision", "after", "other", "why"),
    [
        (103, 3.5, {}, ""),
        (103, 4.5, {}, "Too late to help."),
        (124, 24.4, {}, "The times it was about have changed."),
        (99, 3.5, {}, "The times it was about have changed."),
        (103, 3.6, {"state": State.APPROVED}, "The RFC is approved."),
        (103, 3.6, {"state": State.CANCELLED}, "The RFC is cancelled."),
        (103, 3.6, {"people": {Part.CHAIR: (5,)}}, "It is no longer this person’s."),
    ],
)
def test_each_time_of_what_is_told_again_stands_for_itself(revision, after, other, why):
    assert why_dropped("emergency_unanswered", revision, 8, replace(UNANSWERED, **other), START + hours(after)) == why


def test_of_what_is_told_again_only_the_next_time_is_foreseen():
    ahead = next_times(one for one in expected(UNANSWERED) if one.until > START + hours(3))
    assert [(one.recipient, one.revision) for one in ahead] == [(8, 102), (9, 102)]


@pytest.mark.parametrize(
    ("facts", "rule", "before", "after"),
    [
        (
            Facts(About.NIGHT, "2026-11-21", moments={Moment.END: START}, people={Part.OWNER: (1,)}),
            Rule.OUTCOMES_OF_THE_NIGHT,
            START,
            START + hours(24),
        ),
        (
            Facts(About.NIGHT, "2026-11-21", moments={Moment.END: START}, people={Part.SERVICE_MANAGERS: (8,)}),
            Rule.OUTCOMES_UNANSWERED,
            START + hours(24),
            START + hours(96),
        ),
        (
            Facts(About.NIGHT, "2026-11-21", moments={Moment.END: START}, people={Part.CHAIR: (9,)}),
            Rule.OUTCOMES_STILL_UNANSWERED,
            START + hours(48),
            START + hours(120),
        ),
        (
            Facts(About.DRAFT, 7, 3, {Moment.CUT_OFF: START}, {Part.OWNER: (1,)}, State.DRAFT),
            Rule.INCOMPLETE,
            START - hours(24),
            START,
        ),
        (
            Facts(About.ITEM, 9, 1, {Moment.PUBLISHED: START, Moment.START: END}, {Part.OWNER: (1,)}, State.SUBMITTED, Severity.MAJOR),
            Rule.ON_AGENDA,
            START,
            END,
        ),
        (
            Facts(About.DECISION, 5, 1, {Moment.DECIDED: START}, {Part.OWNER: (1,)}, State.REJECTED, Severity.MINOR),
            Rule.DECIDED,
            START,
            START + hours(24),
        ),
        (
            Facts(About.ACTION, 5, 1, {Moment.DUE: START}, {Part.OWNER: (1,)}),
            Rule.ACTION_DUE,
            START - hours(24),
            START + hours(48),
        ),
        (
            Facts(About.CONDITION, 5, 1, {Moment.DUE: START}, {Part.OWNER: (1,)}, State.APPROVED),
            Rule.CONDITION_DUE,
            START - hours(24),
            START + hours(48),
        ),
        (
            Facts(About.APPROVAL, 7, 5, {Moment.LAPSES: START}, {Part.OWNER: (1,)}, State.APPROVED),
            Rule.APPROVAL_LAPSING,
            START - hours(72),
            START,
        ),
        (
            Facts(About.RETURN, 7, 1, {Moment.RETURNED: START}, {Part.OWNER: (1,)}, State.SUBMITTED),
            Rule.APPROVAL_GONE,
            START,
            START + hours(48),
        ),
        (
            Facts(About.REVIEW, 7, 1, {Moment.END: START}, {Part.OWNER: (1,)}, State.COMPLETED),
            Rule.REVIEW_DUE,
            START + hours(24),
            START + hours(168),
        ),
        (
            Facts(About.FOLLOW_UP, 7, 1, {Moment.END: START}, {Part.OWNER: (1,)}, State.CLOSED),
            Rule.FOLLOW_UP_OWED,
            START + hours(120),
            START + hours(168),
        ),
        (
            Facts(About.MEETING, 3, 1, {Moment.PUBLISHED: START, Moment.START: END}, {Part.MEMBERS: (1,)}),
            Rule.AGENDA_PUBLISHED,
            START,
            END,
        ),
        (
            Facts(About.MEETING, 3, 1, {Moment.START: START}, {Part.UNDECIDED: (1,)}),
            Rule.VOTE_MISSING,
            START - hours(24),
            START,
        ),
        (
            Facts(About.MOVE, 7, 1, {Moment.MOVED: START, Moment.START: END}, {Part.CHANGE_MANAGERS: (1,)}, State.APPROVED),
            Rule.MOVE_TO_CONFIRM,
            START,
            END,
        ),
        (
            Facts(About.WORD, 7, 1, {Moment.DECIDED: START}, {Part.CHANGE_MANAGERS: (1,)}, State.CLOSED),
            Rule.WORD_UNCONFIRMED,
            START + hours(24),
            START + hours(72),
        ),
    ],
)
def test_the_other_rules_are_due_in_a_half_open_interval(facts, rule, before, after):
    second = timedelta(seconds=1)
    told = [rules(facts, at) for at in (before - second, before, after - second, after)]
    assert told == [[], [rule], [rule], []]


def test_a_word_is_told_to_its_approver_at_once_and_again_when_it_was_not_confirmed():
    facts = Facts(About.WORD, 7, 1, {Moment.DECIDED: START}, {Part.APPROVER: (1,)}, State.IN_PROGRESS)
    told = [rules(facts, START + hours(after)) for after in (-1, 0, 23, 24, 71, 72)]
    assert told == [[], ["word_to_confirm"], ["word_to_confirm"], ["word_unconfirmed"], ["word_unconfirmed"], []]


def test_every_rule_has_a_rung_and_words():
    assert {rung.rule for rung in LADDER} == set(Rule)
    assert all(rule.label for rule in Rule)


@pytest.mark.parametrize(
    ("facts", "at", "why"),
    [
        (night(), START - hours(24), ""),
        (night(), START - hours(1), ""),
        (night(), START, "Too late to help."),
        (None, START - hours(24), "What it was about is no longer there."),
        (night(revision=2), START - hours(24), "The times it was about have changed."),
        (night(people={Part.OWNER: (2,)}), START - hours(24), "It is no longer this person’s."),
        (night(signs=frozenset({Sign.BEGUN})), START - hours(24), "It has begun."),
        (night(state=State.SUBMITTED), START - hours(24), "The RFC is submitted."),
        *((night(state=state), START - hours(24), f"The RFC is {state.label.lower()}.") for state in sorted(ENDED_STATES)),
    ],
)
def test_why_a_written_reminder_is_not_sent(facts, at, why):
    assert why_dropped("before_24h", 1, 1, facts, at) == why


@pytest.mark.parametrize(
    ("since", "at", "minutes"),
    [
        (None, START, 0),
        (None, START + timedelta(minutes=14), 0),
        (None, START + timedelta(minutes=15), 15),
        (START - hours(5), START + hours(2), 120),
        (START + hours(2), START + hours(2), 0),
        (START + hours(1), START + hours(2), 60),
    ],
)
def test_late_is_what_could_have_been_sent_before(since, at, minutes):
    assert minutes_late(START, since, at) == minutes
