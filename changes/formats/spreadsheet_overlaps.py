"""Which changes of a file got into one another's way: by the rule that every door asks (DESIGN 4.6).

An import closes what is over, and what is closed is compared with nothing; so this is where a file's own conflicts are told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from changes.domain.conflict import Booking, conflicts_among
from changes.domain.interval import FOREVER, Interval
from changes.formats.spreadsheet import Entry

CODE = "conflict.same_item"


@dataclass(frozen=True)
class Overlap:
    """A pair of changes that share an item and overlap in time, told from the later one; lines are where each begins."""

    line: int
    other: int
    sentence: str
    #: One of the two has no end: they overlap only if it is taken to run on.
    lacks_end: bool


def overlaps(entries: Sequence[Entry], *, item_of: Callable[[str], str], time_zone: str) -> list[Overlap]:
    """The unordered pairs of changes that share an item and overlap in time, by their lines; each pair once.

    Half-open: touching is not overlapping. One without a usable end lasts forever, as in every comparison, and its pairs
    are marked. `item_of` makes the name of an item what it is stored by; sentences are in `time_zone`.
    """
    by_number = {f"line {entry.lines[0]}": entry for entry in entries}
    bookings = [_booking(number, entry, item_of) for number, entry in by_number.items()]
    names = {("item", item_of(name)): name for entry in entries for name in entry.items}
    found = conflicts_among(bookings, {}, time_zone=time_zone, names=names)
    pairs = (
        (by_number[number], by_number[finding.other], finding)
        for number, findings in found.items()
        for finding in findings
        if finding.code == CODE and finding.other
    )
    told = [
        Overlap(mine.lines[0], other.lines[0], finding.message, mine.end is None or other.end is None)
        for mine, other, finding in pairs
        if (mine.start, mine.lines) > (other.start, other.lines)
    ]
    return sorted(told, key=lambda one: (one.line, one.other))


def _booking(number: str, entry: Entry, item_of: Callable[[str], str]) -> Booking:
    """Its one session, with nothing but its items: services and people are not what is asked about."""
    items = frozenset(item_of(name) for name in entry.items)
    return Booking(number=number, title=entry.title, interval=Interval(entry.start, entry.end or FOREVER), items=items)


def counted(found: Iterable[Overlap]) -> tuple[int, int]:
    """How many of the pairs have both ends, and how many lack one."""
    lacking = [one.lacks_end for one in found]
    return len(lacking) - sum(lacking), sum(lacking)
