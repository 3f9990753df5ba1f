"""Recurring periods in a named time zone: RFC 5545 rules with wall-clock ends (DESIGN 4.4).

Starts are computed on the wall clock and only then become instants. `zoneinfo` with `fold=0` is the
rule of the design: a time in the spring gap moves forward by the gap, an ambiguous one is its first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil import rrule as dateutil_rrule

from changes.domain.interval import FOREVER, Interval
from changes.domain.recurrence_wording import rule_in_words
from changes.domain.rrule import WEEKDAYS, Parts, parse

#: How far an open period is looked at.
LOOK_AHEAD = timedelta(days=5 * 366)
#: No zone's clock has ever jumped further than a day; what is searched is wider by this on both sides.
_JUMP = timedelta(days=2)
#: The Gregorian calendar repeats, weekdays included, after this many years.
_CYCLE = 400
#: A rule that counts further than this is taken as unending: nobody plans there.
_HORIZON = datetime(2300, 1, 1)
#: So far a rule counts; each start is counted but where every day, or every so many days, is one.
MOST_COUNTED = 5_000


@dataclass(frozen=True)
class Recurrence:
    """A period that repeats. An empty `rrule` happens once.

    `first_start`, `first_end` and the `exdates` (starts left out) are naive wall-clock times of `time_zone`.
    """

    rrule: str
    first_start: datetime
    first_end: datetime
    time_zone: str
    exdates: tuple[datetime, ...] = ()


class RecurrenceError(ValueError):
    """A recurrence that cannot be; `field` names the part of it that has to change."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name. Raises RecurrenceError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise RecurrenceError("time_zone", f"“{name}” is not a time zone; one looks like Europe/Amsterdam.") from None


def check(rule: Recurrence) -> None:
    """Raise RecurrenceError for the first thing that makes the recurrence impossible (DESIGN 4.4)."""
    zone_of(rule.time_zone)
    for field in ("first_start", "first_end"):
        moment: datetime = getattr(rule, field)
        if moment.tzinfo is not None:
            raise RecurrenceError(field, "It is a wall-clock time of the window's own zone, without an offset.")
        if moment.second or moment.microsecond:
            raise RecurrenceError(field, "It falls on a whole minute.")
    if rule.first_end <= rule.first_start:
        raise RecurrenceError("first_end", "The first end lies at or before the first start.")
    if any(moment.tzinfo is not None for moment in rule.exdates):
        raise RecurrenceError("exdates", "They are wall-clock starts of the window's own zone, without an offset.")
    if rule.rrule:
        _check_first_start(rule)


def occurrences(rule: Recurrence, period: Interval) -> list[Interval]:
    """The occurrences that overlap the half-open `period`, in UTC and in order (DESIGN 4.4).

    An occurrence that a clock change leaves empty does not exist. An open period is looked at for
    `LOOK_AHEAD` from its start. The cost grows with the period, not with its distance from the first
    start. Raises RecurrenceError for an unknown zone or a rule that is not RFC 5545.
    """
    return [one for one, _ in dated_occurrences(rule, period)]


def dated_occurrences(rule: Recurrence, period: Interval) -> list[tuple[Interval, datetime]]:
    """The same, each with the naive wall-clock start by which the rule, and an exception date, names it."""
    zone = zone_of(rule.time_zone)
    length = rule.first_end - rule.first_start
    if period.is_open:
        period = _closed(period, rule)
    first, last = _wall(period.start, zone, -length - _JUMP), _wall(period.end, zone, _JUMP)
    left_out = frozenset(rule.exdates)
    found = (
        (Interval(_instant(start, zone), _instant(start + length, zone)), start)
        for start in _starts(rule, first, last)
        if start not in left_out
    )
    # A shift out of the gap can pass the next start by; hence the sorting.
    return sorted((one, start) for one, start in found if one.start < one.end and one.overlaps(period))


def first_match(rule: Recurrence) -> datetime | None:
    """The first wall-clock start at or after the first start that matches the rule; None where there is none.

    A rule that begins there is in step by itself, whatever its interval. Raises RecurrenceError as `check` does.
    """
    check(replace(rule, rrule=""))
    if not rule.rrule:
        return rule.first_start
    parts = _parts(rule.rrule)
    moved = _in_last_cycle(rule.first_start)
    every = replace(parts, interval=1)
    found = _compiled(every, moved, _anchor(every, moved, moved)).after(moved, inc=True)
    if found is None:
        return None
    match = found.replace(year=found.year - moved.year + rule.first_start.year)
    return match if _is_before_end(replace(rule, first_start=match), match, parts) else None


def describe(rule: Recurrence) -> str:
    """The recurrence in words people use: "every other Saturday 22:00–04:00"; else the raw rule.

    Times are the recurrence's own wall clock; the zone is left to the reader's page.
    """
    parts = _parts(rule.rrule) if rule.rrule else None
    if parts and parts.until and parts.until.tzinfo:
        parts = replace(parts, until=_wall(parts.until, zone_of(rule.time_zone), timedelta()))
    return rule_in_words(parts, rule.rrule, rule.first_start, rule.first_end)


def _parts(text: str) -> Parts:
    try:
        return parse(text)
    except ValueError as error:
        raise RecurrenceError("rrule", str(error)) from None


def _closed(period: Interval, rule: Recurrence) -> Interval:
    begin = max(period.start, rule.first_start.replace(tzinfo=UTC))
    return Interval(period.start, min(begin, FOREVER - LOOK_AHEAD - _JUMP) + LOOK_AHEAD)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time: forward out of a gap, the first of two (fold is 0)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _wall(instant: datetime, zone: ZoneInfo, shift: timedelta) -> datetime:
    """The naive wall clock at an instant, shifted; held inside the years that a datetime can name."""
    try:
        return instant.astimezone(zone).replace(tzinfo=None) + shift
    except OverflowError:
        return datetime.min if shift < timedelta() else datetime.max - 2 * _JUMP


