"""A meeting while it sits: what is looked at in which order, and what its clocks say (DESIGN 4.8).

Instants are aware, lengths on the clocks are seconds, those of items minutes. A pause moves the end by as long.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.domain.consent import minutes_for

#: Until so long before its start a meeting is opened without a question.
EARLY = timedelta(minutes=15)
#: So long the owner is not told of a decision that the meeting may still take back.
SECOND_THOUGHTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Line:
    """An item as the clocks see it. `asks` says whether a decision is wanted; `spent` are the seconds it has had."""

    key: int
    minutes: int
    asks: bool = False
    is_decided: bool = False
    spent: int = 0

    @property
    def is_settled(self) -> bool:
        """Nothing more is to be done: it is decided, or, where nothing is asked, it has been talked about."""
        return self.is_decided if self.asks else self.spent > 0


@dataclass(frozen=True)
class Stop:
    """What the meeting looks at at once: one item, or the whole consent list."""

    lines: tuple[Line, ...]
    minutes: int
    is_consent: bool = False

    @property
    def key(self) -> int:
        """The item that stands for it."""
        return self.lines[0].key

    @property
    def keys(self) -> frozenset[int]:
        return frozenset(line.key for line in self.lines)

    @property
    def spent(self) -> int:
        return sum(line.spent for line in self.lines)

    @property
    def is_settled(self) -> bool:
        return all(line.is_settled for line in self.lines)


def stops(lines: Sequence[Line], consent: Collection[int] = ()) -> list[Stop]:
    """The order of the meeting: item by item as the agenda has them, and at the end, at once, those on the consent list.

    The list takes what the agenda allows it (`domain.consent`): nobody talks about what is on it.
    """
    single = [Stop((line,), line.minutes) for line in lines if line.key not in consent]
    listed = tuple(line for line in lines if line.key in consent)
    return [*single, Stop(listed, minutes_for(len(listed)), is_consent=True)] if listed else single


def place_of(order: Sequence[Stop], key: int | None) -> int | None:
    """Where the stop with this item stands, from 0; None where it is not in the order."""
    return next((place for place, stop in enumerate(order) if key in stop.keys), None)


def next_stop(order: Sequence[Stop], key: int | None) -> Stop | None:
    """The one after it; the first where nothing is looked at yet."""
    place = place_of(order, key)
    following = order[0 if place is None else place + 1 :]
    return following[0] if following else None


def previous_stop(order: Sequence[Stop], key: int | None) -> Stop | None:
    place = place_of(order, key)
    return order[place - 1] if place else None


def open_stops(order: Sequence[Stop], key: int | None) -> list[Stop]:
    """What is still to be looked at, in order, after this item."""
    place = place_of(order, key)
    return [stop for stop in order[0 if place is None else place + 1 :] if not stop.is_settled]


def next_but_one(order: Sequence[Stop], key: int | None) -> Stop | None:
    """The stop after the next that is still open: its people are told to come."""
    following = open_stops(order, key)
    return following[1] if len(following) > 1 else None


def undecided(order: Sequence[Stop]) -> list[int]:
    """The items, by key, that ask for a decision and have none: they stand on the next agenda."""
    return [line.key for stop in order for line in stop.lines if line.asks and not line.is_decided]


@dataclass(frozen=True)
class Clock:
    """The clocks of a meeting that was opened. `item_since` is empty while it pauses and before its first item."""

    starts_at: datetime
    ends_at: datetime
    opened_at: datetime
    paused_at: datetime | None = None
    paused_seconds: int = 0
    item_since: datetime | None = None

    @property
    def began_at(self) -> datetime:
        """What its length is counted from: its planned start, or, where it meets another time, its opening."""
        is_elsewhen = is_early(self.starts_at, self.opened_at) or self.opened_at >= self.ends_at
        return self.opened_at if is_elsewhen else self.starts_at

    def paused(self, at: datetime) -> int:
        """All seconds of pause so far, the one going on included."""
        return self.paused_seconds + (_seconds(self.paused_at, at) if self.paused_at else 0)

    def over_at(self, at: datetime) -> datetime:
        """When it ends, as far as can be said now."""
        return self.began_at + (self.ends_at - self.starts_at) + timedelta(seconds=self.paused(at))

    def spent(self, banked: int, at: datetime) -> int:
        """The seconds that the current item has had, with those `banked` on earlier visits."""
        return banked + (_seconds(self.item_since, at) if self.item_since else 0)

    def left(self, minutes: int, banked: int, at: datetime) -> int:
        """The seconds that the current item has left; below 0 it takes others' time."""
        return minutes * 60 - self.spent(banked, at)

    def behind(self, order: Sequence[Stop], key: int | None, at: datetime) -> int:
        """Whole minutes that the meeting is behind its agenda; below 0 it is ahead.

        What stands before the current item, or is settled, should have taken its minutes; the current one what it has had, up to its own.
        """
        place = place_of(order, key)
        done = sum(stop.minutes for at_, stop in enumerate(order) if at_ != place and (stop.is_settled or (place and at_ < place)))
        current = min(order[place].minutes * 60, self.spent(order[place].spent, at)) if place is not None else 0
        elapsed = _seconds(self.began_at, at) - self.paused(at)
        return int((elapsed - done * 60 - current) / 60)


def is_early(starts_at: datetime, at: datetime) -> bool:
    """Whether opening it now asks for a word first."""
    return at < starts_at - EARLY


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
