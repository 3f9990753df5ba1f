"""Counting what comes of reminders, beside the row that says so and in its transaction: the counts are the ledger's (DESIGN 4.9)."""

from collections.abc import Iterable

from django.db.models import F

from changes.choices import Channel, Result
from changes.models import Tally


def count(rule: str, channel: Channel | str, results: Iterable[Result]) -> None:
    """One more of each result. Several workers count in the same rows: each holds one for the length of a commit, in the same order."""
    for result in sorted(results):
        rows = Tally.objects.filter(rule=rule, channel=channel, result=result)
        if not rows.update(count=F("count") + 1):
            Tally.objects.bulk_create([Tally(rule=rule, channel=channel, result=result)], ignore_conflicts=True)
            rows.update(count=F("count") + 1)
