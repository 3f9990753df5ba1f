"""Who was reminded of work that is not when they were told, or theirs no longer (see `reminder_facts`, `domain.called_off`)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from changes.choices import Channel, Delivery, State
from changes.domain.called_off import STANDS, Heard, to_be_told
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign
from changes.domain.lifecycle import MOVES
from changes.domain.reminder import Facts
from changes.models import Event, Reminder, User, WorkSession

#: With these an RFC leaves the schedule.
_LEAVES = {move.action for (before, after), move in MOVES.items() if before in (State.APPROVED, State.SCHEDULED)} - {
    move.action for (_, after), move in MOVES.items() if after in (State.SCHEDULED, State.IN_PROGRESS, State.COMPLETED)
}
#: Whoever got one of these was told when the work starts.
BEFORE: dict[Rule, timedelta] = {
    rung.rule: rung.after for rung in LADDER if rung.rule in (Rule.BEFORE_72H, Rule.BEFORE_24H, Rule.BEFORE_1H)
}
_SAME_START: dict[Rule, timedelta] = {**BEFORE, Rule.BEGUN: next(rung.after for rung in LADDER if rung.rule == Rule.BEGUN)}
_PEOPLE = ("owner", "implementer")
_EDITS = ("moved", "edited")
#: A reminder to a person, by whichever channel.
_Message = tuple[str, str, int, int]
#: The events that can make a start wrong of which somebody was told.
IS_OFF = Q(action__in=_LEAVES) | Q(action__in=_EDITS) & Q(changes__has_any_keys=["sessions", *_PEOPLE])


def of_offs(since: datetime, keys: Collection[str] | None = None) -> Iterator[Facts]:
    """The last change of each RFC since then that moved it, gave it to others or took it off the schedule, for whom that makes wrong.

    The event is the subject, so that each is told once. A fixed number of queries, whatever changed.
    """
    lately = Q(at__gt=since) if keys is None else Q(pk__in=keys)
    asked = list(Event.objects.filter(lately, IS_OFF, rfc__imported=False).select_related("rfc").order_by("at", "pk"))
    people = misled(asked)
    for event in asked:
        told = {Part.REMINDED: people.get(event.pk, ())}
        signs = frozenset() if event.pk in people else frozenset({Sign.CHANGED})
        yield Facts(About.OFF, event.pk, 1, {Moment.RETURNED: event.at}, told, State(event.rfc.state), signs=signs, rfc=event.rfc_id)


def misled(events: Collection[Event]) -> Mapping[int, tuple[int, ...]]:
    """By event, for the last one of each RFC: who was told of a start that it takes away, but for who did it."""
    rfcs = {event.rfc_id for event in events}
    if not rfcs:
        return {}
    changes = list(Event.objects.filter(IS_OFF, rfc__in=rfcs).select_related("actor").order_by("at", "pk"))
    last = {change.rfc_id: change.pk for change in changes}
    found = {event.pk: event for event in events if last.get(event.rfc_id) == event.pk}
    work = _work(rfcs, changes)
    return {key: _misled(event, work[event.rfc_id]) for key, event in found.items()}


@dataclass(frozen=True)
class _Work:
    """An RFC's sessions and changes, and the rows of the ledger that told of it, in order."""

    sessions: list[WorkSession] = field(default_factory=list)
    changes: list[Event] = field(default_factory=list)
    rows: list[Reminder] = field(default_factory=list)

    @property
    def starts(self) -> frozenset[datetime]:
        return frozenset(session.planned_start for session in self.sessions)

    def is_of_these_times(self, row: Reminder) -> bool:
        return any((row.session_id, row.revision) == (session.pk, session.revision) for session in self.sessions)


def _work(rfcs: Collection[int], changes: Iterable[Event]) -> dict[int, _Work]:
    found = {rfc: _Work() for rfc in rfcs}
    for change in changes:
        found[change.rfc_id].changes.append(change)
    for session in WorkSession.objects.filter(rfc__in=rfcs):
        found[session.rfc_id].sessions.append(session)
    rows = Reminder.objects.filter(rfc__in=rfcs, rule__in=[*_SAME_START, Rule.WORK_OFF]).select_related("recipient", "on_behalf_of")
    for row in rows.order_by("sent_at", "pk"):
        if row.rfc_id:
            found[row.rfc_id].rows.append(row)
    return found


def _misled(event: Event, work: _Work) -> tuple[int, ...]:
    rfc = event.rfc
    people = {person for person in (rfc.owner_id, rfc.implementer_id) if person}
    heard = [*_from_others(event, work), *_from_rows(event, work)]
    told = to_be_told(heard, work.starts, rfc.state, event.at, people)
    reminded = {_whose(row).pk for row in work.rows}
    return tuple(person for person in told if person in reminded and person != event.actor_id)


def _from_others(event: Event, work: _Work) -> Iterator[Heard]:
    """Whoever changed it knows what they made of it."""
    for change in work.changes:
        if change.actor and change.pk != event.pk:
            yield Heard(change.actor.pk, change.at, _said(change, change.actor, work))


def _from_rows(event: Event, work: _Work) -> Iterator[Heard]:
    by_key = {f"{About.OFF.value}:{change.pk}": change for change in work.changes}
    away = {_message(row) for row in work.rows if row.channel != Channel.BELL}
    for row in work.rows:
        person, change = _whose(row), by_key.get(row.subject)
        if row.rule == Rule.WORK_OFF:
            if change and change.pk != event.pk and row.sent_at and row.state == Delivery.SENT:
                yield Heard(person.pk, row.sent_at, _said(change, person, work))
        elif told_at := _told_at(row, event, work, away):
            yield Heard(person.pk, told_at, frozenset({row.due_at - _SAME_START[Rule(row.rule)]}), row.session_id or 0)


def _told_at(row: Reminder, event: Event, work: _Work, away: Collection[_Message]) -> datetime | None:
    """When they heard of that start, and None where they did not.

    Of the times that stand a mail that goes now counts as well: nobody is told in the same minute that they had been told
    otherwise. What is held until the morning does not, nor does its line on the page, for the change cannot wait.
    """
    is_sent = row.state == Delivery.SENT and row.sent_at is not None
    if event.rfc.state not in STANDS or not work.is_of_these_times(row):
        return row.sent_at if is_sent else None
    if row.channel == Channel.BELL:
        return row.sent_at if is_sent and _message(row) not in away else None
    goes_now = row.state == Delivery.CLAIMED or (row.state == Delivery.DUE and not row.held_for)
    return row.sent_at if is_sent else max(row.send_at, event.at) if goes_now else None


def _said(change: Event, person: User, work: _Work) -> frozenset[datetime]:
    """When the work starts, as somebody was told of it by a change; none where it is off, or theirs no longer."""
    pairs = [change.changes[part] for part in _PEOPLE if part in change.changes]
    left = any(before == person.username for before, _ in pairs) and all(after != person.username for _, after in pairs)
    if change.action not in _EDITS or left:
        return frozenset()
    if "sessions" in change.changes:
        return _starts(change.changes["sessions"][1])
    later = next((one for one in work.changes if (one.at, one.pk) > (change.at, change.pk) and "sessions" in one.changes), None)
    return _starts(later.changes["sessions"][0]) if later else work.starts


def _starts(sessions: Iterable[dict[str, Any]]) -> frozenset[datetime]:
    return frozenset(datetime.fromisoformat(session["start"]) for session in sessions)


def _whose(row: Reminder) -> User:
    return row.on_behalf_of or row.recipient


def _message(row: Reminder) -> _Message:
    return row.rule, row.subject, row.revision, _whose(row).pk
