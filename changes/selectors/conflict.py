"""The conflicts of what a calendar shows, each told once: whose they are, when, and what mends them (DESIGN 4.6, 4.7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from changes import permissions
from changes.choices import OPEN_STATES, Level, State
from changes.domain.clash import Dependencies, Paths
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.schedule import night_of
from changes.domain.slot import Slot
from changes.models import RFC, User, WorkSession
from changes.selectors.basis import SetUp, set_up, set_up_for
from changes.selectors.schedule import Entry, Schedule
from changes.selectors.slot import HORIZON, free_slots_for, known_of, place_of

#: So many are told; the rest are counted.
TOLD = 12
#: For so many the first free night is looked for.
MENDED = 4
#: What only warns, and may be said of many changes in one night by one line.
_TOGETHER = frozenset({"conflict.same_service", "conflict.dependency"})


@dataclass(frozen=True)
class Side:
    """One of the two RFCs of a conflict. `rfc` is None where the reader may not see it: somebody's draft."""

    number: str
    rfc: RFC | None = None
    session: WorkSession | None = None
    #: Whether its title may be told: a draft's is its own people's alone.
    is_named: bool = False


@dataclass(frozen=True)
class Told:
    """A conflict. `sides` begin with the RFC that moved last and so carries it; a freeze has one side.

    Where several changes of one night only warn of one another, for the same reason, they are the `sides` of one conflict,
    by their begin, and `night` is set.

    `about` are the items, the person, or the chain of services it is about, `services` what the work is on, both by name.
    """

    finding: Finding
    sides: tuple[Side, ...]
    services: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    #: Whether the first side is known to have moved later than the other.
    is_carried: bool = False
    slot: Slot | None = None
    #: Whether the reader may put it into that slot.
    may_move: bool = False
    night: date | None = None

    @property
    def level(self) -> str:
        """error, warning or, once waived, advice."""
        return "advice" if self.finding.waived else self.finding.level.value


@dataclass(frozen=True)
class Conflicts:
    """The gravest first, then by time, what only warns once a night; `more` are not told, `blocking` is how many of all block."""

    told: Sequence[Told] = ()
    more: int = 0
    blocking: int = 0


@dataclass(frozen=True)
class _Found:
    finding: Finding
    entry: Entry


def conflicts_of(schedule: Schedule, *, viewer: User, at: datetime, time_zone: str, most: int = TOLD) -> Conflicts:
    """The conflicts and freezes that the entries' findings speak of, each pair once, at most `most` of them.

    Sentences and slots are in `time_zone`. Drafts that `viewer` may not see stand by number alone. Costs a fixed number of
    queries; none where there is no conflict.
    """
    found = _each_once(schedule)
    if not found:
        return Conflicts()
    groups, shared = _by_night(found, ZoneInfo(time_zone)), set_up(at)
    shown = groups[:most]
    rfcs = _rfcs([one for group in shown for one in group], viewer)
    told = [_together([_told(one, rfcs, viewer, shared) for one in group], ZoneInfo(time_zone)) for group in shown]
    slots = _first_slots([one.sides[0] for one in told if _is_mendable(one)][:MENDED], shared, at=at, time_zone=time_zone)
    blocking = sum(one.finding.blocks for one in found)
    return Conflicts([_mended(one, slots, viewer) for one in told], len(groups) - len(shown), blocking)


def _by_night(found: Sequence[_Found], zone: ZoneInfo) -> list[list[_Found]]:
    """What only warns, by what it is about and its night; everything else by itself. In the order of the first of each."""
    groups: dict[object, list[_Found]] = {}
    for place, one in enumerate(found):
        finding, when = one.finding, one.finding.interval
        is_told_alone = finding.code not in _TOGETHER or finding.possible or finding.waived or when is None
        key = place if is_told_alone or when is None else (finding.code, finding.scope, night_of(when, zone))
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _together(group: Sequence[Told], zone: ZoneInfo) -> Told:
    """The pairs as one conflict of all their sides; a single pair as it is."""
    first, when = group[0], group[0].finding.interval
    if len(group) == 1 or when is None:
        return first
    sides = {(side.number, side.session and side.session.pk): side for told in group for side in told.sides}
    return replace(first, sides=tuple(sorted(sides.values(), key=_starts)), night=night_of(when, zone))


def _starts(side: Side) -> tuple[float, str]:
    return side.session.planned_start.timestamp() if side.session else float("inf"), side.number


def _each_once(schedule: Schedule) -> list[_Found]:
    """Both RFCs of a pair have the finding: of the two, what still blocks counts. Conflicts on other nights are not of this period."""
    kept: dict[tuple[object, ...], _Found] = {}
    for entry in schedule.entries:
        for finding in entry.findings:
            is_here = finding.interval is None or finding.interval.overlaps(schedule.period)
            if is_here and finding.code.startswith(("conflict.", "freeze.")):
                key, one = _key(finding, entry), _Found(finding, entry)
                kept[key] = min(kept.get(key, one), one, key=_gravity)
    return sorted(kept.values(), key=lambda one: (*_gravity(one), _begin(one), one.entry.rfc.pk))


def _key(finding: Finding, entry: Entry) -> tuple[object, ...]:
    pair = frozenset((entry.rfc.number, finding.other or str(finding.freeze or "")))
    return finding.code, pair, finding.interval or entry.session.pk


