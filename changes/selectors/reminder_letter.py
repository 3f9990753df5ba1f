"""What a mail has to say, read for a whole batch of reminders in a fixed number of queries, whatever the batch holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet, Sum

from changes.choices import Channel, Delivery, Hold, Phase
from changes.domain.finding import Finding
from changes.domain.ladder import ASKED, PASSED_ON, PASSED_ON_OF_A_NIGHT
from changes.domain.ladder_words import About, Rule
from changes.models import (
    Action,
    Condition,
    Decision,
    ElectronicVote,
    Event,
    FreezeNotice,
    FreezeNoticeLine,
    Meeting,
    Reminder,
    Step,
    User,
    WorkSession,
)
from changes.selectors import reminder_status
from changes.selectors.agenda import Agenda, agenda_of
from changes.selectors.freeze import notices
from changes.selectors.reminder import Standing
from changes.selectors.reminder_draft import lacking
from changes.selectors.reminder_escalation import turns_of
from changes.selectors.reminder_freeze import standing_lines
from changes.selectors.reminder_moved import Told, last_told
from changes.selectors.reminder_night import asked_of, unreported_by_night
from changes.selectors.reminder_off import BEFORE

#: The subjects that are an event of their RFC.
_OF_AN_EVENT = (About.RETURN, About.CLASH, About.OFF, About.TRANSFER)


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
    poll: ElectronicVote | None = None
    action: Action | None = None

    #: What keeps a draft from being submitted; empty where nothing does.
    lacks: Sequence[Finding] = ()
    #: Why its status is asked for, in a sentence.
    why_asked: str = ""
    #: Who was asked about the session before, the first first.
    asked: Sequence[Reminder] = ()
    #: What they were told of a session before its times changed.
    told: Told | None = None

    @property
    def whose(self) -> int:
        """Whom it is for: the recipient, or the person in whose stead they get it."""
        return self.row.on_behalf_of_id or self.row.recipient_id

    @property
    def notice_lines(self) -> list[FreezeNoticeLine]:
        """What a notice about a freeze has to say to whom it is for."""
        mine = standing_lines(self.notice) if self.notice else []
        return [line for line in mine if line.owner_id == self.whose]

    @property
    def open_votes(self) -> int:
        """On how many items of the agenda their vote is missing."""
        items = self.agenda.items if self.agenda else []
        ballots = (ballot for item in items if item.is_votable and item.decision is None for ballot in item.ballots)
        return sum(1 for ballot in ballots if ballot.asks(self.whose))


@dataclass(frozen=True)
class Parcel:
    """What goes to one person by one channel as one message: a letter, or all of a day's digest."""

    letters: tuple[Letter, ...]

    @property
    def first(self) -> Letter:
        return self.letters[0]

    @property
    def channel(self) -> str:
        return self.first.row.channel

    @property
    def recipient(self) -> User:
        return self.first.row.recipient


def parcels_of(letters: Iterable[Letter]) -> list[Parcel]:
    """Those of a digest together, every other one alone; mail first, so that a slow chat keeps none of it waiting."""
    digests: dict[tuple[int, str], list[Letter]] = defaultdict(list)
    parcels: list[Parcel] = []
    for letter in letters:
        if letter.row.held_for == Hold.DIGEST:
            digests[letter.row.recipient_id, letter.row.channel].append(letter)
        else:
            parcels.append(Parcel((letter,)))
    parcels += [Parcel(tuple(together)) for together in digests.values()]
    return sorted(parcels, key=lambda parcel: parcel.channel == Channel.CHAT)


