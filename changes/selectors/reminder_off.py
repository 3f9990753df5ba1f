"""Who was reminded of work that is not when they were told (see `reminder_facts`, `domain.called_off`)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from changes.choices import Delivery, State
from changes.domain.called_off import Heard, to_be_told
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import About, Moment, Part, Rule
from changes.domain.lifecycle import MOVES
from changes.domain.reminder import Facts
from changes.models import Event, Reminder, WorkSession

#: With these an RFC leaves the schedule.
_LEAVES = {move.action for (before, after), move in MOVES.items() if before in (State.APPROVED, State.SCHEDULED)} - {
    move.action for (_, after), move in MOVES.items() if after in (State.SCHEDULED, State.IN_PROGRESS, State.COMPLETED)
}
#: Whoever got one of these was told when the work starts.
_BEFORE: dict[Rule, timedelta] = {
    rung.rule: rung.after for rung in LADDER if rung.rule in (Rule.BEFORE_72H, Rule.BEFORE_24H, Rule.BEFORE_1H)
}
_SAME_START: dict[Rule, timedelta] = {**_BEFORE, Rule.BEGUN: next(rung.after for rung in LADDER if rung.rule == Rule.BEGUN)}


def of_offs(since: datetime, keys: Collection[str] | None = None) -> Iterator[Facts]:
    """The last change of each RFC since then that moved it or took it off the schedule, for whom that makes wrong.

    The event is the subject, so that each is told once. Four queries, whatever changed.
    """
    lately = Q(at__gt=since) if keys is None else Q(pk__in=keys)
    asked = list(Event.objects.filter(lately, IS_OFF, rfc__imported=False).select_related("rfc").order_by("at", "pk"))
    people = misled(asked)
    for event in asked:
        told = {Part.REMINDED: people.get(event.pk, ())}
        yield Facts(About.OFF, event.pk, 1, {Moment.RETURNED: event.at}, told, State(event.rfc.state), rfc=event.rfc_id)


#: The events that can make a start wrong of which somebody was told.
IS_OFF = Q(action__in=_LEAVES) | Q(action__in=("moved", "edited"), changes__has_key="sessions")


def misled(events: Collection[Event]) -> Mapping[int, tuple[int, ...]]:
    """By event, for the last one of each RFC: who was told of a start that it takes away."""
    rfcs = {event.rfc_id for event in events}
    if not rfcs:
        return {}
    later = Event.objects.filter(IS_OFF, rfc__in=rfcs).order_by("at", "pk").values_list("rfc", "pk")
    last = dict(later)
    heard, starts = _heard(rfcs), _starts(rfcs)
    return {
        event.pk: tuple(to_be_told(_before(heard[event.rfc_id], event), starts[event.rfc_id], event.rfc.state, event.at))
        for event in events
        if last.get(event.rfc_id) == event.pk
    }


def _before(told: Collection[tuple[str, Heard]], event: Event) -> Iterator[Heard]:
    """What was told otherwise than of this very event, and before it."""
    mine = f"{About.OFF.value}:{event.pk}"
    return (heard for subject, heard in told if subject != mine and heard.at <= event.at)


def _heard(rfcs: Collection[int]) -> dict[int, list[tuple[str, Heard]]]:
    found: dict[int, list[tuple[str, Heard]]] = defaultdict(list)
    rows = Reminder.objects.filter(rfc__in=rfcs, rule__in=[*_SAME_START, Rule.WORK_OFF], state=Delivery.SENT, sent_at__isnull=False)
    for row in rows.order_by("sent_at", "pk"):
        start = None if row.rule == Rule.WORK_OFF else row.due_at - _SAME_START[Rule(row.rule)]
        if row.rfc_id and row.sent_at:
            found[row.rfc_id].append((row.subject, Heard(row.on_behalf_of_id or row.recipient_id, row.sent_at, start)))
    return found


def _starts(rfcs: Collection[int]) -> dict[int, set[datetime]]:
    found: dict[int, set[datetime]] = defaultdict(set)
    for rfc, start in WorkSession.objects.filter(rfc__in=rfcs).values_list("rfc", "planned_start"):
        found[rfc].add(start)
    return found
