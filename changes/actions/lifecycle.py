"""Moving an RFC: the one function that every door calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.automatic import go_on, ground_of, needs_ground
from changes.actions.clash import tell_others
from changes.actions.content import reread, touched
from changes.actions.decision import decide
from changes.actions.event import record
from changes.actions.rfc import NOT_APPROVED, assess
from changes.actions.ruling import Ruling
from changes.actions.session import begin_next, end_running, not_ahead
from changes.actions.state import check_version, enter, settle, why_unscheduled
from changes.choices import Outcome, Ratification, Route, Severity, State, Urgency, Verdict
from changes.domain import judgement, lifecycle
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, Condition, User
from changes.notifications.nudge import nudge
from changes.selectors.approval import why_uncovered
from changes.selectors.finding import findings_of


@dataclass(frozen=True)
class Request:
    """What comes with a move. `reason` is the note of it; the times and the outcome are for those that need them."""

    reason: str = ""
    outcome: Outcome | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    review: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def move(rfc: RFC, after: State, *, actor: User, at: datetime, version: int | None = None, request: Request | None = None) -> RFC:
    """Move an RFC into another state, and do all that belongs to the move.

    submitted: needs completeness without errors; `record` and `automatic` go on by themselves.
    approved, rejected: a decision by the RFC's route. scheduled: the checks run again.
    in_progress: needs every condition met; starts the next session. completed: needs an outcome; ends
    the running session. closed: needs its review where one is due. draft: returned with a reason.

    Raises `NotAllowed` (no right), `MoveRefused` (state or findings, which it carries), `Unacceptable`
    (something is missing in the request) or `Stale`; then nothing has been written.
    """
    rfc = reread(rfc)
    check_version(rfc, version)
    if lifecycle.move_between(rfc.state, after) is None:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; it cannot become {after.label.lower()}.")
    if not permissions.may_move(actor, rfc, after, at):
        who = ", ".join(sorted(lifecycle.makers(rfc.state, after, rfc.route)))
        raise NotAllowed(f"This move of {rfc.number} is not yours.", mend=f"It is made by: {who}.")
    _MOVES[after](rfc, actor, at, request or Request())
    return reread(rfc)


def _submit(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    if rfc.state != State.DRAFT:
        enter(rfc, State.SUBMITTED, actor=actor, at=at, note=request.reason, **NOT_APPROVED)
        assess(rfc)
        go_on(rfc, at=at)
        return
    if lifecycle.is_retrospective(rfc.content()):
        _record_afterwards(rfc, actor, at, request)
        return
    assess(rfc)
    found = findings_of(rfc, at=at)
    missing = judgement.stops_submission(found)
    if missing:
        raise MoveRefused("The RFC is not complete.", mend="Mend what is listed.", findings=missing)
    if needs_ground(rfc):
        ground_of(rfc, found)
    enter(rfc, State.SUBMITTED, actor=actor, at=at, note=request.reason, submitted_at=at)
    tell_others(rfc, actor=actor, at=at)
    go_on(rfc, at=at)
    if rfc.urgency == Urgency.EMERGENCY:
        nudge()


def _record_afterwards(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    """Logging is never blocked: what has begun is in progress, what is over with its outcome is completed (DESIGN 4.1).

    It covers what has happened; work still ahead needs its own route, so it is raised on its own.
    """
    content, outcome = rfc.content(), request.outcome or (Outcome(rfc.outcome) if rfc.outcome else None)
    for place, session in enumerate(content.sessions):
        if session.actual_start is None:
            sentence = f"Session {place + 1} has not begun; what is still ahead needs its approval."
            raise Unacceptable(sentence, mend="Take it out, and raise it as an RFC of its own.", field=f"sessions[{place}]")
        for name in ("actual_start", "actual_end"):
            not_ahead(getattr(session, name) or at, at, f"sessions[{place}].{name}")
    assess(rfc)
    # What only has to be recorded needs nobody's approval, so nobody has to ratify it either.
    owed = "" if rfc.route == Route.RECORD else Ratification.OWED
    columns: dict[str, Any] = {"retrospective": True, "ratification": owed, "submitted_at": at}
    after = lifecycle.recorded_state(content, outcome)
    if after == State.COMPLETED:
        columns["outcome"] = outcome
    enter(rfc, after, actor=actor, at=at, note=request.reason, **columns)


def _record(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    if not lifecycle.is_retrospective(rfc.content()):
        raise MoveRefused(f"{rfc.number} has no actual times.", mend="Submit it, or enter when the work began.")
    _record_afterwards(rfc, actor, at, request)


def _approve(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    decide(rfc, Ruling(Verdict.APPROVE, reason=request.reason), actor=actor, at=at)


def _reject(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    decide(rfc, Ruling(Verdict.REJECT, reason=request.reason), actor=actor, at=at)


def _schedule(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    """Run the checks again: an approval goes on the schedule, or is told what keeps it off."""
    if rfc.state == State.SCHEDULED:
        enter(rfc, State.APPROVED, actor=None, at=at, note=request.reason)
        return
    if why := why_unscheduled(rfc, at=at):
        raise MoveRefused(why, findings=judgement.stops_scheduling(findings_of(rfc, at=at)))
    enter(rfc, State.SCHEDULED, actor=actor, at=at)


def _return(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    own = permissions.is_own(actor, rfc)
    if not own and not request.reason.strip():
        raise Unacceptable("Returning an RFC needs a reason.", mend="Say what its owner should mend.", field="reason")
    enter(rfc, State.DRAFT, actor=actor, at=at, note=request.reason, submitted_at=None)


def _begin(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    if rfc.state == State.DRAFT:
        _record(rfc, actor, at, request)
        return
    rows = Condition.objects.filter(decision=rfc.decision).values_list("text", "met_at") if rfc.decision else ()
    unmet = lifecycle.open_conditions(list(rows))
    if unmet:
        raise MoveRefused(f"Not met yet: {'; '.join(unmet)}", mend="Have them met first.")
    if uncovered := why_uncovered(rfc):
        raise MoveRefused(uncovered, mend="Submit it again, so that what stands there is approved.")
    begun_at = not_ahead(request.actual_start or at, at, "actual_start")
    session = begin_next(rfc, at=begun_at)
    note = " ".join(part for part in (request.reason, lifecycle.off_schedule(session.interval, begun_at)) if part)
    enter(rfc, State.IN_PROGRESS, actor=actor, at=at, note=note)


def _complete(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    if rfc.state == State.DRAFT:
        if lifecycle.is_retrospective(rfc.content()) and request.outcome is None and not rfc.outcome:
            raise Unacceptable("Completing needs an outcome.", mend="Say how it went.", field="outcome")
        _record(rfc, actor, at, request)
        return
    refused = lifecycle.refused_outcome(State(rfc.state), request.outcome)
    if refused:
        raise Unacceptable(refused, mend="Choose another outcome.", field="outcome")
    if rfc.state == State.IN_PROGRESS:
        ended = not_ahead(request.actual_end or at, at, "actual_end")
        end_running(rfc, at=ended, started_at=request.actual_start)
    enter(
        rfc,
        State.COMPLETED,
        actor=actor,
        at=at,
        note=request.reason,
        changes={"outcome": ["", request.outcome]},
        outcome=request.outcome,
        outcome_note=request.reason,
    )


def _close(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    if rfc.ratification == Ratification.OWED:
        raise MoveRefused("The board has yet to ratify it, or to call it unauthorised.", mend="It stands on the next agenda.")
    review = {**(rfc.review or {}), **request.review}
    outcome = Outcome(rfc.outcome) if rfc.outcome else None
    urgency = Urgency(rfc.urgency) if rfc.urgency else None
    open_questions = lifecycle.unanswered(review)
    if lifecycle.needs_review(Severity(rfc.severity), urgency, outcome) and open_questions:
        asked = " ".join(lifecycle.REVIEW_QUESTIONS[name] for name in open_questions)
        raise MoveRefused("It needs a post-implementation review first.", mend=f"Answer: {asked}")
    enter(rfc, State.CLOSED, actor=actor, at=at, note=request.reason, review=review or None)


def _cancel(rfc: RFC, actor: User, at: datetime, request: Request) -> None:
    enter(rfc, State.CANCELLED, actor=actor, at=at, note=request.reason)


_MOVES: Mapping[State, Callable[[RFC, User, datetime, Request], None]] = {
    State.DRAFT: _return,
    State.SUBMITTED: _submit,
    State.APPROVED: _approve,
    State.REJECTED: _reject,
    State.SCHEDULED: _schedule,
    State.IN_PROGRESS: _begin,
    State.COMPLETED: _complete,
    State.CLOSED: _close,
    State.CANCELLED: _cancel,
}


@transaction.atomic
def write_review(rfc: RFC, review: Mapping[str, str], *, actor: User, at: datetime) -> RFC:
    """Keep the answers of a post-implementation review, whole or not yet. Raises `NotAllowed` or `MoveRefused`."""
    rfc = reread(rfc)
    if not permissions.can_review(actor, rfc):
        raise NotAllowed("Owner, implementer and change manager write the review.")
    if rfc.state != State.COMPLETED:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; a review follows a completed RFC.")
    touched(rfc, at, review={**(rfc.review or {}), **review})
    record(rfc, "reviewed", actor=actor, at=at)
    return rfc


@transaction.atomic
def lapse(rfc: RFC, *, at: datetime) -> RFC:
    """Take back an approval that nothing was scheduled on in time (DESIGN 4.1)."""
    rfc = reread(rfc)
    if rfc.state == State.APPROVED and rfc.approved_until and rfc.approved_until <= at:
        enter(rfc, State.SUBMITTED, actor=None, at=at, note="The approval has lapsed.", **NOT_APPROVED)
        assess(rfc)
        go_on(rfc, at=at)
    return rfc


@transaction.atomic
def settle_again(rfc: RFC, *, at: datetime) -> RFC:
    """Schedule an approved RFC whose obstacle has gone, as beat asks every few minutes."""
    return settle(reread(rfc), at=at)
