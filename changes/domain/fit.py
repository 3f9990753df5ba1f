"""What to put off where an agenda takes longer than its meeting (DESIGN 4.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from changes.choices import Severity
from changes.domain.wording import day, day_time

#: An owner needs so long between a decision and the begin of the work, at the least.
_LEAD = timedelta(days=1)
_LIGHTEST_FIRST = (Severity.AUTOMATIC, Severity.MINOR, Severity.MAJOR)


@dataclass(frozen=True)
class Waiting:
    """An undecided item as the rule sees it. `needed_by` is when its owner needs it, where that is said."""

    key: int
    minutes: int
    severity: Severity
    planned_start: datetime | None = None
    needed_by: datetime | None = None
    was_put_off: bool = False


@dataclass(frozen=True)
class Proposal:
    """An item that could wait, and why, in a sentence."""

    key: int
    minutes: int
    reason: str


@dataclass(frozen=True)
class Fit:
    """What could wait for the next meeting, the best first, until the rest fits; `left_over` minutes remain beyond the meeting."""

    proposals: tuple[Proposal, ...]
    left_over: int

    @property
    def minutes(self) -> int:
        """What all of them bring."""
        return sum(one.minutes for one in self.proposals)


def what_could_wait(items: Iterable[Waiting], over: int, next_ends_at: datetime, time_zone: str) -> Fit:
    """The fewest items, taken in order, that bring `over` minutes: the lightest first, of these the one with the longest lead.

    An item can wait where its work begins at least a day after the next meeting has ended, and it is needed no sooner. What was
    put off before comes last, so that nothing is put off for ever.
    """
    able = [one for one in items if _can_wait(one, next_ends_at + _LEAD)]
    ordered = sorted(able, key=lambda one: (one.was_put_off, _LIGHTEST_FIRST.index(one.severity), -_lead(one), one.key))
    chosen: list[Proposal] = []
    left = over
    for one in ordered:
        if left <= 0:
            break
        chosen.append(Proposal(one.key, one.minutes, _why(one, next_ends_at, time_zone)))
        left -= one.minutes
    return Fit(tuple(chosen), max(0, left))


def _can_wait(item: Waiting, earliest: datetime) -> bool:
    return all(moment is None or moment >= earliest for moment in (item.planned_start, item.needed_by))


def _lead(item: Waiting) -> float:
    return item.planned_start.timestamp() if item.planned_start else float("inf")


def _why(item: Waiting, next_ends_at: datetime, time_zone: str) -> str:
    """In words: "Minor; begins Sat 12 Dec 22:00, 9 days after the meeting of Thu 3 Dec"."""
    again = "; it was put off before" if item.was_put_off else ""
    meeting = day(next_ends_at, time_zone)
    if item.planned_start is None:
        return f"{item.severity.label}; it has no date yet{again}."
    zone = ZoneInfo(time_zone)
    days = (item.planned_start.astimezone(zone).date() - next_ends_at.astimezone(zone).date()).days
    after = f"{days} day{'s' if days > 1 else ''} after the meeting of {meeting}"
    return f"{item.severity.label}; it begins {day_time(item.planned_start, time_zone)}, {after}{again}."
