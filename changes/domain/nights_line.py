"""A line of nights part by part: the dates, the times, the days of the week, how many (`domain.nights`).

Each part takes what it understands out of the text; a date or a number that cannot be meant is refused there.
"""

import re
from datetime import date, datetime, time, timedelta

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
    with_months_in_letters,
)
from changes.domain.spoken_period import LISTED, PERIOD, listed_days, period_of

#: So many sessions come from one line at most.
MOST = 60
_DAY = timedelta(days=1)
_WORKING = frozenset(range(5))
_WEEKEND = frozenset({5, 6})

_TIMES = re.compile(rf"(?:\b(?:from|between|at)\s+)?(?<![\w:.])({TIME})\s*(?:to|until|till|and|-)\s*({TIME})")
_LENGTH = re.compile(rf"(?:\b(?:from|at)\s+)?(?<![\w:.])({TIME})\s*,?\s*for\s+({COUNT}|an?|half an)\s*(hours?|hrs?|h|minutes?|mins?)\b")
_NAMED = rf"(?:today|tonight|tomorrow(?: night| evening)?|next week|next {WEEKDAY}|{WEEKDAY})"
_FROM = re.compile(
    rf"\b(?:from|starting|beginning|as of|on|since)\s+(?:on\s+)?(?:the\s+)?({_NAMED})\b(?:\s+(?:night|evening)\b)?(?:\s+on(?!\s*\w))?"
)
_SOON = re.compile(r"\b(today|tonight|tomorrow(?: night| evening)?)\b")
_UNTIL = re.compile(rf"(?:\b(?:until|till|through|to|up to)\s+|\s*-\s*)(?:and including\s+)?({_NAMED})\b")
_SPAN = re.compile(rf"\b({WEEKDAY})\s*(?:to|through|-)\s*({WEEKDAY})\b")
_WEEKDAYS = re.compile(rf"\b({WEEKDAY})\b((?:\s*(?:,|and|&|\+|or)\s*(?:{WEEKDAY})\b)*)(\s+(?:nights|days|evenings|mornings)\b)?")
#: "Mondays", not "Tues".
_PLURAL = re.compile(r"(?:day|mon|tue|wed|thu|thur|fri|sat|sun)s$")
_SHORT = frozenset({"tues", "weds", "thurs"})
_EVERY = re.compile(
    rf"\b(?:every|each)\s+(?:(other|second|2nd|third|3rd|fourth|4th|{COUNT})\s+)?"
    rf"(nights?|days?|evenings?|weekdays?|weeks?|weekends?|(?={WEEKDAY}\b))"
)
_NIGHTLY = re.compile(r"\b(?:nightly|daily|weekly)\b")
_WEEKS = re.compile(rf"\b({COUNT})\s+weeks?\b")
_FORTNIGHT = re.compile(r"\b(?:fortnightly|alternate|every fortnight)\b")
_COUNT = re.compile(
    rf"\b({COUNT})\s+(?:(?:consecutive|successive)\s+)?(?:nights?|days?|evenings?|sessions?|times?|mornings?|(?={WEEKDAY}\b))"
)
_BARE_COUNT = re.compile(rf"\b({COUNT})\b(?!\s*(?:[:.h]\d|[ap]\.?m))")
_WORKDAYS = re.compile(r"\b(?:week|work|working|business)\s?(?:days?|nights?)\b")
_WEEKENDS = re.compile(r"\bweekends?\b")
FILLER = re.compile(
    r"\b(?:the|in a row|running|consecutive|successive|each|every|next|of|at|on|for|and|with|a|an|times?|nights?|days?|evenings?|mornings?"
    r"|sessions?|work|planned|in|from|then|over|during|starting|beginning)\b|[,;.&+-]"
)
_EVERY_WORD = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}


class Unclear(NotUnderstood):
    """Something is missing or too much: after `mend` stands an example, made of what was understood."""


