"""The RFCs that a meeting might have to look at, as the agenda's rules see them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q

from changes.choices import MeetingState, Outage, Outcome, Ratification, Relation, Route, Severity, State, Suspicion, Urgency, Verdict
from changes.domain.agenda import Brought, Candidate, Deferral, Promise, Term
from changes.domain.lifecycle import needs_review, unanswered
from changes.domain.meeting import Sitting
from changes.domain.remit import Remit
from changes.domain.word import is_overdue
from changes.models import RFC, AgendaItem, Board, Condition, Decision, Event, Meeting

#: Meetings that are still to come or going on.
OPEN_MEETINGS = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)
#: A draft whose work begins so soon after a meeting would have needed it.
NEEDS_THIS_ONE = timedelta(days=14)
_REPORTED = ("completed", "recorded_done", "incident_confirmed")


@dataclass
class _Facts:
    """What is stored beside the RFCs, by their keys."""

    promises: dict[int, list[Promise]] = field(default_factory=lambda: defaultdict(list))
    deferrals: dict[int, Deferral] = field(default_factory=dict)
    brought: dict[int, Brought] = field(default_factory=dict)
    reported: dict[int, datetime] = field(default_factory=dict)
    #: Whether the item of the last meeting was decided, and whether that meeting came to it; a key that is missing did not stand there.
    last_time: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    last_time_at: datetime | None = None


def term_of(meeting: Meeting) -> Term:
    """What the meeting's agenda covers: since the cut-off of the board's meeting before, or a week."""
    sitting = Sitting(meeting.starts_at, meeting.ends_at, meeting.cut_off_at)
    before = previous_meeting(meeting)
    since = before.cut_off_at if before else meeting.cut_off_at - timedelta(weeks=1)
    return Term(sitting, since, meeting.board.time_zone)


def drafts_for(meeting: Meeting) -> Q:
    """Drafts that somebody worked on since the last cut-off, or whose work would begin soon after the meeting; of whichever board."""
    soon = Q(planned_start__gte=meeting.cut_off_at, planned_start__lt=meeting.starts_at + NEEDS_THIS_ONE)
    drafts = Q(state=State.DRAFT, route=Route.BOARD, imported=False, created_at__lt=meeting.ends_at)
    return drafts & (Q(updated_at__gte=term_of(meeting).since) | soon)


def previous_meeting(meeting: Meeting) -> Meeting | None:
    """The board's meeting before this one that was not cancelled."""
    earlier = Meeting.objects.filter(board=meeting.board_id, starts_at__lt=meeting.starts_at)
    return earlier.exclude(state=MeetingState.CANCELLED).order_by("-starts_at").first()


def candidates(meeting: Meeting, *, at: datetime) -> dict[int, tuple[RFC, Candidate]]:
    """By key, every RFC that the rules have to be asked about for this meeting of its board.

    Leaves out what stands undecided on another meeting that is not over, what the chair has brought to another one,
    and, while an earlier meeting of the board still takes RFCs, everything but what was deferred or brought to this one.
    """
    term, before = term_of(meeting), previous_meeting(meeting)
    taken = _standing_elsewhere(meeting)
    rows = [rfc for rfc in _rows(term, before) if rfc.pk not in taken]
    rows = list(of_boards(rows, {meeting.board_id}))
    facts = _facts([rfc.pk for rfc in rows], before)
    facts.brought = _brought_to(meeting)
    found = {rfc.pk: (rfc, _candidate(rfc, facts, at)) for rfc in rows}
    if has_earlier_taker(meeting, at):
        here = meeting.starts_at
        found = {key: pair for key, pair in found.items() if _is_bound_for(pair[1], here)}
    return found


def _is_bound_for(candidate: Candidate, starts_at: datetime) -> bool:
    deferral = candidate.deferral
    return candidate.brought is not None or (deferral is not None and deferral.to_starts_at == starts_at)


def _brought_to(meeting: Meeting) -> dict[int, Brought]:
    """What the chair pulled forward or put off to this meeting, by the keys of the RFCs; what has left it since is free again."""
    rows = AgendaItem.objects.filter(meeting=meeting, pulled_from__isnull=False, rfc__isnull=False).exclude(section="")
    said = rows.values_list("rfc_id", "pulled_from__starts_at", "admitted_reason")
    return {rfc: Brought(since, since > meeting.starts_at, reason) for rfc, since, reason in said}


def _rows(term: Term, before: Meeting | None) -> Iterable[RFC]:
    reported = Event.objects.filter(at__gte=term.since, action__in=_REPORTED).values("rfc_id")
    promised = Condition.objects.filter(met_at=None).values("decision__rfc_id")
    stood = AgendaItem.objects.filter(meeting=before, rfc__isnull=False).values("rfc_id")
    wanted = (
        Q(state=State.SUBMITTED, route=Route.BOARD)
        | Q(ratification=Ratification.OWED)
        | Q(route=Route.EMERGENCY, ratification="", decision__at__gte=term.since)
        | Q(state=State.IN_PROGRESS)
        | Q(state__in=(State.APPROVED, State.SCHEDULED), pk__in=promised)
        | Q(state__in=(State.COMPLETED, State.CLOSED), pk__in=reported)
    )
    if before:
        wanted |= Q(state=State.COMPLETED, pk__in=stood) | Q(route=Route.EMERGENCY, ratification="", decision__isnull=False, pk__in=stood)
    found = RFC.objects.filter(wanted, imported=False).select_related("environment", "decision")
    return found.prefetch_related("services", "sessions", "references", "incidents").order_by("pk")


