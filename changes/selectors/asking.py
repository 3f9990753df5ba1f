"""Members who were asked for their vote by somebody, and on which day (`actions.vote.ask_for_votes`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db.models import QuerySet

from changes.choices import Delivery
from changes.domain.ladder_words import Rule
from changes.models import Asking, Meeting, Reminder, User


def askings(meetings: Iterable[int] | None = None, *, keys: Collection[str] | None = None, since: datetime | None = None) -> list[Asking]:
    """All of them in the order of time with whom they are for, of certain meetings or by their own keys; two queries."""
    rows: QuerySet[Asking] = Asking.objects.all()
    if meetings is not None:
        rows = rows.filter(meeting__in=list(meetings))
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    if since is not None:
        rows = rows.filter(at__gt=since)
    return list(rows.order_by("at", "pk").prefetch_related("people"))


def people_of(asking: Asking) -> set[int]:
    """By key, who was asked; give one that was read with its people."""
    return {person.pk for person in asking.people.all()}


def asked_today(meeting: Meeting, *, at: datetime) -> set[int]:
    """By key, who has been reminded of their votes on the board's day of `at`, by a person or by the clock."""
    today = meeting.board.date_at(at)
    by_person = {person for one in askings([meeting.pk]) if meeting.board.date_at(one.at) == today for person in people_of(one)}
    gone = (Delivery.DROPPED, Delivery.SKIPPED)
    rows = Reminder.objects.filter(rule=Rule.VOTE_MISSING, meeting=meeting).exclude(state__in=gone)
    return by_person | {person for person, due_at in rows.values_list("recipient", "due_at") if meeting.board.date_at(due_at) == today}


def asked_by_day(meetings: Iterable[Meeting]) -> Mapping[tuple[int, date], set[int]]:
    """By meeting and the board's day, whom somebody had asked; read the meetings with their board. Two queries."""
    by_key = {meeting.pk: meeting for meeting in meetings}
    found: dict[tuple[int, date], set[int]] = defaultdict(set)
    for one in askings(by_key):
        found[one.meeting_id, by_key[one.meeting_id].board.date_at(one.at)] |= people_of(one)
    return found


def latest_asking(meeting: Meeting) -> tuple[Asking, list[User]] | None:
    """The last time that somebody had the members asked, and whom."""
    last = meeting.askings.order_by("at", "pk").last()
    return (last, list(last.people.order_by("pk"))) if last else None
