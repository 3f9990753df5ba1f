"""Many sessions in one line: "six nights from Monday, 22:00 to 02:00" (issue 3, "several sessions").

The line is read part by part: the outage, the dates, the times, the days of the week, how many. What no
part understands is refused by name, so that nothing that was typed is passed over in silence.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from changes.choices import Outage
from changes.domain.content import Session
from changes.domain.nights_line import FILLER, MOST, Line, Unclear, read_count, read_dates, read_rhythm, read_times
from changes.domain.nights_wording import example
from changes.domain.spoken import TIME, NotUnderstood, times_of
from changes.domain.wall_clock import instant_of

__all__ = ["EXAMPLE", "MOST", "Night", "NotUnderstood", "nights"]

EXAMPLE = "six nights from Monday, 22:00 to 02:00"
_DAY = timedelta(days=1)
#: A rhythm without an end that is said is looked at so far ahead: more than sixty times every twelfth week.
_LONGEST = timedelta(days=60 * 7 * 12)

_NO_OUTAGE = re.compile(r"\b(?:no|without(?: an| any)?) outages?\b")
_OUTAGE = re.compile(rf"\boutages?:?\s+(?:from\s+|between\s+)?({TIME})\s*(?:to|until|till|and|-)\s*({TIME})")
_WHOLE_OUTAGE = re.compile(r"\boutages? (?:as long as the session|all the time|throughout|the whole (?:night|time|session))\b")


@dataclass(frozen=True)
class Night:
    """One session of the line, on a clock on the wall: naive times, the end after the start."""

    start: datetime
    end: datetime
    outage: Outage | None = None
    outage_start: datetime | None = None
    outage_end: datetime | None = None

    def session(self, zone: ZoneInfo) -> Session:
        """The same as instants: forward out of a spring gap, the first of a time that comes twice."""
        out_start, out_end = (instant_of(wall, zone) if wall else None for wall in (self.outage_start, self.outage_end))
        return Session(instant_of(self.start, zone), instant_of(self.end, zone), self.outage, out_start, out_end)


def nights(text: str, *, today: date) -> list[Night]:
    """The sessions that a line means, in order, on the wall clock of the zone in which it is `today`.

    A night belongs to the evening on which it starts; an end at or before its start is on the next day, so
    that 22:00 to 02:00 keeps those times on a night the clocks change. Raises `NotUnderstood`, which says
    what was not understood and how it is written.
    """
    line = Line(text, today)
    try:
        return _read(line)
    except Unclear as unclear:
        raise NotUnderstood(unclear.sentence, f"{unclear.mend} “{_example(line)}”.") from None


def _read(line: Line) -> list[Night]:
    out = _outage(line)
    read_dates(line)
    line.clock = read_times(line)
    read_rhythm(line)
    read_count(line)
    start, end = _all_is_said(line)
    found = [_night(day, start, end, out) for day in _days(line)]
    if not found:
        raise Unclear("No day is left between its begin and its end.", "Write it as")
    return found


def _example(line: Line) -> str:
    """What was understood, written whole; the usual example where that makes no line."""
    written = example(line)
    try:
        _read(Line(written, line.today))
    except NotUnderstood:
        return EXAMPLE
    return written


# --- Reading ---------------------------------------------------------------------------------------------------------


def _outage(line: Line) -> Callable[[datetime, datetime], Iterator[datetime]] | Outage | None:
    """What is said of an outage: none, nothing, or how to place it inside a session."""
    if line.take(_NO_OUTAGE):
        return Outage.NONE
    if line.take(_WHOLE_OUTAGE):
        return lambda start, end: iter((start, end))
    match = line.take(_OUTAGE)
    if match is None:
        return None
    first, last = times_of(match[1], match[2])
    return lambda start, end: _inside(first, last, start, end)


def _inside(first: time, last: time, start: datetime, end: datetime) -> Iterator[datetime]:
    begin = _at_or_after(start, first)
    stop = _at_or_after(begin + timedelta(minutes=1), last)
    if stop > end:
        words = f"The outage {first:%H:%M} to {last:%H:%M} lies outside of {start:%H:%M} to {end:%H:%M}."
        raise NotUnderstood(words, "Give an outage inside the session, or “no outage”.")
    return iter((begin, stop))


def _at_or_after(moment: datetime, clock: time) -> datetime:
    found = datetime.combine(moment.date(), clock)
    return found if found >= moment else found + _DAY


def _all_is_said(line: Line) -> tuple[time, time]:
    """The times, once nothing is missing and nothing is left over."""
    if line.clock is None:
        raise Unclear("From when to when is not said.", "Write it as")
    if line.every > 1 and line.weekdays and not line.in_weeks:
        raise NotUnderstood("Days of the week and every so many nights do not go together.", "Say one of the two.")
    left = " ".join(FILLER.sub(" ", line.left).split())
    if left:
        raise Unclear(f"“{left[:60]}” is not understood.", "Write it as")
    if line.weeks and not line.weekdays and not line.recurs:
        raise NotUnderstood("On which nights of these weeks is not said.", "Say “every night”, or name the days: “Saturdays for 3 weeks”.")
    if line.days and line.count not in (None, len(line.days)):
        raise NotUnderstood(f"“{line.listed}” is {len(line.days)} nights, not {line.count}.", "Leave out the number, or the days.")
    if not line.days and line.count is None and line.until is None and line.weeks is None:
        raise Unclear("How many sessions is not said.", "Say a number, or until when:")
    return line.clock


# --- Counting out ----------------------------------------------------------------------------------------------------


def _days(line: Line) -> list[date]:
    if line.days:
        return line.days
    begin = line.begin or line.today
    if line.weeks:
        first = next(_in_rhythm(line, begin, date.max - _DAY))
        line.until = min(line.until or date.max, first + timedelta(days=7 * line.weeks - 1))
    last = min(line.until or date.max - _DAY, begin + _LONGEST)
    found: list[date] = []
    for day in _in_rhythm(line, begin, last):
        if line.count is not None and len(found) == line.count:
            break
        if len(found) == MOST:
            raise NotUnderstood(f"More than {MOST} sessions do not come from one line.", "Say an earlier end, or how many.")
        found.append(day)
    return found


def _in_rhythm(line: Line, begin: date, last: date) -> Iterator[date]:
    """The days from `begin` to `last`, both included. Weeks left out are counted from the week of the first session."""
    day, step = begin, 1 if line.weekdays or line.in_weeks else line.every
    weekdays = line.weekdays or (frozenset({begin.weekday()}) if line.in_weeks else frozenset(range(7)))
    while day.weekday() not in weekdays:
        day += _DAY
    first_monday = day - timedelta(days=day.weekday())
    every = line.every if line.in_weeks else 1
    while day <= last:
        weeks = (day - timedelta(days=day.weekday()) - first_monday).days // 7
        if day.weekday() in weekdays and weeks % every == 0:
            yield day
        day += timedelta(days=step)


def _night(day: date, start: time, end: time, out: object) -> Night:
    begin = datetime.combine(day, start)
    stop = datetime.combine(day, end) + (_DAY if end <= start else timedelta(0))
    if callable(out):
        return Night(begin, stop, Outage.PLANNED, *out(begin, stop))
    return Night(begin, stop, out if isinstance(out, Outage) else None)
