"""Dates, times of day and counts as people write them, read out of a line of text (`domain.nights`).

Everything here is on a clock on the wall: naive dates and times, of a zone that the caller knows.
A reader takes what it understands out of the text and leaves the rest for the next.
"""

import re
from datetime import date, time, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COUNTS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip

#: "mon", "monday", "mondays": a weekday in any of its forms.
WEEKDAY = r"(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?"
COUNT = rf"(?:\d{{1,4}}|{'|'.join(COUNTS)})"
MONTH = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec)"
)
#: A date: "2026-11-30", "30 Nov", "30th of November 2026", "Nov 30, 2026"; before it may stand a weekday, and what leads to it.
DATE = re.compile(
    r"(?:\b(?:(?P<until>until|till|through|to|up to)(?: and including)?|(?:from|starting|beginning|as of)(?: on)?|on)\s+|(?P<dash>-)\s*)?"
    rf"(?:\b(?P<weekday>{WEEKDAY}),?\s+)?(?:the\s+)?"
    rf"(?:\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>\d{{4}})\b(?!\s*[:-]))?"
    rf"|\b(?P<month2>{MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.h]\d)(?:,?\s+(?P<year2>\d{{4}})\b(?!\s*[:-]))?)"
)
#: A date in figures: "12/01/2026", "30/11", "30.11.2026", "2026/11/30".
_FIGURES = re.compile(
    r"(?<![\d:./])(?:(?P<year4>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"
    r"|(?P<one>\d{1,2})(?:/(?P<two>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?|\.(?P<two_>\d{1,2})\.(?P<year_>\d{4})))(?![\d:/])"
)
#: A time of day: "22:00", "22.00", "22h00", "22h", "10pm", "10:30 pm", "noon", "midnight"; a bare hour is read beside one of these.
TIME = r"(?:\d{1,2}[:.h]\d{2}(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?|noon\b|midnight\b|\d{1,2}\s?h\b|\d{1,2}(?![\d:.])\b)"
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})|\s?h)?\s*(?:(?P<half>[ap])\.?m\.?)?")


class NotUnderstood(ValueError):  # noqa: N818 - a sentence for the person who typed it, not an error of the program
    """A text that cannot be read: `sentence` says what of it, `mend` how it is written."""

    def __init__(self, sentence: str, mend: str = "") -> None:
        super().__init__(f"{sentence} {mend}".strip())
        self.sentence, self.mend = sentence, mend


def weekday_of(word: str) -> int:
    """The number of a weekday, Monday being 0: of "Mon", "mondays"."""
    return next(number for number, name in enumerate(WEEKDAYS) if name.startswith(word[:3].lower()))


def count_of(word: str) -> int:
    return int(word) if word.isdecimal() else COUNTS.index(word) + 1


def date_of(match: re.Match[str], today: date) -> date:
    """The date of a match of `DATE`; without a year the next one from `today` on.

    Raises `NotUnderstood` for a day that the calendar does not have, or that is another weekday than is said.
    """
    found = _calendar_date(match, today)
    said = match["weekday"]
    if said and found.weekday() != weekday_of(said):
        named, real = (WEEKDAYS[number].capitalize() for number in (weekday_of(said), found.weekday()))
        raise NotUnderstood(f"{_written(found)} is a {real}, not a {named}.", "Leave out the weekday, or the date.")
    return found


def _calendar_date(match: re.Match[str], today: date) -> date:
    try:
        if match["iso"]:
            return _meant(date.fromisoformat(match["iso"]))
        day = int(match["day"] or match["day2"])
        month = _MONTHS.index((match["month"] or match["month2"])[:3]) + 1
        year = match["year"] or match["year2"]
        return _meant(date(int(year), month, day)) if year else _next(day, month, today)
    except ValueError:
        raise NotUnderstood(f"There is no “{said_date(match)}”.", "Write a date as 30 Nov or 2026-11-30.") from None


def _meant(day: date) -> date:
    """A date that a person can mean; beyond these years a zone's rules cannot be computed."""
    if not 1970 <= day.year < 2300:
        raise ValueError(day)
    return day


