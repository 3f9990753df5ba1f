"""A reminder in a line and a link, as a chat and the page show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from changes.notifications.words import context_of
from changes.selectors.reminder_letter import Letter, Parcel


@dataclass(frozen=True)
class Line:
    """What it says, where it leads, and the words of that link."""

    subject: str
    link: str
    verb: str


def line_of(letter: Letter, *, at: datetime) -> Line:
    """The subject of its mail, in the recipient's zone, and where its button leads."""
    context = context_of(letter, at=at)
    return Line(subject_of(letter, context), context["link"], context["verb"])


def subject_of(letter: Letter, context: dict[str, object]) -> str:
    """In one line, whatever a title holds."""
    return " ".join(render_to_string(f"emails/{letter.row.rule}/subject.txt", context).split())


def short_words(parcel: Parcel, *, at: datetime) -> tuple[str, str]:
    """Title and text of a message in a chat."""
    lines = [line_of(letter, at=at) for letter in parcel.letters]
    if len(lines) == 1:
        return _for_whom(parcel.first, lines[0].subject), f"{lines[0].verb}: {lines[0].link}"
    return digest_title(lines), "\n".join(f"{line.subject}\n{line.link}" for line in lines)


def _for_whom(letter: Letter, subject: str) -> str:
    return f"{subject} (for {letter.row.on_behalf_of})" if letter.row.on_behalf_of else subject


def digest_title(lines: Sequence[object]) -> str:
    return f"{len(lines)} reminders of the day"


def home_link() -> str:
    return f"{settings.FSC_BASE_URL}{reverse('home')}"
