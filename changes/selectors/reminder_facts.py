"""What the ladder of reminders has to know, read in bulk: one function per subject, each in a fixed number of queries.

Each takes the instant, and `keys` where only certain subjects are asked for; without them it gives every subject that
can have something due or still to come around that instant. Imported RFCs raise no reminder (DESIGN 4.1).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet

from changes.choices import Manner, Severity, State, Urgency
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.lifecycle import MOVES, owes_raising
from changes.domain.reminder import Facts
from changes.domain.sitting import SECOND_THOUGHTS
from changes.models import RFC, Condition, Decision, Event, WorkSession
from changes.selectors import reminder_off
from changes.selectors.lane import GROUND_WITHDRAWN
from changes.selectors.reminder_escalation import asked_since, people_above
from changes.selectors.status import follow_ups_of

Keys = Collection[str] | None
#: No rung is due longer before its moment, or helps longer after it, than this.
AHEAD = timedelta(days=4)
BEHIND = timedelta(days=9)
#: What people decided, one by one or by their votes.
_BY_PEOPLE = Q(by__isnull=False) | Q(manner=Manner.ELECTRONIC)
#: So many sessions are held at a time, however many are near.
AT_A_TIME = 1000
#: The event of an RFC into whose time another one came.
IN_THE_WAY = "in_the_way"
#: The event of an approval that is lost, from whichever state.
RETURNED = MOVES[(State.APPROVED, State.SUBMITTED)].action
#: The event of an RFC that is sent back to its owner before it is decided.
SENT_BACK = MOVES[(State.SUBMITTED, State.DRAFT)].action
#: What takes something back, and the moment that it makes.
_BACK = {RETURNED: Moment.RETURNED, SENT_BACK: Moment.SENT_BACK, GROUND_WITHDRAWN: Moment.WITHDRAWN}


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
    live = Q(rfc__state__in=(State.SCHEDULED, State.IN_PROGRESS)) & near(at, at)
    rows = WorkSession.objects.filter(rfc__imported=False)
    wanted = list(rows.filter(live).values_list("pk", flat=True)) if keys is None else sorted(int(key) for key in keys)
    for first in range(0, len(wanted), AT_A_TIME):
        some = list(rows.filter(pk__in=wanted[first : first + AT_A_TIME]).select_related("rfc__decision"))
        above, asked = people_above(some), asked_since(some, at=at)
        yield from (_session(row, above.get(row.pk, {}), asked.get(row.pk, {})) for row in some)


def near(at: datetime, until: datetime) -> Q:
    """Sessions of which something can be due, or still help, between two instants."""
    return Q(planned_start__lte=until + AHEAD) & (Q(planned_end__gt=at - BEHIND) | Q(planned_start__gt=at - BEHIND))


def _session(row: WorkSession, above: Mapping[Part, tuple[int, ...]], asked: Mapping[Moment, datetime]) -> Facts:
    """Until something is said of it, `above` hear that nothing was, counted from `asked`."""
    return replace(row.facts(), people={**_workers(row.rfc), **above}, since=_settled_at(row.rfc), asked=asked)


def _settled_at(rfc: RFC) -> datetime | None:
    """When its times were last decided on or moved, or somebody was named for it."""
    decided_at = rfc.decision.at if rfc.decision else None
    return max((instant for instant in (decided_at, rfc.moved_at, rfc.named_at) if instant), default=None)


def of_follow_ups(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Emergencies that are over and have neither a permanent RFC under way nor the word that they are permanent."""
    rfcs = list(_over(at, keys, urgency=Urgency.EMERGENCY))
    followed = follow_ups_of(rfc.pk for rfc in rfcs) if rfcs else {}
    for rfc in rfcs:
        if rfc.state in (State.COMPLETED, State.CLOSED):  # not asked of the database: SQLite would look for it in all that is closed
            states = followed.get(rfc.pk, [])
            owes = owes_raising(rfc.urgency, rfc.state, is_permanent=rfc.is_permanent, follow_ups=states)
            yield _owed(rfc, done=not owes)


def _over(at: datetime, keys: Keys, **such: str) -> QuerySet[Any]:
    """RFCs whose work ended lately, with when its last session did; the sessions first, by their index, for the RFCs are the history."""
    ended = WorkSession.objects.filter(actual_end__gt=at - BEHIND).values_list("rfc", flat=True)
    of = Q(pk__in=set(ended)) if keys is None else Q(pk__in=keys)
    rows = RFC.objects.filter(of, imported=False, sessions__actual_end__isnull=False, **such)
    return rows.annotate(ended_at=Max("sessions__actual_end"))


def _owed(rfc: Any, *, done: bool) -> Facts:
    moments, signs = {Moment.END: rfc.ended_at}, _signs(done=done)
    return Facts(About.FOLLOW_UP, rfc.pk, 1, moments, _owner(rfc), _state(rfc), signs=signs, rfc=rfc.pk)


# --- On the way to a decision -----------------------------------------------------------------------------------------


def of_decisions(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """What people decided lately, in a meeting once it can hardly be taken back; what the product approved by itself is no news."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    for row in Decision.objects.filter(lately, _BY_PEOPLE, rfc__imported=False, withdrawn_at=None).select_related("rfc"):
        told_at = row.at + SECOND_THOUGHTS if row.manner in (Manner.MEETING, Manner.CONSENT) else row.at
        moments, severity = {Moment.DECIDED: told_at}, Severity(row.severity)
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
    """Approvals that were lost lately, by an edit or by lapsing, what was sent back to its owner by somebody else, and grounds that the
    board withdrew when the work had begun.

    The event is the subject, so that each is told once. Whoever is told that the work is off is not told this as well.
    """
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    rows = list(Event.objects.filter(lately, action__in=_BACK, rfc__imported=False).select_related("rfc"))
    knows = reminder_off.misled([row for row in rows if row.action == RETURNED])
    for row in rows:
        told = {*knows.get(row.pk, ()), row.actor_id if row.action == SENT_BACK else None}
        people = {part: tuple(person for person in them if person not in told) for part, them in _workers(row.rfc).items()}
        yield Facts(About.RETURN, row.pk, 1, {_BACK[row.action]: row.at}, people, _state(row.rfc), rfc=row.rfc_id)


def of_offs(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Work of which somebody was reminded and that was cancelled, moved or taken off the schedule lately."""
    return reminder_off.of_offs(at - BEHIND, keys)


def of_clashes(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """RFCs into whose time another one came lately; the event is the subject, so that each is told once."""
    lately = Q(at__gt=at - BEHIND) if keys is None else Q(pk__in=keys)
    for row in Event.objects.filter(lately, action=IN_THE_WAY, rfc__imported=False).select_related("rfc"):
        yield Facts(About.CLASH, row.pk, 1, {Moment.MOVED: row.at}, _owner(row.rfc), _state(row.rfc), rfc=row.rfc_id)
