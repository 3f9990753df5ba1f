"""Remembering who has looked at an item, so that they are shown what changed since (DESIGN 4.8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from changes.models import AgendaItem, ItemSeen, User

#: One look lasts so long: what has changed stays on the page while its reader votes and comes back to it.
LOOK = timedelta(minutes=30)


def mark(items: Iterable[AgendaItem], *, actor: User, at: datetime) -> None:
    """`actor` has these before them at `at`. Two statements, whatever the number of items; doing it at once again changes nothing."""
    wanted = list(items)
    fresh = set(ItemSeen.objects.filter(item__in=wanted, person=actor, at__gt=at - LOOK).values_list("item", flat=True))
    rows = [ItemSeen(item=item, person=actor, at=at) for item in wanted if item.pk not in fresh]
    ItemSeen.objects.bulk_create(rows, update_conflicts=True, unique_fields=["item", "person"], update_fields=["at"])
