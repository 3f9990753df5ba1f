"""When somebody was told that a session begins and ends whose times have changed since (see `reminder_off`)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from changes.choices import Channel, Delivery
from changes.domain.ladder_words import Moment, Rule
from changes.domain.reminder import Expected
from changes.models import Event, Reminder, WorkSession
from changes.selectors.reminder_off import BEFORE


@dataclass(frozen=True)
class Told:
    """By which rule, and of which start and end; without an end where the session had none."""

    rule: str
    start: datetime
    end: datetime | None


def last_told(sessions: Collection[int]) -> dict[tuple[int, int], Told]:
    """By session and person, of its earlier times; nothing where they have heard since that these do not stand. Four queries, or none.

    A line on the page counts where nothing else was to come.
    """
    if not sessions:
        return {}
    rows = {session.pk: session for session in WorkSession.objects.filter(pk__in=sessions)}
    rfcs = {session.rfc_id for session in rows.values()}
    edits = list(Event.objects.filter(rfc__in=rfcs, changes__has_key="sessions", action__in=("moved", "edited")).order_by("at", "pk"))
    found: dict[tuple[int, int], Told] = {}
    for row in _heard(rfcs):
        person = row.on_behalf_of_id or row.recipient_id
        if row.rule == Rule.WORK_OFF:
            found = {(key, whose): told for (key, whose), told in found.items() if whose != person or rows[key].rfc_id != row.rfc_id}
        elif (session := rows.get(row.session_id or 0)) and row.revision < session.revision and row.sent_at:
            start = row.due_at - BEFORE[Rule(row.rule)]
            found[session.pk, person] = Told(row.rule, start, _end_at(session, edits, row.sent_at))
    return found


def _heard(rfcs: Collection[int]) -> list[Reminder]:
    rows = list(Reminder.objects.filter(Q(rule__in=BEFORE) | Q(rule=Rule.WORK_OFF), rfc__in=rfcs).order_by("sent_at", "pk"))
    away = {_message(row) for row in rows if row.channel != Channel.BELL}
    sent = (row for row in rows if row.state == Delivery.SENT)
    return [row for row in sent if row.channel != Channel.BELL or _message(row) not in away]


def _message(row: Reminder) -> tuple[str, str, int, int]:
    return row.rule, row.subject, row.revision, row.on_behalf_of_id or row.recipient_id


def _end_at(session: WorkSession, edits: Iterable[Event], at: datetime) -> datetime | None:
    """When it was planned to end then: as the first change since found it."""
    before = next((edit.changes["sessions"][0] for edit in edits if edit.rfc_id == session.rfc_id and edit.at > at), None)
    if before is None:
        return session.planned_end
    end = next((one["end"] for one in before if one.get("id") == session.pk), None)
    return datetime.fromisoformat(end) if end else None


def who_know(found: Iterable[Expected]) -> set[tuple[str, str, int, int]]:
    """The keys of those reminders that would say what their person was told last, after a move there and back."""
    anew = [one for one in found if one.rung.rule in BEFORE and one.facts.revision > 1 and one.facts.session]
    told = last_told({one.facts.session for one in anew if one.facts.session})
    return {one.key for one in anew if told.get((one.facts.session or 0, one.recipient)) == _says(one)}


def _says(one: Expected) -> Told:
    moments = one.facts.moments
    return Told(one.rung.rule.value, moments[Moment.START], moments.get(Moment.END))
