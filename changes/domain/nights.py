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
from changes.domain.spoken import (
    COUNT,
    DATE,
    TIME,
    WEEKDAY,
    NotUnderstood,
    count_of,
    date_of,
    day_from,
    said_date,
    time_of,
    times_of,
    weekday_of,
)
from changes.domain.wall_clock import instant_of

__all__ = ["EXAMPLE", "MOST", "Night", "NotUnderstood", "nights"]

#: So many sessions come from one line at most.
MOST = 60
EXAMPLE = "six nights from Monday, 22:00 to 02:00"
_DAY = timedelta(days=1)
_WORKING = frozenset(range(5))
_WEEKEND = frozenset({5, 6})
#: A rhythm without an end that is said is looked at so far ahead: more than sixty times every twelfth week.
_LONGEST = timedelta(days=60 * 7 * 12)

_NO_OUTAGE = re.compile(r"\b(?:no|without(?: an| any)?) outages?\b")
_OUTAGE = re.compile(rf"\boutages?:?\s+(?:from\s+|between\s+)?({TIME})\s*(?:to|until|till|and|-)\s*({TIME})")
_WHOLE_OUTAGE = re.compile(r"\boutages? (?:as long as the session|all the time|throughout|the whole (?:night|time|session))\b")
_TIMES = re.compile(rf"(?:\b(?:from|between|at)\s+)?(?<![\w:.])({TIME})\s*(?:to|until|till|and|-)\s*({TIME})")
_LENGTH = re.compile(rf"(?:\b(?:from|at)\s+)?(?<![\w:.])({TIME})\s*,?\s*for\s+({COUNT}|an?|half an)\s*(hours?|hrs?|h|minutes?|mins?)\b")
_NAMED = rf"(?:today|tonight|tomorrow(?: night| evening)?|next week|next {WEEKDAY}|{WEEKDAY})"
_FROM = re.compile(
    rf"\b(?:from|starting|beginning|as of|on|since)\s+(?:on\s+)?(?:the\s+)?({_NAMED})\b(?:\s+(?:night|evening)\b)?(?:\s+on(?!\s*\w))?"
)
_SOON = re.compile(r"\b(today|tonight|tomorrow(?: night| evening)?|next week)\b")
_UNTIL = re.compile(rf"\b(?:until|till|through|to|up to|-)\s+(?:and including\s+)?({_NAMED})\b")
_SPAN = re.compile(rf"\b({WEEKDAY})\s*(?:to|through|-)\s*({WEEKDAY})\b")
_WEEKDAYS = re.compile(rf"\b({WEEKDAY})\b((?:\s*(?:,|and|&|\+|or)\s*(?:{WEEKDAY})\b)*)")
_EVERY = re.compile(
    rf"\b(?:every|each)\s+(?:(other|second|2nd|third|3rd|fourth|4th|{COUNT})\s+)?"
    rf"(nights?|days?|evenings?|weekdays?|weeks?|weekends?|(?={WEEKDAY}\b))"
)
_FORTNIGHT = re.compile(r"\b(?:fortnightly|alternate|every fortnight)\b")
_COUNT = re.compile(
    rf"\b({COUNT})\s+(?:(?:consecutive|successive)\s+)?(?:nights?|days?|evenings?|sessions?|times?|mornings?|(?={WEEKDAY}\b))"
)
_BARE_COUNT = re.compile(rf"\b({COUNT})\b(?!\s*(?:[:.h]\d|[ap]\.?m))")
_WORKDAYS = re.compile(r"\b(?:week|work|working|business)\s?(?:days?|nights?)\b")
_WEEKENDS = re.compile(r"\bweekends?\b")
_FILLER = re.compile(
    r"\b(?:the|in a row|running|consecutive|successive|each|every|next|of|at|on|for|and|with|a|an|times?|nights?|days?|evenings?|mornings?"
    r"|sessions?|work|planned|in|from|then)\b|[,;.&+-]"
)
_EVERY_WORD = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}


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


