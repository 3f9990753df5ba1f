"""One pair of sessions: whether they get into one another's way, and how that is said (DESIGN 4.6).

Two bookings are compared whatever their environments: an item, a person and a service's users are
the same in all of them. Touching is not overlapping. Nothing is compared with its own RFC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from changes.choices import Level
from changes.domain import wording
from changes.domain.code import RULES
from changes.domain.finding import Finding
from changes.domain.interval import Interval

#: The `kind` of a conflict that the other RFC carries, for it came later.
CARRIED = "carried"
#: service -> the services that it depends on directly.
Dependencies = Mapping[str, frozenset[str]]

LEVELS = {
    "conflict.same_item": Level.ERROR,
    "conflict.same_implementer": Level.ERROR,
    "conflict.outage": Level.ERROR,
    "conflict.same_service": Level.WARNING,
    "conflict.dependency": Level.WARNING,
}


@dataclass(frozen=True)
class Booking:
    """One session of one RFC, as conflicts see it.

    `session` is its index within the RFC; `outage` is the planned outage with usable times;
    `is_possible` marks somebody's draft, which never blocks. It is told by its number, so that its owner
    can be found, and never by its title, for a draft is seen by few and a sentence by everybody.
    """

    number: str
    title: str
    interval: Interval
    outage: Interval | None = None
    environment: str | None = None
    services: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    implementer: str | None = None
    is_possible: bool = False
    session: int = 0
    #: Since when the RFC holds this: its latest submission or move; None for what is only being written.
    since: datetime | None = None


@dataclass(frozen=True)
class Clash:
    """Why two bookings clash, and when; the same from either side."""

    code: str
    interval: Interval
    #: The slugs it is about: items, a person, services, or a chain of services in its order.
    about: tuple[str, ...]


@dataclass
class Paths:
    """Dependency paths, each looked for once."""

    dependencies: Dependencies
    known: dict[tuple[str, str], tuple[str, ...] | None] = field(default_factory=dict)

    def between(self, one: str, other: str) -> tuple[str, ...] | None:
        """The path from the one that depends to the one that is depended on; in a circle the shorter way."""
        if (one, other) not in self.known:
            ways = (dependency_path(self.dependencies, *pair) for pair in ((one, other), (other, one)))
            found = min((way for way in ways if way), key=_shortest, default=None)
            self.known[one, other] = self.known[other, one] = found
        return self.known[one, other]


def _shortest(path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(path), path


def dependency_path(dependencies: Dependencies, from_service: str, to_service: str) -> tuple[str, ...] | None:
    """The shortest chain by which `from_service` depends on `to_service`, both included; else None.

    Among equally short ones the first by name. A service does not depend on itself; circles are harmless.
    """
    came_from: dict[str, str] = {}
    line = [from_service]
    for service in line:
        for needed in sorted(dependencies.get(service, ())):
            if needed in came_from or needed == from_service:
                continue
            came_from[needed] = service
            if needed == to_service:
                return _walked(came_from, from_service, to_service)
            line.append(needed)
    return None


def _walked(came_from: Mapping[str, str], start: str, end: str) -> tuple[str, ...]:
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))


def clashes(one: Booking, other: Booking, paths: Paths) -> Iterator[Clash]:
    """Each kind of clash at most once. Same service is not told again beside what already implies it."""
    shared = one.interval.intersection(other.interval)
    if shared is None or one.number == other.number:
        return
    items, services = one.items & other.items, one.services & other.services
    if items:
        yield Clash("conflict.same_item", shared, tuple(sorted(items)))
    if one.implementer and one.implementer == other.implementer:
        yield Clash("conflict.same_implementer", shared, (one.implementer,))
    outage = _both_out(one, other) if services else None
    if outage:
        yield Clash("conflict.outage", outage, tuple(sorted(services)))
    elif services and not items:
        yield Clash("conflict.same_service", shared, tuple(sorted(services)))
    yield from _along_a_chain(one, other, paths)


def _both_out(one: Booking, other: Booking) -> Interval | None:
    return one.outage.intersection(other.outage) if one.outage and other.outage else None


def _along_a_chain(one: Booking, other: Booking, paths: Paths) -> Iterator[Clash]:
    """A service depends on the other while one of the two is out: the shortest chain, the longer overlap."""
    times = [
        shared for out, work in ((one.outage, other.interval), (other.outage, one.interval)) if out and (shared := out.intersection(work))
    ]
    ends = product(one.services - other.services, other.services - one.services) if times else ()
    chains = [path for pair in ends if (path := paths.between(*pair))]
    if chains:
        longest = max(times, key=lambda time: (time.minutes, time))
        yield Clash("conflict.dependency", longest, min(chains, key=_shortest))


@dataclass(frozen=True)
class Reader:
    """For whom a clash is told: the zone, and the names of services, items and people by their slugs."""

    time_zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict)
    _told: dict[Interval, str] = field(default_factory=dict)

    def when(self, interval: Interval) -> str:
        """The interval in words; a session that is in many clashes is put into words once."""
        if interval not in self._told:
            self._told[interval] = wording.when(interval, self.time_zone)
        return self._told[interval]

    def named(self, slugs: Iterable[str]) -> str:
        shown = [self.names.get(slug, slug) for slug in slugs]
        if len(shown) > 3:
            return f"{', '.join(shown[:3])} and {len(shown) - 3} more"
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def told(clash: Clash, mine: Booking, other: Booking, reader: Reader) -> Finding:
    """The clash as a finding of `mine`. It blocks whoever came later; with somebody's draft it is possible, and never blocks."""
    possible, carried = other.is_possible, LEVELS[clash.code] == Level.ERROR and is_carried_by(other, mine)
    level = Level.WARNING if possible or carried else LEVELS[clash.code]
    return Finding(
        code=clash.code,
        level=level,
        field=f"sessions[{mine.session}]",
        message=_sentence(clash, mine, other, reader),
        mend=_mend(clash, mine, other),
        interval=clash.interval,
        other=other.number,
        minutes=None if clash.interval.is_open else clash.interval.minutes,
        possible=possible,
        scope=clash.about,
        kind=CARRIED if carried and not possible else "",
    )


