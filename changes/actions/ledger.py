"""Having a reminder that failed sent again."""

from datetime import datetime

from django.contrib.admin.models import CHANGE
from django.db import transaction

from changes import permissions
from changes.actions.event import log
from changes.choices import Delivery
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import Reminder, User
from changes.notifications.nudge import nudge


@transaction.atomic
def try_again(row: Reminder, *, actor: User, at: datetime) -> Reminder:
    """Put a failed reminder back to be sent now, with all its attempts ahead; a worker is asked at once.

    Whether it still helps is judged when it is sent. Raises `NotAllowed`, or `MoveRefused` for one that did not fail.
    """
    if not permissions.can_see_ledger(actor):
        raise NotAllowed("Administrators and change managers have reminders sent again.")
    row = Reminder.objects.select_for_update().get(pk=row.pk)
    if row.state != Delivery.FAILED:
        raise MoveRefused(f"It is {Delivery(row.state).label.lower()}; only what failed is tried again.")
    log(row, CHANGE, actor=actor, at=at, message=f"Tried again. It had failed: {row.detail}")
    row.state, row.attempts, row.claimed_at, row.send_at, row.held_for = Delivery.DUE, 0, None, at, ""
    row.save(update_fields=["state", "attempts", "claimed_at", "send_at", "held_for"])
    nudge()
    return row
