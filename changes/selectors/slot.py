"""The next free slots for a content, from the stored windows, freezes and bookings (DESIGN 4.7)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from changes.choices import ENDED_STATES, Outage, State
from changes.domain import slot
from changes.domain.conflict import Booking, bookings, conflicts, predecessor_findings
from changes.domain.content import Content, Session
from changes.domain.finding import Finding, blocking
from changes.domain.freeze import concerns, frozen
from changes.domain.interval import Interval
from changes.domain.plan import total_minutes
from changes.domain.slot import Slot
from changes.domain.urgency import due_by
from changes.domain.window import permitted
from changes.models import RFC, WorkSession
from changes.selectors.finding import SetUp, booking_of, predecessors_of, set_up
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
    time_zone: str = "",
    shared: SetUp | None = None,
) -> list[Slot]:
    """At most `count` free slots of `minutes` from `after` on, in order, each with why earlier ones were passed over.

    `minutes` defaults to the whole plan, `after` to `at`. `rfc` is the stored RFC that the content belongs
    to, whose own bookings are free for it. Times are aware, sentences in `time_zone`. Looks 13 weeks
    ahead; no environment has no slot. Costs what is booked of the same things, not the whole schedule.
    """
    if not content.environment:
        return []
    shared = shared or set_up()
    begin = max(after or at, at)
    period = Interval(begin, begin + HORIZON)
    return slot.free_slots(
        minutes=minutes or wanted_minutes(content),
        permitted=_permitted(content, period, shared),
        frozen=_frozen(content, period, shared),
        busy=_busy(content, _others(content, period, rfc, at), shared, time_zone or settings.FSC_TIME_ZONE),
        after=begin,
        count=count,
        notice_until=_notice_until(content, at, shared),
        due_by=_due_by(content, rfc, at),
        time_zone=time_zone or settings.FSC_TIME_ZONE,
    )


def wanted_minutes(content: Content) -> int:
    """The minutes a slot has to hold: the plan with its rollback, else the first session's length, else an hour."""
    lengths = (s.interval.minutes for s in content.sessions if s.end and not s.is_reversed)
    return total_minutes(content) or next(lengths, 0) or USUAL_MINUTES


def _permitted(content: Content, period: Interval, shared: SetUp) -> list[Interval]:
    """An environment that needs no window, or has none, is open all the time."""
    stretches = permitted(shared.windows, content.environment, content.change_type, period)
    is_open = content.environment in shared.always_open or content.is_emergency
    return [period] if is_open or not stretches else stretches


def _frozen(content: Content, period: Interval, shared: SetUp) -> list[tuple[Interval, str]]:
    if content.is_emergency:
        return []
    concerned = (freeze for freeze in shared.freezes if concerns(freeze, content))
    return [(interval, freeze.name) for freeze in concerned for interval in frozen(freeze, period)]


def _others(content: Content, period: Interval, rfc: RFC | None, at: datetime) -> list[Booking]:
    """What others have booked of the same items, person or services; drafts never block, so they are left out."""
    same = Q(rfc__configuration_items__slug__in=content.configuration_items)
    if content.implementer:
        same |= Q(rfc__implementer__username=content.implementer)
    if any(session.outage == Outage.PLANNED for session in content.sessions):
        same |= Q(rfc__services__slug__in=content.services, outage=Outage.PLANNED)
    sessions = WorkSession.objects.overlapping(period).exclude(rfc__state__in=(State.DRAFT, *ENDED_STATES)).filter(same)
    if rfc is not None and rfc.pk:
        sessions = sessions.exclude(rfc=rfc)
    rows = sessions.select_related("rfc__environment", "rfc__implementer").prefetch_related("rfc__services", "rfc__configuration_items")
    return [booking_of(session, at) for session in rows.distinct()]


def _busy(content: Content, others: Sequence[Booking], shared: SetUp, time_zone: str) -> Callable[[Interval], Finding | None]:
    predecessors = predecessors_of(content)

    def first_blocking(candidate: Interval) -> Finding | None:
        tried = replace(content, sessions=(_moved(content, candidate),))
        clashes = conflicts(bookings(tried), others, shared.dependencies, time_zone=time_zone, names=shared.names)
        return next(iter(blocking([*clashes, *predecessor_findings(tried, predecessors)])), None)

    return first_blocking


def _moved(content: Content, candidate: Interval) -> Session:
    """The first session at the candidate's time; its outage keeps its distance from the start."""
    first = content.sessions[0] if content.sessions else Session(candidate.start, candidate.end)
    shift = candidate.start - first.start
    return replace(
        first,
        start=candidate.start,
        end=candidate.end,
        outage_start=first.outage_start + shift if first.outage_start else None,
        outage_end=first.outage_end + shift if first.outage_end else None,
    )


def _notice_until(content: Content, at: datetime, shared: SetUp) -> datetime | None:
    kind = shared.change_types.get(content.change_type or "")
    if kind is None or content.is_emergency:
        return None
    # Taking a slot is a move, and notice is judged as of the latest move (DESIGN 4.4).
    return at + timedelta(hours=kind.notice_hours)


def _due_by(content: Content, rfc: RFC | None, at: datetime) -> datetime | None:
    due = due_by(content.urgency, rfc.created_at if rfc and rfc.pk else at, limits())
    return min((moment for moment in (due, content.needed_by) if moment), default=None)