class Line:
    """The text that nobody has understood yet, and what has been read out of it (`nights_wording.Understood`)."""

    def __init__(self, text: str, today: date) -> None:
        self.left = " ".join(re.sub(r"[–—\u2212]", "-", text).lower().replace("’", "'").split())
        self.today = today
        self.begin: date | None = None
        self.until: date | None = None
        self.weekdays: frozenset[int] = frozenset()
        self.every, self.in_weeks = 1, False
        self.count: int | None = None
        #: "for three weeks", counted from the first session.
        self.weeks: int | None = None
        self.clock: tuple[time, time] | None = None
        #: Days that were named one by one, and the words for them.
        self.days: list[date] = []
        self.listed = ""
        #: Said without "every" or a plural: the day itself, and none after it.
        self.is_once, self.recurs = False, False

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, cut out of the text."""
        match = pattern.search(self.left)
        if match:
            self.left = f"{self.left[: match.start()]} {self.left[match.end() :]}"
        return match


def read_dates(line: Line) -> None:
    """From when, and until when. "Monday to Thursday" is a rhythm unless a beginning is said before it."""
    line.left = with_months_in_letters(line.left, line.today)
    while match := line.take(DATE):
        _date(line, match)
    if match := line.take(LISTED):
        line.days, line.listed = listed_days(match, line.today), match[0]
    elif line.begin is None and (match := line.take(_FROM)):
        line.begin = day_from(match[1], line.today)
    elif line.begin is None and (match := line.take(PERIOD)):
        line.begin, line.until = period_of(match, line.today)
    elif line.begin is None and (match := line.take(_SOON)):
        line.begin, line.is_once = day_from(match[1], line.today), True
    if line.begin and line.until is None and not _SPAN.search(line.left) and (match := line.take(_UNTIL)):
        line.until = day_from(match[1], line.begin)


def _date(line: Line, match: re.Match[str]) -> None:
    is_end = bool(match["until"] or match["dash"])
    if (line.until if is_end else line.begin) is not None:
        raise NotUnderstood(f"“{said_date(match)}” is one date too many.", "Say one date to begin with, and one to end.")
    if is_end:
        line.until = date_of(match, line.begin or line.today)
    else:
        line.begin = date_of(match, line.today)
        line.is_once = not match[0].strip().startswith(("from", "starting", "beginning", "as of"))


def read_times(line: Line) -> tuple[time, time] | None:
    if match := line.take(_LENGTH):
        start = time_of(match[1])
        number = {"a": 1.0, "an": 1.0, "half an": 0.5}.get(match[2]) or float(count_of(match[2]))
        length = timedelta(hours=number) if match[3].startswith("h") else timedelta(minutes=number)
        if not timedelta(0) < length < _DAY:
            raise NotUnderstood(f"A session of {match[2]} {match[3]} is none of a night.", "It is shorter than a day.")
        return start, (datetime.combine(line.today, start) + length).time()
    match = line.take(_TIMES)
    if match is None:
        return None
    start, end = times_of(match[1], match[2])
    if start == end:
        raise NotUnderstood(f"A session from {match[1]} to {match[2]} has no length.", "Give an end that is later.")
    return start, end


def read_rhythm(line: Line) -> None:
    """On which days of the week, and how many days or weeks lie between."""
    if line.take(_FORTNIGHT):
        line.every, line.in_weeks, line.recurs = 2, True, True
    if match := line.take(_NIGHTLY):
        line.in_weeks, line.recurs = match[0] == "weekly", True
    if match := line.take(_EVERY):
        line.recurs = True
        line.every = (_EVERY_WORD.get(match[1]) or count_of(match[1])) if match[1] else line.every
        line.in_weeks = line.in_weeks or match[2].startswith("week") or not match[2]
        if line.every > 1 and match[2].startswith("weekday"):
            raise NotUnderstood(f"“{match[0]}” can be meant in two ways.", "Name the days: “Mondays and Thursdays”.")
        line.left = f"{line.left} {match[2]}" if match[2].startswith(("weekday", "weekend")) else line.left
    if match := line.take(_SPAN):
        first, last = weekday_of(match[1]), weekday_of(match[2])
        line.weekdays |= frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
        if not (line.recurs or _is_plural(match[1]) or line.begin):
            line.begin, line.is_once = _next_weekday(first, line.today), True


def _is_plural(word: str) -> bool:
    return bool(_PLURAL.search(word)) and word not in _SHORT


def _next_weekday(number: int, today: date) -> date:
    return today + timedelta(days=(number - today.weekday()) % 7)


def read_count(line: Line) -> None:
    """How many: by a number, by weeks, or each day once that is named without "every"."""
    while line.take(_WORKDAYS):
        line.weekdays, line.recurs = line.weekdays | _WORKING, True
    while line.take(_WEEKENDS):
        line.weekdays, line.recurs = line.weekdays | _WEEKEND, True
    if match := line.take(_WEEKS):
        line.weeks = count_of(match[1])
    if match := line.take(_COUNT):
        line.count = count_of(match[1])
    while match := line.take(_WEEKDAYS):
        words = re.findall(rf"{WEEKDAY}\b", match[0])
        line.weekdays |= {weekday_of(word) for word in words}
        line.recurs = line.recurs or bool(match[3]) or any(map(_is_plural, words))
        line.is_once = True
    if line.count is None and (match := line.take(_BARE_COUNT)):
        line.count = count_of(match[1])
    for number, name in ((line.count, "sessions"), (line.weeks, "weeks")):
        if number is not None and not 1 <= number <= MOST:
            raise NotUnderstood(f"{number} {name} do not come from one line.", f"Say 1 to {MOST}.")
    if line.is_once and not line.recurs and line.count is None and line.until is None and line.weeks is None:
        line.count = len(line.weekdays) or 1
