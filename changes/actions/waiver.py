"""Accepting a blocking finding."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.state import settle
from changes.domain.finding import Finding
from changes.domain.waiver import accepted_minutes, accepted_scope, accepted_times, is_waivable
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, User, Waiver
from changes.models.waiver import times_data
from changes.selectors.finding import findings_of
from changes.selectors.waiver import named_by_freezes


@transaction.atomic
def waive(
    rfc: RFC,
    code: str,
    *,
    other: RFC | None = None,
    about: str = "",
    freeze: int | None = None,
    reason: str,
    until: datetime,
    actor: User,
    at: datetime,
) -> Waiver:
    """Accept a finding that the RFC has now, as large as it is and where it lies now, until `until`.

    `about` is the name of the freeze, where more than one stops it, and `freeze` its key, where more than one that `actor`
    may waive has that name. Raises `NotAllowed` for anybody but
    a change manager, or whom the freeze names, and for an RFC of their own; `Unacceptable` where there is no such finding, no reason, or
    a time that has passed.
    """
    rfc = reread(rfc)
    asked = [f for f in findings_of(rfc, at=at) if (f.code, f.other) == (code, other.number if other else None)]
    asked = [f for f in asked if about in ("", f.about) and freeze in (None, f.freeze)]
    found = _own_to_waive(actor, rfc, asked)
    if not reason.strip():
        raise Unacceptable("A waiver needs a reason.", mend="Say why it may be.", field="reason")
    if until <= at:
        raise Unacceptable("A waiver ends in the future.", mend="Give a later time.", field="until")
    _check_found(rfc, found, code, other.number if other else about)
    waiver = Waiver.objects.create(
        rfc=rfc,
        code=code,
        other=other,
        about=found[0].about,
        freeze_id=found[0].freeze,
        times=times_data(accepted_times(found)),
        scope=sorted(accepted_scope(found)),
        minutes=accepted_minutes(found),
        reason=reason,
        by=actor,
        until=until,
        created_at=at,
    )
    touched(rfc, at)
    record(rfc, "waived", actor=actor, at=at, note=f"{code} {found[0].other or found[0].about}".strip() + f": {reason}")
    settle(rfc, at=at)
    return waiver


def _own_to_waive(actor: User, rfc: RFC, asked: list[Finding]) -> list[Finding]:
    """Of what is asked for, what `actor` may waive: of two freezes each is waived by whom it names. Raises `NotAllowed` for none."""
    named = named_by_freezes(asked)
    found = [finding for finding in asked if permissions.can_waive(actor, rfc, named.get(finding.freeze, ()))]
    if found or (not asked and permissions.can_waive(actor, rfc)):
        return found
    if named:
        freezes = ", ".join(sorted({f"“{finding.about}”" for finding in asked if finding.freeze in named}))
        who = ", ".join(str(user) for user in User.objects.filter(pk__in=set().union(*named.values())))
        raise NotAllowed(f"The freeze {freezes} is waived by {who}, and never for an own RFC.")
    raise NotAllowed("The change manager waives, and never for an own RFC.")


def _check_found(rfc: RFC, found: list[Finding], code: str, what: str) -> None:
    if not any(is_waivable(finding) for finding in found):
        raise Unacceptable(f"{rfc.number} has no blocking finding {code} with {what or 'nobody'}.", field="code")
    freezes = sorted({(finding.about, finding.freeze) for finding in found if finding.freeze})
    names = {name for name, _ in freezes}
    if len(names) > 1:
        raise Unacceptable(f"More than one stops it: {', '.join(sorted(names))}.", mend="Name the one to waive.", field="about")
    if len(freezes) > 1:
        keys = " and ".join(str(key) for _, key in freezes)
        raise Unacceptable(f"{len(freezes)} freezes have that name: {keys}.", mend="Give the number of the one to waive.", field="freeze")
