"""The next free slots for a content, from the stored windows, freezes and bookings (DESIGN 4.7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from changes.choices import ENDED_STATES, Outage, State
from changes.domain import slot
from changes.domain.conflict import Booking, Predecessor, bookings, conflicts, predecessor_findings
from changes.domain.content import Content, Session
from changes.domain.finding import Finding, blocking
from changes.domain.freeze import concerns, frozen
from changes.domain.interval import Interval
from changes.domain.plan import total_minutes
from changes.domain.slot import Slot
from changes.domain.urgency import due_by
from changes.domain.window import permitted, serving
from changes.models import RFC, WorkSession
from changes.selectors.finding import SetUp, booking_of, bookings_instead, predecessors_by_number, set_up
from changes.selectors.proposal import limits

#: So far ahead a slot is looked for.
HORIZON = timedelta(weeks=13)
#: Days that touched would count as one stretch.
_APART = timedelta(minutes=15)
#: What is left of the day on which the clocks go forward.
_SHORTEST_DAY = timedelta(hours=23) - _APART
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
    time_zone: str = "",
    shared: SetUp | None = None,
    known: "Known | None" = None,
) -> list[Slot]:
    """At most `count` free slots of `minutes` from `after` on, in order, each with why earlier ones were passed over.

    `minutes` defaults to the whole plan, `after` to `at`. `rfc` is the stored RFC that the content belongs
    to, whose own bookings are free for it. Times are aware, sentences in `time_zone`. Looks 13 weeks
    ahead; no environment has no slot. What is open all the time has one slot a day, from the time of day of
    `after` on. Costs what is booked of the same things, not the whole schedule; `known` is that, already read.
    """
    if not content.environment:
        return []
    shared, zone = shared or set_up(), time_zone or settings.FSC_TIME_ZONE
    begin, length = max(after or at, at), minutes or wanted_minutes(content)
    period = Interval(begin, begin + HORIZON)
    return slot.free_slots(
        minutes=length,
        permitted=_days(period, length, ZoneInfo(zone)) if _is_open(content, shared) else _permitted(content, period, shared),
        frozen=_frozen(content, period, shared),
        busy=_busy(content, rfc, known or known_of([content], period, at), shared, at, zone),
        after=begin,
        count=count,
        notice_until=_notice_until(content, at, shared),
        due_by=_due_by(content, rfc, at),
        time_zone=zone,
    )


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
    """A free slot for each session of the content, one a night, each long enough for the longest of them.

    They are the slots of `free_slots_for` from `not_before` on; fewer where 13 weeks have no more. Where any time
    is open, each night begins at the time of day of the first session. `slot.placed` puts the sessions there.
    `instead` gives other RFCs, by number, the contents that they are about to have.
    """
    lengths = [session.interval.minutes for session in content.sessions if session.end and not session.is_reversed]
    if not lengths:
        return []
    shared, zone = shared or set_up(), ZoneInfo(time_zone or settings.FSC_TIME_ZONE)
    after = max(at, not_before or at)
    if _is_open(content, shared):
        first = min(session.start for session in content.sessions)
        after = _next_time_of_day(first, max(after, _notice_until(content, at, shared) or at), zone)
    known = known_of([content], Interval(after, after + HORIZON), at)
    known = replace(known, booked=bookings_instead(known.booked, instead or {}))
    asked = {"minutes": max(lengths), "count": len(content.sessions)}
    return free_slots_for(content, **asked, after=after, at=at, rfc=rfc, time_zone=time_zone, shared=shared, known=known)


def _next_time_of_day(like: datetime, at: datetime, zone: tzinfo) -> datetime:
    """The first moment at or after `at` at which the clock of `zone` shows the time of day of `like`."""
    clock, today = like.astimezone(zone).time(), at.astimezone(zone).date()
    found = datetime.combine(today, clock, zone)
    return found if found >= at else datetime.combine(today + timedelta(days=1), clock, zone)


def wanted_minutes(content: Content) -> int:
    """The minutes a slot has to hold: the plan with its rollback, else the first session's length, else an hour."""
    lengths = (s.interval.minutes for s in content.sessions if s.end and not s.is_reversed)
    return total_minutes(content) or next(lengths, 0) or USUAL_MINUTES


def _permitted(content: Content, period: Interval, shared: SetUp) -> list[Interval]:
    return permitted(shared.windows, content.environment, content.change_type, period)


