"""Instants, intervals and durations in the words of LOOK 7.

Every function takes aware instants and the reader's zone; `today` is the reader's date, and a year is written only
where it differs from today's.
"""

from datetime import MAXYEAR, date, datetime, timedelta, tzinfo

from changes.domain.wording import place_of

#: Up to here a duration is said in minutes, beyond it in hours (LOOK 7).
MINUTES_UP_TO = 300
#: From so many hours on it is said in days.
DAYS_FROM = 48


def day(on: date, *, today: date) -> str:
    """A date as "Sat 21 Nov", with the year where it is not this one."""
    words = f"{on:%a} {on.day} {on:%b}"
    return words if on.year == today.year else f"{words} {on.year}"


def hhmm(at: datetime, *, zone: tzinfo) -> str:
    """An instant as "22:00", on the 24-hour clock of `zone`."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, *, zone: tzinfo, today: date) -> str:
    """An instant as "Sat 21 Nov 22:00"."""
    local = at.astimezone(zone)
    return f"{day(local.date(), today=today)} {local:%H:%M}"


def interval(start: datetime | None, end: datetime | None, *, zone: tzinfo, today: date) -> tuple[str, str, str]:
    """The half-open interval as (start, dash, end), to be shown one after the other.

    "Tue 24 Nov 21:00", "–", "23:30" within a day; "Sat 21 Nov 22:00", " – ", "Sun 22 Nov 04:00" over midnight.
    A missing end says so; a missing start is "No date".
    """
    if start is None:
        return "No date", "", ""
    first = moment(start, zone=zone, today=today)
    if end is None or is_open_ended(end):
        return first, ", ", "no end given"
    if start.astimezone(zone).date() == end.astimezone(zone).date():
        return first, "–", hhmm(end, zone=zone)
    return first, " – ", moment(end, zone=zone, today=today)


def interval_words(start: datetime | None, end: datetime | None, *, zone: tzinfo, today: date) -> str:
    """The same in one sentence, for mail and for readers of screens."""
    return "".join(interval(start, end, zone=zone, today=today))


def is_open_ended(end: datetime) -> bool:
    """Whether an end is the domain's "for ever"; it cannot be put into another zone."""
    return end.year == MAXYEAR


def duration(minutes: int) -> str:
    """Minutes as "90 min"; over 300 of them as "6 h 20 min", from 48 hours on as "10 days 18 h". `clock.js` says the same."""
    if abs(minutes) <= MINUTES_UP_TO:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours >= DAYS_FROM or not rest:
        return whole_hours(hours)
    return f"{hours} h {rest} min"


def whole_hours(hours: int) -> str:
    """Hours as "5 h", from 48 of them on as "10 days 18 h"."""
    if hours < DAYS_FROM:
        return f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def zone_abbreviation(at: datetime, *, zone: tzinfo) -> str:
    """The zone as "CET"; as an offset such as "UTC+03:30" where it has no letters."""
    local = at.astimezone(zone)
    name = local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def zone_words(first: datetime, last: datetime, *, zone: tzinfo) -> str:
    """What to call the zone of several instants: "CEST" where it holds for all, "Amsterdam" where the clocks change in between."""
    names = {zone_abbreviation(at, zone=zone) for at in (first, last)}
    return names.pop() if len(names) == 1 else place_of(str(zone))
