"""The grammar of a recurrence rule: RFC 5545, 3.3.10, as far as a day or longer goes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

#: For each list part: the pattern of one entry, and the largest size of its number.
_LISTS = {
    "BYMONTH": (r"\d{1,2}", 12),
    "BYMONTHDAY": (r"[+-]?\d{1,2}", 31),
    "BYYEARDAY": (r"[+-]?\d{1,3}", 366),
    "BYWEEKNO": (r"[+-]?\d{1,2}", 53),
    "BYSETPOS": (r"[+-]?\d{1,3}", 366),
}
#: Parts that make a rule finer than daily as soon as they hold more than one value.
_CLOCK = {"BYHOUR": 23, "BYMINUTE": 59, "BYSECOND": 59}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
#: Which parts a frequency does not allow (the table in RFC 5545, 3.3.10).
_NOT_WITH = {
    "DAILY": ("BYWEEKNO", "BYYEARDAY"),
    "WEEKLY": ("BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"),
    "MONTHLY": ("BYWEEKNO", "BYYEARDAY"),
    "YEARLY": (),
}


@dataclass(frozen=True)
class Parts:
    """A rule taken apart. `until` is aware where the rule says Z, else naive wall clock, inclusive."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    week_start: int
    by: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The text of one BY part, empty where the rule has none."""
        return dict(self.by).get(name, "")

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.by)

    @property
    def days(self) -> tuple[tuple[int, int], ...]:
        """BYDAY as (ordinal, weekday from Monday as 0); the ordinal is 0 where none is given."""
        found = _BYDAY.findall(self.get("BYDAY"))
        return tuple((int(ordinal or 0), WEEKDAYS.index(day)) for ordinal, day in found)

    def numbers(self, name: str) -> tuple[int, ...]:
        return tuple(int(entry) for entry in self.get(name).split(",") if entry)


@lru_cache(maxsize=1024)
def parse(text: str) -> Parts:
    """Take a rule apart. Raises ValueError with a sentence where it is not RFC 5545, or finer than daily."""
    values = _pairs(text)
    frequency = values.pop("FREQ", "")
    if frequency in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise ValueError("A rule repeats daily or less often, not within a day.")
    if frequency not in FREQUENCIES:
        raise ValueError("A rule says FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    if "COUNT" in values and "UNTIL" in values:
        raise ValueError("A rule has COUNT or UNTIL, not both.")
    count = _positive(values.pop("COUNT"), "COUNT") if "COUNT" in values else None
    parts = Parts(
        frequency=frequency,
        interval=_positive(values.pop("INTERVAL", "1"), "INTERVAL"),
        count=count,
        until=_until(values.pop("UNTIL")) if "UNTIL" in values else None,
        week_start=_week_start(values.pop("WKST", "MO")),
        by=tuple(values.items()),
    )
    _check_by(parts)
    return parts


def faults(text: str) -> list[str]:
    """A sentence for each thing that is wrong with a rule, part by part; empty for one that can be followed."""
    try:
        parse(text)
    except ValueError as error:
        pairs = text.upper().split(";")
        frequency = next((pair for pair in pairs if pair[5:] in FREQUENCIES and pair.startswith("FREQ=")), "FREQ=YEARLY")
        alone = (fault for pair in pairs if not pair.startswith("FREQ=") for fault in _fault_of(pair, frequency))
        return list(dict.fromkeys([*alone, str(error)]))
    return []


def _fault_of(pair: str, frequency: str) -> list[str]:
    """What is wrong with one part by itself, in a rule of this frequency."""
    beside = ";BYDAY=MO" if pair.startswith("BYSETPOS=") else ""
    try:
        parse(f"{frequency};{pair}{beside}")
    except ValueError as error:
        return [str(error)]
    return []


def _pairs(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in text.upper().split(";"):
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise ValueError(f"“{pair}” is not a part of a rule, such as FREQ=WEEKLY.")
        if name in values:
            raise ValueError(f"{name} stands in the rule twice.")
        values[name] = value
    return values


def _positive(value: str, name: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) < 1:
        raise ValueError(f"{name} is a whole number from 1 on.")
    return int(value)


def _until(value: str) -> datetime:
    """A date alone includes that whole day, which is what people mean by it."""
    if not _UNTIL.fullmatch(value):
        raise ValueError("UNTIL is a date and a time, such as UNTIL=20261231T230000Z.")
    try:
        if len(value) == 8:
            return datetime.combine(datetime.strptime(value, "%Y%m%d"), time.max)
        moment = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")
    except ValueError:
        raise ValueError("UNTIL names a day or a time that does not exist.") from None
    return moment.replace(tzinfo=UTC) if value.endswith("Z") else moment


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise ValueError("WKST is one of MO, TU, WE, TH, FR, SA, SU.")
    return WEEKDAYS.index(value)


def _check_by(parts: Parts) -> None:
    for name, value in parts.by:
        if name in _NOT_WITH[parts.frequency]:
            raise ValueError(f"{name} does not go with FREQ={parts.frequency}.")
        if name in _CLOCK:
            _check_clock(name, value)
        elif name == "BYDAY":
            _check_days(parts)
        elif name in _LISTS:
            _check_numbers(name, value)
        else:
            raise ValueError(f"{name} is not a part of a rule.")
    if "BYSETPOS" in parts.names and len(parts.names) == 1:
        raise ValueError("BYSETPOS picks from a set: it needs another BY part beside it.")


def _check_clock(name: str, value: str) -> None:
    if "," in value:
        raise ValueError(f"{name} with several values repeats within a day; a rule repeats daily or less often.")
    if not re.fullmatch(r"[0-9]{1,2}", value) or int(value) > _CLOCK[name]:
        raise ValueError(f"{name} is a number from 0 to {_CLOCK[name]}.")


def _check_numbers(name: str, value: str) -> None:
    pattern, largest = _LISTS[name]
    for entry in value.split(","):
        if not re.fullmatch(pattern, entry, re.ASCII) or not 1 <= abs(int(entry)) <= largest:
            raise ValueError(f"{name} holds “{entry}”; it takes numbers from 1 to {largest}.")


def _check_days(parts: Parts) -> None:
    for entry in parts.get("BYDAY").split(","):
        match = _BYDAY.fullmatch(entry)
        if not match or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise ValueError(f"BYDAY holds “{entry}”; it takes days such as SA or, by the month, 2TU.")
        if match[1] and (parts.frequency not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts.names):
            raise ValueError(f"“{entry}” counts days of a month or year; this rule repeats otherwise.")