def _is_open(content: Content, shared: SetUp) -> bool:
    """Whether it needs no window: by its environment, as an emergency, or because nobody has defined one."""
    needs_none = content.environment in shared.always_open or content.is_emergency
    return needs_none or not serving(shared.windows, content.environment, content.change_type)


def _days(period: Interval, minutes: int, zone: tzinfo) -> list[Interval]:
    """The period as days that begin at its own time of day, so that each of them has a slot of its own; one piece for longer work."""
    if timedelta(minutes=minutes) > _SHORTEST_DAY:
        return [period]
    first, days = period.start.astimezone(zone), (period.end - period.start).days
    starts = [(first + timedelta(days=day)).astimezone(UTC) for day in range(days + 1)]
    return [Interval(start, following - _APART) for start, following in pairwise(starts)]


def _frozen(content: Content, period: Interval, shared: SetUp) -> list[tuple[Interval, str]]:
    if content.is_emergency:
        return []
    concerned = (freeze for freeze in shared.freezes if concerns(freeze, content))
    return [(interval, freeze.name) for freeze in concerned for interval in frozen(freeze, period)]


@dataclass(frozen=True)
class Known:
    """What stands in the way of some contents: the bookings of the same things, and their predecessors by number."""

    booked: Sequence[Booking]
    predecessors: Mapping[str, Predecessor]


def known_of(contents: Sequence[Content], period: Interval, at: datetime) -> Known:
    """All that is booked in the period of the same items, people or services, and the predecessors; a fixed number of queries."""
    return Known(_others(contents, period, at), predecessors_by_number(contents))


def _others(contents: Sequence[Content], period: Interval, at: datetime) -> list[Booking]:
    """Drafts never block, so they are left out."""
    same = Q(pk__in=())
    for content in contents:
        same |= _same(content)
    booked = WorkSession.objects.overlapping(period).exclude(rfc__state__in=(State.DRAFT, *ENDED_STATES))
    # Read before it is asked what they share: PostgreSQL would otherwise join the whole history first.
    sessions = WorkSession.objects.filter(same, pk__in=list(booked.order_by().values_list("pk", flat=True)))
    rows = sessions.select_related("rfc__environment", "rfc__implementer").prefetch_related("rfc__services", "rfc__configuration_items")
    return [booking_of(session, at) for session in rows.distinct()]


def _same(content: Content) -> Q:
    same = Q(rfc__configuration_items__slug__in=content.configuration_items)
    if content.implementer:
        same |= Q(rfc__implementer__username=content.implementer)
    if any(session.outage == Outage.PLANNED for session in content.sessions):
        same |= Q(rfc__services__slug__in=content.services, outage=Outage.PLANNED)
    return same


def _busy(
    content: Content, rfc: RFC | None, known: Known, shared: SetUp, at: datetime, time_zone: str
) -> Callable[[Interval], Finding | None]:
    own = rfc.number if rfc is not None and rfc.pk else ""
    others = [other for other in known.booked if other.number != own]
    predecessors = [known.predecessors[number] for number in content.predecessors if number in known.predecessors]

    def first_blocking(candidate: Interval) -> Finding | None:
        tried = replace(content, sessions=(_moved(content, candidate),))
        clashes = conflicts(bookings(tried), others, shared.dependencies, time_zone=time_zone, names=shared.names)
        return next(iter(blocking([*clashes, *predecessor_findings(tried, predecessors, at=at, time_zone=time_zone)])), None)

    return first_blocking


def _moved(content: Content, candidate: Interval) -> Session:
    """The first session at the candidate's time; its outage keeps its distance from the start."""
    first = content.sessions[0] if content.sessions else Session(candidate.start, candidate.end)
    return first.moved_to(candidate.start, candidate.end)


def _notice_until(content: Content, at: datetime, shared: SetUp) -> datetime | None:
    kind = shared.change_types.get(content.change_type or "")
    if kind is None or content.is_emergency:
        return None
    # Taking a slot is a move, and notice is judged as of the latest move (DESIGN 4.4).
    return at + timedelta(hours=kind.notice_hours)


def _due_by(content: Content, rfc: RFC | None, at: datetime) -> datetime | None:
    due = due_by(content.urgency, rfc.created_at if rfc and rfc.pk else at, limits())
    return min((moment for moment in (due, content.needed_by) if moment), default=None)
