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
    reason: str,
    until: datetime,
    actor: User,
    at: datetime,
) -> Waiver:
    """Accept a finding that the RFC has now, as large as it is and where it lies now, until `until`.

    `about` is the name of the freeze, where more than one stops it. Raises `NotAllowed` for anybody but
    a change manager, or whom the freeze names, and for an RFC of their own; `Unacceptable` where there is no such finding, no reason, or
    a time that has passed.
    """
    rfc = reread(rfc)
    found = _asked_for(rfc, code, other.number if other else None, about, at)
    _check_right(actor, rfc, found)
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
    return [f for f in findings_of(rfc, at=at) if (f.code, f.other) == (code, number) and about in ("", f.about)]


def _check_right(actor: User, rfc: RFC, found: list[Finding]) -> None:
    named = named_by_freezes(found)
    keys = {key for some in named.values() for key in some}
    if permissions.can_waive(actor, rfc, keys):
        return
    if keys:
        freezes = ", ".join(f"“{name}”" for name in named)
        who = ", ".join(str(user) for user in User.objects.filter(pk__in=keys))
        raise NotAllowed(f"The freeze {freezes} is waived by {who}, and never for an own RFC.")
    raise NotAllowed("The change manager waives, and never for an own RFC.")


def _check_found(rfc: RFC, found: list[Finding], code: str, what: str) -> None:
    if not any(is_waivable(finding) for finding in found):
        raise Unacceptable(f"{rfc.number} has no blocking finding {code} with {what or 'nobody'}.", field="code")
    names = sorted({finding.about for finding in found})
    if len(names) > 1:
        raise Unacceptable(f"More than one stops it: {', '.join(names)}.", mend="Name the one to waive.", field="about")
