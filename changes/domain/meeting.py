"""When a board meets, and until when it takes RFCs for a meeting (DESIGN 4.8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from changes.domain.interval import Interval
from changes.domain.wall_clock import instant_of


@dataclass(frozen=True)
class Rhythm:
    """A board's week, as a clock on the wall of its zone shows it. Monday is weekday 0."""

    time_zone: str
    weekday: int
    starts: time
    minutes: int
    cut_off_days: int
    cut_off_time: time
    holidays: frozenset[date] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Sitting:
    """The three instants of a meeting, aware UTC. What is submitted at `cut_off_at` is late already."""

    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime


def sittings(rhythm: Rhythm, period: Interval) -> list[Sitting]:
    """The meetings that start inside the half-open period, in order; days of holiday are skipped.

    Start and cut-off keep their place on the wall clock through daylight-saving weeks; the length is
    in real minutes. A cut-off after the start counts as at the start.
    """
    found = (sitting_on(rhythm, on) for on in _days(rhythm, period) if on not in rhythm.holidays)
    return [sitting for sitting in found if period.holds(sitting.starts_at)]


def _days(rhythm: Rhythm, period: Interval) -> Iterator[date]:
    """Every day of the board's weekday that the period touches in its zone."""
    day = period.start.astimezone(rhythm.zone).date()
    day += timedelta(days=(rhythm.weekday - day.weekday()) % 7)
    last = period.end.astimezone(rhythm.zone).date()
    while day <= last:
        yield day
        day += timedelta(weeks=1)


def sitting_on(rhythm: Rhythm, on: date) -> Sitting:
    starts_at = instant_of(datetime.combine(on, rhythm.starts), rhythm.zone)
    taken_until = datetime.combine(on - timedelta(days=rhythm.cut_off_days), rhythm.cut_off_time)
    cut_off_at = min(instant_of(taken_until, rhythm.zone), starts_at)
    return Sitting(starts_at, starts_at + timedelta(minutes=rhythm.minutes), cut_off_at)
