"""Counting what comes of reminders, beside the row that says so and in its transaction: the counts are the ledger's (DESIGN 4.9)."""

from collections.abc import Mapping

from django.db.models import F

from changes.models import Tally

#: Rule, channel and result.
Kind = tuple[str, str, str]


def add(counts: Mapping[Kind, int]) -> None:
    """So many more of each. Several workers count in the same rows: each holds them for the length of a commit, in the same order."""
    for (rule, channel, result), number in sorted(counts.items()):
        if not number:
            continue
        rows = Tally.objects.filter(rule=rule, channel=channel, result=result)
        if not rows.update(count=F("count") + number):
            Tally.objects.bulk_create([Tally(rule=rule, channel=channel, result=result)], ignore_conflicts=True)
            rows.update(count=F("count") + number)
