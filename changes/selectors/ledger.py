"""The ledger of reminders as those see it who answer for it: pages by key, and how many stand in each state (DESIGN 4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from changes.choices import Delivery
from changes.models import Reminder

#: A state is counted so far and no further: a sum over the whole history would cost more than the page.
MOST_COUNTED = 1_000
SIZE = 50
#: The states that have rows, in the order in which somebody looks after them.
STATES = (Delivery.FAILED, Delivery.DUE, Delivery.CLAIMED, Delivery.SKIPPED, Delivery.DROPPED, Delivery.SENT)


@dataclass(frozen=True)
class Place:
    """Between two rows of the ledger, the latest due first."""

    due_at: datetime
    key: int

    def __str__(self) -> str:
        return f"{self.due_at.isoformat()}_{self.key}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """As a page gave it out; None for anything else."""
        instant, _, key = text.partition("_")
        if not key.isdecimal() or len(key) >= 18:
            return None
        try:
            due_at = datetime.fromisoformat(instant)
            return cls(due_at.astimezone(UTC), int(key)) if due_at.tzinfo else None
        except (ValueError, OverflowError):  # at either end of the calendar another zone has no such day
            return None


@dataclass(frozen=True)
class Page:
    """A stretch of the ledger; `older` and `newer` are places to read on from."""

    rows: Sequence[Reminder]
    older: Place | None = None
    newer: Place | None = None


@dataclass(frozen=True)
class Tally:
    """How many stand in one state; `is_more` where nobody counted further."""

    state: Delivery
    number: int
    is_more: bool


def ledger_page(rows: QuerySet[Reminder], *, before: Place | None = None, after: Place | None = None) -> Page:
    """One page, the latest due first, found by key, so that the last page costs what the first does."""
    told = rows.select_related("recipient", "on_behalf_of", "rfc", "meeting__board")
    if after:
        later = Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.key)
        found = list(told.filter(later).order_by("due_at", "pk")[: SIZE + 1])
        more_newer, more_older = len(found) > SIZE, True
        found = found[:SIZE][::-1]
    else:
        earlier = Q(due_at__lt=before.due_at) | Q(due_at=before.due_at, pk__lt=before.key) if before else Q()
        found = list(told.filter(earlier).order_by("-due_at", "-pk")[: SIZE + 1])
        more_newer, more_older = before is not None, len(found) > SIZE
        found = found[:SIZE]
    older = Place(found[-1].due_at, found[-1].pk) if found and more_older else None
    return Page(found, older, Place(found[0].due_at, found[0].pk) if found and more_newer else None)


def tallies() -> list[Tally]:
    """By state, each counted as far as `MOST_COUNTED`; a query for each."""
    counted = ((state, Reminder.objects.filter(state=state).order_by().values("pk")[: MOST_COUNTED + 1].count()) for state in STATES)
    return [Tally(state, min(number, MOST_COUNTED), number > MOST_COUNTED) for state, number in counted]
