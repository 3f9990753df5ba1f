"""One pair of sessions: whether they get into one another's way, and how that is said (DESIGN 4.6).

Two bookings are compared whatever their environments: an item, a person and a service's users are
the same in all of them. Touching is not overlapping. Nothing is compared with its own RFC.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
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
#: What readers call services, items and people, by kind and slug: an item may have the slug of a service.
Names = Mapping[tuple[str, str], str]
_KINDS = {"conflict.same_item": "item", "conflict.same_implementer": "person"}
#: service -> the services that it depends on directly.
Dependencies = Mapping[str, frozenset[str]]

LEVELS = {
    "conflict.same_item": Level.ERROR,
    "conflict.same_implementer": Level.ERROR,
    "conflict.outage": Level.ERROR,
    "conflict.same_service": Level.WARNING,
    "conflict.dependency": Level.WARNING,
}


def kind_of(code: str) -> str:
    """What the slugs are of that a conflict of this code is about: "service", "item" or "person"."""
    return _KINDS.get(code, "service")


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


def chained_with(services: Iterable[str], dependencies: Dependencies) -> frozenset[str]:
    """All services that one of these depends on, or that depend on one of these, directly or not; without these themselves."""
    dependents: dict[str, set[str]] = {}
    for service, needed in dependencies.items():
        for one in needed:
            dependents.setdefault(one, set()).add(service)
    own = frozenset(services)
    return (_reached(own, dependencies) | _reached(own, dependents)) - own


def _reached(services: Iterable[str], steps: Mapping[str, Collection[str]]) -> frozenset[str]:
    line = list(services)
    for service in line:
        line += sorted(set(steps.get(service, ())) - set(line))
    return frozenset(line)


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
    """For whom a clash is told: the zone, and the names of services, items and people by kind and slug."""

    time_zone: str = "UTC"
    names: Names = field(default_factory=dict)
    _told: dict[Interval, str] = field(default_factory=dict)

    def when(self, interval: Interval) -> str:
        """The interval in words; a session that is in many clashes is put into words once."""
        if interval not in self._told:
            self._told[interval] = wording.when(interval, self.time_zone)
        return self._told[interval]

    def named(self, kind: str, slugs: Iterable[str]) -> str:
        shown = [self.names.get((kind, slug), slug) for slug in slugs]
        if len(shown) > 3:
            return f"{', '.join(shown[:3])} and {len(shown) - 3} more"
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def told(clash: Clash, mine: Booking, other: Booking, reader: Reader) -> Finding:
    """The clash as a finding of `mine`. It blocks whoever came later; with somebody's draft it is possible, and never blocks."""
    possible, carried = other.is_possible, LEVELS[clash.code] == Level.ERROR and is_carried_by(other, mine)
    level = Level.WARNING if possible or carried else LEVELS[clash.code]
    own, others = _times(clash, mine, other)
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
        own_interval=own,
        other_interval=others,
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


def _times(clash: Clash, mine: Booking, other: Booking) -> tuple[Interval, Interval]:
    """The two times that overlap, mine first: the outages, an outage and the work beside it, or else the sessions."""
    if clash.code == "conflict.outage" and mine.outage and other.outage:
        return mine.outage, other.outage
    if clash.code == "conflict.dependency":
        if _is_theirs_out(clash, mine, other):
            return mine.interval, other.outage or other.interval
        return mine.outage or mine.interval, other.interval
    return mine.interval, other.interval


def _is_theirs_out(clash: Clash, mine: Booking, other: Booking) -> bool:
    """Whether it is the other's outage that work of `mine` overlaps; where each is out beside the other's work, the longer counts."""
    return other.outage is not None and other.outage.intersection(mine.interval) == clash.interval


def _sentence(clash: Clash, mine: Booking, other: Booking, reader: Reader) -> str:
    who = f"the draft {other.number}" if other.is_possible else f"{other.number} “{other.title}”"
    say = _said_of_a_chain if clash.code == "conflict.dependency" else _said_of_two
    sentence = f"{'possible: ' if other.is_possible else ''}{say(clash, who, mine, other, reader)}."
    return sentence[0].upper() + sentence[1:]


def _said_of_two(clash: Clash, who: str, mine: Booking, other: Booking, reader: Reader) -> str:
    own, others = map(reader.when, _times(clash, mine, other))
    outage = clash.code == "conflict.outage"
    ours = f"this session{'’s outage' if outage else ''} is {own}"
    if clash.interval.is_open:
        overlap = "and neither has an end"
    else:
        overlap = f"and {'the outages' if outage else 'both'} overlap for {wording.length(clash.interval.minutes)}"
    return f"{who} {_does(clash, reader)}, {others}; {ours}, {overlap}"


def _does(clash: Clash, reader: Reader) -> str:
    about = reader.named(kind_of(clash.code), clash.about)
    if clash.code == "conflict.same_implementer":
        return f"needs {about} at the same time"
    if clash.code == "conflict.outage":
        return f"takes {about} out as well"
    return f"{'changes' if clash.code == 'conflict.same_item' else 'works on'} {about} as well"


def _said_of_a_chain(clash: Clash, who: str, mine: Booking, other: Booking, reader: Reader) -> str:
    """Which service is out, and who works meanwhile on one that depends on it, or that it depends on, along the chain."""
    words = [reader.names.get(("service", slug), slug) for slug in clash.about]
    theirs = _is_theirs_out(clash, mine, other)
    is_needed = clash.about[-1] in (other if theirs else mine).services
    out, worked_on = (words[-1], words[0]) if is_needed else (words[0], words[-1])
    works = f"works on {worked_on}, which {'depends on it' if is_needed else 'it depends on'} ({' → '.join(words)}),"
    own, others = map(reader.when, _times(clash, mine, other))
    if theirs:
        both = f"{out} is out {others} ({who}), and this session {works} {own}"
    else:
        both = f"this session takes {out} out {own}, and {who} {works} {others}"
    return f"{both}; they overlap for {wording.length(clash.interval.minutes)}"
