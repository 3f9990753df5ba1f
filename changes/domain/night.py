"""The nights that a recurrence names next, with their true length (DESIGN 4.4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from changes.domain.interval import FOREVER, Interval
from changes.domain.recurrence import Recurrence, dated_occurrences

#: So far ahead nights are looked for, step by step: most rules name enough of them soon.
_REACHES = (timedelta(days=100), timedelta(days=2 * 366), timedelta(days=12 * 366), timedelta(days=100 * 366))


@dataclass(frozen=True)
class Night:
    """One occurrence: the naive wall-clock start by which the rule names it, and when it is, in UTC.

    `usual` is its length on paper, in minutes; in a night in which the clocks change it lasts otherwise. One that is
    `left_out` is named by the rule and does not happen.
    """

    wall: datetime
    interval: Interval
    usual: int
    left_out: bool = False

    @property
    def gained(self) -> int:
        """Minutes longer than on paper; fewer than none where the clocks go forward."""
        return self.interval.minutes - self.usual


def next_nights(rule: Recurrence, *, at: datetime, count: int = 10) -> list[Night]:
    """The next `count` occurrences that are not over at the aware instant `at`, and those left out among them.

    Fewer where the rule names no more within a hundred years. Raises RecurrenceError as `occurrences` does.
    """
    begin = max(at, rule.first_start.replace(tzinfo=at.tzinfo) - timedelta(days=2))
    nights: list[Night] = []
    for reach in _REACHES:
        if FOREVER - begin <= reach:
            break
        nights = _nights(rule, Interval(at, begin + reach))
        if len(_happening(nights)) >= count:
            break
    happening = _happening(nights)
    return nights if len(happening) <= count else nights[: nights.index(happening[count - 1]) + 1]


def _nights(rule: Recurrence, period: Interval) -> list[Night]:
    usual = int((rule.first_end - rule.first_start).total_seconds() // 60)
    dated = dated_occurrences(replace(rule, exdates=()), period)
    return [Night(wall, interval, usual, wall in rule.exdates) for interval, wall in dated]


def _happening(nights: list[Night]) -> list[Night]:
    return [night for night in nights if not night.left_out]


def needless_exceptions(rule: Recurrence) -> list[datetime]:
    """The exception dates that name no start of the rule, and so leave nothing out."""
    whole = replace(rule, exdates=())
    return [wall for wall in rule.exdates if not _names(whole, wall)]


def _names(rule: Recurrence, wall: datetime) -> bool:
    near = Interval(wall.replace(tzinfo=FOREVER.tzinfo) - timedelta(days=3), wall.replace(tzinfo=FOREVER.tzinfo) + timedelta(days=3))
    return any(start == wall for _, start in dated_occurrences(rule, near))
