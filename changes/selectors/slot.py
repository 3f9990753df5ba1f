"""The next free slots for a content, from the stored windows, freezes and bookings (DESIGN 4.7)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from changes.choices import ENDED_STATES, Level, Outage
from changes.domain import slot
from changes.domain.clash import chained_with
from changes.domain.conflict import Booking, Predecessor, bookings, conflicts, predecessor_findings
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.freeze import concerns, frozen, touches
from changes.domain.interval import Interval
from changes.domain.plan import total_minutes
from changes.domain.slot import Slot
from changes.domain.urgency import due_by
from changes.domain.waiting import Waiter, successor_findings
from changes.domain.window import lies, permitted, serving
from changes.models import RFC, WorkSession
from changes.selectors.basis import SetUp, set_up, set_up_for
from changes.selectors.finding import booking_of, bookings_instead, predecessors_by_number, waiting_by_number
from changes.selectors.proposal import limits

#: So far ahead a slot is looked for.
HORIZON = timedelta(weeks=13)
#: What is looked for where neither the plan nor a session says how long the work takes.
USUAL_MINUTES = 60


def free_slots_for(
    content: Content,
    *,
    minutes: int | None = None,
    after: datetime | None = None,
    count: int = 4,
    at: datetime,
    rfc: RFC | None = None,
    place: int = 0,
    time_zone: str = "",
    shared: SetUp | None = None,
    known: "Known | None" = None,
) -> list[Slot]:
    """At most `count` free slots of `minutes` from `after` on, in order, each with why earlier ones were passed over.

    They are for the session at `place`; the content's other sessions are in its way. `minutes` defaults to the whole plan,
    `after` to `at`. `rfc` is the stored RFC that the content belongs to, whose own bookings are free for it. Times are
    aware, sentences in `time_zone`. Looks 13 weeks ahead; no environment has no slot. What is open all the time has one
    slot a day, from the time of day of `after` on. Where there are too few without a finding, those of which something
    only warns follow, with a note that says it. Costs what is booked of the same things, not the whole schedule; `known`
    is that, already read.
    """
    if not content.environment:
        return []
    ground = _ground(content, max(after or at, at), rfc, at, time_zone, shared)
    own = [one.interval for number, one in enumerate(content.sessions) if number != place and not one.is_reversed]
    known = known or known_of([content], ground.period, at, ground.shared, [ground.number])
    session = content.sessions[place] if content.sessions else None
    return slot.free_slots(_search(ground, minutes or wanted_minutes(content), known, [session], own), count)


def free_nights_for(
    content: Content,
    *,
    at: datetime,
    not_before: datetime | None = None,
    rfc: RFC | None = None,
    time_zone: str = "",
    shared: SetUp | None = None,
    instead: Mapping[str, Content] | None = None,
) -> list[Slot]:
    """A free slot for each session of the content, one a night, each long enough for the longest of them and tried with its outage.

    They are looked for as by `free_slots_for` from `not_before` on, in the order of time; fewer where 13 weeks have no more.
    Where any time is open, each night begins at the time of day of the first session. `slot.placed` puts the sessions there.
    `instead` gives other RFCs, by number, the contents that they are about to have; what waits for this one moves after it.
    """
    lengths = [session.interval.minutes for session in content.sessions if session.end and not session.is_reversed]
    if not lengths or not content.environment:
        return []
    ground = _ground(content, max(at, not_before or at), rfc, at, time_zone, shared)
    if ground.is_always_open:
        first, begin = min(session.start for session in content.sessions), ground.period.start
        after = _next_time_of_day(first, max(begin, ground.notice_until or at), ZoneInfo(ground.time_zone))
        ground = _ground(content, after, rfc, at, time_zone, ground.shared)
    known = known_of([content], ground.period, at, ground.shared, [ground.number] if instead is None else [])
    known = replace(known, booked=bookings_instead(known.booked, instead or {}, at))
    return slot.free_nights(_search(ground, max(lengths), known, content.sessions, []), len(content.sessions))


@dataclass(frozen=True)
class _Ground:
    """What a content may take and what it has to wait for, whichever of its sessions is placed. `number` is that of its own RFC."""

    content: Content
    number: str
    period: Interval
    permitted: Sequence[Interval]
    notice_until: datetime | None
    due_by: datetime | None
    time_zone: str
    shared: SetUp
    at: datetime

    @property
    def is_always_open(self) -> bool:
        return any(stretch.contains(self.period) for stretch in self.permitted)


def _ground(content: Content, begin: datetime, rfc: RFC | None, at: datetime, time_zone: str, shared: SetUp | None) -> _Ground:
    shared, period = set_up_for(shared or set_up(at), [content]), Interval(begin, begin + HORIZON)
    return _Ground(
        content=content,
        number=rfc.number if rfc is not None and rfc.pk else "",
        period=period,
        permitted=_permitted(content, period, shared),
        notice_until=_notice_until(content, at, shared),
        due_by=_due_by(content, rfc, at),
        time_zone=time_zone or settings.FSC_TIME_ZONE,
        shared=shared,
        at=at,
    )


def _search(ground: _Ground, minutes: int, known: "Known", sessions: Sequence[Session | None], own: Sequence[Interval]) -> slot.Search:
    return slot.Search(
        minutes=minutes,
        permitted=ground.permitted,
        frozen=_frozen(ground),
        found=_found(ground, known, sessions, own),
        after=ground.period.start,
        notice_until=ground.notice_until,
        due_by=ground.due_by,
        standing=["no change window is defined"] if _has_no_window(ground.content, ground.shared) else [],
        hurried=ground.content.is_emergency,
        time_zone=ground.time_zone,
    )


def _next_time_of_day(like: datetime, at: datetime, zone: tzinfo) -> datetime:
    """The first moment at or after `at` at which the clock of `zone` shows the time of day of `like`."""
    clock, today = like.astimezone(zone).time(), at.astimezone(zone).date()
    found = datetime.combine(today, clock, zone)
    return found if found >= at else datetime.combine(today + timedelta(days=1), clock, zone)


def place_of(content: Content, session: WorkSession) -> int:
    """Which of the content's sessions a stored one is; the first where it is none of them any more."""
    return next((place for place, one in enumerate(content.sessions) if one.id == session.pk), 0)