def _check_first_start(rule: Recurrence) -> None:
    parts = _parts(rule.rrule)
    if not _is_reckoned(parts) and (parts.count or 0) > MOST_COUNTED:
        raise RecurrenceError("rrule", f"A rule counts to {MOST_COUNTED:,} at most; give it UNTIL, or no end.")
    if not _is_before_end(rule, rule.first_start, parts):
        raise RecurrenceError("rrule", "The rule ends before its first start.")
    first, moved = rule.first_start, _in_last_cycle(rule.first_start)
    try:
        matches = _compiled(parts, moved, _anchor(parts, moved, moved)).between(moved, moved, inc=True)
    except (ValueError, OverflowError):
        raise RecurrenceError("rrule", "The rule cannot be followed.") from None
    if not matches:
        raise RecurrenceError("first_start", f"The first start, {first:%a %d %b %Y %H:%M}, does not match the rule.")


def _in_last_cycle(moment: datetime) -> datetime:
    """The same in the calendar's last cycle: weekdays are the same there, and a rule that never matches is given up soon."""
    return moment.replace(year=datetime.max.year + 1 - _CYCLE + moment.year % _CYCLE)


def _starts(rule: Recurrence, first: datetime, last: datetime) -> list[datetime]:
    """The naive starts of the rule from `first` to `last`, exception dates not yet left out."""
    if not rule.rrule:
        return [rule.first_start] if first <= rule.first_start <= last else []
    first = max(first, rule.first_start)
    if first > last or not _is_before_end(rule, first - 2 * _JUMP, _parts(rule.rrule)):
        return []
    parts = _parts(rule.rrule)
    compiled = _compiled(parts, rule.first_start, _anchor(parts, rule.first_start, first))
    return [start for start in compiled.between(first, last, inc=True) if _is_before_end(rule, start, parts)]


def _is_before_end(rule: Recurrence, start: datetime, parts: Parts) -> bool:
    if parts.count is not None:
        return start <= _last_counted(rule)
    if parts.until is None:
        return True
    if parts.until.tzinfo is None:
        return start <= parts.until
    return _instant(start, zone_of(rule.time_zone)) <= parts.until


@lru_cache(maxsize=512)
def _last_counted(rule: Recurrence) -> datetime:
    """The start at which COUNT is used up; exception dates count (RFC 5545, 3.8.5.1)."""
    parts = _parts(rule.rrule)
    count = parts.count or 0
    if _is_reckoned(parts):
        days = parts.interval * (count - 1)
        return rule.first_start + timedelta(days=days) if days < (_HORIZON - rule.first_start).days else datetime.max
    if count > MOST_COUNTED:
        return datetime.max
    compiled = _compiled(parts, rule.first_start, _anchor(parts, rule.first_start, rule.first_start))
    counted: Iterator[datetime] = (start for start in compiled if start >= rule.first_start)
    near = takewhile(lambda start: start < _HORIZON, counted)
    starts = list(islice(near, count))
    return starts[-1] if len(starts) == count else datetime.max


def _is_reckoned(parts: Parts) -> bool:
    """Whether the last start that counts follows from how many there are: each so many days has one."""
    return parts.frequency == "DAILY" and not parts.by


def _anchor(parts: Parts, first: datetime, near: datetime) -> datetime:
    """The begin of the rule's day, week, month or year next before `near`, in step with the interval."""
    if parts.frequency == "DAILY":
        return first + timedelta(days=_steps((near - first).days, parts.interval))
    if parts.frequency == "WEEKLY":
        begin = first - timedelta(days=(first.weekday() - parts.week_start) % 7)
        return begin + timedelta(weeks=_steps((near - begin).days // 7, parts.interval))
    if parts.frequency == "MONTHLY":
        passed = (near.year - first.year) * 12 + near.month - first.month
        months = first.year * 12 + first.month - 1 + _steps(passed, parts.interval)
        return first.replace(year=months // 12, month=months % 12 + 1, day=1)
    return first.replace(year=first.year + _steps(near.year - first.year, parts.interval), month=1, day=1)


def _steps(passed: int, interval: int) -> int:
    return max(0, passed) // interval * interval


@lru_cache(maxsize=2048)
def _compiled(parts: Parts, first: datetime, anchor: datetime) -> dateutil_rrule.rrule:
    """The rule without its end, begun at `anchor`; what it leaves to the first start is written out."""
    written = [f"FREQ={parts.frequency}", f"INTERVAL={parts.interval}", f"WKST={WEEKDAYS[parts.week_start]}"]
    written += [f"{name}={value}" for name, value in (*parts.by, *_implied(parts, first))]
    try:
        compiled = dateutil_rrule.rrulestr(";".join(written), dtstart=anchor)
    except ValueError as error:
        raise RecurrenceError("rrule", f"The rule cannot be followed: {error}.") from None
    if not isinstance(compiled, dateutil_rrule.rrule):
        raise RecurrenceError("rrule", "A recurrence is one rule.")
    return compiled


def _implied(parts: Parts, first: datetime) -> list[tuple[str, str]]:
    """What a rule does not say is taken from its first start (RFC 5545, 3.3.10)."""
    names = parts.names
    if parts.frequency == "WEEKLY":
        return [] if "BYDAY" in names else [("BYDAY", WEEKDAYS[first.weekday()])]
    if parts.frequency == "DAILY" or names & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
        return []
    days = [("BYMONTHDAY", str(first.day))]
    if parts.frequency == "YEARLY" and "BYMONTH" not in names:
        days.append(("BYMONTH", str(first.month)))
    return days