def said_date(match: re.Match[str]) -> str:
    """The date of a match of `DATE` as it was written, without what leads to it."""
    return match["iso"] or " ".join(
        part for part in (match["day"] or match["day2"], (match["month"] or match["month2"]).capitalize()) if part
    )


def _next(day: int, month: int, today: date) -> date:
    """The next such day, up to the leap day eight years ahead."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(f"{day}.{month}.")


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def with_months_in_letters(text: str, today: date) -> str:
    """The text with its dates in figures written as `DATE` reads them.

    Raises `NotUnderstood` for one that can be two dates, the day or the month being first, and for one that is none.
    """
    return _FIGURES.sub(lambda match: _iso(match, today), text)


def _iso(match: re.Match[str], today: date) -> str:
    if match["year4"]:
        readings = _readings(int(match["m"]), int(match["d"]), match["year4"], today)[:1]
    else:
        readings = _readings(int(match["two"] or match["two_"]), int(match["one"]), match["year"] or match["year_"], today)
    if not readings:
        raise NotUnderstood(f"There is no “{match[0]}”.", "Write a date as 30 Nov or 2026-11-30.")
    if len(readings) > 1:
        words = " or ".join(_written(day) for day in readings)
        raise NotUnderstood(f"“{match[0]}” can be {words}.", "Write the month in letters.")
    return readings[0].isoformat()


def _readings(month: int, day: int, year: str | None, today: date) -> list[date]:
    """The dates that two figures can be, the day first and then the month first."""
    found: list[date] = []
    for of_month, of_day in ((month, day), (day, month)):
        try:
            full = int(year) + (2000 if year and len(year) == 2 else 0) if year else 0
            meant = _meant(date(full, of_month, of_day)) if full else _next(of_day, of_month, today)
        except ValueError:
            continue
        found += [meant] if meant not in found else []
    return found


def month_of(word: str, year: str | None, today: date) -> tuple[date, date]:
    """The first and the last day of a month by its name, without a year the one that is not over yet."""
    month = _MONTHS.index(word[:3]) + 1
    first = date(int(year), month, 1) if year else date(today.year + (month < today.month), month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def times_of(first: str, last: str) -> tuple[time, time]:
    """Two times of day that belong together: "22:00" and "02:00", "10pm" and "2am".

    A bare hour is read on the 24-hour clock beside "22:00"; beside another bare hour, or beside "10pm", it
    could be meant either way. Raises `NotUnderstood` for that, and for a time that no clock shows.
    """
    is_bare = [word.isdecimal() for word in (first, last)]
    if all(is_bare) or (any(is_bare) and any(_is_of_half(word) for word in (first, last))):
        raise NotUnderstood(f"“{first} to {last}” can be meant in two ways.", "Write 22:00 to 02:00, or 10pm to 2am.")
    return time_of(first), time_of(last)


def _is_of_half(word: str) -> bool:
    return word.rstrip(".").endswith("m")


def time_of(word: str) -> time:
    """A time of day: "22:00", "10:30 pm", "noon"; 24:00 is midnight. Raises `NotUnderstood` for one that no clock shows."""
    named = {"noon": time(12), "midnight": time(0)}
    if word in named:
        return named[word]
    match = _TIME.fullmatch(word.strip())
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (99, 0)
    half = match["half"] if match else None
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half or hour > 24 or (hour == 24 and minute):
        hour = 99
    if hour > 24 or minute > 59:
        raise NotUnderstood(f"No clock shows “{word.strip()}”.", "Write a time as 22:00.")
    return time(hour % 24, minute)


def day_from(word: str, today: date) -> date:
    """The day of "today", "tonight", "tomorrow", "next week" (its Monday), "Monday" or "next Monday".

    A weekday is the next one from `today` on, today included; "next Monday" said on a Monday is a week ahead.
    """
    if word in ("today", "tonight"):
        return today
    if word.startswith("tomorrow"):
        return today + timedelta(days=1)
    if word == "next week":
        return today + timedelta(days=7 - today.weekday())
    begin = today + timedelta(days=1) if word.startswith("next") else today
    return begin + timedelta(days=(weekday_of(word.removeprefix("next").strip()) - begin.weekday()) % 7)
