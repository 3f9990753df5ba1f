"""Time of the demo: office hours, the board's meetings, freezes, all on the clock of the house."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from changes.actions.demo.house import ZONE
from changes.actions.demo.tale import Sitting

_HOUSE = ZoneInfo(ZONE)
_THURSDAY, _FRIDAY, _SATURDAY = 3, 4, 5
WEEKS = 5


def instant(on: date, clock: time) -> datetime:
    """The instant of a clock time of the house, in UTC."""
    return datetime.combine(on, clock, _HOUSE).astimezone(UTC)


def on_the_wall(at: datetime) -> datetime:
    return at.astimezone(_HOUSE)


def monday_of(at: datetime) -> date:
    today = on_the_wall(at).date()
    return today - timedelta(days=today.weekday())


def in_office(at: datetime, rng: Random) -> datetime:
    """The latest time up to `at` at which somebody sits at a desk: a weekday from 8 to 18."""
    wall = on_the_wall(at)
    if wall.weekday() < _SATURDAY and 8 <= wall.hour < 18:
        return at
    day = wall.date() if wall.hour >= 18 else wall.date() - timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day -= timedelta(days=1)
    return instant(day, time(rng.randrange(9, 18), rng.randrange(60)))


def working_days_from(day: date, step: int) -> Iterator[date]:
    """The weekdays after (step 1) or before (step -1) a day."""
    while True:
        day += timedelta(days=step)
        if day.weekday() < _SATURDAY:
            yield day


def sittings(at: datetime) -> list[Sitting]:
    """The board's Thursdays around `at`, and where none of those ahead has frozen, an extraordinary meeting that has.

    "The demo always has a frozen agenda for a coming meeting" (DESIGN 7): it is on the next working day at 10:00, and its
    cut-off was on the last one at 16:00.
    """
    monday = monday_of(at)
    found = [_thursday(monday + timedelta(weeks=week), at) for week in range(-WEEKS - 2, WEEKS + 2)]
    if not any(s.cut_off_at <= at < s.starts_at for s in found):
        found.append(_extraordinary(at))
    return sorted(found, key=lambda sitting: sitting.starts_at)


def _thursday(monday: date, at: datetime) -> Sitting:
    day = monday + timedelta(days=_THURSDAY)
    start = instant(day, time(14, 0))
    return Sitting(start, start + timedelta(hours=1), instant(day - timedelta(days=2), time(12, 0)), start + timedelta(hours=1) <= at)


def _extraordinary(at: datetime) -> Sitting:
    today = on_the_wall(at).date()
    start = instant(next(working_days_from(today, 1)), time(10, 0))
    return Sitting(start, start + timedelta(minutes=90), instant(next(working_days_from(today, -1)), time(16, 0)))


def month_end(at: datetime) -> tuple[datetime, datetime]:
    """The next month-end close: from the last Friday of a month, 18:00, to the Monday after, 08:00."""
    today = on_the_wall(at).date()
    for ahead in (0, 1):
        month = today.month + ahead
        after = date(today.year + month // 12, month % 12 + 1, 1)
        friday = after - timedelta(days=(after.weekday() - _FRIDAY - 1) % 7 + 1)
        if friday >= today:
            break
    return instant(friday, time(18, 0)), instant(friday + timedelta(days=3), time(8, 0))


def year_end(at: datetime) -> tuple[datetime, datetime]:
    """From the Friday before Christmas week, 18:00, to the first Monday of January from the second on, 08:00."""
    today = on_the_wall(at).date()
    year = today.year - 1 if today < date(today.year, 1, 9) else today.year
    friday = date(year, 12, 20)
    friday -= timedelta(days=(friday.weekday() - _FRIDAY) % 7)
    monday = date(year + 1, 1, 2)
    monday += timedelta(days=-monday.weekday() % 7)
    return instant(friday, time(18, 0)), instant(monday, time(8, 0))
