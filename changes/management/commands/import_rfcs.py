"""`python manage.py import_rfcs FILE --map MAP.toml [--dry-run]`: real changes from a CSV (docs/import/README.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from changes.actions.spreadsheet import Report, import_reading
from changes.exceptions import Unacceptable
from changes.formats.spreadsheet import read
from changes.formats.spreadsheet_map import load_map


class Command(BaseCommand):
    help = "Imports changes from a CSV file, by a map that says which column is what. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--map", type=Path, required=True, help="the TOML file that says how to read it")
        parser.add_argument("--dry-run", action="store_true", help="report what would be done, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = load_map(options["map"])
            reading = read(options["file"], mapping)
        except Unacceptable as error:
            raise CommandError(error.sentence) from error
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=self.stderr)) as progress:  # type: ignore[arg-type]
            task = progress.add_task("Changes", total=len(reading.entries))
            report = import_reading(
                reading,
                mapping,
                at=timezone.now(),
                dry_run=options["dry_run"],
                advance=lambda count: progress.advance(task, count),
            )
        self._tell(report, dry_run=options["dry_run"])

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        """Every odd row by its line, then the sums."""
        for note in report.notes:
            self.stdout.write(str(note))
        for line in report.changed:
            self.stdout.write(line)
        for made in report.made:
            self.stdout.write(f"{'Would make' if dry_run else 'Made'} {made}")
        odd = len({note.line for note in report.notes if not note.is_refused})
        self.stdout.write(f"{report.rows} rows: {report.refused} refused, {odd} odd and kept, the others plain.")
        drafts = f", of which {report.drafts} are drafts" if report.drafts else ""
        sums = (
            f"{len(report.new)} new{drafts}, {report.unchanged} unchanged, {len(report.changed)} changed in the file and left as they are"
        )
        self.stdout.write(f"{'Dry run, nothing written: ' if dry_run else ''}{sums}.")
