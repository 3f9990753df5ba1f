"""Accepting a blocking finding."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.actions.state import settle
from changes.domain.waiver import accepted_minutes, is_waivable
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, User, Waiver
from changes.selectors.finding import findings_of


@transaction.atomic
def waive(rfc: RFC, code: str, *, other: RFC | None = None, reason: str, until: datetime, actor: User, at: datetime) -> Waiver:
    """Accept a finding that the RFC has now, as large as it is now, until `until`.

    Raises `NotAllowed` for anybody but a change manager, or for their own RFC; `Unacceptable` where
    there is no such finding, no reason, or a time that has passed.
    """
    rfc = reread(rfc)
    if not permissions.can_waive(actor, rfc):
        raise NotAllowed("The change manager waives, and never for an own RFC.")
    if not reason.strip():
        raise Unacceptable("A waiver needs a reason.", mend="Say why it may be.", field="reason")
    if until <= at:
        raise Unacceptable("A waiver ends in the future.", mend="Give a later time.", field="until")
    number = other.number if other else None
    found = findings_of(rfc, at=at)
    if not any(f.code == code and f.other == number and is_waivable(f) for f in found):
        raise Unacceptable(f"{rfc.number} has no blocking finding {code} with {number or 'nobody'}.", field="code")
    minutes = accepted_minutes(found, code, number)
    waiver = Waiver.objects.create(rfc=rfc, code=code, other=other, reason=reason, by=actor, until=until, minutes=minutes, created_at=at)
    touched(rfc, at)
    record(rfc, "waived", actor=actor, at=at, note=f"{code} {number or ''}: {reason}")
    settle(rfc, at=at)
    return waiver
