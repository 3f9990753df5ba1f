"""Bars on a row of nights, as percentages that SVG attributes take (LOOK 4, the home page's timeline)."""

from dataclasses import dataclass

from changes.domain.interval import Interval
from changes.formats.charts import percent


@dataclass(frozen=True)
class Stretch:
    """Where something lies on the row: `x` and `width` in percent of it."""

    x: str
    width: str


def stretch(interval: Interval, period: Interval, *, least: float = 0.0) -> Stretch | None:
    """The part of `interval` inside `period`, at least `least` of the row wide so that it can be seen; None outside."""
    shared = interval.intersection(period)
    if shared is None:
        return None
    whole = (period.end - period.start).total_seconds()
    start = (shared.start - period.start).total_seconds() / whole
    width = max(least, (shared.end - shared.start).total_seconds() / whole)
    return Stretch(percent(min(start, 1 - width)), percent(width))
