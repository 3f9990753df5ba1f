"""The tables of moves and routes, for every pair of states and every route (DESIGN 4.1)."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from changes.choices import Outcome, Route, Severity, State, Urgency
from changes.domain import lifecycle
from changes.domain.content import Content, Session
from changes.domain.interval import Interval
from changes.domain.lifecycle import Actor, owes_follow_up, owes_raising

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
S = State

#: From each state, where an RFC can go at all. What is not listed is refused.
ONWARD = {
    S.DRAFT: {S.SUBMITTED, S.CANCELLED, S.IN_PROGRESS, S.COMPLETED},
    S.SUBMITTED: {S.DRAFT, S.APPROVED, S.REJECTED, S.CANCELLED},
    S.APPROVED: {S.SUBMITTED, S.SCHEDULED, S.CANCELLED},
    S.SCHEDULED: {S.SUBMITTED, S.APPROVED, S.IN_PROGRESS, S.COMPLETED, S.CANCELLED},
    S.IN_PROGRESS: {S.COMPLETED},
    S.COMPLETED: {S.CLOSED},
    S.CLOSED: set(),
    S.REJECTED: set(),
    S.CANCELLED: set(),
}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_every_pair_of_states_is_allowed_or_refused(before: State, after: State) -> None:
    assert (lifecycle.move_between(before, after) is not None) == (after in ONWARD[before])


def test_work_begins_only_on_the_schedule_or_written_down_afterwards() -> None:
    into_work = {before: move for (before, after), move in lifecycle.MOVES.items() if after == S.IN_PROGRESS}
    assert set(into_work) == {S.DRAFT, S.SCHEDULED}
    assert into_work[S.DRAFT].is_retrospective
    assert not into_work[S.SCHEDULED].is_retrospective


@pytest.mark.parametrize(
    ("route", "approvers"),
    [
        (Route.RECORD, {Actor.PRODUCT}),
        (Route.AUTOMATIC, {Actor.PRODUCT}),
        (Route.MANAGER, {Actor.CHANGE_MANAGER}),
        (Route.BOARD, {Actor.CHAIR}),
        (Route.EMERGENCY, {Actor.ROTA}),
    ],
)
def test_a_route_names_who_approves(route: Route, approvers: set[Actor]) -> None:
    assert lifecycle.makers(S.SUBMITTED, S.APPROVED, route) == approvers


@pytest.mark.parametrize("route", list(Route))
def test_who_approves_also_rejects(route: Route) -> None:
    assert lifecycle.makers(S.SUBMITTED, S.REJECTED, route) == lifecycle.makers(S.SUBMITTED, S.APPROVED, route)


BY_SEVERITY = {Severity.MAJOR: Route.BOARD, Severity.MINOR: Route.MANAGER}
RECORDED = dict.fromkeys(Severity, Route.RECORD)


@pytest.mark.parametrize(
    ("urgency", "severity", "routes", "expected"),
    [
        (Urgency.NORMAL, Severity.MINOR, BY_SEVERITY, Route.MANAGER),
        (Urgency.NORMAL, Severity.MAJOR, BY_SEVERITY, Route.BOARD),
        (Urgency.NORMAL, Severity.AUTOMATIC, BY_SEVERITY, Route.AUTOMATIC),
        (Urgency.EMERGENCY, Severity.MINOR, BY_SEVERITY, Route.EMERGENCY),
        (Urgency.EMERGENCY, Severity.MAJOR, {}, Route.EMERGENCY),
        (Urgency.NORMAL, Severity.MAJOR, {}, Route.BOARD),
        (None, Severity.MINOR, {}, Route.BOARD),
        (Urgency.EMERGENCY, Severity.MAJOR, RECORDED, Route.RECORD),
        (Urgency.LOW, Severity.AUTOMATIC, RECORDED, Route.RECORD),
    ],
)
def test_environment_severity_and_urgency_choose_the_route(
    urgency: Urgency | None, severity: Severity, routes: dict[Severity, Route], expected: Route
) -> None:
    assert lifecycle.route_for(urgency, severity, routes) == expected


@pytest.mark.parametrize(
    ("severity", "urgency", "outcome", "needed"),
    [
        (Severity.MINOR, Urgency.NORMAL, Outcome.SUCCESSFUL, False),
        (Severity.AUTOMATIC, None, Outcome.SUCCESSFUL, False),
        (Severity.MAJOR, Urgency.NORMAL, Outcome.SUCCESSFUL, True),
        (Severity.MINOR, Urgency.EMERGENCY, Outcome.SUCCESSFUL, True),
        *[(Severity.MINOR, Urgency.LOW, outcome, True) for outcome in Outcome if outcome != Outcome.SUCCESSFUL],
    ],
)
def test_a_review_is_needed_for_what_the_board_wants_to_learn_from(
    severity: Severity, urgency: Urgency | None, outcome: Outcome, needed: bool
) -> None:
    assert lifecycle.needs_review(severity, urgency, outcome) is needed


@pytest.mark.parametrize(
    ("before", "outcome", "is_refused"),
    [
        (S.SCHEDULED, Outcome.NOT_STARTED, False),
        (S.SCHEDULED, Outcome.SUCCESSFUL, True),
        (S.SCHEDULED, None, True),
        (S.IN_PROGRESS, None, True),
        (S.IN_PROGRESS, Outcome.NOT_STARTED, True),
        *[(S.IN_PROGRESS, outcome, False) for outcome in Outcome if outcome != Outcome.NOT_STARTED],
    ],
)
def test_an_outcome_fits_what_has_happened(before: State, outcome: Outcome | None, is_refused: bool) -> None:
    assert bool(lifecycle.refused_outcome(before, outcome)) is is_refused


def recorded(*actual: tuple[datetime | None, datetime | None]) -> Content:
    return Content(sessions=tuple(Session(NOON, NOON + timedelta(hours=1), actual_start=a, actual_end=b) for a, b in actual))


@pytest.mark.parametrize(
    ("content", "retrospective", "enters"),
    [
        (recorded((None, None)), False, S.IN_PROGRESS),
        (recorded((NOON, None)), True, S.IN_PROGRESS),
        (recorded((NOON, NOON)), True, S.COMPLETED),
        (recorded((NOON, NOON), (None, None)), True, S.IN_PROGRESS),
    ],
)
def test_what_is_written_down_afterwards_enters_where_its_times_say(content: Content, retrospective: bool, enters: State) -> None:
    assert lifecycle.is_retrospective(content) is retrospective
    assert not retrospective or lifecycle.recorded_state(content, Outcome.SUCCESSFUL) == enters


def test_what_has_no_outcome_yet_is_not_completed() -> None:
    assert lifecycle.recorded_state(recorded((NOON, NOON)), None) == S.IN_PROGRESS


@pytest.mark.parametrize(
    ("minutes", "note"),
    [
        (0, ""),
        (-30, ""),
        (-31, "Begun 31 min before its planned start."),
        (59, ""),
        (60, "Begun after its planned end."),
    ],
)
def test_a_begin_off_its_time_is_noted(minutes: int, note: str) -> None:
    planned = Interval(NOON, NOON + timedelta(hours=1))
    assert lifecycle.off_schedule(planned, NOON + timedelta(minutes=minutes)) == note


def test_moves_of_the_product_are_offered_to_nobody() -> None:
    assert S.APPROVED not in lifecycle.targets(S.SCHEDULED)
    assert S.IN_PROGRESS not in lifecycle.targets(S.DRAFT)
    assert S.IN_PROGRESS in lifecycle.targets(S.DRAFT, retrospective=True)


def test_an_approval_is_good_for_28_days() -> None:
    assert lifecycle.approved_until(NOON) == datetime(2026, 12, 19, 12, tzinfo=UTC)


def test_a_review_with_blank_answers_is_not_written_yet() -> None:
    answers = dict.fromkeys(lifecycle.REVIEW_QUESTIONS, "yes")
    assert lifecycle.unanswered(answers) == []
    assert lifecycle.unanswered({**answers, "actions": "  "}) == ["actions"]
    assert lifecycle.unanswered(None) == list(lifecycle.REVIEW_QUESTIONS)


def test_open_conditions_are_told_by_their_texts() -> None:
    assert lifecycle.open_conditions([("backup checked", NOON), ("GC-06 moved", None)]) == ["GC-06 moved"]


@pytest.mark.parametrize(
    ("follow_ups", "owes", "raises"),
    [
        ((), True, True),
        ((State.DRAFT,), True, False),
        ((State.SCHEDULED, State.CANCELLED), True, False),
        ((State.COMPLETED,), True, False),
        ((State.CANCELLED, State.REJECTED), True, True),
        ((State.CLOSED,), False, False),
        ((State.CANCELLED, State.CLOSED), False, False),
    ],
)
def test_an_emergency_owes_until_what_follows_it_up_is_closed(follow_ups, owes, raises):
    asked = {"is_permanent": False, "follow_ups": follow_ups}
    assert owes_follow_up(Urgency.EMERGENCY, State.COMPLETED, **asked) is owes
    assert owes_raising(Urgency.EMERGENCY, State.CLOSED, **asked) is raises


@pytest.mark.parametrize(
    ("urgency", "state", "is_permanent"),
    [(Urgency.NORMAL, State.CLOSED, False), (Urgency.EMERGENCY, State.IN_PROGRESS, False), (Urgency.EMERGENCY, State.CLOSED, True)],
)
def test_who_owes_nothing(urgency, state, is_permanent):
    assert not owes_follow_up(urgency, state, is_permanent=is_permanent, follow_ups=())
