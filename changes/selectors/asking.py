"""Members who were asked for their vote by somebody, and on which day: kept in the meeting's log (see `actions.vote.ask_for_votes`)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from changes.choices import Delivery
from changes.domain.ladder_words import Rule
from changes.models import Meeting, Reminder, User

_ASKED = "asked_for_votes"


@dataclass(frozen=True)
class Asking:
    """One time that somebody had the members of a meeting asked; `people` by key."""

    key: int
    meeting: int
    at: datetime
    people: frozenset[int]


def as_message(people: Iterable[int]) -> str:
    """What the log keeps of it."""
    return json.dumps({_ASKED: sorted(people)})


def askings(meetings: Iterable[int] | None = None, *, keys: Iterable[str] | None = None, since: datetime | None = None) -> list[Asking]:
    """All of them in the order of time, of certain meetings or by their own keys; one query."""
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Meeting), change_message__startswith=f'{{"{_ASKED}"')
    if meetings is not None:
        rows = rows.filter(object_id__in=[str(key) for key in meetings])
    if keys is not None:
        rows = rows.filter(pk__in=[int(key) for key in keys])
    if since is not None:
        rows = rows.filter(action_time__gt=since)
    found = rows.order_by("action_time", "pk").values_list("pk", "object_id", "action_time", "change_message")
    return [Asking(key, int(meeting or 0), at, frozenset(json.loads(message)[_ASKED])) for key, meeting, at, message in found]


def asked_today(meeting: Meeting, *, at: datetime) -> set[int]:
    """By key, who has been reminded of their votes on the board's day of `at`, by a person or by the clock."""
    today = meeting.board.date_at(at)
    by_person = {person for one in askings([meeting.pk]) if meeting.board.date_at(one.at) == today for person in one.people}
    gone = (Delivery.DROPPED, Delivery.SKIPPED)
    rows = Reminder.objects.filter(rule=Rule.VOTE_MISSING, meeting=meeting).exclude(state__in=gone)
    return by_person | {person for person, due_at in rows.values_list("recipient", "due_at") if meeting.board.date_at(due_at) == today}


def asked_by_day(meetings: Iterable[Meeting]) -> Mapping[tuple[int, date], set[int]]:
    """By meeting and the board's day, whom somebody had asked; read the meetings with their board. One query."""
    by_key = {meeting.pk: meeting for meeting in meetings}
    found: dict[tuple[int, date], set[int]] = defaultdict(set)
    for one in askings(by_key):
        found[one.meeting, by_key[one.meeting].board.date_at(one.at)] |= one.people
    return found


def latest_asking(meeting: Meeting) -> tuple[Asking, list[User]] | None:
    """The last time that somebody had the members asked, and whom."""
    last = next(reversed(askings([meeting.pk])), None)
    return (last, list(User.objects.filter(pk__in=last.people).order_by("pk"))) if last else None
