"""The gate: whether something of a kind may go now, and when that changes (DESIGN 4.10)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from changes.domain.interval import Interval, united

#: So far ahead the next change of the gate is looked for.
HORIZON = timedelta(days=92)


def open_stretches(permitted: Sequence[Interval], frozen: Sequence[Interval]) -> list[Interval]:
    """The permitted time that no freeze takes away, in order; freezes deny before windows allow (DESIGN 4.5)."""
    left: list[Interval] = []
    closed = united(frozen)
    for stretch in united(permitted):
        start = stretch.start
        for taken in closed:
            if taken.end <= start or taken.start >= stretch.end:
                continue
            if taken.start > start:
                left.append(Interval(start, taken.start))
            start = max(start, taken.end)
        if start < stretch.end:
            left.append(Interval(start, stretch.end))
    return left


def next_change(stretches: Sequence[Interval], at: datetime, until: datetime) -> datetime | None:
    """The first instant after `at` and before `until` at which the gate opens or closes; None where it stays as it is."""
    boundaries = [moment for stretch in stretches for moment in (stretch.start, stretch.end)]
    return min((moment for moment in boundaries if at < moment < until), default=None)