class _Line:
    """The text that nobody has understood yet, and what has been read out of it."""

    def __init__(self, text: str, today: date) -> None:
        self.left = " ".join(re.sub(r"[–—\u2212]", "-", text).lower().replace("’", "'").split())
        self.today = today
        self.begin: date | None = None
        self.until: date | None = None
        self.weekdays: frozenset[int] = frozenset()
        self.every, self.in_weeks = 1, False
        self.count: int | None = None

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, cut out of the text."""
        match = pattern.search(self.left)
        if match:
            self.left = f"{self.left[: match.start()]} {self.left[match.end() :]}"
        return match


def nights(text: str, *, today: date) -> list[Night]:
    """The sessions that a line means, in order, on the wall clock of the zone in which it is `today`.

    A night belongs to the evening on which it starts; an end at or before its start is on the next day, so
    that 22:00 to 02:00 keeps those times on a night the clocks change. Raises `NotUnderstood`, which says
    what was not understood and how it is written.
    """
    line = _Line(text, today)
    out = _outage(line)
    _dates(line)
    start, end = _times(line)
    _rhythm(line)
    _count(line)
    _nothing_is_left(line)
    found = [_night(day, start, end, out) for day in _days(line)]
    if not found:
        raise NotUnderstood("No day is left between its begin and its end.", f"Write it as “{EXAMPLE}”.")
    return found


# --- Reading ---------------------------------------------------------------------------------------------------------


def _outage(line: _Line) -> Callable[[datetime, datetime], Iterator[datetime]] | Outage | None:
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


def _dates(line: _Line) -> None:
    """From when, and until when. "Monday to Thursday" is a rhythm unless a beginning is said before it."""
    while match := line.take(DATE):
        is_end = bool(match["until"] or match["dash"])
        if (line.until if is_end else line.begin) is not None:
            raise NotUnderstood(f"“{said_date(match)}” is one date too many.", "Say one date to begin with, and one to end.")
        if is_end:
            line.until = date_of(match, line.begin or line.today)
        else:
            line.begin = date_of(match, line.today)
    if line.begin is None and (match := line.take(_FROM) or line.take(_SOON)):
        line.begin = day_from(match[1], line.today)
    if line.begin and line.until is None and not _SPAN.search(line.left) and (match := line.take(_UNTIL)):
        line.until = day_from(match[1], line.begin)


def _times(line: _Line) -> tuple[time, time]:
    if match := line.take(_LENGTH):
        start = time_of(match[1])
        number = {"a": 1.0, "an": 1.0, "half an": 0.5}.get(match[2]) or float(count_of(match[2]))
        length = timedelta(hours=number) if match[3].startswith("h") else timedelta(minutes=number)
        if not timedelta(0) < length < _DAY:
            raise NotUnderstood(f"A session of {match[2]} {match[3]} is none of a night.", "It is shorter than a day.")
        return start, (datetime.combine(line.today, start) + length).time()
    match = line.take(_TIMES)
    if match is None:
        raise NotUnderstood("From when to when is not said.", f"Write it as “{EXAMPLE}”.")
    start, end = times_of(match[1], match[2])
    if start == end:
        raise NotUnderstood(f"A session from {match[1]} to {match[2]} has no length.", "Give an end that is later.")
    return start, end


def _rhythm(line: _Line) -> None:
    """On which days of the week, and how many days or weeks lie between."""
    if line.take(_FORTNIGHT):
        line.every, line.in_weeks = 2, True
    if match := line.take(_EVERY):
        line.every = (_EVERY_WORD.get(match[1]) or count_of(match[1])) if match[1] else line.every
        line.in_weeks = line.in_weeks or match[2].startswith("week") or not match[2]
        if line.every > 1 and match[2].startswith("weekday"):
            raise NotUnderstood(f"“{match[0]}” can be meant in two ways.", "Name the days: “Mondays and Thursdays”.")
        line.left = f"{line.left} {match[2]}" if match[2].startswith(("weekday", "weekend")) else line.left
    if match := line.take(_SPAN):
        first, last = weekday_of(match[1]), weekday_of(match[2])
        line.weekdays |= frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _count(line: _Line) -> None:
    while line.take(_WORKDAYS):
        line.weekdays |= _WORKING
    while line.take(_WEEKENDS):
        line.weekdays |= _WEEKEND
    if match := line.take(_COUNT):
        line.count = count_of(match[1])
    while match := line.take(_WEEKDAYS):
        line.weekdays |= {weekday_of(word) for word in re.findall(WEEKDAY, match[0])}
    if line.count is None and (match := line.take(_BARE_COUNT)):
        line.count = count_of(match[1])
    if line.count is not None and not 1 <= line.count <= MOST:
        raise NotUnderstood(f"{line.count} sessions do not come from one line.", f"Say 1 to {MOST}.")


def _nothing_is_left(line: _Line) -> None:
    if line.every > 1 and line.weekdays and not line.in_weeks:
        raise NotUnderstood("Days of the week and every so many nights do not go together.", "Say one of the two.")
    left = " ".join(_FILLER.sub(" ", line.left).split())
    if left:
        raise NotUnderstood(f"“{left[:60]}” is not understood.", f"Write it as “{EXAMPLE}”.")
    if line.count is None and line.until is None:
        raise NotUnderstood("How many sessions is not said.", f"Say a number, or until when: “{EXAMPLE}”.")


# --- Counting out ----------------------------------------------------------------------------------------------------


def _days(line: _Line) -> list[date]:
    begin = line.begin or line.today
    last = min(line.until or date.max - _DAY, begin + _LONGEST)
    found: list[date] = []
    for day in _in_rhythm(line, begin, last):
        if line.count is not None and len(found) == line.count:
            break
        if len(found) == MOST:
            raise NotUnderstood(f"More than {MOST} sessions do not come from one line.", "Say an earlier end, or how many.")
        found.append(day)
    return found


def _in_rhythm(line: _Line, begin: date, last: date) -> Iterator[date]:
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
