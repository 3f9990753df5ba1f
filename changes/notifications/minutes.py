"""What the mail about minutes shows: what was decided, promised and left open, and what has been corrected since."""

from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse

from changes.domain.minutes import Point, Promised
from changes.formats.minutes import summary
from changes.models import Reminder
from changes.selectors.minutes import minutes_of


class Clock(Protocol):
    """Says an instant as the recipient reads it."""

    def moment(self, instant: datetime) -> str: ...


def minutes_words(row: Reminder, words: Clock) -> dict[str, Any]:
    """For a reminder about published minutes; nothing for any other."""
    meeting = row.meeting
    if meeting is None or meeting.minutes_snapshot is None or row.rule != "minutes_published":
        return {}
    minutes = minutes_of(meeting)
    return {
        "summary": summary(minutes),
        "decided": [_decided(point, words) for point in minutes.points if point.said],
        "undecided": [(_title(point), point.undecided) for point in minutes.undecided],
        "promised": [_promised(one, words) for one in minutes.actions],
        "goes_to": words.moment(minutes.next_at) if minutes.next_at and minutes.undecided else "",
        "corrections": [(row.text, str(row.by), words.moment(row.at)) for row in meeting.addenda.all()],
        "pdf_link": f"{settings.FSC_BASE_URL}{reverse('meeting-minutes-pdf', args=[meeting.pk])}",
    }


def _title(point: Point) -> str:
    return f"{point.number}. {point.title}{f' ({point.rfc})' if point.rfc else ''}"


def _decided(point: Point, words: Clock) -> tuple[str, str, list[str]]:
    """Title, decision, conditions."""
    said = point.said
    if said is None:
        return _title(point), "", []
    to = f" to the meeting of {words.moment(said.deferred_to)}" if said.deferred_to else ""
    return _title(point), f"{said.words}{to}.{f' {said.reason}' if said.reason else ''}", [_promised(one, words) for one in said.conditions]


def _promised(one: Promised, words: Clock) -> str:
    return f"{one.text}: {one.owner}, until {words.moment(one.due_at)}"
