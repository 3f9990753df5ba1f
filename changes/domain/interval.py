"""Half-open intervals of instants: a start is inside, an end is not. Touching is not overlapping."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: Where an open end is taken to be when it has to be compared.
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Interval:
    """`[start, end)` in aware instants. `end` is `FOREVER` for work whose end nobody wrote down."""

    start: datetime
    end: datetime = FOREVER

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("An interval needs instants with a time zone.")

    @property
    def minutes(self) -> int:
        """Whole minutes between start and end; seconds are cut off, never rounded up."""
        return int((self.end - self.start).total_seconds() // 60)

    @property
    def is_open(self) -> bool:
        return self.end == FOREVER

    def overlaps(self, other: "Interval") -> bool:
        """Whether both share at least an instant. An empty interval overlaps nothing."""
        return max(self.start, other.start) < min(self.end, other.end)

    def contains(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def intersection(self, other: "Interval") -> "Interval | None":
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def overlap_minutes(one: Interval, other: Interval) -> int:
    """The minutes that both cover, zero where they only touch."""
    shared = one.intersection(other)
    return shared.minutes if shared else 0


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as the fewest intervals, in order: overlapping and adjoining ones become one."""
    merged: list[Interval] = []
    for interval in sorted(i for i in intervals if i.start < i.end):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


def span(intervals: Iterable[Interval]) -> Interval | None:
    """From the first start to the last end; `None` for no intervals."""
    found = list(intervals)
    if not found:
        return None
    return Interval(min(i.start for i in found), max(i.end for i in found))


def covered_minutes(interval: Interval, by: Iterable[Interval]) -> int:
    """How many minutes of `interval` lie in any of `by`; minutes covered twice count once."""
    pieces = [shared for other in by if (shared := interval.intersection(other))]
    return int(sum((p.end - p.start for p in united(pieces)), timedelta()).total_seconds() // 60)
