"""Since when there was something to answer: when a question was first asked of somebody, by what the ledger holds (DESIGN 4.9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from changes.choices import Channel, Delivery
from changes.models import Reminder

Question = tuple[str, int, str]


def asked_at(subjects: Collection[str], rules: Iterable[str]) -> dict[Question, datetime]:
    """By subject, revision and rule, when the first person was asked; without those whom nobody has tried to ask yet. One query."""
    told: dict[Question, dict[int, list[Reminder]]] = defaultdict(lambda: defaultdict(list))
    for row in Reminder.objects.filter(subject__in=subjects, rule__in=[str(rule) for rule in rules]) if subjects else ():
        told[row.subject, row.revision, row.rule][row.on_behalf_of_id or row.recipient_id].append(row)
    tried = {asked: [_first_asked(rows) for rows in people.values()] for asked, people in told.items()}
    return {asked: min(found) for asked, instants in tried.items() if (found := [one for one in instants if one])}


def _first_asked(rows: Sequence[Reminder]) -> datetime | None:
    """Of one person: at the first attempt, whatever came of it, for a mailbox that refuses must keep nobody else from being called.

    The list on the page does not count before the mail that is held or waits for a worker, unless there is no such mail.
    """
    on_page = [row.sent_at for row in rows if row.channel == Channel.BELL and row.sent_at]
    away = [row for row in rows if row.channel != Channel.BELL]
    written_at = min(on_page, default=None)
    if tried := [instant for row in away if (instant := _first_attempt(row, written_at))]:
        return min(tried)
    if any(row.state in (Delivery.DUE, Delivery.CLAIMED) for row in away):
        return None
    return written_at or min(row.send_at for row in rows)


def _first_attempt(row: Reminder, written_at: datetime | None) -> datetime | None:
    """When the first attempt was made; the row knows only the last one, so of several it is when the row was there and might go."""
    before = row.attempts - (row.state == Delivery.CLAIMED)
    if row.state == Delivery.SENT and before <= 1:
        return row.sent_at
    if row.state in (Delivery.DROPPED, Delivery.SKIPPED) or (before < 1 and row.state != Delivery.FAILED):
        return None
    return max(row.send_at, written_at or row.send_at)
