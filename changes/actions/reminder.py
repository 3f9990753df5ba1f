"""Sending reminders: write what is due, claim, commit, deliver outside of any transaction, record (DESIGN 4.9).

A row of the ledger is unique per (rule, subject, revision, recipient, channel), so that any number of sweeps at once
writes it once, and only the sweep that claimed it sends it. A worker that dies between claim and record leaves the row
claimed; after `LEASE` another one takes it. If the dead one had handed its mail over already, that one mail goes
out twice: for a promise to somebody who has to get up at night, twice is the better side to err on than never. It carries
the same Message-ID, by which most mail programs show it once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F, Q

from changes import notifications
from changes.choices import Channel, Delivery, Role
from changes.formats.times import duration
from changes.models import Reminder
from changes.selectors import reminder
from changes.selectors.reminder import Standing
from changes.selectors.reminder_letter import letters_of

#: So many are claimed at a time: few enough that a slow mail server delivers them within the lease.
BATCH = 25
#: A claim that has not been answered for so long was made by a worker that is gone.
LEASE = timedelta(minutes=10)
#: How long after each failed attempt the next is made; after the last one the reminder stays failed.
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


@dataclass(frozen=True)
class Handled:
    """A row that one sweep brought to an end, or failed to: its state, and why where it was not sent."""

    row: Reminder
    state: Delivery
    detail: str = ""


def send_due(*, at: datetime, seconds: Callable[[], float] = monotonic) -> list[Handled]:
    """Write what is due into the ledger and send everything unsent, whoever wrote it. Gives back what it handled.

    `seconds` is a clock that only runs forward; it tells how long the sweep that began `at` has been at it. A sweep asks a
    fixed number of questions, each batch of it a fixed number more, and each mail is recorded at once, so that a worker that
    is killed has at most one mail on its way.
    """
    write_due(at=at)
    handled: list[Handled] = []
    begun = seconds()
    # A claim counts from when it is made: a long sweep would otherwise take its last rows with their lease half gone.
    while rows := claim(at=at, now=at + timedelta(seconds=int(seconds() - begun))):
        handled += _deliver(rows, at)
    return handled


def write_due(*, at: datetime) -> int:
    """A row for each reminder that is due and has none; those that another sweep wrote meanwhile are left as they are."""
    rows = [
        Reminder(
            rule=one.rung.rule,
            subject=one.facts.subject,
            revision=one.facts.revision,
            recipient_id=one.recipient,
            channel=Channel.MAIL,
            rfc_id=one.facts.rfc,
            session_id=one.facts.session,
            meeting_id=one.facts.meeting,
            due_at=one.due_at,
        )
        for one in reminder.due(at=at)
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=reminder.CHUNK)
    return len(rows)


def claimable(at: datetime) -> Q:
    """Rows to be sent at `at`: due, claimed by a worker that is gone, or failed and to be tried again."""
    again = Q(pk__in=())
    for attempts, wait in enumerate(RETRIES, start=1):
        again |= Q(state=Delivery.FAILED, attempts=attempts, claimed_at__lte=at - wait)
    # Bounded as failures are, for a mail that takes its worker down each time.
    left = Q(state=Delivery.CLAIMED, claimed_at__lte=at - LEASE, attempts__lte=len(RETRIES))
    return Q(due_at__lte=at) & (Q(state=Delivery.DUE) | left | again)


@transaction.atomic
def claim(*, at: datetime, now: datetime | None = None) -> list[Reminder]:
    """Take the next rows that are to be sent at `at`; nobody else then takes them until the lease from `now` on is over.

    Rows that another worker is taking at this moment are passed over.
    """
    rows = Reminder.objects.filter(claimable(at)).select_for_update(skip_locked=True).order_by("due_at", "pk")
    keys = [row.pk for row in rows[:BATCH]]
    Reminder.objects.filter(claimable(at), pk__in=keys).update(state=Delivery.CLAIMED, claimed_at=now or at, attempts=F("attempts") + 1)
    return list(Reminder.objects.filter(pk__in=keys).select_related("recipient", "rfc").order_by("due_at", "pk"))


def _deliver(rows: Sequence[Reminder], at: datetime) -> list[Handled]:
    standing = reminder.standing_of(rows, at=at)
    handled = [done for row in rows if (done := _not_sent(row, standing[row.pk]))]
    for done in handled:
        _record(done, at)
    left_out = {done.row.pk for done in handled}
    by_key = {row.pk: row for row in rows if row.pk not in left_out}
    letters = letters_of(list(by_key.values()), standing, at=at) if by_key else []
    for letter, problem in notifications.deliver(letters, at=at):
        done = Handled(by_key[letter.row.pk], *_result(letter.minutes_late, problem, letter.row.attempts))
        _record(done, at)
        handled.append(done)
    return handled


def _not_sent(row: Reminder, standing: Standing) -> Handled | None:
    """Dropped because it helps no more, skipped because it cannot reach anybody, or None."""
    if standing.why_not:
        return Handled(row, Delivery.DROPPED, standing.why_not)
    person = row.recipient
    if not person.is_active:
        return Handled(row, Delivery.SKIPPED, f"{person} has no account any more.")
    if not person.email:
        reason = "A tool reads no mail." if person.role == Role.TOOL else f"{person} has no mail address."
        return Handled(row, Delivery.SKIPPED, reason)
    return None


def _result(minutes_late: int, problem: str, attempts: int) -> tuple[Delivery, str]:
    if not problem:
        return Delivery.SENT, f"{duration(minutes_late)} late." if minutes_late else ""
    given_up = "" if attempts <= len(RETRIES) else f" Given up after {attempts} attempts."
    return Delivery.FAILED, f"{problem}{given_up}"


def _record(done: Handled, at: datetime) -> None:
    """Only while the claim is ours: a row that another worker took over after the lease is that worker's to record."""
    sent_at = at if done.state == Delivery.SENT else None
    mine = Reminder.objects.filter(pk=done.row.pk, state=Delivery.CLAIMED, attempts=done.row.attempts)
    mine.update(state=done.state, sent_at=sent_at, detail=done.detail)
