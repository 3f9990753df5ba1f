"""What no board has to decide: the automatic lane on its two grounds, and environments that only record (DESIGN 4.1, 4.3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.content import reread
from changes.actions.decision import keep, put_in_force
from changes.actions.ruling import Ruling, check_complete
from changes.actions.state import check_version, enter, settle
from changes.choices import Ground, Route, Severity, State, Verdict
from changes.domain.finding import Finding, blocking
from changes.domain.severity import automatic_grounds, why_not_automatic
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, User
from changes.selectors.finding import findings_of

_OUTSIDE = frozenset({"window.misses", "window.exceeds", "window.undefined"})


def needs_ground(rfc: RFC) -> bool:
    """Whether it asks for the automatic lane by its type and its answers."""
    return rfc.severity == Severity.AUTOMATIC and rfc.route == Route.AUTOMATIC


def ground_of(rfc: RFC, found: Sequence[Finding], *, restores: bool = False) -> Ground:
    """The ground on which it takes the automatic lane; raises `MoveRefused` with the reasons where there is none.

    `restores` claims that it restores a service, which only that service's named approver may.
    """
    facts: dict[str, Any] = {
        "type_pre_approved": bool(rfc.change_type and rfc.change_type.pre_approved),
        "inside_window": not any(finding.code in _OUTSIDE for finding in found),
        "blocking": blocking(found),
        "restores_service": restores,
        "named_approver": restores,
    }
    ground = Ground.RESTORES_SERVICE if restores else automatic_grounds(rfc.content(), **facts)
    reasons = why_not_automatic(rfc.content(), **facts)
    if ground is None or reasons:
        raise MoveRefused(
            f"It cannot take the automatic lane. {' '.join(reasons)}",
            mend="Mend what is listed, or answer the impact so that somebody decides.",
            findings=blocking(found),
        )
    return ground


def go_on(rfc: RFC, *, at: datetime) -> None:
    """Carry a submitted, locked RFC on where nobody decides: approve what is only recorded or is automatic.

    What no longer fits the automatic lane goes back to its owner as a draft that says why.
    """
    if rfc.route == Route.RECORD:
        _approve(rfc, None, at=at)
    elif needs_ground(rfc):
        try:
            ground = ground_of(rfc, findings_of(rfc, at=at))
        except MoveRefused as refusal:
            enter(rfc, State.DRAFT, actor=None, at=at, note=refusal.sentence, submitted_at=None)
        else:
            _approve(rfc, ground, at=at)


def _approve(rfc: RFC, ground: Ground | None, *, at: datetime) -> None:
    """Such an approval does not lapse: nobody would have to be asked for it again."""
    reason = ground.label if ground else Route.RECORD.label
    decision = keep(rfc, Ruling(Verdict.APPROVE, reason=reason), actor=None, at=at)
    put_in_force(rfc, decision, actor=None, at=at, ground=ground or "", approved_until=None)
    settle(rfc, at=at)


@transaction.atomic
def restore(rfc: RFC, reason: str, *, actor: User, at: datetime, version: int | None = None) -> RFC:
    """A service's named approver lets a submitted RFC through because it restores the service; no window is needed.

    It becomes automatic on that ground, and the board, which is told, may withdraw it (DESIGN 4.3). Raises
    `NotAllowed`, `MoveRefused` with what else stands against it, `Unacceptable` without a reason, or `Stale`.
    """
    rfc = reread(rfc)
    check_version(rfc, version)
    if not permissions.can_say_it_restores(actor, rfc):
        raise NotAllowed("Only the named approver of one of its services says that it restores the service.")
    if rfc.state != State.SUBMITTED:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; only what is submitted is approved.")
    if not reason.strip():
        raise Unacceptable("It is not said what it restores.", mend="Say what is lost without it.", field="reason")
    found = findings_of(rfc, at=at)
    check_complete(rfc, found)
    ground = ground_of(rfc, found, restores=True)
    decision = keep(rfc, Ruling(Verdict.APPROVE, reason=reason, severity=Severity.AUTOMATIC), actor=actor, at=at)
    put_in_force(rfc, decision, actor=actor, at=at, severity=Severity.AUTOMATIC, ground=ground)
    return settle(reread(rfc), at=at)
