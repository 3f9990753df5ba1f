"""What waits for an RFC that moves: which of it would start too early, where it could go, and what that means (DESIGN 4.1, 4.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings

from changes import permissions
from changes.choices import OPEN_STATES
from changes.domain import slot
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.judgement import stops_scheduling
from changes.domain.waiting import circle, in_order, shift_between, shifted
from changes.models import RFC, User
from changes.models.rfc import key_of, number_of
from changes.selectors.basis import SetUp, set_up
from changes.selectors.consequence import Consequence, consequence_of
from changes.selectors.finding import findings
from changes.selectors.slot import free_nights_for


@dataclass(frozen=True)
class Waiting:
    """An RFC that would start before what it waits for is done. `after` is where it would go, None where it stays."""

    rfc: RFC
    waits_for: str
    before: Content
    after: Content | None
    #: It goes where it is free, for as far as its predecessor moves is no place for it.
    is_elsewhere: bool = False
    why_not: str = ""
    consequence: Consequence | None = None
    findings: Sequence[Finding] = ()

    @property
    def times(self) -> list[tuple[Session, Session | None]]:
        """Each session as it is and as it would be."""
        after = self.after.sessions if self.after else (None,) * len(self.before.sessions)
        return list(zip(self.before.sessions, after, strict=False))


@dataclass(frozen=True)
class Line:
    """All that waits, in the order in which it would be done; what a move along with it means for the one that leads."""

    waiting: Sequence[Waiting] = ()
    lead: Consequence | None = None

    @property
    def movable(self) -> list[Waiting]:
        return [one for one in self.waiting if one.after]

    @property
    def staying(self) -> list[Waiting]:
        return [one for one in self.waiting if not one.after]

    @property
    def digest(self) -> str:
        """The same for the same RFCs at the same versions moved to the same times: what somebody has agreed to."""
        told = [(w.rfc.number, w.rfc.version, [(s.start.isoformat(), s.id) for s in w.after.sessions]) for w in self.movable if w.after]
        return sha256(repr(told).encode()).hexdigest()[:16]


@dataclass
class _Search:
    """What the RFCs of a line are placed with; `moved` grows as they are."""

    viewer: User
    at: datetime
    time_zone: str
    shared: SetUp
    moved: dict[str, Content] = field(default_factory=dict)
    before: dict[str, Content] = field(default_factory=dict)

    def others(self, number: str) -> dict[str, Content]:
        return {other: content for other, content in self.moved.items() if other != number}


def line_of(rfc: RFC, content: Content, *, viewer: User, at: datetime, time_zone: str = "", shared: SetUp | None = None) -> Line:
    """What waits for `rfc`, directly or not, and would start before it is done once it has `content`. Writes nothing.

    Each goes as far as the one it waits for, on the clock of `time_zone`, or to the next free nights where something
    blocks it there. What `viewer` may not move stays and is told; of drafts only those that `viewer` may see are
    looked at. Costs what it lists, not the schedule.
    """
    rows = _all_waiting(rfc, viewer)
    if not rows:
        return Line()
    zone = time_zone or settings.FSC_TIME_ZONE
    search = _Search(viewer, at, zone, shared or set_up(at), {rfc.number: content}, {rfc.number: rfc.content()})
    search.before |= {number: row.content() for number, row in rows.items()}
    graph = {number: search.before[number].predecessors for number in rows}
    found = [one for number in in_order(graph) if (one := _placed(rows[number], search))]
    told = [_judged(one, search) for one in found]
    lead = consequence_of(rfc, content, at=at, instead=search.others(rfc.number), shared=search.shared) if len(search.moved) > 1 else None
    return Line(told, lead)


def _all_waiting(rfc: RFC, viewer: User) -> dict[str, RFC]:
    """All that waits for it, directly or not, and has not begun; one read for each step of the way."""
    found: dict[str, RFC] = {}
    front = [rfc.pk]
    while front:
        rows = RFC.objects.visible_to(viewer).filter(predecessors__in=front, state__in=OPEN_STATES).with_content().distinct()
        new = [row for row in rows if row.number not in found and row.pk != rfc.pk]
        found |= {row.number: row for row in new}
        front = [row.pk for row in new]
    return found


def _placed(rfc: RFC, search: _Search) -> Waiting | None:
    """Where one of them would go; None for one that still starts after all that it waits for."""
    before = search.before[rfc.number]
    ends = {number: moved.planned.end for number in before.predecessors if (moved := search.moved.get(number)) and moved.planned}
    if not ends or before.planned is None or before.planned.start >= max(ends.values()):
        return None
    leader = max(ends, key=lambda number: ends[number])
    if not permissions.can_reschedule(search.viewer, rfc):
        return Waiting(rfc, leader, before, None, why_not=f"{rfc.owner} moves it, or the change manager.")
    after, is_elsewhere = _where(rfc, leader, ends[leader], search)
    search.moved[rfc.number] = after
    return Waiting(rfc, leader, before, after, is_elsewhere)


def _where(rfc: RFC, leader: str, done_at: datetime, search: _Search) -> tuple[Content, bool]:
    zone, before = ZoneInfo(search.time_zone), search.before[rfc.number]
    led = search.before[leader].planned
    along = shifted(before, shift_between(led.end, done_at, zone), zone) if led else before
    is_after = along.planned is not None and along.planned.start >= done_at
    if is_after and not _blocked(rfc, along, search):
        return along, False
    others, zone_name = search.others(rfc.number), search.time_zone
    nights = free_nights_for(before, not_before=done_at, rfc=rfc, at=search.at, time_zone=zone_name, shared=search.shared, instead=others)
    if len(nights) == len(before.sessions):
        return replace(before, sessions=tuple(slot.placed(before.sessions, nights))), True
    late = shift_between(before.planned.start, done_at, zone) if before.planned else None
    return (along if is_after or late is None else shifted(before, late, zone)), False


def _blocked(rfc: RFC, content: Content, search: _Search) -> list[Finding]:
    others = search.others(rfc.number)
    return stops_scheduling(findings(content, rfc=rfc, at=search.at, time_zone=search.time_zone, shared=search.shared, instead=others))


def _judged(one: Waiting, search: _Search) -> Waiting:
    if one.after is None:
        return one
    means = consequence_of(one.rfc, one.after, at=search.at, instead=search.others(one.rfc.number), shared=search.shared)
    return replace(one, consequence=means, findings=_blocked(one.rfc, one.after, search))


def circle_of(number: str, predecessors: Iterable[str]) -> tuple[str, ...]:
    """The way by which the RFC `number`, waiting for `predecessors`, would wait for itself; empty where it does not."""
    waits_for: dict[str, set[str]] = {}
    front = {one for one in predecessors if key_of(one)}
    while front:
        keys = [key_of(one) for one in front]
        waits_for |= {one: set() for one in front}
        for waiter, before in RFC.predecessors.through.objects.filter(from_rfc__in=keys).values_list("from_rfc_id", "to_rfc_id"):
            waits_for[number_of(waiter)].add(number_of(before))
        front = {one for before in waits_for.values() for one in before} - set(waits_for)
    return circle(number, list(predecessors), waits_for)
