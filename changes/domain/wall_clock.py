"""Times as somebody reads them off a clock on the wall, made into instants (DESIGN 4.4).

The rule is that of windows: what falls into the spring gap moves forward by the gap, what comes
twice in autumn is the first of the two. Neither is taken silently, so both can be asked for.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant_of(wall: datetime, zone: ZoneInfo, *, second: bool = False) -> datetime:
    """The aware UTC instant of a naive wall-clock time; `second` means the later one of a time that comes twice."""
    fold = 1 if second and comes_twice(wall, zone) else 0
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def is_in_gap(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether no clock of the zone ever shows this time, because it was turned forward over it."""
    return instant_of_first(wall, zone).astimezone(zone).replace(tzinfo=None) != wall


def comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock shows this time twice, because it was turned back over it."""
    first, other = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != other and not is_in_gap(wall, zone)


def instant_of_first(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant by the rule alone: forward out of the gap, the first of two."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(instant: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The naive wall-clock time of an instant, and whether it is the second of a time that comes twice."""
    local = instant.astimezone(zone)
    return local.replace(tzinfo=None, fold=0), bool(local.fold)
