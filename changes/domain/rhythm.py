"""How something repeats, in the words people use, and the same as a rule of RFC 5545: there and back.

The editors of change windows and freezes ask in these words; what is stored is the rule (DESIGN 4.4).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from changes.choices import Word
from changes.domain.rrule import WEEKDAYS, Parts, parse
from changes.domain.wall_clock import instant_of


class Kind(Word):
    """The forms of words; `raw` is for a rule that none of them covers."""

    ONCE = "once"
    DAILY = "daily", "Every day, or every few days"
    WEEKDAYS = "weekdays", "Every weekday, Monday to Friday"
    WEEKLY = "weekly", "Every week, or every few weeks"
    NTH = "nth", "A weekday of the month, such as the second Tuesday"
    MONTH_DAY = "month_day", "A day of the month, such as the 15th"
    YEARLY = "yearly", "Every year, or every few years"
    RAW = "raw", "As the rule says that is written below"


#: Which weekdays of a month the words know: the first to the fifth, and the last.
ORDINALS = (1, 2, 3, 4, 5, -1)
#: Which days of a month: the 1st to the 31st, and the last.
MONTH_DAYS = (*range(1, 32), -1)
_WORKING_DAYS = (0, 1, 2, 3, 4)
#: Parts that repeat the first start's own time, and so add nothing.
_CLOCK = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})


@dataclass(frozen=True)
class Rhythm:
    """A repetition in words. `every` counts days, weeks, months or years: 2 is every other.

    `weekdays` counts from Monday as 0; none means the first start's own. For `nth` it is one weekday, and
    `ordinals` say which of the month (-1 is the last). `day` is that of the month, -1 the last, None the
    first start's own. `until` is the last day, inclusive, on the recurrence's own wall clock; `count` counts
    the first start. `raw` is the rule itself.
    """

    kind: Kind
    every: int = 1
    weekdays: tuple[int, ...] = ()
    ordinals: tuple[int, ...] = ()
    day: int | None = None
    until: date | None = None
    count: int | None = None
    raw: str = ""


def rrule_of(rhythm: Rhythm) -> str:
    """The rule of RFC 5545 that says the same; empty for what happens once. It is not checked here."""
    if rhythm.kind == Kind.ONCE:
        return ""
    if rhythm.kind == Kind.RAW:
        return "".join(rhythm.raw.split()).upper().removeprefix("RRULE:")
    ending = [f"UNTIL={rhythm.until:%Y%m%d}"] if rhythm.until else []
    ending += [f"COUNT={rhythm.count}"] if rhythm.count else []
    return ";".join([*_said(rhythm), *ending])


def rhythm_of(rrule: str, *, first_start: datetime | None = None, time_zone: str = "UTC") -> Rhythm:
    """The words for a rule; `raw` where there are none, and for text that is no rule.

    With the naive `first_start` and its `time_zone` an end at a time of day is told as the last day; without
    them such a rule stays raw. What comes back from `rrule_of` gives the same occurrences.
    """
    if not rrule.strip():
        return Rhythm(Kind.ONCE)
    raw = Rhythm(Kind.RAW, raw=rrule.strip())
    try:
        parts = parse(rrule.strip())
    except ValueError:
        return raw
    said = _READ[parts.frequency](parts, parts.names - _CLOCK)
    until = _last_day(parts.until, first_start, ZoneInfo(time_zone)) if parts.until else None
    if said is None or (parts.until and until is None):
        return raw
    return replace(said, until=until, count=parts.count)


def _said(rhythm: Rhythm) -> list[str]:
    """The parts of the rule but its end."""
    interval = [f"INTERVAL={rhythm.every}"] if rhythm.every != 1 else []
    days = [WEEKDAYS[day] for day in sorted(set(rhythm.weekdays))]
    if rhythm.kind == Kind.DAILY:
        return ["FREQ=DAILY", *interval]
    if rhythm.kind == Kind.WEEKDAYS:
        return ["FREQ=WEEKLY", "BYDAY=MO,TU,WE,TH,FR"]
    if rhythm.kind == Kind.WEEKLY:
        return ["FREQ=WEEKLY", *interval, *([f"BYDAY={','.join(days)}"] if days else [])]
    if rhythm.kind == Kind.NTH:
        counted = ",".join(f"{ordinal}{day}" for day in days for ordinal in _in_order(rhythm.ordinals))
        return ["FREQ=MONTHLY", *interval, f"BYDAY={counted}"]
    if rhythm.kind == Kind.MONTH_DAY:
        return ["FREQ=MONTHLY", *interval, *([f"BYMONTHDAY={rhythm.day}"] if rhythm.day else [])]
    return ["FREQ=YEARLY", *interval]


def _in_order(ordinals: tuple[int, ...]) -> list[int]:
    return sorted(set(ordinals), key=ORDINALS.index)


def _daily(parts: Parts, names: frozenset[str]) -> Rhythm | None:
    if names == {"BYDAY"} and parts.interval == 1:
        return _weekly(parts, names)
    return None if names else Rhythm(Kind.DAILY, every=parts.interval)


def _weekly(parts: Parts, names: frozenset[str]) -> Rhythm | None:
    days = tuple(sorted({day for _, day in parts.days}))
    # With several days and weeks left out it matters where a week begins; the words have no say in that.
    if names - {"BYDAY"} or (parts.week_start and parts.interval > 1 and len(days) > 1):
        return None
    if days == _WORKING_DAYS and parts.interval == 1:
        return Rhythm(Kind.WEEKDAYS)
    return Rhythm(Kind.WEEKLY, every=parts.interval, weekdays=days)


def _monthly(parts: Parts, names: frozenset[str]) -> Rhythm | None:
    if not names:
        return Rhythm(Kind.MONTH_DAY, every=parts.interval)
    if names == {"BYMONTHDAY"}:
        days = set(parts.numbers("BYMONTHDAY"))
        return Rhythm(Kind.MONTH_DAY, every=parts.interval, day=days.pop()) if len(days) == 1 and days <= set(MONTH_DAYS) else None
    weekdays = {day for _, day in parts.days}
    counted = {ordinal for ordinal, _ in parts.days}
    if names == {"BYDAY", "BYSETPOS"} and counted == {0}:
        counted = set(parts.numbers("BYSETPOS"))
    elif names != {"BYDAY"}:
        return None
    if len(weekdays) != 1 or not counted <= set(ORDINALS):
        return None
    return Rhythm(Kind.NTH, every=parts.interval, weekdays=tuple(weekdays), ordinals=tuple(_in_order(tuple(counted))))


def _yearly(parts: Parts, names: frozenset[str]) -> Rhythm | None:
    return None if names else Rhythm(Kind.YEARLY, every=parts.interval)


_READ: dict[str, Callable[[Parts, frozenset[str]], Rhythm | None]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}


def _last_day(until: datetime, first_start: datetime | None, zone: ZoneInfo) -> date | None:
    """The last day on which it can start; None where that hangs on a first start that is not known."""
    if until.tzinfo is None and until.time() == time.max:
        return until.date()
    if first_start is None:
        return None
    local = until.astimezone(zone) if until.tzinfo else until
    last = datetime.combine(local.date(), first_start.time())
    is_reached = instant_of(last, zone) <= until if until.tzinfo else last <= until
    return last.date() if is_reached else last.date() - timedelta(days=1)
