"""Which sessions get into one another's way, and why (DESIGN 4.6).

What is compared within one pair stands in `clash`; here it is done for many, and for predecessors.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from changes.choices import ENDED_STATES, Level, Outcome, State
from changes.domain import wording
from changes.domain.clash import Booking, Dependencies, Names, Paths, Reader, clashes, dependency_path, told
from changes.domain.code import RULES
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import FOREVER, Interval, span

__all__ = [
    "Booking",
    "Dependencies",
    "Predecessor",
    "bookings",
    "books_the_same",
    "conflicts",
    "conflicts_among",
    "dependency_path",
    "end_of",
    "predecessor_findings",
]

#: Outcomes after which the work of a completed RFC is not there.
_NOT_THERE = frozenset({Outcome.ROLLED_BACK, Outcome.FAILED, Outcome.ABANDONED, Outcome.NOT_STARTED})


@dataclass(frozen=True)
class Predecessor:
    """An RFC that has to be done before; `end` is what `end_of` says of it, None without a session."""

    number: str
    title: str
    end: datetime | None
    state: State
    outcome: Outcome | None = None


def bookings(
    content: Content, *, number: str = "", is_possible: bool = False, since: datetime | None = None, at: datetime | None = None
) -> list[Booking]:
    """The bookings that `content` asks for: one per session that does not end before it starts.

    `since` is when the RFC last was submitted or moved; None while this is only being written. At `at` what runs over its
    planned end is still in the way.
    """
    return [
        Booking(
            number=number,
            title=content.title,
            interval=session.occupied(at),
            outage=session.outage_interval,
            environment=content.environment,
            services=frozenset(content.services),
            items=frozenset(content.configuration_items),
            implementer=content.implementer,
            is_possible=is_possible,
            session=index,
            since=since,
        )
        for index, session in enumerate(content.sessions)
        if not session.is_reversed
    ]


def books_the_same(one: Content, other: Content) -> bool:
    """Whether two contents take the same times of the same things and people, whatever else is written in them."""
    return _booked(one) == _booked(other)


def _booked(content: Content) -> list[tuple[object, ...]]:
    return [(b.interval, b.outage, b.services, b.items, b.implementer) for b in bookings(content)]


def conflicts(
    mine: Sequence[Booking],
    others: Iterable[Booking],
    dependencies: Dependencies,
    *,
    time_zone: str = "UTC",
    names: Names | None = None,
) -> list[Finding]:
    """What of `others` gets into the way of `mine`, by session, then by start (DESIGN 4.6).

    One finding per code and pair of sessions. `names` gives services, items and people the words a
    reader knows; `time_zone` is the reader's.
    """
    paths, reader = Paths(dependencies), Reader(time_zone, names or {})
    near = span(booking.interval for booking in mine)
    ahead = sorted((other for other in others if near and near.overlaps(other.interval)), key=_by_start)
    found = []
    for booking in mine:
        for other in ahead:
            if other.interval.start >= booking.interval.end:
                break
            found += [told(clash, booking, other, reader) for clash in clashes(booking, other, paths)]
    return found


def conflicts_among(
    all_bookings: Iterable[Booking],
    dependencies: Dependencies,
    *,
    time_zone: str = "UTC",
    names: Names | None = None,
) -> dict[str, list[Finding]]:
    """All conflicts within a set, told from both sides, by RFC number; RFCs without any are left out.

    Costs the pairs that overlap and have something in common, not all pairs.
    """
    paths, reader = Paths(dependencies), Reader(time_zone, names or {})
    found: dict[str, list[Finding]] = defaultdict(list)
    for one, other in sorted(_candidates(all_bookings, dependencies), key=lambda pair: [*map(_by_start, pair)]):
        for clash in clashes(one, other, paths):
            found[one.number].append(told(clash, one, other, reader))
            found[other.number].append(told(clash, other, one, reader))
    return dict(found)


def _by_start(booking: Booking) -> tuple[datetime, datetime, str, int]:
    return booking.interval.start, booking.interval.end, booking.number, booking.session


def _candidates(all_bookings: Iterable[Booking], dependencies: Dependencies) -> set[tuple[Booking, Booking]]:
    """The overlapping pairs that share an item, a person or a service, or stand in a chain of services."""
    groups: dict[tuple[str, str], list[Booking]] = defaultdict(list)
    upstream = {service: _needed_by(dependencies, service) for service in dependencies}
    for booking in sorted(all_bookings, key=_by_start):
        for key in _keys(booking, upstream):
            groups[key].append(booking)
    found: set[tuple[Booking, Booking]] = set()
    for (kind, service), group in groups.items():
        found.update(_overlapping(group, _chained(service) if kind == "needs" else None))
    return found


def _keys(booking: Booking, upstream: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    """The groups of a booking. Everything that needs a service meets, in `needs`, those who work on it."""
    keys = {("item", item) for item in booking.items} | {("service", service) for service in booking.services}
    if booking.implementer:
        keys.add(("implementer", booking.implementer))
    for service in booking.services:
        keys |= {("needs", needed) for needed in (service, *upstream.get(service, ()))}
    return keys


def _chained(service: str) -> Callable[[Booking, Booking], bool]:
    """Whether one of two works on `service` itself, and one of them is out."""

    def is_chained(one: Booking, other: Booking) -> bool:
        has_outage = one.outage is not None or other.outage is not None
        return has_outage and (service in one.services or service in other.services)

    return is_chained


def _needed_by(dependencies: Dependencies, service: str) -> frozenset[str]:
    """All services that `service` depends on, directly or not."""
    line = [service]
    for needed in line:
        line += sorted(dependencies.get(needed, frozenset()) - set(line))
    return frozenset(line[1:])


def _overlapping(group: Sequence[Booking], is_wanted: Callable[[Booking, Booking], bool] | None) -> Iterator[tuple[Booking, Booking]]:
    """A sweep over a group in order of start: each booking against those still open."""
    still_open: list[tuple[datetime, int, Booking]] = []
    for count, booking in enumerate(group):
        while still_open and still_open[0][0] <= booking.interval.start:
            heapq.heappop(still_open)
        for _, _, other in still_open:
            if other.number != booking.number and (is_wanted is None or is_wanted(other, booking)):
                yield other, booking
        heapq.heappush(still_open, (booking.interval.end, count, booking))


def end_of(content: Content) -> datetime | None:
    """When the last session ended, or is planned to: `FOREVER` where nobody has said, None without a session."""
    return max((session.actual_end or session.interval.end for session in content.sessions if not session.is_reversed), default=None)


def predecessor_findings(content: Content, predecessors: Sequence[Predecessor], *, at: datetime, time_zone: str = "UTC") -> list[Finding]:
    """The predecessors that are not done before the first session starts (DESIGN 4.6).

    One whose end is past at `at` and that is still not completed, or cancelled, is not done, whenever this starts.
    A sentence is read by everybody who sees the RFC, and a draft by few: a draft is told by its number
    alone, never by its title.
    One that is rejected or cancelled, or whose work is not there, is told even without a session.
    """
    first = min((session.start for session in content.sessions), default=None)
    never = ((predecessor, _never(predecessor) or _overdue(predecessor, first, at, time_zone)) for predecessor in predecessors)
    return [finding for predecessor, why in never if (finding := _not_before(predecessor, first, why))]


def _not_before(predecessor: Predecessor, first: datetime | None, why: str) -> Finding | None:
    late = None if why else _late(predecessor, first)
    reason = f"ends {wording.length(late.minutes)} after this starts" if late else why
    if not reason:
        return None
    return Finding(
        code="conflict.predecessor",
        level=Level.ERROR,
        field="predecessors",
        message=f"{_told(predecessor)} has to be done before, but {reason}.",
        mend=RULES["conflict.predecessor"].mend,
        interval=late,
        other=predecessor.number,
        minutes=late.minutes if late else None,
    )


def _told(predecessor: Predecessor) -> str:
    draft = predecessor.state == State.DRAFT
    return f"The draft {predecessor.number}" if draft else f"{predecessor.number} “{predecessor.title}”"


def _late(predecessor: Predecessor, first: datetime | None) -> Interval | None:
    """From the first start to the end of a predecessor that is still to be done by then."""
    if predecessor.state in ENDED_STATES or first is None or predecessor.end is None:
        return None
    return Interval(first, predecessor.end) if predecessor.end > first else None


def _never(predecessor: Predecessor) -> str:
    if predecessor.state in (State.REJECTED, State.CANCELLED):
        return f"is {predecessor.state}"
    if predecessor.outcome in _NOT_THERE:
        return f"ended as “{predecessor.outcome.label.lower()}”"
    return ""


def _overdue(predecessor: Predecessor, first: datetime | None, at: datetime, time_zone: str) -> str:
    """Why nobody can tell when one that is still to be done will be."""
    if predecessor.state in ENDED_STATES or first is None:
        return ""
    if predecessor.end is None:
        return "has no dates yet"
    if predecessor.end == FOREVER:
        return "has no end yet"
    return f"was to end {wording.day_time(predecessor.end, time_zone)} and is not done" if predecessor.end < at else ""
