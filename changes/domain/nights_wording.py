"""How a line of nights is written: an example of what was meant, out of what of it was understood (`domain.nights`)."""

from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Protocol

from changes.domain.spoken import COUNTS, WEEKDAYS

#: How many an example has, where no number was said.
_USUAL = 6


class Understood(Protocol):
    """What has been read out of a line; None, empty or 1 where it was not said."""

    today: date
    begin: date | None
    until: date | None
    weekdays: frozenset[int]
    every: int
    in_weeks: bool
    count: int | None
    weeks: int | None
    listed: str
    clock: tuple[time, time] | None


def example(line: Understood) -> str:
    """A line that says the same whole, with the usual number and the usual times where those are missing."""
    start, end = line.clock or (time(22), time(2))
    return f"{line.listed or _days(line)}, {start:%H:%M} to {end:%H:%M}"


def _days(line: Understood) -> str:
    names = _names(line.weekdays)
    parts = [_which(line, names)]
    if line.every > 1:
        parts.append(f", every {line.every} {'weeks' if line.in_weeks else 'nights'}")
    if line.begin:
        parts.append(f" from {_day(line.begin, line.today)}")
    if line.until:
        parts.append(f" until {_dated(line.until, line.begin or line.today)}")
    if line.weeks:
        parts.append(f" for {line.weeks} weeks")
    return "".join(parts)


def _which(line: Understood, names: str) -> str:
    """ "six nights", "six Saturdays", "six nights, Mondays and Thursdays"; what has an end needs no number."""
    if line.count is None and (line.until or line.weeks):
        return names or ("every night" if line.every == 1 else "nights")
    count = line.count or _USUAL
    number = COUNTS[count - 1] if 1 <= count <= len(COUNTS) else str(count)
    if len(line.weekdays) == 1:
        return f"{number} {names if count > 1 else names.removesuffix('s')}"
    return f"{number} night{'' if count == 1 else 's'}{f', {names}' if names else ''}"


def _names(weekdays: Collection[int]) -> str:
    if len(weekdays) in (0, 7):
        return ""
    names = [f"{WEEKDAYS[number].capitalize()}s" for number in sorted(weekdays)]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _day(day: date, today: date) -> str:
    """By its name where it is near: "tonight", "Monday"."""
    if day == today:
        return "tonight"
    return WEEKDAYS[day.weekday()].capitalize() if day - today < timedelta(days=7) else _dated(day, today)


def _dated(day: date, today: date) -> str:
    is_near = timedelta(0) <= day - today < timedelta(days=300)
    return f"{day.day} {day:%b}" if is_near else f"{day.day} {day:%b} {day.year}"
