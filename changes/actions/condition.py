"""Conditions of an approval: met, and open again (DESIGN 4.8)."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.exceptions import NotAllowed
from changes.models import Condition, User


@transaction.atomic
def meet(condition: Condition, *, met: bool, actor: User, at: datetime, note: str = "") -> Condition:
    """Say that a condition is met, or is not after all. Raises `NotAllowed`."""
    condition = Condition.objects.select_for_update(of=("self",)).select_related("decision__rfc").get(pk=condition.pk)
    if not permissions.can_meet(actor, condition):
        raise NotAllowed("Its owner, the RFC's owner and the change manager say when a condition is met.")
    condition.met_at, condition.met_by, condition.note = (at, actor, note) if met else (None, None, note)
    condition.save(update_fields=["met_at", "met_by", "note"])
    rfc = reread(condition.decision.rfc)
    touched(rfc, at)
    record(rfc, "condition_met" if met else "condition_open", actor=actor, at=at, note=f"{condition.text} {note}".strip())
    return condition
