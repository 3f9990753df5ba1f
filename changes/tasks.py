"""The clock: the only place that takes `now()` for what happens by itself, and passes it down (STYLE 1).

Every task sweeps what is due, so that running one late, twice or at the same time as another does no harm.
"""

from celery import shared_task
from django.utils import timezone

from changes.actions import sweep


@shared_task
def settle_schedule() -> None:
    """Lapse approvals that are too old; schedule what is approved and has nothing in its way."""
    sweep.settle_schedule(at=timezone.now())
