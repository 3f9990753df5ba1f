"""What the ladder of reminders has to know, read in bulk: one function per subject, each in a fixed number of queries.

Each takes the instant, and `keys` where only certain subjects are asked for; without them it gives every subject that
can have something due or still to come around that instant. Imported RFCs raise no reminder (DESIGN 4.1).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from changes.choices import MeetingState, Outcome, Route, Severity, State, Urgency
from changes.domain.interval import Interval
from changes.domain.lifecycle import MOVES, needs_review, unanswered
from changes.domain.reminder import About, Facts, Moment, Part, Sign
from changes.domain.schedule import NIGHT_ENDS, night
from changes.models import RFC, Condition, Decision, Event, Meeting, WorkSession
from changes.selectors.candidate import remits_of_boards

Keys = Collection[str] | None
#: No rung is due longer before its moment, or helps longer after it, than this.
AHEAD = timedelta(days=4)
BEHIND = timedelta(days=9)
#: The event of an RFC into whose time another one came.
IN_THE_WAY = "in_the_way"
#: The event of an approval that is lost, from whichever state.
RETURNED = MOVES[(State.APPROVED, State.SUBMITTED)].action
#: A draft whose work begins so soon after a meeting would have needed it.
NEEDS_THIS_ONE = timedelta(days=14)


def _state(rfc: RFC) -> State:
    return State(rfc.state)


def _owner(rfc: RFC) -> Mapping[Part, tuple[int, ...]]:
    return {Part.OWNER: (rfc.owner_id,)}


def _workers(rfc: RFC) -> dict[Part, tuple[int, ...]]:
    implementer = (rfc.implementer_id,) if rfc.implementer_id else ()
    return {Part.OWNER: (rfc.owner_id,), Part.IMPLEMENTER: implementer}


def _signs(**happened: object) -> frozenset[Sign]:
    """`begun=…, ended=…, done=…` as the signs whose value is true."""
    return frozenset(Sign(name) for name, value in happened.items() if value)


# --- The work ---------------------------------------------------------------------------------------------------------


def of_sessions(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Sessions about to start, running, or over and not reported."""
    near = Q(planned_start__lte=at + AHEAD) & (Q(planned_end__gt=at - BEHIND) | Q(planned_start__gt=at - BEHIND))
    live = Q(rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)) & near
    rows = WorkSession.objects.filter(live if keys is None else Q(pk__in=keys), rfc__imported=False)
    for row in rows.select_related("rfc__decision"):
        moments = {Moment.START: row.planned_start, **({Moment.END: row.planned_end} if row.planned_end else {})}
        yield Facts(
            About.SESSION,
            row.pk,
            row.revision,
            moments,
            _workers(row.rfc),
            _state(row.rfc),
            Severity(row.rfc.severity),
            _signs(begun=row.actual_start, ended=row.actual_end),
            since=_settled_at(row.rfc),
            rfc=row.rfc_id,
            session=row.pk,
        )


def _settled_at(rfc: RFC) -> datetime | None:
    """When its times were last decided on or moved."""
    decided_at = rfc.decision.at if rfc.decision else None
    return max((instant for instant in (decided_at, rfc.moved_at) if instant), default=None)


def of_nights(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """The nights in which automatic changes ended that nobody has reported on; a night ends at 06:00 in the house's zone."""
    nights = _nights_until(at) if keys is None else [date.fromisoformat(str(key)) for key in keys]
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    periods = {on: night(on, zone) for on in nights}
    unreported = list(unreported_automatic(periods.values()))
    for on, period in periods.items():
        rfcs = [row.rfc for row in unreported if row.planned_end and period.start < row.planned_end <= period.end]
        owners = tuple(rfc.owner_id for rfc in rfcs)
        implementers = tuple(rfc.implementer_id for rfc in rfcs if rfc.implementer_id)
        people = {Part.OWNER: owners, Part.IMPLEMENTER: implementers}
        yield Facts(About.NIGHT, on.isoformat(), moments={Moment.END: period.end}, people=people)


def _nights_until(at: datetime) -> list[date]:
    """The night going on and the two before it, by the date of their evening."""
    tonight = night_of_end(at, ZoneInfo(settings.FSC_TIME_ZONE))
    return [tonight - timedelta(days=back) for back in (2, 1, 0)]


def night_of_end(end: datetime, zone: ZoneInfo) -> date:
    """The evening of the night that an end falls into; 06:00 sharp is still of the night that it ends."""
    local = (end - timedelta(microseconds=1)).astimezone(zone)
    return local.date() if local.time() >= NIGHT_ENDS else local.date() - timedelta(days=1)


def unreported_automatic(periods: Iterable[Interval]) -> Iterable[WorkSession]:
    """Sessions of automatic RFCs that end inside one of the periods and whose outcome nobody has told."""
    ends = Q(pk__in=())
    for period in periods:
        ends |= Q(planned_end__gt=period.start, planned_end__lte=period.end)
    open_ones = WorkSession.objects.filter(ends, actual_end=None, rfc__imported=False, rfc__severity=Severity.AUTOMATIC)
    return open_ones.filter(rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)).select_related("rfc").order_by("planned_start", "pk")


