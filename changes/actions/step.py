"""Ticking off steps while the work is in progress."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread, touched
from changes.actions.event import record
from changes.choices import State
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import Step, User


@transaction.atomic
def mark(step: Step, *, done: bool | None = None, note: str | None = None, actor: User, at: datetime) -> Step:
    """Tick a step off or open it again, and note what happened. None leaves a value as it is.

    Raises `NotAllowed` for anybody but owner and implementer, `MoveRefused` while nothing is in progress.
    """
    rfc = reread(step.rfc)
    if not permissions.can_work(actor, rfc):
        raise NotAllowed("Its owner and its implementer tick off steps.")
    if rfc.state != State.IN_PROGRESS:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; steps are ticked off in progress.")
    step = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if done is not None:
        step.done_at, step.done_by = (step.done_at or at, step.done_by or actor) if done else (None, None)
    if note is not None:
        step.note = note
    step.save(update_fields=["done_at", "done_by", "note"])
    touched(rfc, at)
    action = "step_noted" if done is None else "step_done" if done else "step_opened"
    record(rfc, action, actor=actor, at=at, note=f"{step.instruction}{': ' + step.note if step.note else ''}")
    return step
