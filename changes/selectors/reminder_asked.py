"""Since when there was something to answer: when a question first reached somebody, by what the ledger holds (DESIGN 4.9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from changes.choices import Channel, Delivery
from changes.models import Reminder

#: What has failed for so long since it was to go is tried no more; then silence counts all the same, for somebody has to hear of it.
GIVEN_UP_AFTER = timedelta(hours=6)
Question = tuple[str, int, str]


def reached_at(subjects: Collection[str], rules: Iterable[str], at: datetime) -> dict[Question, datetime]:
    """By subject, revision and rule, when the first person could read it; without those that nobody could. One query."""
    told: dict[Question, dict[int, list[Reminder]]] = defaultdict(lambda: defaultdict(list))
    for row in Reminder.objects.filter(subject__in=subjects, rule__in=[str(rule) for rule in rules]) if subjects else ():
        told[row.subject, row.revision, row.rule][row.on_behalf_of_id or row.recipient_id].append(row)
    reached = {asked: [_readable(rows, at) for rows in people.values()] for asked, people in told.items()}
    return {asked: min(found) for asked, instants in reached.items() if (found := [one for one in instants if one])}


def _readable(rows: Sequence[Reminder], at: datetime) -> datetime | None:
    """Of one person: a list on the page is no answer to a mail that is held or being tried again, unless there is no such mail."""
    away = [row for row in rows if row.channel != Channel.BELL]
    if sent := [row.sent_at for row in away if row.state == Delivery.SENT and row.sent_at]:
        return min(sent)
    if any(_waits(row, at) for row in away):
        return None
    on_page = [row.sent_at for row in rows if row.channel == Channel.BELL and row.sent_at]
    return min(on_page, default=min(row.send_at for row in rows))


def _waits(row: Reminder, at: datetime) -> bool:
    if row.state == Delivery.FAILED:
        return at < row.send_at + GIVEN_UP_AFTER
    return row.state in (Delivery.DUE, Delivery.CLAIMED)
