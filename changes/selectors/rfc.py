"""RFCs as lists and sweeps want them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from changes.choices import State
from changes.models import RFC

#: A list counts so far and no further: a sum over the whole history would cost more than the page.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Total:
    """How many there are, or, where `is_more`, that there are more than `number`."""

    number: int
    is_more: bool = False

    def without(self, shown: "Total") -> "Total | None":
        """How many of these are not among those `shown`; None where nobody has counted."""
        return None if shown.is_more else Total(self.number - shown.number, self.is_more)


def total_of(rfcs: QuerySet[RFC]) -> Total:
    """Counted as far as `MOST_COUNTED`."""
    found = rfcs.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Total(min(found, MOST_COUNTED), found > MOST_COUNTED)


@dataclass(frozen=True)
class Page:
    """A stretch of a list, newest number first. `older` and `newer` are numbers to page on from; empty at an end."""

    rows: Sequence[RFC]
    total: Total
    older: str = ""
    newer: str = ""


def page_of(rfcs: QuerySet[RFC], *, before: int | None = None, after: int | None = None, size: int = 50) -> Page:
    """One page of `rfcs` by number, found by key, so that the last page costs what the first does.

    `before` and `after` are keys that the page begins behind, towards older or newer ones.
    """
    rows = rfcs.select_related("owner", "environment").prefetch_related("services")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        older_than = rows.filter(pk__lt=before) if before is not None else rows
        found = list(older_than.order_by("-pk")[: size + 1])
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    return Page(
        rows=found,
        # What stands on one page need not be counted again.
        total=total_of(rfcs) if more_newer or more_older else Total(len(found)),
        older=found[-1].number if found and more_older else "",
        newer=found[0].number if found and more_newer else "",
    )


def lapsed(at: datetime) -> QuerySet[RFC]:
    """Approved RFCs whose approval is too old at `at` and that nothing was scheduled on (DESIGN 4.1)."""
    return RFC.objects.filter(state=State.APPROVED, approved_until__lte=at).order_by("pk")


def awaiting_schedule(at: datetime) -> QuerySet[RFC]:
    """Approved RFCs with time ahead, which would be scheduled by themselves if nothing stood against them."""
    return RFC.objects.filter(state=State.APPROVED, is_move_unconfirmed=False, planned_end__gt=at).order_by("pk")
