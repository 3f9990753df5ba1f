"""`manage.py generate_agendas [--at INSTANT]`: what beat triggers each minute (DESIGN 7)."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from changes.actions.meeting import Done, generate_due


class Command(BaseCommand):
    """Tells in one line per meeting what it did."""

    help = "Makes the meetings ahead, brings their agendas up to date, and freezes those whose cut-off has passed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="INSTANT", help="as if it were then: 2026-11-24T12:00:00+01:00; now, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        at = _instant(options["at"]) if options["at"] else timezone.now()
        for done in generate_due(at=at):
            self.stdout.write(_line(done))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no instant. Write it as 2026-11-24T12:00:00+01:00.") from error
    if instant.tzinfo is None:
        raise CommandError(f"“{text}” has no offset. Write it as {text}+01:00, or {text}Z for UTC.")
    return instant.astimezone(UTC)


def _line(done: Done) -> str:
    meeting = done.meeting
    when = meeting.starts_at.astimezone(ZoneInfo(meeting.board.time_zone))
    return f"{meeting.board.slug} {when:%Y-%m-%d %H:%M}, revision {meeting.revision}: {done.sentence or 'nothing new'}"