def _gravity(one: _Found) -> tuple[bool, bool, bool]:
    finding = one.finding
    return not finding.blocks, finding.level != Level.ERROR, finding.possible


def _begin(one: _Found) -> datetime:
    return one.finding.interval.start if one.finding.interval else one.entry.session.planned_start


def _rfcs(found: Sequence[_Found], viewer: User) -> Mapping[str, RFC]:
    """Both RFCs of each, as far as the reader may see them, by number."""
    numbers = {number for one in found for number in (one.entry.rfc.number, one.finding.other) if number}
    return {rfc.number: rfc for rfc in RFC.objects.visible_to(viewer).numbered(*numbers).with_content()}


def _told(found: _Found, rfcs: Mapping[str, RFC], viewer: User, shared: SetUp) -> Told:
    finding, own = found.finding, found.entry.rfc.number
    mine = _side(rfcs.get(own), own, found.entry.session, viewer)
    if not finding.other:
        return Told(finding, (mine,), _services(mine), (finding.about,) if finding.about else (), is_carried=True)
    other_rfc = rfcs.get(finding.other)
    other = _side(other_rfc, finding.other, _session_at(other_rfc, finding.interval), viewer)
    first, second = sorted((mine, other), key=_moved_at, reverse=True)
    carried = bool(mine.rfc and other.rfc and _moved_at(first) != _moved_at(second))
    return Told(finding, (first, second), _services(mine, other), _about(finding.code, mine, other, shared), carried)


def _side(rfc: RFC | None, number: str, session: WorkSession | None, viewer: User) -> Side:
    named = rfc is not None and (rfc.state != State.DRAFT or permissions.is_own(viewer, rfc))
    return Side(number, rfc, session, named)


def _session_at(rfc: RFC | None, interval: Interval | None) -> WorkSession | None:
    sessions = list(rfc.sessions.all()) if rfc else []
    return next((one for one in sessions if interval is None or one.interval.overlaps(interval)), None)


def _moved_at(side: Side) -> tuple[bool, float]:
    """What can still be moved counts as later than what has begun, for that is what can mend it."""
    if side.rfc is None:
        return False, 0.0
    judged = side.rfc.judged_at
    return _is_movable(side), judged.timestamp() if judged else float("inf")


def _is_movable(side: Side) -> bool:
    return bool(side.rfc and side.session and side.rfc.state in OPEN_STATES and side.session.actual_start is None)


def _names(side: Side, rows: str) -> dict[str, str]:
    return {row.slug: row.name for row in getattr(side.rfc, rows).all()} if side.rfc else {}


def _services(*sides: Side) -> tuple[str, ...]:
    """What both work on, or else what the first does."""
    named = [_names(side, "services") for side in sides]
    shared = set.intersection(*(set(names) for names in named))
    return tuple(name for slug, name in named[0].items() if slug in shared or not shared)


def _about(code: str, mine: Side, other: Side, shared: SetUp) -> tuple[str, ...]:
    if code == "conflict.same_item":
        theirs = _names(other, "configuration_items")
        return tuple(name for slug, name in _names(mine, "configuration_items").items() if slug in theirs)
    if code == "conflict.same_implementer" and mine.rfc and mine.rfc.implementer:
        return (str(mine.rfc.implementer),)
    if code == "conflict.dependency":
        chain = _chain(_names(mine, "services"), _names(other, "services"), shared.dependencies)
        return tuple(shared.names.get(("service", slug), slug) for slug in chain)
    return ()


def _chain(mine: Iterable[str], theirs: Iterable[str], dependencies: Dependencies) -> tuple[str, ...]:
    paths, others = Paths(dependencies), set(theirs)
    own = set(mine)
    chains = [path for one in own - others for two in others - own if (path := paths.between(one, two))]
    return min(chains, key=lambda path: (len(path), path), default=())


def _is_mendable(told: Told) -> bool:
    return told.finding.blocks and _is_movable(told.sides[0])


def _mended(told: Told, slots: Mapping[int, Slot], viewer: User) -> Told:
    first = told.sides[0]
    if not (_is_mendable(told) and first.rfc and first.session):
        return told
    return replace(told, slot=slots.get(first.session.pk), may_move=permissions.can_reschedule(viewer, first.rfc))


def _first_slots(sides: Sequence[Side], shared: SetUp, *, at: datetime, time_zone: str) -> dict[int, Slot]:
    """For each side's session, by its key, the first free time as long as it is; read together, and none where there is none."""
    wanted = {s.session.pk: (s.rfc, s.session, s.rfc.content()) for s in sides if s.rfc and s.session and s.session.planned_end}
    if not wanted:
        return {}
    begins = {key: max(at, session.planned_start) for key, (_, session, _) in wanted.items()}
    period = Interval(min(begins.values()), max(begins.values()) + HORIZON + timedelta(days=1))
    contents = [content for _, _, content in wanted.values()]
    shared = set_up_for(shared, contents)
    known = known_of(contents, period, at, shared, [rfc.number for rfc, _, _ in wanted.values()])
    found = {}
    for key, (rfc, session, content) in wanted.items():
        slots = free_slots_for(
            content,
            minutes=session.interval.minutes,
            after=begins[key],
            count=1,
            at=at,
            rfc=rfc,
            place=place_of(content, session),
            time_zone=time_zone,
            shared=shared,
            known=known,
        )
        if slots:
            found[key] = slots[0]
    return found
