"""What a mail has to say, read for a whole batch of reminders in a fixed number of queries, whatever the batch holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum

from changes.choices import Phase
from changes.domain.reminder import About, Rule
from changes.domain.schedule import night
from changes.models import Condition, Decision, Event, FreezeNotice, FreezeNoticeLine, Meeting, Reminder, Step, WorkSession
from changes.selectors.agenda import Agenda, agenda_of
from changes.selectors.freeze import notices
from changes.selectors.reminder import Standing
from changes.selectors.reminder_facts import unreported_automatic
from changes.selectors.reminder_freeze import standing_lines


@dataclass(frozen=True)
class Letter:
    """A reminder with all that its mail shows. What does not belong to its rule is None, 0 or empty."""

    row: Reminder
    minutes_late: int = 0
    rollback_minutes: int = 0
    decision: Decision | None = None
    condition: Condition | None = None
    agenda: Agenda | None = None
    sessions: Sequence[WorkSession] = ()
    notice: FreezeNotice | None = None
    returned: Event | None = None

    @property
    def notice_lines(self) -> list[FreezeNoticeLine]:
        """What a notice about a freeze has to say to the recipient."""
        mine = standing_lines(self.notice) if self.notice else []
        return [line for line in mine if line.owner_id == self.row.recipient_id]

    @property
    def open_votes(self) -> int:
        """On how many items of the agenda the recipient's vote is missing."""
        items = self.agenda.items if self.agenda else []
        mine = (b for item in items if item.is_votable and item.decision is None for b in item.ballots if not b.vote)
        return sum(1 for ballot in mine if ballot.seat.person.pk == self.row.recipient_id)


def letters_of(rows: Sequence[Reminder], standing: dict[int, Standing], *, at: datetime) -> list[Letter]:
    """The letters for claimed rows, in their order. An agenda is read once for each meeting, however many it goes to."""
    keys = _keys_by_subject(rows)
    told = Decision.objects.select_related("by", "recorded_by", "defer_to").prefetch_related("conditions__owner")
    decisions = told.in_bulk(keys[About.DECISION] + keys[About.WORD])
    conditions = Condition.objects.in_bulk(keys[About.CONDITION])
    returns = Event.objects.select_related("actor").in_bulk(keys[About.RETURN] + keys[About.CLASH])
    told_of = notices().prefetch_related("lines__rfc__sessions").in_bulk(keys[About.FREEZE])
    agendas = {meeting.pk: agenda_of(meeting, at=at) for meeting in _meetings(rows)}
    nights = _by_night({row.subject.partition(":")[2] for row in rows if row.subject.startswith(f"{About.NIGHT}:")})
    back = rollback_minutes({row.rfc_id for row in rows if row.session_id and row.rfc_id})
    letters = []
    for row in _with_people(rows):
        about, _, key = row.subject.partition(":")
        letters.append(
            Letter(
                row,
                standing[row.pk].minutes_late,
                back.get(row.rfc_id or 0, 0),
                decisions.get(int(key)) if about in (About.DECISION, About.WORD) else None,
                conditions.get(int(key)) if about == About.CONDITION else None,
                agendas.get(row.meeting_id or 0),
                [s for s in nights.get(key, []) if row.recipient_id in (s.rfc.owner_id, s.rfc.implementer_id)],
                told_of.get(int(key)) if about == About.FREEZE else None,
                returns.get(int(key)) if about in (About.RETURN, About.CLASH) else None,
            )
        )
    return letters


def _keys_by_subject(rows: Iterable[Reminder]) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        about, _, key = row.subject.partition(":")
        if key.isdecimal():
            keys[about].append(int(key))
    return keys


def _with_people(rows: Sequence[Reminder]) -> QuerySet[Reminder]:
    people = ("recipient", "rfc__owner", "rfc__implementer", "rfc__requester", "rfc__environment", "session", "meeting__board")
    return (
        Reminder.objects.filter(pk__in=[row.pk for row in rows])
        .select_related(*people)
        .prefetch_related("rfc__contacts", "rfc__services", "rfc__references")
        .order_by("due_at", "pk")
    )


def _meetings(rows: Sequence[Reminder]) -> QuerySet[Meeting]:
    told = (Rule.AGENDA_PUBLISHED, Rule.VOTE_MISSING)
    return Meeting.objects.filter(pk__in={row.meeting_id for row in rows if row.rule in told}).select_related("board__chair")


def _by_night(nights: Iterable[str]) -> dict[str, list[WorkSession]]:
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    periods = {key: night(date.fromisoformat(key), zone) for key in nights}
    rows = list(unreported_automatic(periods.values())) if periods else []
    return {key: [r for r in rows if r.planned_end and p.start < r.planned_end <= p.end] for key, p in periods.items()}


def rollback_minutes(rfcs: Iterable[int]) -> dict[int, int]:
    """The minutes that turning back takes, by RFC; the point of no return lies so long before a session's end."""
    steps = Step.objects.filter(rfc__in=list(rfcs), phase=Phase.ROLLBACK).order_by().values("rfc")
    return {row["rfc"]: row["back"] or 0 for row in steps.annotate(back=Sum("minutes"))}