def letters_of(rows: Sequence[Reminder], standing: dict[int, Standing], *, at: datetime) -> list[Letter]:
    """The letters for claimed rows, in their order. An agenda is read once for each meeting, however many it goes to."""
    keys = _keys_by_subject(rows)
    told = Decision.objects.select_related("by", "recorded_by", "defer_to").prefetch_related("conditions__owner")
    decisions = told.in_bulk(keys[About.DECISION] + keys[About.WORD])
    conditions = Condition.objects.in_bulk(keys[About.CONDITION])
    actions = Action.objects.select_related("board").in_bulk(keys[About.ACTION])
    returns = Event.objects.select_related("actor").in_bulk([key for about in _OF_AN_EVENT for key in keys[about]])
    polls = ElectronicVote.objects.select_related("item__meeting__board", "opened_by").in_bulk(keys[About.ELECTRONIC])
    told_of = notices().prefetch_related("lines__rfc__sessions").in_bulk(keys[About.FREEZE])
    agendas = {meeting.pk: agenda_of(meeting, at=at) for meeting in _meetings(rows)}
    nights = unreported_by_night({row.subject.partition(":")[2] for row in rows if row.subject.startswith(f"{About.NIGHT}:")})
    turns = turns_of([s for night in nights.values() for s in night]) if any(row.rule in PASSED_ON_OF_A_NIGHT for row in rows) else {}
    back = rollback_minutes({row.rfc_id for row in rows if row.session_id and row.rfc_id})
    asked = _asked_before(rows)
    lacks = lacking(keys[About.DRAFT], at)
    whys = reminder_status.whys(keys[About.STATUS], at)
    earlier = last_told({row.session_id for row in rows if row.rule in BEFORE and row.revision > 1 and row.session_id})
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
                [s for s in nights.get(key, []) if (row.on_behalf_of_id or row.recipient_id) in asked_of(s, row.rule, turns)],
                told_of.get(int(key)) if about == About.FREEZE else None,
                returns.get(int(key)) if about in _OF_AN_EVENT else None,
                told=earlier.get((row.session_id or 0, row.on_behalf_of_id or row.recipient_id)),
                asked=asked.get((row.session_id or 0, row.revision), ()),
                poll=polls.get(int(key)) if about == About.ELECTRONIC else None,
                action=actions.get(int(key)) if about == About.ACTION else None,
                lacks=lacks.get(int(key), ()) if about == About.DRAFT else (),
                why_asked=whys.get(int(key), "") if about == About.STATUS else "",
            )
        )
    return letters


def _asked_before(rows: Sequence[Reminder]) -> dict[tuple[int, int], list[Reminder]]:
    """By session and its revision, for those that nobody has answered; each person once, by whom they were reached first."""
    sessions = {row.session_id for row in rows if row.rule in PASSED_ON}
    told = Reminder.objects.filter(session__in=sessions, rule__in=ASKED).exclude(state__in=(Delivery.DROPPED, Delivery.SKIPPED))
    found: dict[tuple[int, int], dict[int, Reminder]] = defaultdict(dict)
    for row in told.select_related("recipient", "on_behalf_of").order_by(F("sent_at").asc(nulls_last=True), "pk"):
        found[row.session_id or 0, row.revision].setdefault(row.recipient_id, row)
    return {key: list(people.values()) for key, people in found.items()}


def _keys_by_subject(rows: Iterable[Reminder]) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        about, _, key = row.subject.partition(":")
        if key.isdecimal():
            keys[about].append(int(key))
    return keys


def _with_people(rows: Sequence[Reminder]) -> QuerySet[Reminder]:
    about = ("rfc__owner", "rfc__implementer", "rfc__requester", "rfc__environment", "session", "meeting__board")
    return (
        Reminder.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("recipient__preference", "on_behalf_of", *about)
        .prefetch_related("rfc__contacts", "rfc__services", "rfc__references", "meeting__addenda__by")
        .order_by("due_at", "pk")
    )


def _meetings(rows: Sequence[Reminder]) -> QuerySet[Meeting]:
    told = (Rule.AGENDA_PUBLISHED, Rule.VOTE_MISSING, Rule.VOTE_ASKED)
    return Meeting.objects.filter(pk__in={row.meeting_id for row in rows if row.rule in told}).select_related("board__chair")


def rollback_minutes(rfcs: Iterable[int]) -> dict[int, int]:
    """The minutes that turning back takes, by RFC; the point of no return lies so long before a session's end."""
    steps = Step.objects.filter(rfc__in=list(rfcs), phase=Phase.ROLLBACK).order_by().values("rfc")
    return {row["rfc"]: row["back"] or 0 for row in steps.annotate(back=Sum("minutes"))}
