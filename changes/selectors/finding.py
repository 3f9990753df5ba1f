"""What the rules say of an RFC: gathers what they need, in a fixed number of queries, and asks them.

Every door comes through here: the form while somebody types, the API's preview, the calendar for a
month, and the actions before they move anything (issue 3, "every door calling the same one").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, Value
from django.db.models.functions import Coalesce

from changes.choices import ENDED_STATES, OPEN_STATES, Ground, Outcome, Severity, State, Urgency
from changes.domain import judgement, odd_date
from changes.domain.conflict import Booking, Predecessor, bookings, books_the_same, conflicts_among, end_of
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import FOREVER, Interval, united
from changes.domain.judgement import Context
from changes.domain.owed import is_owing, still_owed
from changes.domain.record import Record
from changes.domain.waiting import Waiter
from changes.domain.waiver import Accepted, apply_waivers
from changes.models import RFC, ChangeType, WorkSession
from changes.models.rfc import key_of, number_of
from changes.selectors.accepted import accepted_for
from changes.selectors.basis import SetUp, set_up, set_up_for, texts_of
from changes.selectors.proposal import severity_for
from changes.selectors.record import record_of, records_of


def findings_of(rfc: RFC, *, at: datetime, time_zone: str = "", shared: SetUp | None = None) -> list[Finding]:
    """The findings of a stored RFC, waivers applied. From the begin of the work on nothing of it blocks; what it owes is told."""
    if rfc.state in ENDED_STATES:
        return _of_ended([rfc], time_zone or settings.FSC_TIME_ZONE)[rfc.pk]
    return findings(rfc.content(), rfc=rfc, at=at, time_zone=time_zone, shared=shared)


def findings(
    content: Content,
    *,
    rfc: RFC | None = None,
    at: datetime,
    time_zone: str = "",
    shared: SetUp | None = None,
    instead: Mapping[str, Content] | None = None,
) -> list[Finding]:
    """The findings of a content that may be stored or not; `rfc` is the one that it would be saved into.

    What this answers is what saving and moving would answer. Sentences are in `time_zone`, or the house's.
    `instead` gives other RFCs, by number, the contents that they are about to have.
    """
    shared = set_up_for(shared or set_up(at), [content])
    near = _sessions_near([s.occupied(at) for s in content.sessions if not s.is_reversed], without=rfc)
    others = bookings_instead([booking_of(session, at) for session in near], instead or {}, at)
    accepted = accepted_for([rfc], [session.rfc for session in near])[rfc.pk] if rfc and rfc.pk else ()
    context = _context(content, rfc, shared, time_zone, accepted)
    usual = record_of(content.change_type).usual_minutes
    waited = _predecessors_instead(predecessors_of(content), instead or {})
    waiting = _waiting_instead(waiting_by_number([rfc.number] if rfc and rfc.pk else []), rfc, instead or {})
    full = {"bookings": others, "usual_minutes": usual, "predecessors": waited, "waiting": waiting}
    return _judge(content, rfc, Context(**{**vars(context), **full}), at=at)


def findings_for(rfcs: Iterable[RFC], *, at: datetime, time_zone: str = "") -> dict[int, list[Finding]]:
    """The findings of many stored RFCs, by key, in a number of queries that does not depend on how many.

    Give RFCs that were read `with_content()` and whose waivers are prefetched. It is the answer of `findings_of`.
    """
    rfcs, zone = list(rfcs), time_zone or settings.FSC_TIME_ZONE
    judged = [rfc for rfc in rfcs if rfc.state not in ENDED_STATES]
    found = _of_ended([rfc for rfc in rfcs if rfc.state in ENDED_STATES], zone)
    return found | _of_unended(judged, at, zone) if judged else found


def _of_unended(judged: Sequence[RFC], at: datetime, zone: str) -> dict[int, list[Finding]]:
    contents = {rfc.pk: rfc.content() for rfc in judged}
    shared = set_up_for(set_up(at), contents.values())
    occupied = [s.occupied(at) for content in contents.values() for s in content.sessions if not s.is_reversed]
    near = _sessions_near(occupied, without=None)
    all_bookings = (booking_of(session, at) for session in near)
    clashes = conflicts_among(all_bookings, shared.dependencies, time_zone=zone, names=shared.names)
    accepted = accepted_for(judged, [session.rfc for session in near])
    predecessors = predecessors_by_number(contents.values())
    waiting = waiting_by_number([rfc.number for rfc in judged])
    records = records_of(content.change_type for content in contents.values())
    found = {}
    for rfc in judged:
        content = contents[rfc.pk]
        context = _context(content, rfc, shared, zone, accepted[rfc.pk])
        waited = [predecessors[number] for number in content.predecessors if number in predecessors]
        record = records.get(content.change_type or "", Record())
        full: dict[str, Any] = {"conflicts": clashes.get(rfc.number, ()), "predecessors": waited, "waiting": waiting.get(rfc.number, ())}
        full |= {"usual_minutes": record.usual_minutes}
        found[rfc.pk] = _judge(content, rfc, Context(**{**vars(context), **full}), at=at)
    return found


def _judge(content: Content, rfc: RFC | None, context: Context, *, at: datetime) -> list[Finding]:
    if rfc is None or rfc.state in OPEN_STATES:
        return judgement.findings(content, context, at=at)
    on_time = judgement.on_time(content, context, at=at)
    told = apply_waivers(on_time, context.waivers, at, time_zone=context.time_zone, names=context.names)
    owes = is_owing(rfc.urgency, rfc.state, imported=rfc.imported)
    owed = judgement.in_order(still_owed(judgement.on_content(content, context))) if owes else []
    return [*(finding for finding in told if finding.code.startswith("conflict.")), *owed]


def owed_for(rfcs: Iterable[RFC]) -> dict[int, list[Finding]]:
    """What each of them that is an emergency still owes, by key; two queries. Read them `with_content()`."""
    owing = [rfc for rfc in rfcs if rfc.urgency == Urgency.EMERGENCY and not rfc.imported]
    kinds = {kind.slug: kind for kind in ChangeType.objects.prefetch_related("steps")} if owing else {}
    found = {}
    for rfc in owing:
        content = rfc.content()
        kind = kinds.get(content.change_type or "")
        texts = [text for one in ([kind] if kind else kinds.values()) for text in texts_of(one)]
        context = Context(template_steps=texts, knows_types=bool(kinds), severity=_severity(content, rfc, kind))
        found[rfc.pk] = judgement.in_order(still_owed(judgement.on_content(content, context)))
    return found


def _of_ended(rfcs: Sequence[RFC], time_zone: str) -> dict[int, list[Finding]]:
    """By the key of each that is over, what it owes and what is odd about its dates; two queries at most."""
    owed = owed_for(rfc for rfc in rfcs if is_owing(rfc.urgency, rfc.state, imported=rfc.imported))
    return {rfc.pk: [*owed.get(rfc.pk, ()), *_dates_of(rfc, time_zone)] for rfc in rfcs}


def _dates_of(rfc: RFC, time_zone: str) -> list[Finding]:
    """What is odd about the dates of an RFC that is over; nothing else of it is judged any more."""
    content = rfc.content()
    found = odd_date.interval_findings(content, at=rfc.created_at, usual_minutes=None, time_zone=time_zone, clock=settings.FSC_TIME_ZONE)
    return [finding for finding in found if finding.code != "interval.in_past"]


def _context(content: Content, rfc: RFC | None, shared: SetUp, time_zone: str, accepted: Sequence[Accepted]) -> Context:
    kind = shared.change_types.get(content.change_type or "")
    return Context(
        number=rfc.number if rfc and rfc.pk else "",
        windows=shared.windows,
        freezes=shared.freezes,
        dependencies=shared.dependencies,
        waivers=accepted,
        template_steps=texts_of(kind) if kind else shared.texts,
        knows_types=bool(shared.change_types),
        notice_hours=kind.notice_hours if kind else 0,
        severity=_severity(content, rfc, kind),
        ground=Ground(rfc.ground) if rfc and rfc.ground else None,
        window_required=content.environment not in shared.always_open,
        judged_at=_judged_at(content, rfc),
        holds_since=_holds_since(content, rfc),
        time_zone=time_zone or settings.FSC_TIME_ZONE,
        clock=settings.FSC_TIME_ZONE,
        names=shared.names,
        left=shared.left,
    )


def _judged_at(content: Content, rfc: RFC | None) -> datetime | None:
    """As of when its times are judged; None where saving it would be a move, and so now (DESIGN 4.4)."""
    stored = rfc.judged_at if rfc and rfc.pk else None
    return stored if rfc and stored and _times(content) == _times(rfc.content()) else None


def _times(content: Content) -> list[Session]:
    return [replace(session, id=None) for session in content.sessions]


def _holds_since(content: Content, rfc: RFC | None) -> datetime | None:
    """Since when an RFC holds what `content` books; None where saving it would book something else, and so now."""
    stored = rfc.holds_since if rfc and rfc.pk else None
    return stored if rfc and stored and books_the_same(content, rfc.content()) else None


def _severity(content: Content, rfc: RFC | None, kind: ChangeType | None) -> Severity:
    """The one that a decision has assigned, or what would be proposed now."""
    return Severity(rfc.severity) if rfc and rfc.decision_id else severity_for(content, kind)


def _sessions_near(near: Sequence[Interval], *, without: RFC | None) -> list[WorkSession]:
    """What others have planned or are doing in any of the intervals; drafts count as possible. Read for `booking_of`."""
    if not near:
        return []
    sessions = WorkSession.objects.overlapping_any(united(near)).exclude(rfc__state__in=ENDED_STATES)
    if without is not None and without.pk:
        sessions = sessions.exclude(rfc=without)
    rows = sessions.select_related("rfc__environment", "rfc__implementer").prefetch_related("rfc__services", "rfc__configuration_items")
    return list(rows)


def booking_of(session: WorkSession, at: datetime) -> Booking:
    """A stored session as conflicts see it; read it with what `_sessions_near` reads beside it."""
    rfc = session.rfc
    return Booking(
        number=rfc.number,
        title=rfc.title,
        interval=session.content().occupied(at),
        outage=session.content().outage_interval,
        environment=rfc.environment.slug if rfc.environment else None,
        services=frozenset(service.slug for service in rfc.services.all()),
        items=frozenset(item.slug for item in rfc.configuration_items.all()),
        implementer=rfc.implementer.username if rfc.implementer else None,
        is_possible=rfc.state == State.DRAFT,
        session=session.position,
        since=rfc.holds_since,
    )


def predecessors_of(content: Content) -> list[Predecessor]:
    """The RFCs that have to be done before, as they stand now; one query."""
    return list(predecessors_by_number([content]).values())


def predecessors_by_number(contents: Iterable[Content]) -> dict[str, Predecessor]:
    """The predecessors of many contents by their numbers, as they stand now; one query."""
    numbers = {number for content in contents for number in content.predecessors}
    last = Max(Coalesce("sessions__actual_end", "sessions__planned_end", Value(FOREVER)), filter=Q(sessions__isnull=False))
    rows = RFC.objects.numbered(*numbers).annotate(last=last).order_by("pk")
    return {
        number_of(key): Predecessor(number_of(key), title, end, State(state), Outcome(outcome) if outcome else None)
        for key, title, end, state, outcome in rows.values_list("pk", "title", "last", "state", "outcome")
    }


def waiting_by_number(numbers: Iterable[str]) -> dict[str, list[Waiter]]:
    """By the number of an RFC, those that wait for it and have not begun; drafts book nothing. One query."""
    wanted = [key for number in numbers if (key := key_of(number))]
    pairs = RFC.predecessors.through.objects.filter(to_rfc__in=wanted, from_rfc__state__in=set(OPEN_STATES) - {State.DRAFT})
    found: dict[str, list[Waiter]] = {}
    rows = pairs.order_by("from_rfc_id") if wanted else pairs.none()
    for to, pk, title, start in rows.values_list("to_rfc_id", "from_rfc_id", "from_rfc__title", "from_rfc__planned_start"):
        found.setdefault(number_of(to), []).append(Waiter(number_of(pk), title, start))
    return found


def bookings_instead(others: Iterable[Booking], instead: Mapping[str, Content], at: datetime) -> list[Booking]:
    """The bookings, those of the RFCs in `instead` as they are about to be; one query where there are any.

    They are written with what is judged, so they come neither before nor after it. A draft stays merely possible.
    """
    found = [other for other in others if other.number not in instead]
    drafts = RFC.objects.numbered(*instead).filter(state=State.DRAFT).values_list("pk", flat=True) if instead else ()
    possible = {number_of(key) for key in drafts}
    for number, content in instead.items():
        found += bookings(content, number=number, is_possible=number in possible, at=at)
    return found


def _predecessors_instead(found: Iterable[Predecessor], instead: Mapping[str, Content]) -> list[Predecessor]:
    return [replace(one, end=end_of(instead[one.number])) if one.number in instead else one for one in found]


def _waiting_instead(found: Mapping[str, list[Waiter]], rfc: RFC | None, instead: Mapping[str, Content]) -> list[Waiter]:
    starts = {number: content.planned.start for number, content in instead.items() if content.planned}
    return [replace(one, start=starts.get(one.number, one.start)) for one in found.get(rfc.number if rfc else "", ())]
