"""The only place that writes `RFC.state`, and what the product does by itself right after a move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from changes.actions.content import touched
from changes.actions.event import record
from changes.choices import State
from changes.domain import judgement, lifecycle
from changes.exceptions import MoveRefused, Stale
from changes.models import RFC, User
from changes.selectors.approval import why_uncovered
from changes.selectors.finding import findings_of


def check_version(rfc: RFC, version: int | None) -> None:
    """Refuse a write that was begun on an older RFC; None asks for nothing. Raises `Stale`."""
    if version is not None and version != rfc.version:
        raise Stale(
            f"{rfc.number} has been changed meanwhile; you have version {version}, it is at {rfc.version}.",
            mend="Read it again, and repeat what is still wanted.",
        )


def enter(
    rfc: RFC,
    after: State,
    *,
    actor: User | None,
    at: datetime,
    note: str = "",
    changes: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Move a locked RFC into `after`, with its event, a new version and the columns that go with it.

    Asks for no right and no finding: `lifecycle.move` and `decision.decide` have. Raises `MoveRefused`
    for a pair of states that is no move.
    """
    move = lifecycle.move_between(rfc.state, after)
    if move is None:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; from there nothing leads to {after}.")
    before = rfc.state
    touched(rfc, at, state=after, **columns)
    record(rfc, move.action, actor=actor, at=at, note=note, changes={"state": [before, after], **(changes or {})})


def as_it_stood(rfc: RFC) -> dict[str, Any]:
    """The columns that a decision writes, as they were."""
    until = rfc.approved_until
    return {
        "state": rfc.state,
        "severity": rfc.severity,
        "decision": rfc.decision_id,
        "approved_until": until.isoformat() if until else None,
        "is_move_unconfirmed": rfc.is_move_unconfirmed,
        "ratification": rfc.ratification,
    }


def put_back(rfc: RFC, before: Mapping[str, Any], *, actor: User, at: datetime, action: str, note: str) -> None:
    """Make a locked RFC what it was before a decision (`Decision.before`), with the event that says so."""
    was, until = rfc.state, before["approved_until"]
    touched(
        rfc,
        at,
        state=before["state"],
        severity=before["severity"],
        decision_id=before["decision"],
        approved_until=datetime.fromisoformat(until) if until else None,
        is_move_unconfirmed=before["is_move_unconfirmed"],
        ratification=before["ratification"],
    )
    changes = {"state": [was, before["state"]]} if was != before["state"] else {}
    record(rfc, action, actor=actor, at=at, note=note, changes=changes)


def settle(rfc: RFC, *, at: datetime) -> RFC:
    """Schedule an approved RFC by itself, once nothing stops it (DESIGN 4.1). Call it on a locked RFC."""
    if rfc.state == State.APPROVED and not why_unscheduled(rfc, at=at):
        enter(rfc, State.SCHEDULED, actor=None, at=at)
    return rfc


def why_unscheduled(rfc: RFC, *, at: datetime) -> str:
    """What keeps an approved RFC off the schedule, in a sentence; empty where nothing does."""
    if rfc.is_move_unconfirmed:
        return "The change manager has to confirm the move first."
    if why := why_uncovered(rfc):
        return why
    if not rfc.sessions.exists():
        return "It has no session yet."
    if rfc.planned_end is not None and rfc.planned_end <= at:
        return "Its planned time has passed; it needs another."
    stopping = judgement.stops_scheduling(findings_of(rfc, at=at))
    return stopping[0].message if stopping else ""