def is_carried_by(later: Booking, earlier: Booking) -> bool:
    """Whether `later` came later, so that it carries a conflict of the two: the other is told, never unscheduled (DESIGN 4.6)."""
    return bool(later.since and earlier.since and later.since > earlier.since)


def _mend(clash: Clash, mine: Booking, other: Booking) -> str:
    mend = RULES[clash.code].mend
    if other.is_possible:
        return f"It is a draft and may still change. {mend}"
    if LEVELS[clash.code] == Level.ERROR and is_carried_by(other, mine):
        return f"{other.number} came later, so it gives way; nothing has to be done here."
    return mend


def _sentence(clash: Clash, mine: Booking, other: Booking, reader: Reader) -> str:
    theirs, ours = reader.when(other.interval), reader.when(mine.interval)
    who = f"possible: the draft {other.number}" if other.is_possible else f"{other.number} “{other.title}”"
    if clash.interval.is_open:
        overlap = "and neither has an end"
    else:
        overlap = f"{_OVERLAP.get(clash.code, 'and both overlap for')} {wording.length(clash.interval.minutes)}"
    sentence = f"{_what(clash, who, other, reader)}, {theirs}; this session is {ours}, {overlap}."
    return sentence[0].upper() + sentence[1:]


_OVERLAP = {
    "conflict.outage": "and the outages overlap for",
    "conflict.dependency": "and work and outage overlap for",
}


def _what(clash: Clash, who: str, other: Booking, reader: Reader) -> str:
    if clash.code == "conflict.same_implementer":
        return f"{who} needs {reader.named(clash.about)} at the same time"
    if clash.code == "conflict.outage":
        return f"{who} takes {reader.named(clash.about)} out as well"
    if clash.code == "conflict.dependency":
        return f"{_along(clash.about, who, other, reader)} while one of the two is out"
    verb = "changes" if clash.code == "conflict.same_item" else "works on"
    return f"{who} {verb} {reader.named(clash.about)} as well"


def _along(path: tuple[str, ...], who: str, other: Booking, reader: Reader) -> str:
    """The chain as a reader follows it, from the service that depends to the one that is depended on."""
    words = [reader.names.get(slug, slug) for slug in path]
    chain = f"({' → '.join(words)})"
    if path[-1] in other.services:
        return f"{who} works on {words[-1]}, which {words[0]} depends on {chain},"
    return f"{who} works on {words[0]}, which depends on {words[-1]} {chain},"
