"""Sending reminders: write what is due, claim, commit, deliver outside of any transaction, record (DESIGN 4.9).

A row of the ledger is unique per (rule, subject, revision, recipient, channel), so that any number of sweeps at once
writes it once, and only the sweep that claimed it sends it. A worker that dies between claim and record leaves the row
claimed; after `LEASE` another one takes it. If the dead one had handed its mail over already, that one mail goes
out twice: for a promise to somebody who has to get up at night, twice is the better side to err on than never. It carries
the same Message-ID, by which most mail programs show it once.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.db import transaction

from changes import notifications
from changes.actions import tally
from changes.actions.claim import LEASE, claim, give_back
from changes.choices import Channel, Delivery, Hold, Result, Role, Urgency
from changes.domain.delivery import RETRIES, Copy, Useful, held_quietly, why_silent
from changes.domain.haste import haste_of
from changes.domain.ladder_words import Haste
from changes.domain.reminder import Expected, minutes_late
from changes.formats.times import duration
from changes.models import Preference, Reminder
from changes.selectors import reminder
from changes.selectors.reminder import Standing
from changes.selectors.reminder_letter import Letter, Parcel, letters_of, parcels_of
from changes.selectors.reminder_moved import who_know
from changes.selectors.reminder_wishes import copies_of, is_out_of_reach, wishes


@dataclass(frozen=True)
class Handled:
    """A row that one sweep brought to an end, or failed to: its state, and why where it was not sent."""

    row: Reminder
    state: Delivery
    detail: str = ""
    is_late: bool = False


def send_due(*, at: datetime, within: timedelta | None = None, seconds: Callable[[], float] = monotonic) -> list[Handled]:
    """Write what is due into the ledger and send everything unsent, whoever wrote it. Gives back what it handled.

    What stands on the page is there once it is written, and is not among it. After `within` it begins no further message.
    """
    return list(sweep(at=at, within=within, seconds=seconds))


def sweep(*, at: datetime, within: timedelta | None = None, seconds: Callable[[], float] = monotonic) -> Iterator[Handled]:
    """The same, one by one as they are handled; nothing is done that is not asked for.

    `seconds` is a clock that only runs forward; it tells how long the sweep that began `at` has been at it. A sweep asks a
    fixed number of questions, each batch of it a fixed number more, and each mail is recorded at once, so that a worker that
    is killed has at most one message on its way.
    """
    write_due(at=at)
    begun = seconds()

    def now() -> datetime:
        return at + timedelta(seconds=int(seconds() - begun))

    def is_over() -> bool:
        return within is not None and seconds() - begun >= within.total_seconds()

    # A claim counts from when it is made: a long sweep would otherwise take its last rows with their lease half gone.
    while rows := claim(at=at, now=now()):
        yield from _deliver(rows, at, now, is_over)
        if is_over():
            return


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_due(*, at: datetime) -> int:
    """A row for each copy of each reminder that is due and has none; what another sweep wrote meanwhile is left as it is."""
    written = 0
    for chunk in reminder.due_by_chunk(at=at):
        knows = who_know(chunk)
        rows = [_as_known(one) for one in chunk if one.key in knows]
        rows += [as_row(one, copy, at) for one, copy in copies_of([one for one in chunk if one.key not in knows], at=at)]
        add_rows(rows)
        written += len(rows)
    return written


@transaction.atomic
def add_rows(rows: Sequence[Reminder]) -> None:
    """Write the rows that nobody else has written meanwhile; those that are at their end by that are counted, by whoever wrote them.

    No insert says which rows it left out. So what is at its end comes in as claimed by nobody, which only this transaction sees,
    and is counted as it is brought to its end.
    """
    ends = Counter((row.rule, row.channel, row.state, bool(row.detail)) for row in rows if row.state != Delivery.DUE)
    for row in rows:
        row.state = row.state if row.state == Delivery.DUE else Delivery.CLAIMED
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    mine = Reminder.objects.filter(subject__in={row.subject for row in rows}, state=Delivery.CLAIMED, claimed_at=None)
    counts: Counter[tally.Kind] = Counter()
    for rule, channel, state, has_detail in sorted(ends):
        of_it = mine.filter(rule=rule, channel=channel)
        number = (of_it.exclude(detail="") if has_detail else of_it.filter(detail="")).update(state=state)
        for result in results_of(state, is_late=has_detail):
            counts[rule, channel, result] += number
    tally.add(counts)


def as_row(one: Expected, copy: Copy, at: datetime) -> Reminder:
    """The row of the ledger that a copy is when it is written at `at`; not stored."""
    state, sent_at, detail = _at_first(one, copy, at)
    return Reminder(
        rule=one.rung.rule.value,
        subject=one.facts.subject,
        revision=one.revision,
        recipient_id=copy.recipient,
        channel=copy.channel,
        rfc_id=one.facts.rfc,
        session_id=one.facts.session,
        meeting_id=one.facts.meeting,
        due_at=one.due_at,
        send_at=copy.send_at,
        held_for=copy.held_for or "",
        on_behalf_of_id=copy.on_behalf_of,
        state=state,
        sent_at=sent_at,
        detail=detail,
    )


def _as_known(one: Expected) -> Reminder:
    row = as_row(one, Copy(one.recipient, Channel.MAIL, one.due_at), one.due_at)
    row.state, row.detail = Delivery.DROPPED, "They have been told this time."
    return row


def _at_first(one: Expected, copy: Copy, at: datetime) -> tuple[Delivery, datetime | None, str]:
    """What a row is when it is written: what stands on the page has arrived by that."""
    if copy.why_not:
        return Delivery.SKIPPED, None, copy.why_not
    if copy.channel == Channel.BELL:
        return Delivery.SENT, at, _late_words(minutes_late(one.due_at, one.facts.since, at))
    return Delivery.DUE, None, ""


# --- Delivering -------------------------------------------------------------------------------------------------------


def _deliver(rows: Sequence[Reminder], at: datetime, now: Callable[[], datetime], is_over: Callable[[], bool]) -> Iterator[Handled]:
    """One message at least, so that each sweep gets on; what is left when the sweep's time is over is given back to the next one."""
    standing = reminder.standing_of(rows, at=at)
    by_key = {row.pk: row for row in rows}
    _give_to_whom_it_was_for([row for row in rows if not standing[row.pk].why_not], at)
    for row in rows:
        if done := _not_sent(row, standing[row.pk], at):
            del by_key[row.pk]
            yield _record(done, at)
        elif quiet_until := _quiet_until(row, standing[row.pk], at):
            del by_key[row.pk]
            _hold(row, quiet_until)
    letters = letters_of(list(by_key.values()), standing, at=at) if by_key else []
    for parcel, problem in notifications.deliver(parcels_of(letters), at=at, is_ours=partial(_is_ours, now=now)):
        for letter in parcel.letters:
            result = _result(letter, problem)
            yield _record(Handled(by_key.pop(letter.row.pk), *result, is_late=bool(letter.minutes_late)), at)
        if is_over():
            give_back(list(by_key.values()))
            return


