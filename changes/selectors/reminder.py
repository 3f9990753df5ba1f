"""Reminders that are due, those that no longer stand, and what the ledger holds of an RFC (DESIGN 4.9)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from changes.choices import Severity
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import About
from changes.domain.reminder import Expected, Facts, due_reminders, minutes_late, standing_one, why_dropped
from changes.domain.schedule import night_of_end
from changes.models import RFC, Reminder
from changes.selectors import (
    reminder_board,
    reminder_delegate,
    reminder_draft,
    reminder_facts,
    reminder_freeze,
    reminder_minutes,
    reminder_night,
    reminder_review,
    reminder_sitting,
    reminder_status,
    reminder_transfer,
    reminder_vote,
)
from changes.selectors.lane import GROUND_WITHDRAWN
from changes.selectors.reminder_action import of_actions
from changes.selectors.reminder_escalation import turns_of
from changes.selectors.reminder_facts import Keys

SOURCES: Mapping[About, Callable[[datetime, Keys], Iterator[Facts]]] = {
    About.SESSION: reminder_facts.of_sessions,
    About.NIGHT: reminder_night.of_nights,
    About.DRAFT: reminder_draft.of_drafts,
    About.APPROVAL: reminder_facts.of_approvals,
    About.DECISION: reminder_facts.of_decisions,
    About.RETURN: reminder_facts.of_returns,
    About.OFF: reminder_facts.of_offs,
    About.CLASH: reminder_facts.of_clashes,
    About.MOVE: reminder_board.of_moves,
    About.WORD: reminder_board.of_words,
    About.CONDITION: reminder_facts.of_conditions,
    About.ACTION: of_actions,
    About.REVIEW: reminder_review.of_reviews,
    About.FOLLOW_UP: reminder_facts.of_follow_ups,
    About.EMERGENCY: reminder_board.of_emergencies,
    About.MEETING: reminder_board.of_meetings,
    About.ITEM: reminder_board.of_items,
    About.TRANSFER: reminder_transfer.of_transfers,
    About.ELECTRONIC: reminder_vote.of_electronic,
    About.ASKING: reminder_vote.of_askings,
    About.FREEZE: reminder_freeze.of_freezes,
    About.MINUTES: reminder_minutes.of_minutes,
    About.STATUS: reminder_status.of_statuses,
    About.DELEGATE: reminder_delegate.of_delegates,
    About.CALL: reminder_sitting.of_calls,
    About.WITHDRAWAL: reminder_sitting.of_withdrawals,
}
#: The subjects of which an RFC has one, under its own key.
OF_AN_RFC = (About.DRAFT, About.APPROVAL, About.REVIEW, About.FOLLOW_UP, About.EMERGENCY, About.MOVE, About.STATUS)
#: So many are looked up in the ledger, and written, at a time.
CHUNK = 500


# --- The sweep --------------------------------------------------------------------------------------------------------


def due(*, at: datetime) -> list[Expected]:
    """What is due at `at`, still helps, and stands in no row of the ledger yet."""
    return [one for chunk in due_by_chunk(at=at) for one in chunk]


def due_by_chunk(*, at: datetime) -> Iterator[list[Expected]]:
    """The same, so many at a time, so that a sweep holds no more of them than that however many are due."""
    for source in SOURCES.values():  # one by one: whether work is off for somebody hangs on what was written of its sessions
        found = (one for subject in source(at, None) for one in due_reminders(subject, at))
        while chunk := list(islice(found, CHUNK)):
            written = known({one.facts.subject for one in chunk})
            yield [one for one in chunk if one.key not in written]


def known(subjects: Collection[str]) -> set[tuple[str, str, int, int]]:
    """What the ledger holds of these subjects, by whom it is for, whoever got it in their stead and by whichever channel."""
    rows = Reminder.objects.filter(subject__in=subjects).values_list("rule", "subject", "revision", "recipient", "on_behalf_of")
    return {(rule, subject, revision, whose or recipient) for rule, subject, revision, recipient, whose in rows}


@dataclass(frozen=True)
class Standing:
    """Whether a row of the ledger is still to be sent: `why_not` is empty, or says what speaks against it. It helps until `until`."""

    why_not: str
    minutes_late: int = 0
    until: datetime | None = None


def standing_of(rows: Sequence[Reminder], *, at: datetime) -> dict[int, Standing]:
    """How each row stands now, by key: between falling due and being sent a session may have moved, begun or ended."""
    subjects = _facts_of(rows, at)
    return {row.pk: _standing(row, subjects.get(row.subject), at) for row in rows}


def _standing(row: Reminder, subject: Facts | None, at: datetime) -> Standing:
    whose = row.on_behalf_of_id or row.recipient_id
    why_not = why_dropped(row.rule, row.revision, whose, subject, at)
    one = standing_one(row.rule, row.revision, whose, subject)
    return Standing(why_not, minutes_late(row.send_at, subject.since if subject else None, at), one.until if one else None)


def expected_by(rows: Sequence[Reminder], *, at: datetime) -> list[Expected]:
    """What these rows say, each once whoever gets it by whichever channel; without what the ladder holds no more."""
    subjects = _facts_of(rows, at)
    keys = {(row.rule, row.subject, row.revision, row.on_behalf_of_id or row.recipient_id) for row in rows}
    found = (standing_one(rule, revision, whose, subjects.get(subject)) for rule, subject, revision, whose in sorted(keys))
    return [one for one in found if one]


def _facts_of(rows: Iterable[Reminder], at: datetime) -> dict[str, Facts]:
    keys: dict[About, set[str]] = defaultdict(set)
    for row in rows:
        about, _, key = row.subject.partition(":")
        if about in SOURCES:
            keys[About(about)].add(key)
    return {subject.subject: subject for about, wanted in keys.items() for subject in SOURCES[about](at, wanted)}


# --- The ledger -------------------------------------------------------------------------------------------------------


def written_about(rfc: RFC, *, at: datetime) -> QuerySet[Reminder]:
    """The rows of the ledger that tell of an RFC, those of a mail about several among them; nothing of what is still to come."""
    return _rows_about(rfc, told_with_others(rfc, subjects_of(rfc, at)))


def _rows_about(rfc: RFC, shared: "Iterable[Shared]") -> QuerySet[Reminder]:
    together = Q(pk__in=())
    for one in shared:
        own = Q(recipient__in=one.people, on_behalf_of=None) | Q(on_behalf_of__in=one.people)
        together |= Q(own, subject=one.subject, **({"rule": one.rule} if one.rule else {}))
    return Reminder.objects.filter(Q(rfc=rfc) | together).select_related("recipient")


@dataclass(frozen=True)
class Shared:
    """A mail that tells of several RFCs at once, and the people to whom it tells of this one; by one rule, or by any."""

    subject: str
    people: frozenset[int]
    rule: str = ""


def told_with_others(rfc: RFC, subjects: Sequence[Facts]) -> list[Shared]:
    """The mails about several RFCs that tell of this one."""
    freezes = [Shared(subject, frozenset({owner})) for subject, owner in reminder_freeze.freeze_subjects(rfc).items()]
    nights = {one.subject for one in subjects if one.about == About.NIGHT}
    sessions = list(rfc.sessions.select_related("rfc")) if nights else []
    turns = turns_of(sessions)
    rules = {rung.rule for rung in LADDER if rung.about == About.NIGHT} if nights else ()
    told = {rule: frozenset(person for row in sessions for person in reminder_night.asked_of(row, rule, turns)) for rule in rules}
    return freezes + [Shared(subject, people, rule) for subject in sorted(nights) for rule, people in sorted(told.items())]


def tells(shared: Iterable[Shared], subject: str, rule: str, person: int) -> bool:
    """Whether a mail about a subject tells of the RFC at all; one that is about nothing else does."""
    mine = [one for one in shared if one.subject == subject]
    return not mine or any(person in one.people and one.rule in ("", rule) for one in mine)


def _events(rfc: RFC, *actions: str) -> list[str]:
    return [str(key) for key in rfc.events.filter(action__in=actions).values_list("pk", flat=True)]


def subjects_of(rfc: RFC, at: datetime) -> list[Facts]:
    zone = ZoneInfo(settings.FSC_TIME_ZONE)
    sessions = list(rfc.sessions.all())
    automatic = rfc.severity == Severity.AUTOMATIC
    own: dict[About, list[str]] = {
        About.SESSION: [str(session.pk) for session in sessions],
        About.NIGHT: [night_of_end(s.planned_end, zone).isoformat() for s in sessions if s.planned_end and automatic],
        About.DECISION: (decisions := [str(key) for key in rfc.decisions.values_list("pk", flat=True)]),
        About.WORD: decisions,
        About.WITHDRAWAL: decisions,
        About.ACTION: [str(key) for key in rfc.actions.values_list("pk", flat=True)],
        About.CONDITION: [str(key) for key in rfc.decisions.values_list("conditions__pk", flat=True) if key],
        About.RETURN: [*_events(rfc, reminder_facts.RETURNED), *_events(rfc, GROUND_WITHDRAWN)],
        About.CLASH: _events(rfc, reminder_facts.IN_THE_WAY),
        About.TRANSFER: _events(rfc, *reminder_transfer.BROUGHT),
        About.ITEM: [str(key) for key in rfc.agenda_items.values_list("pk", flat=True)],
        About.FREEZE: [str(key) for key in rfc.freeze_lines.values_list("notice", flat=True)],
        **{about: [str(rfc.pk)] for about in OF_AN_RFC},
    }
    return [subject for about, keys in own.items() if keys for subject in SOURCES[about](at, keys)]
