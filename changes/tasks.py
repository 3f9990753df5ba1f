"""The clock: the only place that takes `now()` for what happens by itself, and passes it down (STYLE 1).

Every task sweeps what is due, so that running one late, twice or at the same time as another does no harm.
"""

from celery import shared_task
from django.utils import timezone

from changes.actions import idempotency, meeting, reminder, sweep


@shared_task
def generate_agendas() -> None:
    """Make the meetings ahead, bring their agendas up to date, and freeze those whose cut-off has passed."""
    meeting.generate_due(at=timezone.now())


@shared_task
def send_reminders() -> None:
    """Write the reminders that have become due into the ledger, and send those that are unsent."""
    reminder.send_due(at=timezone.now())


@shared_task
def settle_schedule() -> None:
    """Lapse approvals that are too old; schedule what is approved and has nothing in its way."""
    sweep.settle_schedule(at=timezone.now())


@shared_task
def forget_keys() -> None:
    """Remove the idempotency keys of yesterday, by which nobody is answered any more."""
    idempotency.forget(at=timezone.now())
