"""A recurrence rule in the words people use: "second Tuesday of the month 18:00–22:00"."""

from datetime import datetime, timedelta

from changes.domain.rrule import Parts
from changes.domain.wording import length

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
_WORKING_DAYS = frozenset(range(5))


def rule_in_words(parts: Parts | None, raw: str, start: datetime, end: datetime) -> str:
    """Words for a rule, or the raw rule where there are none; `parts` is None for what happens once."""
    hours = _hours(start, end)
    if parts is None:
        return f"once, {start:%a} {start.day} {start:%b %Y} {hours}"
    days = _days(parts, start)
    return f"{days} {hours}{_ending(parts)}" if days else f"{raw} {hours}"


def _hours(start: datetime, end: datetime) -> str:
    lasts = end - start
    if lasts == timedelta(days=1) and start.hour == start.minute == 0:
        return "all day"
    if lasts < timedelta(days=1):
        return f"{start:%H:%M}–{end:%H:%M}"
    return f"{start:%H:%M} for {length(int(lasts.total_seconds() // 60))}"


def _ending(parts: Parts) -> str:
    if parts.count:
        return f", {parts.count} times" if parts.count > 1 else ", one time"
    if parts.until:
        return f", until {parts.until.day} {parts.until:%b %Y}"
    return ""


def _days(parts: Parts, start: datetime) -> str:
    # BYHOUR and its like repeat the first start's own time: they add nothing to the words.
    names = parts.names - {"BYHOUR", "BYMINUTE", "BYSECOND"}
    if parts.frequency == "DAILY":
        return _daily(parts, names)
    if parts.frequency == "WEEKLY":
        return _weekly(parts, names, start)
    if parts.frequency == "MONTHLY":
        inside = _in_month(parts, names, start)
        return f"{inside} of {_every(parts.interval, 'month')}" if inside else ""
    return _yearly(parts, names, start)


def _every(interval: int, unit: str) -> str:
    if interval == 1:
        return f"the {unit}"
    return f"every other {unit}" if interval == 2 else f"every {interval} {unit}s"


def _daily(parts: Parts, names: frozenset[str]) -> str:
    if names == {"BYDAY"} and parts.interval == 1:
        return _several([day for _, day in parts.days])
    if names:
        return ""
    return {1: "every day", 2: "every other day"}.get(parts.interval, f"every {parts.interval} days")


def _weekly(parts: Parts, names: frozenset[str], start: datetime) -> str:
    if names - {"BYDAY"}:
        return ""
    days = sorted({day for _, day in parts.days}) or [start.weekday()]
    if parts.interval == 1:
        return _several(days)
    if len(days) == 1 and parts.interval == 2:
        return f"every other {_DAYS[days[0]]}"
    return f"{_DAYS[days[0]] if len(days) == 1 else _several(days)} of {_every(parts.interval, 'week')}"


def _several(days: list[int]) -> str:
    chosen = sorted(set(days))
    if len(chosen) == 7:
        return "every day"
    if len(chosen) == 1:
        return f"every {_DAYS[chosen[0]]}"
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"{_DAYS[chosen[0]][:3]} to {_DAYS[chosen[-1]][:3]}"
    return _listed([_DAYS[day][:3] for day in chosen])


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _in_month(parts: Parts, names: frozenset[str], start: datetime) -> str:
    if not names:
        return f"the {_nth(start.day)}"
    if names == {"BYMONTHDAY"}:
        return _listed([_month_day(day) for day in parts.numbers("BYMONTHDAY")])
    if names == {"BYDAY"}:
        return _counted_days(parts)
    if names == {"BYDAY", "BYSETPOS"}:
        return _picked_day(parts)
    return ""


def _month_day(day: int) -> str:
    return {-1: "the last day"}.get(day, f"the {_nth(day)}" if day > 0 else f"the {_nth(-day)} day from the end")


def _nth(number: int) -> str:
    ending = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _counted_days(parts: Parts) -> str:
    weekdays = {day for _, day in parts.days}
    ordinals = [_ORDINALS.get(ordinal, "") for ordinal, _ in parts.days]
    if all(ordinal == 0 for ordinal, _ in parts.days):
        return _several(list(weekdays))
    if not all(ordinals):
        return ""
    if len(weekdays) == 1:
        return f"{_listed(ordinals)} {_DAYS[weekdays.pop()]}"
    return _listed([f"{word} {_DAYS[day]}" for word, (_, day) in zip(ordinals, parts.days, strict=True)])


def _picked_day(parts: Parts) -> str:
    weekdays = frozenset(day for _, day in parts.days)
    positions = [_ORDINALS.get(position, "") for position in parts.numbers("BYSETPOS")]
    if not all(positions) or any(ordinal for ordinal, _ in parts.days):
        return ""
    if len(weekdays) == 1:
        return f"{_listed(positions)} {_DAYS[next(iter(weekdays))]}"
    return f"{_listed(positions)} weekday" if weekdays == _WORKING_DAYS else ""


def _yearly(parts: Parts, names: frozenset[str], start: datetime) -> str:
    years = {1: "every year", 2: "every other year"}.get(parts.interval, f"every {parts.interval} years")
    months = parts.numbers("BYMONTH") or (start.month,)
    if len(months) != 1 or ("BYMONTH" not in names and names):
        return ""
    month = _MONTHS[months[0] - 1]
    inside = names - {"BYMONTH"}
    if not inside:
        return f"{years} on {start.day} {month[:3]}"
    if inside == {"BYMONTHDAY"} and all(day > 0 for day in parts.numbers("BYMONTHDAY")):
        return f"{years} on {_listed([str(day) for day in parts.numbers('BYMONTHDAY')])} {month[:3]}"
    counted = _in_month(parts, inside, start)
    return f"{counted} of {month}{'' if parts.interval == 1 else f', {years}'}" if counted else ""
