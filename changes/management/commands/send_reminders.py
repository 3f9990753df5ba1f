"""`manage.py send_reminders [--at INSTANT]`: what beat triggers each minute (DESIGN 7)."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from changes.actions.reminder import Handled, send_due
from changes.management import instant


class Command(BaseCommand):
    """Tells in one line per reminder what became of it, and counts them at the end."""

    help = "Writes the reminders that have become due into the ledger, and sends those that are unsent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        instant.add_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        handled = send_due(at=instant.instant_from(options["at"]))
        for done in handled:
            self.stdout.write(_line(done))
        self.stdout.write(_summary(handled))


def _line(done: Handled) -> str:
    row = done.row
    about = row.rfc.number if row.rfc else row.subject
    why = f": {done.detail}" if done.detail else ""
    return f"{done.state} {row.rule} {about} to {row.recipient.username}, due {row.due_at:%Y-%m-%dT%H:%MZ}{why}"


def _summary(handled: list[Handled]) -> str:
    counts = Counter(done.state.value for done in handled)
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "Nothing was due."
