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


@transaction.atomic
def waive(
    rfc: RFC,
    code: str,
    *,
    other: RFC | None = None,
    about: str = "",
    reason: str,
    until: datetime,
    actor: User,
    at: datetime,
) -> Waiver:
    """Accept a finding that the RFC has now, as large as it is and where it lies now, until `until`.

    `about` is the name of the freeze, where more than one stops it. Raises `NotAllowed` for anybody but
    a change manager, or for their own RFC; `Unacceptable` where there is no such finding, no reason, or
    a time that has passed.
    """
    rfc = reread(rfc)
    if not permissions.can_waive(actor, rfc):
        raise NotAllowed("The change manager waives, and never for an own RFC.")
    if not reason.strip():
        raise Unacceptable("A waiver needs a reason.", mend="Say why it may be.", field="reason")
    if until <= at:
        raise Unacceptable("A waiver ends in the future.", mend="Give a later time.", field="until")
    found = _asked_for(rfc, code, other.number if other else None, about, at)
    waiver = Waiver.objects.create(
        rfc=rfc,
        code=code,
        other=other,
        about=found[0].about,
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


def _asked_for(rfc: RFC, code: str, number: str | None, about: str, at: datetime) -> list[Finding]:
    """The findings that one waiver is about: of one code, with one RFC or one freeze."""
    found = [f for f in findings_of(rfc, at=at) if (f.code, f.other) == (code, number) and about in ("", f.about)]
    if not any(is_waivable(finding) for finding in found):
        raise Unacceptable(f"{rfc.number} has no blocking finding {code} with {number or about or 'nobody'}.", field="code")
    names = sorted({finding.about for finding in found})
    if len(names) > 1:
        raise Unacceptable(f"More than one stops it: {', '.join(names)}.", mend="Name the one to waive.", field="about")
    return found
