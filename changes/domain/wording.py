"""Times and lengths inside the domain's sentences (LOOK 7): 24 hours, the reader's zone, no locale."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from changes.domain.interval import Interval

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_time(instant: datetime, time_zone: str, *, with_year: bool = False) -> str:
    """An aware instant as "Sat 21 Nov 22:00" on the clock of `time_zone`; the year where it matters."""
    return f"{day(instant, time_zone, with_year=with_year)} {instant.astimezone(ZoneInfo(time_zone)):%H:%M}"


def day(instant: datetime, time_zone: str, *, with_year: bool = False) -> str:
    """The day of an aware instant on the calendar of `time_zone`, as "Sat 21 Nov"; the year where it matters."""
    local = instant.astimezone(ZoneInfo(time_zone))
    year = f" {local.year}" if with_year else ""
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year}"


def when(interval: Interval, time_zone: str) -> str:
    """An interval as "Sat 21 Nov 22:00–04:00"; both days where it lasts a day or longer, "from …" for an open end."""
    zone = ZoneInfo(time_zone)
    begin = day_time(interval.start, time_zone)
    if interval.is_open:
        return f"from {begin}"
    if interval.end - interval.start < timedelta(days=1):
        return f"{begin}–{interval.end.astimezone(zone):%H:%M}"
    years_differ = interval.start.astimezone(zone).year != interval.end.astimezone(zone).year
    begin = day_time(interval.start, time_zone, with_year=years_differ)
    return f"{begin} – {day_time(interval.end, time_zone, with_year=years_differ)}"


def length(minutes: int) -> str:
    """Minutes as "240 min" up to 300 minutes, then "6 h 30 min", and days from four on."""
    if minutes <= 300:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 96:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days:,} days {hours} h" if hours else f"{days:,} days"


def lengths(one: int, other: int) -> tuple[str, str]:
    """Two lengths to be compared, in the same unit: "5 h" and "6 h", never "300 min" and "6 h"."""
    in_hours = max(one, other) > 300 and one % 60 == other % 60 == 0 and max(one, other) < 96 * 60
    return (f"{one // 60} h", f"{other // 60} h") if in_hours else (length(one), length(other))


def place_of(time_zone: str) -> str:
    """The place that a zone is named after: "Los Angeles" for "America/Los_Angeles"."""
    return time_zone.rpartition("/")[2].replace("_", " ")