def wanted_minutes(content: Content) -> int:
    """The minutes a slot has to hold: the plan with its rollback, else the first session's length, else an hour."""
    lengths = (s.interval.minutes for s in content.sessions if s.end and not s.is_reversed)
    return total_minutes(content) or next(lengths, 0) or USUAL_MINUTES


def _permitted(content: Content, period: Interval, shared: SetUp) -> list[Interval]:
    """Up to the end of the period and no further, for behind it nothing is read that could stand against a slot."""
    if content.environment in shared.always_open or content.is_emergency or _has_no_window(content, shared):
        return [period]
    whole = permitted(shared.windows, content.environment, content.change_type, period)
    return [Interval(stretch.start, min(stretch.end, period.end)) for stretch in whole]


def _has_no_window(content: Content, shared: SetUp) -> bool:
    """Whether one is asked for, and nobody has defined it."""
    is_asked = content.environment not in shared.always_open
    return is_asked and not serving(shared.windows, content.environment, content.change_type)


def _frozen(ground: _Ground) -> list[tuple[Interval, str]]:
    if ground.content.is_emergency:
        return []
    concerned = (freeze for freeze in ground.shared.freezes if concerns(freeze, ground.content))
    return [(interval, freeze.name) for freeze in concerned for interval in frozen(freeze, ground.period)]


@dataclass(frozen=True)
class Known:
    """What stands in the way of some contents: the bookings of the same things; by number their predecessors, and what waits for them."""

    booked: Sequence[Booking]
    predecessors: Mapping[str, Predecessor]
    waiting: Mapping[str, Sequence[Waiter]]


def known_of(contents: Sequence[Content], period: Interval, at: datetime, shared: SetUp, numbers: Iterable[str] = ()) -> Known:
    """All that is booked in the period of the same items, people or services; a fixed number of queries.

    With the predecessors, and with what waits for the RFCs of these numbers.
    """
    waiting = waiting_by_number(number for number in numbers if number)
    return Known(_others(contents, period, at, shared), predecessors_by_number(contents), waiting)


