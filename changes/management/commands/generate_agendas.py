"""`manage.py generate_agendas [--at INSTANT]`: what beat triggers each minute (DESIGN 7), the votes whose time is up among it."""

from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand

from changes.actions.electronic_vote import close_due
from changes.actions.meeting import Done, generate_due
from changes.management import instant


class Command(BaseCommand):
    """Tells in one line per meeting what it did."""

    help = "Makes the meetings ahead, brings their agendas up to date, and freezes those whose cut-off has passed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        instant.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        at = instant.instant_from(options["at"])
        for vote in close_due(at=at):
            self.stdout.write(f"{vote.item.meeting.board.slug}, the vote on “{vote.item}”: {vote.result}")
        for done in generate_due(at=at):
            self.stdout.write(_line(done))


def _line(done: Done) -> str:
    meeting = done.meeting
    when = meeting.starts_at.astimezone(ZoneInfo(meeting.board.time_zone))
    return f"{meeting.board.slug} {when:%Y-%m-%d %H:%M}, revision {meeting.revision}: {done.sentence or 'nothing new'}"