def _standing_elsewhere(meeting: Meeting) -> set[int]:
    others = AgendaItem.objects.exclude(meeting=meeting).exclude(section="").filter(is_late=False, decision=None, rfc__isnull=False)
    brought = Q(meeting__state=MeetingState.PLANNED, pulled_from__isnull=False)
    open_ones = others.filter(Q(meeting__state__in=(MeetingState.FROZEN, MeetingState.IN_SESSION)) | _earlier(meeting) | brought)
    return set(open_ones.values_list("rfc_id", flat=True))


def _earlier(meeting: Meeting) -> Q:
    return Q(meeting__state=MeetingState.PLANNED, meeting__starts_at__lt=meeting.starts_at)


def has_earlier_taker(meeting: Meeting, at: datetime) -> bool:
    """Whether an earlier meeting of the board still takes what comes; an agenda that is frozen asks no longer."""
    earlier = Meeting.objects.filter(board=meeting.board_id, state=MeetingState.PLANNED, starts_at__lt=meeting.starts_at)
    return meeting.revision == 0 and earlier.filter(ends_at__gt=at).exists()


def of_boards(rows: Iterable[RFC], boards: Collection[int]) -> Iterator[RFC]:
    """Those that go to one of the boards; read them with `environment` and `services`. One fixed set of queries for all."""
    remits = remits_of_boards()
    return (rfc for rfc in rows if rfc.board_among(remits) in boards)


def remits_of_boards() -> list[Remit]:
    """What each board looks after, in the boards' order."""
    return [board.remit() for board in Board.objects.prefetch_related("environments", "services")]


def _facts(keys: list[int], before: Meeting | None) -> _Facts:
    facts = _Facts()
    in_force = Condition.objects.filter(met_at=None, decision__rfc__in=keys, decision=F("decision__rfc__decision"))
    for rfc, text, due_at in in_force.values_list("decision__rfc_id", "text", "due_at"):
        facts.promises[rfc].append(Promise(text, due_at))
    decided = Decision.objects.standing().filter(rfc__in=keys, rfc__state=State.SUBMITTED).order_by("at", "pk")
    for rfc, verdict, at, to, reason in decided.values_list("rfc_id", "verdict", "at", "defer_to__starts_at", "reason"):
        facts.deferrals.pop(rfc, None)
        if verdict == Verdict.DEFER and to:
            facts.deferrals[rfc] = Deferral(at, to, reason)
    facts.reported = dict(Event.objects.filter(rfc__in=keys, action__in=_REPORTED).order_by("at").values_list("rfc_id", "at"))
    stood = AgendaItem.objects.filter(meeting=before, rfc__in=keys, is_late=False).exclude(section="")
    if before:
        facts.last_time_at = before.starts_at
        # A meeting that was held without the system at hand says nothing of what it came to.
        told = stood.values_list("rfc_id", "decision__pk", "spent_seconds")
        facts.last_time = {rfc: (decision is not None, spent > 0 or before.opened_at is None) for rfc, decision, spent in told}
    return facts


def _candidate(rfc: RFC, facts: _Facts, at: datetime) -> Candidate:
    sessions = list(rfc.sessions.all())
    outcome = Outcome(rfc.outcome) if rfc.outcome else None
    urgency = Urgency(rfc.urgency) if rfc.urgency else None
    deferral = facts.deferrals.get(rfc.pk)
    was_decided, was_reached = facts.last_time.get(rfc.pk, (False, True))
    if deferral and rfc.submitted_at and rfc.submitted_at > deferral.at:
        deferral = None  # withdrawn and submitted anew
    return Candidate(
        number=rfc.number,
        state=State(rfc.state),
        route=Route(rfc.route),
        severity=Severity(rfc.severity),
        submitted_at=rfc.submitted_at,
        planned_start=rfc.planned_start,
        planned_end=rfc.planned_end,
        imported=rfc.imported,
        retrospective=rfc.retrospective,
        ratification=Ratification(rfc.ratification) if rfc.ratification else None,
        decided_at=rfc.decision.at if rfc.decision else None,
        is_word_overdue=bool(rfc.decision and rfc.decision.is_unconfirmed and is_overdue(rfc.decision.at, at)),
        promises=tuple(facts.promises.get(rfc.pk, ())),
        deferral=deferral,
        brought=facts.brought.get(rfc.pk),
        outcome=outcome,
        reported_at=facts.reported.get(rfc.pk),
        overrun_minutes=max((_overrun(s.planned_end, s.actual_start, s.actual_end, at) for s in sessions), default=0),
        had_outage=any(session.outage == Outage.PLANNED for session in sessions),
        caused=_caused(rfc),
        owes_review=needs_review(Severity(rfc.severity), urgency, outcome) and bool(unanswered(rfc.review)),
        sessions=len(sessions),
        sessions_done=sum(1 for session in sessions if session.actual_end),
        stood_last_time=rfc.pk in facts.last_time,
        decided_last_time=was_decided,
        last_time=facts.last_time_at,
        was_reached=was_reached,
    )


def _caused(rfc: RFC) -> tuple[str, ...]:
    """The incidents that it caused: as its owner wrote, or as whoever handled them has confirmed."""
    written = [reference.identifier for reference in rfc.references.all() if reference.relation == Relation.CAUSED]
    confirmed = [link.identifier for link in rfc.incidents.all() if link.suspicion == Suspicion.CONFIRMED]
    return tuple(dict.fromkeys([*written, *confirmed]))


def _overrun(planned_end: datetime | None, begun: datetime | None, ended: datetime | None, at: datetime) -> int:
    """Whole minutes past the planned end, of work that has begun."""
    if planned_end is None or begun is None:
        return 0
    return max(0, int(((ended or at) - planned_end).total_seconds() // 60))
