"""The moves of one RFC as somebody sees them: what is possible, what is not, and why."""

from dataclasses import dataclass
from datetime import datetime

from changes import permissions
from changes.choices import Outcome, Ratification, Route, Severity, State, Urgency
from changes.domain import judgement, lifecycle
from changes.domain.finding import Finding, blocking
from changes.domain.lifecycle import Move
from changes.models import RFC, Condition, User
from changes.selectors.approval import why_uncovered
from changes.selectors.finding import findings_of


@dataclass(frozen=True)
class Offer:
    """One move. `why` says in a sentence why it is refused now; `findings` are what stands against it.

    `is_mine` tells whether the person may make it at all, whatever state and findings say.
    """

    to: State
    move: Move
    is_mine: bool
    why: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.is_mine and not self.why


def moves_of(rfc: RFC, user: User, *, at: datetime, found: list[Finding] | None = None) -> list[Offer]:
    """Every move that leads on from where the RFC is, in the order of the table, as `user` may make it at `at`.

    `found` are its findings, where the caller has them already.
    """
    content = rfc.content()
    targets = lifecycle.targets(State(rfc.state), retrospective=lifecycle.is_retrospective(content))
    if found is None:
        found = findings_of(rfc, at=at) if targets else []
    return [_offer(rfc, user, after, found, at) for after in targets]


def _offer(rfc: RFC, user: User, after: State, found: list[Finding], at: datetime) -> Offer:
    move = lifecycle.MOVES[(State(rfc.state), after)]
    mine = permissions.may_move(user, rfc, after, at)
    against = tuple(_against(rfc, after, found))
    why = _why(rfc, after, against)
    if not mine:
        makers = ", ".join(sorted(lifecycle.makers(State(rfc.state), after, Route(rfc.route))))
        own = rfc.state == State.SUBMITTED and permissions.has_a_hand_in(user, rfc)
        why = "Its own people never decide it." if own else f"This is for the {makers}."
    return Offer(after, move, mine, why, against)


def _against(rfc: RFC, after: State, found: list[Finding]) -> list[Finding]:
    """The findings that stop this move."""
    if after == State.SUBMITTED and rfc.state == State.DRAFT:
        retrospective = lifecycle.is_retrospective(rfc.content())
        stopping = blocking(found) if rfc.route == Route.AUTOMATIC else judgement.stops_submission(found)
        return [] if retrospective else stopping
    return judgement.stops_scheduling(found) if after == State.SCHEDULED else []


def _why(rfc: RFC, after: State, against: tuple[Finding, ...]) -> str:
    if against:
        rest = f" and {len(against) - 1} more" if len(against) > 1 else ""
        return f"{against[0].message}{rest}"
    if after == State.SCHEDULED:
        return _why_not_scheduled(rfc)
    if after == State.IN_PROGRESS and rfc.decision_id:
        unmet = Condition.objects.filter(decision_id=rfc.decision_id, met_at=None).count()
        return f"{unmet} of its conditions {'is' if unmet == 1 else 'are'} not met." if unmet else why_uncovered(rfc)
    return _why_not_closed(rfc) if after == State.CLOSED else ""


def _why_not_scheduled(rfc: RFC) -> str:
    if rfc.is_move_unconfirmed:
        return "The change manager has to confirm the move first."
    return why_uncovered(rfc) or ("" if rfc.sessions.all() else "It has no session yet.")


def _why_not_closed(rfc: RFC) -> str:
    if rfc.ratification == Ratification.OWED:
        return "The board has yet to ratify it."
    urgency = Urgency(rfc.urgency) if rfc.urgency else None
    needed = lifecycle.needs_review(Severity(rfc.severity), urgency, Outcome(rfc.outcome))
    return "Its post-implementation review is not written." if needed and lifecycle.unanswered(rfc.review) else ""
