"""`python manage.py import_rfcs FILE --map MAP.toml [--dry-run]`: real changes from a CSV (docs/import/README.md)."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from changes.actions.spreadsheet import Report, import_reading
from changes.exceptions import Unacceptable
from changes.formats.spreadsheet import Oddity, read
from changes.formats.spreadsheet_map import load_map
from changes.formats.spreadsheet_overlaps import CODE, counted

#: So common in lists kept by hand that the lines of these would bury the others.
FOLDED = frozenset({Oddity.LOGGED_LATE, Oddity.NOT_CREATED})


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
        self._tell_odd(report, folds=FOLDED if options["verbosity"] < 2 else frozenset())
        self._tell_dates(report, mapping.time_zone)
        self._tell_overlaps(report, each=options["verbosity"] > 1)
        self._tell(report, dry_run=options["dry_run"])

    def _tell_odd(self, report: Report, *, folds: frozenset[Oddity]) -> None:
        """Every odd row by its line, what somebody has to look at first; what is common is folded into one line."""
        for note in report.notes:
            if note.kind not in folds:
                self.stdout.write(str(note))
        for line in report.changed:
            self.stdout.write(line)
        counts = Counter(note.kind for note in report.notes)
        for kind in (kind for kind in Oddity if kind in folds and counts[kind]):
            done = next(note.done for note in report.notes if note.kind == kind)
            rows = "1 row" if counts[kind] == 1 else f"{counts[kind]} rows"
            self.stdout.write(f"{rows}, {kind.label.lower()}. {done} (--verbosity 2 shows each)")

    def _tell_dates(self, report: Report, zone: str) -> None:
        """How many rows the rules find odd in their dates, by kind; the pages of their RFCs say the same."""
        if report.odd_dates:
            self.stdout.write(f"Odd dates, by the clock of {zone}, as of when each was written down:")
        for odd in report.odd_dates:
            rows = "1 row" if odd.rows == 1 else f"{odd.rows} rows"
            changes = "1 change" if odd.changes == 1 else f"{odd.changes} changes"
            self.stdout.write(f"  {odd.label}: {rows}, {changes} ({odd.code})")

    def _tell_overlaps(self, report: Report, *, each: bool) -> None:
        """How many pairs of changes were in one another's way; the RFCs do not say it, for what is over is compared with nothing."""
        whole, lacking = counted(report.overlaps)
        if not report.overlaps:
            return
        told = "1 pair of changes shares" if whole == 1 else f"{whole} pairs of changes share"
        more = f", {lacking} more if those without an end are taken to run on" if lacking else ""
        self.stdout.write(f"{told} a configuration item and overlap{'s' if whole == 1 else ''} in time{more} ({CODE}).")
        for one in report.overlaps if each else ():
            self.stdout.write(f"  line {one.line}: {one.sentence}")

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        """What was made, how many were odd in which way, then the sums."""
        for made in report.made:
            self.stdout.write(f"{'Would make' if dry_run else 'Made'} {made}")
        for kind, count in Counter(note.kind for note in report.notes).items():
            self.stdout.write(f"{count:>6}  {kind.label}")
        odd = len({note.line for note in report.notes if not note.is_refused})
        self.stdout.write(f"{report.rows} rows: {report.refused} refused, {odd} odd and kept, the others plain.")
        drafts = f", of which {report.drafts} are drafts" if report.drafts else ""
        sums = (
            f"{len(report.new)} new{drafts}, {report.unchanged} unchanged, {len(report.changed)} changed in the file and left as they are"
        )
        self.stdout.write(f"{'Dry run, nothing written: ' if dry_run else ''}{sums}.")
