"""The clock: the only place that takes `now()` for what happens by itself, and passes it down (STYLE 1).

Every task sweeps what is due, so that running one late, twice or at the same time as another does no harm.
"""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from changes.actions import electronic_vote, heartbeat, idempotency, meeting, reminder, sweep
from changes.domain.heartbeat import Pulse

#: So long one call sends at most: the next one goes on, and a slow mail server never takes the worker from the agendas.
TURN = timedelta(seconds=45)


@shared_task
def generate_agendas() -> None:
    """Make the meetings ahead, bring their agendas up to date, and freeze those whose cut-off has passed."""
    meeting.generate_due(at=timezone.now())


@shared_task
def close_votes() -> None:
    """Count the votes on what was put to the vote and whose time is up."""
    electronic_vote.close_due(at=timezone.now())


@shared_task
def send_reminders() -> None:
    """Write the reminders that have become due into the ledger, and send those that are unsent."""
    for _ in reminder.sweep(at=timezone.now(), within=TURN):
        pass  # what came of each stands in its row; nothing of them is kept here, however many they are


@shared_task
def settle_schedule() -> None:
    """Lapse approvals that are too old; schedule what is approved and has nothing in its way."""
    sweep.settle_schedule(at=timezone.now())


@shared_task
def forget_keys() -> None:
    """Remove the idempotency keys of yesterday, by which nobody is answered any more."""
    idempotency.forget(at=timezone.now())


@shared_task
def answer_beat() -> None:
    """Say that a call of beat's has reached a worker."""
    leave_sign(Pulse.CALL)


def leave_sign(pulse: Pulse) -> None:
    """Say that a part is there, now; beat and the workers do so by themselves (fsc/pulse.py)."""
    heartbeat.leave_sign(pulse, at=timezone.now())
