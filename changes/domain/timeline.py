"""Nights as columns and bars in lanes: where an instant lies on a drawing of several nights (LOOK 5, "schedule-week-service").

A column is one date's night as `schedule.night` has it, 06:00 to 06:00 on the reader's clock. Its day, 06:00 to 20:00, can be
folded into a strip. All columns are equally wide: in the two nights of a year that last 9 or 11 hours the hours are a little
wider or narrower than in the others, and each instant still lies where it belongs.

Places are shares of the whole drawing, from 0 at its left edge to 1 at its right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from changes.domain.interval import Interval
from changes.domain.schedule import night

#: Where the day ends and what is drawn of a folded column begins.
EVENING = time(20)
#: The part of a column that a folded day takes.
STRIP = 0.15
_TICK_HOURS = 2
_WHOLE_TICK_HOURS = 6


@dataclass(frozen=True)
class Column:
    """One date: its day from 06:00 to 20:00 and its night from 20:00 to 06:00, half-open, true to the clock's changes."""

    on: date
    day: Interval
    night: Interval

    @classmethod
    def of(cls, on: date, zone: ZoneInfo) -> "Column":
        whole = night(on, zone)
        evening = datetime.combine(on, EVENING, tzinfo=zone).astimezone(UTC)
        return cls(on, Interval(whole.start, evening), Interval(evening, whole.end))

    @property
    def whole(self) -> Interval:
        return Interval(self.day.start, self.night.end)

    @property
    def night_hours(self) -> int:
        """10, but for the nights on which the clock changes."""
        return self.night.minutes // 60


@dataclass(frozen=True)
class Piece:
    """What of an interval is drawn in one column. `begins` and `ends` say whether that is its own start and end."""

    column: int
    start: float
    end: float
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Axis:
    """Columns side by side; `folded` ones draw the night and count the day."""

    columns: Sequence[Column]
    folded: bool = True

    @classmethod
    def of(cls, dates: Sequence[date], zone: ZoneInfo, *, folded: bool = True) -> "Axis":
        return cls([Column.of(on, zone) for on in dates], folded)

    @property
    def period(self) -> Interval:
        return Interval(self.columns[0].day.start, self.columns[-1].night.end)

    @cached_property
    def width(self) -> float:
        """Of one column."""
        return 1 / len(self.columns)

    @cached_property
    def strip(self) -> float:
        """The width of a folded day; nothing where days are drawn."""
        return STRIP * self.width if self.folded else 0.0

    def left(self, column: int) -> float:
        """Where a column begins, with its strip."""
        return column * self.width

    @cached_property
    def _drawn(self) -> list[Interval]:
        return [one.night if self.folded else one.whole for one in self.columns]

    def drawn(self, column: int) -> Interval:
        """What of a column is drawn to scale."""
        return self._drawn[column]

    def x(self, instant: datetime) -> float:
        """Where an instant lies; what is before or after the period lies at its edge."""
        for place, column in enumerate(self.columns):
            if instant < column.day.start:
                return self.left(place)
            if column.whole.holds(instant):
                return self._inside(place, instant)
        return 1.0

    def _inside(self, place: int, instant: datetime) -> float:
        drawn, left = self.drawn(place), self.left(place)
        if instant >= drawn.start:
            return left + self.strip + _share(instant, drawn) * (self.width - self.strip)
        return left + _share(instant, self.columns[place].day) * self.strip

    def pieces(self, interval: Interval) -> list[Piece]:
        """What is drawn of an interval, one piece in each column; an empty interval is drawn at its instant."""
        return [self._piece(place, interval) for place, drawn in enumerate(self._drawn) if _meets(interval, drawn)]

    def _piece(self, place: int, interval: Interval) -> Piece:
        drawn = self.drawn(place)
        start, end = max(interval.start, drawn.start), min(interval.end, drawn.end)
        right = self.left(place) + self.width if end == drawn.end else self._inside(place, end)
        return Piece(place, self._inside(place, start), right, drawn.start <= interval.start, interval.end <= drawn.end)

    def folded_in(self, interval: Interval) -> list[int]:
        """The columns whose folded day an interval takes some of."""
        return [place for place, column in enumerate(self.columns) if _meets(interval, column.day)] if self.folded else []

    def ticks(self, column: int) -> list[tuple[datetime, float]]:
        """The marked hours inside what is drawn of a column: each second one of a night, each sixth one of a whole day."""
        drawn = self.drawn(column)
        step = _TICK_HOURS if self.folded else _WHOLE_TICK_HOURS
        hours = (drawn.start + timedelta(hours=n) for n in range(step, drawn.minutes // 60, step))
        return [(hour, self._inside(column, hour)) for hour in hours]


def _share(instant: datetime, of: Interval) -> float:
    return (instant - of.start) / (of.end - of.start)


def _meets(interval: Interval, stretch: Interval) -> bool:
    if interval.end <= stretch.start:
        return interval.start == stretch.start == interval.end
    return interval.start < stretch.end


@dataclass(frozen=True)
class Span:
    """A bar to be put into a lane: from where to where it and its label need, and whether it is shown before others."""

    start: float
    end: float
    is_pressing: bool = False


@dataclass
class _Lane:
    taken: list[Span] = field(default_factory=list)

    def has_room(self, span: Span) -> bool:
        return all(span.start >= other.end or span.end <= other.start for other in self.taken)


def lanes(spans: Sequence[Span], *, most: int) -> list[int | None]:
    """The lane of each span, counted from 0, such that no two in a lane overlap; None where all `most` lanes are taken.

    First come, first served from left to right; where that leaves some out, what is pressing is served first.
    """
    found = _packed(spans, sorted(range(len(spans)), key=lambda place: spans[place].start), most)
    if None in found:
        found = _packed(spans, sorted(range(len(spans)), key=lambda place: (not spans[place].is_pressing, spans[place].start)), most)
    return found


def _packed(spans: Sequence[Span], order: Sequence[int], most: int) -> list[int | None]:
    open_lanes = [_Lane() for _ in range(most)]
    found: list[int | None] = [None] * len(spans)
    for place in order:
        lane = next((number for number, lane in enumerate(open_lanes) if lane.has_room(spans[place])), None)
        found[place] = lane
        if lane is not None:
            open_lanes[lane].taken.append(spans[place])
    return found
