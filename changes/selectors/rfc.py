"""RFCs as lists and sweeps want them."""

from datetime import datetime

from django.db.models import QuerySet

from changes.choices import State
from changes.models import RFC


def lapsed(at: datetime) -> QuerySet[RFC]:
    """Approved RFCs whose approval is too old at `at` and that nothing was scheduled on (DESIGN 4.1)."""
    return RFC.objects.filter(state=State.APPROVED, approved_until__lte=at).order_by("pk")


def awaiting_schedule() -> QuerySet[RFC]:
    """Approved RFCs that would be scheduled by themselves if nothing stood against them."""
    return RFC.objects.filter(state=State.APPROVED, is_move_unconfirmed=False).order_by("pk")