def _others(contents: Sequence[Content], period: Interval, at: datetime, shared: SetUp) -> list[Booking]:
    same = Q(pk__in=())
    for content in contents:
        same |= _same(content, shared)
    booked = WorkSession.objects.overlapping(period).exclude(rfc__state__in=ENDED_STATES)
    # Read before it is asked what they share: PostgreSQL would otherwise join the whole history first.
    sessions = WorkSession.objects.filter(same, pk__in=list(booked.order_by().values_list("pk", flat=True)))
    rows = sessions.select_related("rfc__environment", "rfc__implementer").prefetch_related("rfc__services", "rfc__configuration_items")
    return [booking_of(session, at) for session in rows.distinct()]


def _same(content: Content, shared: SetUp) -> Q:
    same = Q(rfc__configuration_items__slug__in=content.configuration_items) | Q(rfc__services__slug__in=content.services)
    if content.implementer:
        same |= Q(rfc__implementer__username=content.implementer)
    if chained := chained_with(content.services, shared.dependencies):
        # Of what stands in a chain with it, the outage counts: its own, or theirs.
        out = Q() if any(session.outage == Outage.PLANNED for session in content.sessions) else Q(outage=Outage.PLANNED)
        same |= Q(rfc__services__slug__in=chained) & out
    return same


def _found(
    ground: _Ground, known: Known, sessions: Sequence[Session | None], own: Sequence[Interval]
) -> Callable[[Interval, int], list[Finding]]:
    """What the rules say of one of the sessions at a time; `own` are other sessions of the RFC, which stay where they are."""
    content, shared, zone = ground.content, ground.shared, ground.time_zone
    others = [other for other in known.booked if other.number != ground.number]
    predecessors = [known.predecessors[number] for number in content.predecessors if number in known.predecessors]
    waiting = known.waiting.get(ground.number, ())

    def found(candidate: Interval, place: int) -> list[Finding]:
        tried = replace(content, sessions=(_moved(sessions[place], candidate),))
        return [
            *(_twice(other) for other in own if other.overlaps(candidate)),
            *predecessor_findings(tried, predecessors, at=ground.at, time_zone=zone),
            *conflicts(bookings(tried), others, shared.dependencies, time_zone=zone, names=shared.names),
            *successor_findings(tried, waiting),
            *(_passed(tried, shared) if content.is_emergency else ()),
        ]

    return found


def _passed(tried: Content, shared: SetUp) -> list[Finding]:
    """What an emergency passes: no reason to wait, but told."""
    told = [Finding("freeze.active", Level.ADVICE, "sessions[0]", "", "", about=one.name) for one in shared.freezes if touches(one, tried)]
    needs_none = tried.environment in shared.always_open or _has_no_window(tried, shared)
    interval = tried.sessions[0].interval
    if not needs_none and lies(interval, shared.windows, tried.environment, tried.change_type).kind != "inside":
        told.append(Finding("window.misses", Level.WARNING, "sessions[0]", "", ""))
    return told


def _twice(own: Interval) -> Finding:
    """Elsewhere a warning; but no such time is offered."""
    return Finding("interval.unusual", Level.ERROR, "sessions", "another of its own sessions is then", "", own)


def _moved(session: Session | None, candidate: Interval) -> Session:
    """A session at the candidate's time; its outage keeps its distance from the start."""
    return (session or Session(candidate.start, candidate.end)).moved_to(candidate.start, candidate.end)


def _notice_until(content: Content, at: datetime, shared: SetUp) -> datetime | None:
    kind = shared.change_types.get(content.change_type or "")
    if kind is None or content.is_emergency:
        return None
    # Taking a slot is a move, and notice is judged as of the latest move (DESIGN 4.4).
    return at + timedelta(hours=kind.notice_hours)


def _due_by(content: Content, rfc: RFC | None, at: datetime) -> datetime | None:
    due = due_by(content.urgency, rfc.created_at if rfc and rfc.pk else at, limits())
    return min((moment for moment in (due, content.needed_by) if moment), default=None)
