"""RFCs that wait for others: who starts too early, circles, and how far what waits moves along (DESIGN 4.6)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from changes.choices import Level
from changes.domain import wording
from changes.domain.code import RULES
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval


@dataclass(frozen=True)
class Waiter:
    """An RFC that names another as its predecessor; `start` is its first planned start, if it has one."""

    number: str
    title: str
    start: datetime | None


def successor_findings(content: Content, waiting: Iterable[Waiter]) -> list[Finding]:
    """Those that wait for this one and start before its last session ends: the other side of `conflict.predecessor`.

    It stands beside the session that ends last, and blocks nothing here: whoever waits carries the conflict.
    """
    ends = [(session.end, index) for index, session in enumerate(content.sessions) if session.end and not session.is_reversed]
    if not ends:
        return []
    end, index = max(ends)
    return [_told(one, Interval(one.start, end), index) for one in waiting if one.start and one.start < end]


def _told(waiter: Waiter, early: Interval, index: int) -> Finding:
    return Finding(
        code="conflict.successor",
        level=Level.WARNING,
        field=f"sessions[{index}]",
        message=f"{waiter.number} “{waiter.title}” waits for this, and starts {wording.length(early.minutes)} before it is done.",
        mend=RULES["conflict.successor"].mend,
        interval=early,
        other=waiter.number,
        minutes=early.minutes,
    )


def circle(number: str, predecessors: Collection[str], waits_for: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The shortest way by which `number`, waiting for `predecessors`, would wait for itself, both ends included; else empty.

    `waits_for` gives the predecessors of the others.
    """
    line: list[tuple[str, ...]] = [(number, one) for one in sorted(predecessors)]
    seen: set[str] = set()
    for path in line:
        if path[-1] == number:
            return path
        if path[-1] not in seen:
            seen.add(path[-1])
            line += [(*path, further) for further in sorted(waits_for.get(path[-1], ()))]
    return ()


def circle_words(path: Sequence[str]) -> str:
    """Why a circle cannot be, in one sentence."""
    if len(path) == 2:
        return f"{path[0]} cannot wait for itself."
    chain = ", which waits for ".join(path[2:])
    return f"{path[0]} cannot wait for {path[1]}: {path[1]} waits for {chain}."


def in_order(waits_for: Mapping[str, Collection[str]]) -> Iterator[str]:
    """The keys, each after all it waits for among them; of a circle, which cannot be stored, each once."""
    left = dict(waits_for)
    while left:
        ready = [number for number, before in left.items() if not any(one in left for one in before)] or [min(left)]
        for number in sorted(ready):
            del left[number]
            yield number


def shift_between(before: datetime, after: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clock on the wall moves between two instants: whole days stay whole days over a clock change."""
    walls = [moment.astimezone(zone).replace(tzinfo=None) for moment in (before, after)]
    return walls[1] - walls[0]


def shifted(content: Content, by: timedelta, zone: ZoneInfo) -> Content:
    """The content with every session later by so much on the wall clock; lengths and outages stay as they are."""
    return replace(content, sessions=tuple(_later(session, by, zone) for session in content.sessions))


def _later(session: Session, by: timedelta, zone: ZoneInfo) -> Session:
    return session.moved_to((session.start.astimezone(zone) + by).astimezone(UTC))