def _give_to_whom_it_was_for(rows: Sequence[Reminder], at: datetime) -> None:
    """Whoever stands in and is lost takes nothing with them: rows for the person, or for their delegate of now."""
    lost = [row for row in rows if row.on_behalf_of_id and is_out_of_reach(row.recipient)]
    if lost:
        found, gone = reminder.expected_by(lost, at=at), {row.recipient_id for row in lost}
        add_rows([as_row(one, copy, at) for one, copy in copies_of(found, at=at, gone=gone)])


def _is_ours(parcel: Parcel, now: Callable[[], datetime]) -> bool:
    """Whether nobody has taken it over; a claim of half the lease is renewed, so that behind a slow mail server nothing goes twice."""
    claimed_at = parcel.first.row.claimed_at
    if claimed_at is None or now() - claimed_at < LEASE / 2:
        return True
    keys = [letter.row.pk for letter in parcel.letters]
    mine = Reminder.objects.filter(pk__in=keys, state=Delivery.CLAIMED, claimed_at=claimed_at)
    return mine.update(claimed_at=now()) == len(keys)


def _not_sent(row: Reminder, standing: Standing, at: datetime) -> Handled | None:
    """Dropped because it helps no more, skipped because it cannot reach anybody or would wake them for nothing, or None."""
    if standing.why_not:
        return Handled(row, Delivery.DROPPED, standing.why_not)
    useful = Useful(row.due_at, standing.until or at, is_emergency=_is_emergency(row))
    reason = _unreachable(row) or why_silent(row.rule, useful, at, wishes(row.recipient))
    return Handled(row, Delivery.SKIPPED, reason) if reason else None


def _quiet_until(row: Reminder, standing: Standing, at: datetime) -> datetime | None:
    """When its reader's quiet hours end, where it comes to be sent inside of them and helps after them too."""
    return held_quietly(standing.until, at, wishes(row.recipient), _haste(row)) if standing.until else None


def _haste(row: Reminder) -> Haste:
    """Give one that was read with its RFC."""
    return haste_of(row.rule, is_emergency=_is_emergency(row))


def _is_emergency(row: Reminder) -> bool:
    return row.rfc is not None and row.rfc.urgency == Urgency.EMERGENCY


def _hold(row: Reminder, until: datetime) -> None:
    """Put it back, only while the claim is ours; no attempt was made. Why it failed before stays to be read, and a digest stays whole."""
    mine = Reminder.objects.filter(pk=row.pk, state=Delivery.CLAIMED, attempts=row.attempts)
    held_for = row.held_for or Hold.QUIET
    mine.update(state=Delivery.DUE, attempts=row.attempts - 1, claimed_at=None, send_at=until, held_for=held_for)


def _unreachable(row: Reminder) -> str:
    person = row.recipient
    if not person.is_active:
        return f"{person} has no account any more."
    if row.channel == Channel.CHAT:
        wish = getattr(person, "preference", None) or Preference()
        return "" if wish.chat_url else f"{person} has no chat any more."
    if not person.email:
        return "A tool reads no mail." if person.role == Role.TOOL else f"{person} has no mail address."
    return ""


def _result(letter: Letter, problem: str) -> tuple[Delivery, str]:
    if not problem:
        return Delivery.SENT, _late_words(letter.minutes_late)
    attempts = letter.row.attempts
    given_up = "" if attempts <= len(RETRIES[_haste(letter.row)]) else f" Given up after {attempts} attempts."
    return Delivery.FAILED, f"{problem}{given_up}"


def _late_words(minutes: int) -> str:
    return f"{duration(minutes)} late." if minutes else ""


@transaction.atomic
def _record(done: Handled, at: datetime) -> Handled:
    """Only while the claim is ours: a row that another worker took over after the lease is that worker's to record."""
    sent_at = at if done.state == Delivery.SENT else None
    mine = Reminder.objects.filter(pk=done.row.pk, state=Delivery.CLAIMED, attempts=done.row.attempts)
    if mine.update(state=done.state, sent_at=sent_at, detail=done.detail):
        tally.add({(done.row.rule, done.row.channel, result): 1 for result in results_of(done.state, is_late=done.is_late)})
    return done


def results_of(state: str, *, is_late: bool = False) -> list[Result]:
    """What is counted of a row that came to this end; what was sent late was sent as well."""
    late = [Result.LATE] if is_late and state == Delivery.SENT else []
    return [Result(state), *late]
