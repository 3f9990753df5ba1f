"""Where a session stands on the calendar: nights, weeks, what folds and what is capped (LOOK 1.5, 9).

A calendar day here is a *night*: it begins at 06:00 on the reader's clock and ends at 06:00 of the next
day, so that work from 22:00 to 04:00 stands whole on the evening it starts. Dates are the reader's.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from changes.domain.interval import Interval
from changes.domain.wall_clock import instant_of, is_in_gap

#: Before this hour a start still belongs to the evening before.
NIGHT_ENDS = time(6)
#: Work that starts before `NIGHT_ENDS` and lasts beyond this hour is that day's work, not the evening's.
NOON = time(12)
DAY = timedelta(days=1)
MONTH_WEEKS = 5
WEEK_DAYS = 7
LIST_DAYS = 14

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def night_of(interval: Interval, zone: ZoneInfo) -> date:
    """The evening that an interval belongs to, as a date of `zone`.

    A start from 00:00 to 06:00 belongs to the evening before, except where the work lasts beyond the
    noon that follows: that is work of the day, which happens to begin early.
    """
    start = interval.start.astimezone(zone)
    if start.time() >= NIGHT_ENDS:
        return start.date()
    noon = datetime.combine(start.date(), NOON, tzinfo=zone)
    return start.date() if interval.end > noon else start.date() - DAY


def night(on: date, zone: ZoneInfo) -> Interval:
    """The half-open night of a date: 06:00 to 06:00 on the clock of `zone`, 23 or 25 hours when the clock changes."""
    return period_of(on, on, zone)


def night_of_end(end: datetime, zone: ZoneInfo) -> date:
    """The evening of the night that an end falls into; 06:00 sharp is still of the night that it ends."""
    local = (end - timedelta(microseconds=1)).astimezone(zone)
    return local.date() if local.time() >= NIGHT_ENDS else local.date() - DAY


def period_of(first: date, last: date, zone: ZoneInfo) -> Interval:
    """From the begin of the first date's night to the end of the last one's."""
    start, end = (datetime.combine(on, NIGHT_ENDS, tzinfo=zone).astimezone(UTC) for on in (first, last + DAY))
    return Interval(start, end)


def dates_of(first: date, last: date, zone: ZoneInfo) -> Interval:
    """The calendar days of `zone` from midnight to midnight: a meeting belongs to its date, wherever it is read."""
    start, end = (datetime.combine(on, time(), tzinfo=zone).astimezone(UTC) for on in (first, last + DAY))
    return Interval(start, end)


def nights_covered(interval: Interval, first: date, last: date, zone: ZoneInfo) -> list[date]:
    """The dates from `first` to `last` on which an interval stands: its own night, and every one it lasts
    into where it is longer than a day.

    What touches the nights shown but belongs to one outside of them stands on the nearest that is shown,
    so that nothing that is counted cannot be seen.
    """
    own = min(max(night_of(interval, zone), first), last)
    if interval.end - interval.start <= DAY:
        return [own]
    days = (last - own).days
    later = (own + DAY * step for step in range(1, days + 1))
    return [own, *(on for on in later if night(on, zone).overlaps(interval))]


def monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def days_from(first: date, count: int) -> list[date]:
    return [first + DAY * step for step in range(count)]


def weeks_from(first: date, count: int) -> list[list[date]]:
    """`count` weeks from the Monday of `first` on, each from Monday to Sunday."""
    begin = monday(first)
    return [days_from(begin + DAY * WEEK_DAYS * week, WEEK_DAYS) for week in range(count)]


def moved_to_night(interval: Interval, on: date, zone: ZoneInfo) -> tuple[Interval, bool]:
    """The same work on another night: same clock time, same length. True where the clock skips the start that night."""
    wall = interval.start.astimezone(zone).replace(tzinfo=None) + (on - night_of(interval, zone))
    start = instant_of(wall, zone)
    return Interval(start, start + (interval.end - interval.start)), is_in_gap(wall, zone)


@dataclass(frozen=True)
class Rank:
    """What decides whether a session is drawn, folded or left to "n more"."""

    start: datetime
    is_automatic: bool = False
    is_running: bool = False
    #: Running or in conflict: never folded, and the last to go behind "n more".
    is_pressing: bool = False
    is_major: bool = False
    is_over: bool = False

    @property
    def folds(self) -> bool:
        """Whether it goes into "3 automatic"."""
        return self.is_automatic and not self.is_pressing


@dataclass(frozen=True)
class Cell(Generic[Item]):
    """One night as the calendar draws it: chips in order of start, then what is folded and how many are left out."""

    drawn: tuple[Item, ...]
    folded: tuple[Item, ...] = ()
    more: int = 0


def cell(items: Iterable[tuple[Rank, Item]], *, room: int | None) -> Cell[Item]:
    """Fold the automatic ones, and keep to `room` chips; the fold takes the room of one. None draws everything.

    What runs stays, then what is pressing, then what is major, then what starts first. One session alone is never put behind "1 more".
    """
    ranked = sorted(items, key=lambda pair: pair[0].start)
    if room is None:
        return Cell(tuple(item for _, item in ranked))
    folded = tuple(item for rank, item in ranked if rank.folds)
    single = [(rank, item) for rank, item in ranked if not rank.folds]
    space = room - bool(folded)
    if len(single) <= space + 1:
        return Cell(tuple(item for _, item in single), folded)
    places = sorted(range(len(single)), key=lambda place: _urgency(single[place][0]))[:space]
    drawn = tuple(single[place][1] for place in sorted(places))
    return Cell(drawn, folded, len(single) - len(drawn))


def _urgency(rank: Rank) -> tuple[bool, bool, bool, bool, datetime]:
    return (not rank.is_running, not rank.is_pressing, not rank.is_major, rank.is_over, rank.start)


@dataclass(frozen=True)
class Run(Generic[Item]):
    """A stretch of a week that something lies over: it begins at `place` (Monday is 0) and takes `length` days."""

    item: Item
    place: int
    length: int
    lane: int


def runs(week: Sequence[date], covered: Mapping[Key, Iterable[date]]) -> list[Run[Key]]:
    """What lies over which days of a week, in as few lanes as it takes; lanes count from 0, the order is that given."""
    found: list[Run[Key]] = []
    taken: list[set[int]] = []
    for item, dates in covered.items():
        places = {week.index(on) for on in dates if on in week}
        if not places:
            continue
        lane = next((lane for lane, used in enumerate(taken) if not used & places), len(taken))
        if lane == len(taken):
            taken.append(set())
        taken[lane] |= places
        found.append(Run(item, min(places), max(places) - min(places) + 1, lane))
    return found


def share(part: timedelta, whole: timedelta) -> int:
    """How much of `whole` is gone, in whole percent from 0 to 100."""
    return round(min(1.0, max(0.0, part / whole)) * 100) if whole > timedelta() else 100