def of_reviews(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Completed RFCs that cannot be closed before their post-implementation review."""
    for rfc in _over(at, keys, state=State.COMPLETED):
        if needs_review(Severity(rfc.severity), Urgency(rfc.urgency) if rfc.urgency else None, Outcome(rfc.outcome)):
            yield _owed(About.REVIEW, rfc, done=not unanswered(rfc.review))


def of_follow_ups(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Emergencies that are over and have neither their permanent RFC nor the word that they are permanent."""
    for rfc in _over(at, keys, urgency=Urgency.EMERGENCY):
        yield _owed(About.FOLLOW_UP, rfc, done=rfc.is_permanent or rfc.is_followed)


def _over(at: datetime, keys: Keys, **such: str) -> QuerySet[Any]:
    """RFCs whose work ended lately, with when its last session did."""
    lately = Q(sessions__actual_end__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    rows = RFC.objects.filter(lately, state__in=(State.COMPLETED, State.CLOSED), imported=False, sessions__actual_end__isnull=False, **such)
    followed = Exists(RFC.objects.filter(follows_up=OuterRef("pk")))
    return rows.annotate(ended_at=Max("sessions__actual_end"), is_followed=followed)


def _owed(about: About, rfc: Any, *, done: bool) -> Facts:
    return Facts(about, rfc.pk, 1, {Moment.END: rfc.ended_at}, _owner(rfc), _state(rfc), signs=_signs(done=done), rfc=rfc.pk)


# --- On the way to a decision -----------------------------------------------------------------------------------------


def of_decisions(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """What people decided lately; what the product approved by itself is no news to its owner."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    for row in Decision.objects.filter(lately, by__isnull=False, rfc__imported=False).select_related("rfc"):
        moments, severity = {Moment.DECIDED: row.at}, Severity(row.severity)
        yield Facts(About.DECISION, row.pk, 1, moments, _owner(row.rfc), _state(row.rfc), severity, rfc=row.rfc_id)


def of_conditions(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Conditions of the decision in force, which bind their own owner."""
    near = Q(due_at__gt=at - BEHIND, due_at__lte=at + AHEAD, met_at=None) if keys is None else Q(pk__in=keys)
    in_force = Condition.objects.filter(near, decision=F("decision__rfc__decision"), decision__rfc__imported=False)
    for row in in_force.select_related("decision__rfc"):
        rfc, owner = row.decision.rfc, {Part.OWNER: (row.owner_id,)}
        moments, signs = {Moment.DUE: row.due_at}, _signs(done=row.met_at)
        yield Facts(About.CONDITION, row.pk, 1, moments, owner, _state(rfc), signs=signs, since=row.decision.at, rfc=rfc.pk)


def of_approvals(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Approvals with nothing scheduled on them; the decision is the revision, so that the next approval is told of anew."""
    near = Q(approved_until__gt=at, approved_until__lte=at + AHEAD) if keys is None else Q(pk__in=keys)
    for rfc in RFC.objects.filter(near, state=State.APPROVED, imported=False, approved_until__isnull=False):
        moments = {Moment.LAPSES: rfc.approved_until} if rfc.approved_until else {}
        yield Facts(About.APPROVAL, rfc.pk, rfc.decision_id or 1, moments, _owner(rfc), _state(rfc), rfc=rfc.pk)


def of_returns(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Approvals that were lost lately, by an edit or by lapsing; the event is the subject, so that each is told once."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    rows = Event.objects.filter(lately, action=RETURNED, rfc__imported=False).select_related("rfc")
    for row in rows:
        yield Facts(About.RETURN, row.pk, 1, {Moment.RETURNED: row.at}, _owner(row.rfc), _state(row.rfc), rfc=row.rfc_id)


def of_clashes(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """RFCs into whose time another one came lately; the event is the subject, so that each is told once."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    for row in Event.objects.filter(lately, action=IN_THE_WAY, rfc__imported=False).select_related("rfc"):
        yield Facts(About.CLASH, row.pk, 1, {Moment.MOVED: row.at}, _owner(row.rfc), _state(row.rfc), rfc=row.rfc_id)


def of_drafts(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Drafts that need a board's next meeting and would miss it; the meeting is the revision."""
    ahead = Meeting.objects.filter(state=MeetingState.PLANNED, cut_off_at__gt=at, cut_off_at__lte=at + AHEAD)
    next_of = {meeting.board_id: meeting for meeting in ahead.order_by("-cut_off_at")}
    if not next_of:
        return
    remits = remits_of_boards()
    soon = Q(planned_start__gt=at, planned_start__lt=at + AHEAD + NEEDS_THIS_ONE) if keys is None else Q(pk__in=keys)
    rows = RFC.objects.filter(soon, state=State.DRAFT, route=Route.BOARD, imported=False, planned_start__isnull=False)
    for rfc in rows.select_related("environment").prefetch_related("services"):
        meeting = next_of.get(rfc.board_among(remits) or 0)
        if meeting and rfc.planned_start and rfc.planned_start < meeting.starts_at + NEEDS_THIS_ONE:
            moments, since = {Moment.CUT_OFF: meeting.cut_off_at}, rfc.created_at
            yield Facts(About.DRAFT, rfc.pk, meeting.pk, moments, _owner(rfc), _state(rfc), since=since, rfc=rfc.pk, meeting=meeting.pk)
