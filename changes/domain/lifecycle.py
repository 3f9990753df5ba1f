"""How an RFC moves: the table of moves, the routes, and what each asks for (DESIGN 4.1).

Both tables are data. A pair of states that is not in `MOVES` is not a move; a move that only the
product makes ("by itself") is offered to nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from changes.choices import Outcome, Route, Severity, State, Urgency
from changes.domain.content import Content
from changes.domain.interval import Interval
from changes.domain.wording import length


class Actor(StrEnum):
    """What somebody is to one RFC; `changes.permissions` tells who that is."""

    REQUESTER = "requester"
    OWNER = "owner"
    IMPLEMENTER = "implementer"
    CHANGE_MANAGER = "change manager"
    CHAIR = "chair"
    ROTA = "approver on the rota"
    PRODUCT = "product"


@dataclass(frozen=True)
class Move:
    """One allowed move. `by` says who makes it; an empty `by` leaves that to the route (`APPROVERS`)."""

    verb: str
    action: str
    by: frozenset[Actor] = frozenset()
    is_retrospective: bool = False


_RAISERS = frozenset({Actor.REQUESTER, Actor.OWNER})
_WORKERS = frozenset({Actor.OWNER, Actor.IMPLEMENTER})
_RETURNERS = frozenset({Actor.CHANGE_MANAGER, Actor.REQUESTER, Actor.OWNER})
_PRODUCT = frozenset({Actor.PRODUCT})
_SCHEDULERS = frozenset({Actor.REQUESTER, Actor.OWNER, Actor.CHANGE_MANAGER, Actor.PRODUCT})
_CLOSERS = frozenset({Actor.OWNER, Actor.CHANGE_MANAGER})

S = State
MOVES: Mapping[tuple[State, State], Move] = {
    (S.DRAFT, S.SUBMITTED): Move("Submit", "submitted", _RAISERS),
    (S.DRAFT, S.CANCELLED): Move("Cancel", "cancelled", _RAISERS),
    (S.DRAFT, S.IN_PROGRESS): Move("Record as begun", "recorded_begun", _RAISERS, is_retrospective=True),
    (S.DRAFT, S.COMPLETED): Move("Record as done", "recorded_done", _RAISERS, is_retrospective=True),
    (S.SUBMITTED, S.DRAFT): Move("Return to its owner", "returned", _RETURNERS),
    (S.SUBMITTED, S.APPROVED): Move("Approve", "approved"),
    (S.SUBMITTED, S.REJECTED): Move("Reject", "rejected"),
    (S.SUBMITTED, S.CANCELLED): Move("Cancel", "cancelled", _RAISERS),
    (S.APPROVED, S.SUBMITTED): Move("Ask for approval again", "returned_for_approval", _RAISERS | _PRODUCT),
    (S.APPROVED, S.SCHEDULED): Move("Schedule", "scheduled", _SCHEDULERS),
    (S.APPROVED, S.CANCELLED): Move("Cancel", "cancelled", _RAISERS),
    (S.SCHEDULED, S.SUBMITTED): Move("Ask for approval again", "returned_for_approval", _RAISERS | _PRODUCT),
    (S.SCHEDULED, S.APPROVED): Move("Take off the schedule", "unscheduled", _PRODUCT),
    (S.SCHEDULED, S.IN_PROGRESS): Move("Begin", "begun", _WORKERS),
    (S.SCHEDULED, S.COMPLETED): Move("Record that it was not started", "completed", _WORKERS),
    (S.SCHEDULED, S.CANCELLED): Move("Cancel", "cancelled", _RAISERS),
    (S.IN_PROGRESS, S.COMPLETED): Move("Record the outcome", "completed", _WORKERS),
    (S.COMPLETED, S.CLOSED): Move("Close", "closed", _CLOSERS),
}

#: Who approves or rejects on each route; `record` and `automatic` need nobody (DESIGN 4.1, 4.3).
APPROVERS: Mapping[Route, frozenset[Actor]] = {
    Route.RECORD: _PRODUCT,
    Route.AUTOMATIC: _PRODUCT,
    Route.MANAGER: frozenset({Actor.CHANGE_MANAGER}),
    Route.BOARD: frozenset({Actor.CHAIR}),
    Route.EMERGENCY: frozenset({Actor.ROTA}),
}

#: A decision lets work be scheduled for so long (DESIGN 4.1).
APPROVAL_GOOD_FOR = timedelta(days=28)


def move_between(before: str, after: str) -> Move | None:
    """The move from one state to another, or None where there is none."""
    return MOVES.get((State(before), State(after)))


def makers(before: str, after: str, route: str) -> frozenset[Actor]:
    """Who may make a move, by its route where the table leaves it to the route."""
    return MOVES[(State(before), State(after))].by or APPROVERS[Route(route)]


def route_for(urgency: Urgency | None, severity: Severity, routes: Mapping[Severity, Route], *, default: Route = Route.BOARD) -> Route:
    """The route of an RFC, from the routes of its environment. An emergency has its own, whatever the environment.

    An environment that only records changes records its emergencies too.
    """
    route = Route.AUTOMATIC if severity == Severity.AUTOMATIC else routes.get(Severity(severity), default)
    if routes.get(Severity(severity)) == Route.RECORD:
        return Route.RECORD
    return Route.EMERGENCY if urgency == Urgency.EMERGENCY else route


def needs_review(severity: Severity, urgency: Urgency | None, outcome: Outcome | None) -> bool:
    """Whether *closed* needs a post-implementation review."""
    return severity == Severity.MAJOR or urgency == Urgency.EMERGENCY or outcome != Outcome.SUCCESSFUL


#: Nothing comes of a follow-up in one of these states; in any other it is under way or done.
COME_TO_NOTHING = frozenset({State.REJECTED, State.CANCELLED})


def owes_follow_up(urgency: str, state: str, *, is_permanent: bool, follow_ups: Collection[str]) -> bool:
    """Whether an emergency still owes its permanent fix: until an RFC that follows it up is closed (DESIGN 4.1, S10).

    `is_permanent` is true where its owner has called the fix permanent, or it was imported; `follow_ups` are the states of
    the RFCs that follow it up.
    """
    owes = urgency == Urgency.EMERGENCY and state in (State.COMPLETED, State.CLOSED)
    return owes and not is_permanent and State.CLOSED not in follow_ups


def owes_raising(urgency: str, state: str, *, is_permanent: bool, follow_ups: Collection[str]) -> bool:
    """Whether that RFC is still to be raised at all: one that was cancelled or rejected does not count."""
    owes = owes_follow_up(urgency, state, is_permanent=is_permanent, follow_ups=follow_ups)
    return owes and set(follow_ups) <= COME_TO_NOTHING


#: The questions of a post-implementation review, by the name of their answer.
REVIEW_QUESTIONS: Mapping[str, str] = {
    "objective_met": "Was the objective met?",
    "deviations": "What went differently from the plan?",
    "incidents": "Which incidents did it cause?",
    "instructions": "Which instruction gets better?",
    "actions": "What is still to be done, by whom?",
}


def unanswered(review: Mapping[str, str] | None) -> list[str]:
    """The questions of a review that have no answer yet."""
    return [name for name in REVIEW_QUESTIONS if not str((review or {}).get(name, "")).strip()]


def is_retrospective(content: Content) -> bool:
    """Whether it was written down after its work had begun."""
    return any(session.actual_start for session in content.sessions)


def recorded_state(content: Content, outcome: Outcome | None) -> State:
    """Where a retrospective RFC enters: completed once every session has its actual end and its outcome is known."""
    done = all(session.actual_end for session in content.sessions)
    return State.COMPLETED if done and outcome else State.IN_PROGRESS


#: Work that begins so much off its planned time is worth a word in the history.
ON_TIME = timedelta(minutes=30)


def off_schedule(planned: Interval, begun_at: datetime) -> str:
    """The deviation of a begin from its planned session, as it is noted; empty where it is on time (DESIGN 4.1)."""
    if planned.start - begun_at > ON_TIME:
        return f"Begun {length(Interval(begun_at, planned.start).minutes)} before its planned start."
    if begun_at >= planned.end:
        return "Begun after its planned end."
    return ""


def approved_until(decided_at: datetime, good_for: timedelta = APPROVAL_GOOD_FOR) -> datetime:
    """When an approval lapses if nothing is scheduled by then."""
    return decided_at + good_for


def targets(before: State, *, retrospective: bool = False) -> list[State]:
    """The states that people can ask for from `before`, in the order of the table."""
    return [
        after
        for (start, after), move in MOVES.items()
        if start == before and move.by != _PRODUCT and move.is_retrospective <= retrospective
    ]


def refused_outcome(before: State, outcome: Outcome | None) -> str:
    """Why this outcome does not fit a completion from `before`; empty where it does."""
    if outcome is None:
        return "Completing needs an outcome."
    if before == State.SCHEDULED and outcome != Outcome.NOT_STARTED:
        return "It has not begun, so its only outcome is “not started”."
    if before == State.IN_PROGRESS and outcome == Outcome.NOT_STARTED:
        return "It has begun, so “not started” is not its outcome."
    return ""


def open_conditions(conditions: Collection[tuple[str, datetime | None]]) -> list[str]:
    """The texts of conditions, given as (text, met at), that are not met yet."""
    return [text for text, met_at in conditions if met_at is None]
