"""How many rows of a file have odd dates, in which way: by the rule that every door asks (DESIGN 6)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from changes.choices import Outage
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.odd_date import Odd, interval_findings
from changes.formats.spreadsheet import Entry

_IN_PAST = "Past when it was written down"


@dataclass(frozen=True)
class OddDates:
    """One way of being odd: the finding's code, its kind in words, and how many rows and changes have it."""

    code: str
    label: str
    rows: int
    changes: int


def odd_dates(entries: Iterable[Entry], *, time_zone: str) -> list[OddDates]:
    """The findings about dates of all entries, counted by kind, the most common first.

    Each is judged as of when it was written down, or its start where the file does not say; midnight and the
    nights in which clocks change are those of `time_zone`, the file's own.
    """
    rows: Counter[tuple[str, str]] = Counter()
    changes: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        kinds = {(finding.code, finding.kind) for finding in dates_of(entry, time_zone=time_zone)}
        changes.update(kinds)
        rows.update({kind: len(entry.lines) for kind in kinds})
    return [OddDates(code, Odd(kind).label if kind else _IN_PAST, count, changes[code, kind]) for (code, kind), count in rows.most_common()]


def dates_of(entry: Entry, *, time_zone: str) -> list[Finding]:
    """What the rule says of the dates of one entry."""
    is_out = entry.outage == Outage.PLANNED and entry.end is not None
    times = (entry.start, entry.end) if is_out else (None, None)
    content = Content(sessions=(Session(entry.start, entry.end, entry.outage, *times),))
    return interval_findings(content, at=entry.created or entry.start, usual_minutes=None, time_zone=time_zone)
