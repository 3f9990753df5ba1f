"""What becomes of the meetings already made when a board's week changes (DESIGN 4.8).

A meeting stands for a day of the rhythm. A planned one follows the rhythm to its new day in the same week (Monday to
Sunday on the board's calendar), with its agenda and all that was deferred to it. A frozen one stays, for its members have
read it; so does one that somebody moved by hand, and one whose new cut-off has passed already, for what was submitted to it
in time would be late at once. Each stands for the week's new day from then on, so that no second one is made beside it.
A meeting whose new day is a holiday falls out; what was deferred to it goes to the next, as the agenda's rules have it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from changes.choices import MeetingState
from changes.domain.meeting import Rhythm, Sitting, sitting_on


class Fate(StrEnum):
    STAYS = "stays"
    MOVES = "moves"
    FALLS_OUT = "falls out"
    RETURNS = "returns"


@dataclass(frozen=True)
class Made:
    """A meeting as it was made; `planned_for` is the day that it stands for."""

    key: int
    state: MeetingState
    sitting: Sitting
    planned_for: date


@dataclass(frozen=True)
class Following:
    """What becomes of one meeting: its times from now on, the day that it stands for, and why in a few words."""

    key: int
    fate: Fate
    sitting: Sitting
    planned_for: date | None
    why: str = ""


def followings(meetings: Iterable[Made], before: Rhythm, after: Rhythm, *, taken: Iterable[datetime] = (), at: datetime) -> list[Following]:
    """One for each meeting whose times, state or day change, and for each that stays where the rhythm no longer is.

    `meetings` are those from this week on, in order of their start; `taken` are the starts of meetings beside the rhythm.
    Nothing where the rhythm is the same.
    """
    if before == after:
        return []
    starts, days = set(taken), set[date]()
    found = []
    for made in sorted(meetings, key=lambda one: (one.state == MeetingState.CANCELLED, one.sitting.starts_at)):
        one = _following(made, before, after, starts, at)
        if one.planned_for in days:
            one = Following(made.key, Fate.STAYS, made.sitting, None, "that week has another meeting")
        days |= {one.planned_for} if one.planned_for else set()
        found.append((made, one))
    return sorted((one for made, one in found if _is_told(made, one)), key=lambda one: one.sitting.starts_at)


def day_in_week(on: date, rhythm: Rhythm) -> date:
    """The day of the rhythm in the week of `on`."""
    return on + timedelta(days=rhythm.weekday - on.weekday())


def _is_told(made: Made, one: Following) -> bool:
    return one.fate != Fate.STAYS or made.planned_for != one.planned_for or bool(one.why)


def _following(made: Made, before: Rhythm, after: Rhythm, taken: set[datetime], at: datetime) -> Following:
    day = day_in_week(made.planned_for, after)
    sitting = sitting_on(after, day)
    if made.state == MeetingState.CANCELLED:
        back = _returns(made, before, after, sitting, at)
        return Following(made.key, Fate.RETURNS if back else Fate.STAYS, sitting if back else made.sitting, day)
    if made.state != MeetingState.PLANNED or made.sitting.starts_at <= at:
        why = "its agenda is frozen" if made.state in _FROZEN and sitting != made.sitting else ""
        return Following(made.key, Fate.STAYS, made.sitting, day, why)
    by_hand = made.sitting != sitting_on(before, made.planned_for)
    if (made.sitting.starts_at.astimezone(after.zone).date() if by_hand else day) in after.holidays:
        return Following(made.key, Fate.FALLS_OUT, made.sitting, day, "holiday")
    if sitting == made.sitting:
        return Following(made.key, Fate.STAYS, sitting, day)
    if kept := "somebody has moved it" if by_hand else _why_kept(sitting, taken, at):
        return Following(made.key, Fate.STAYS, made.sitting, day, kept)
    return Following(made.key, Fate.MOVES, sitting, day)


_FROZEN = (MeetingState.FROZEN, MeetingState.IN_SESSION)


def _why_kept(sitting: Sitting, taken: set[datetime], at: datetime) -> str:
    if sitting.cut_off_at <= at:
        return "its new cut-off has passed already"
    return "the board has a meeting at that time already" if sitting.starts_at in taken else ""


def _returns(made: Made, before: Rhythm, after: Rhythm, sitting: Sitting, at: datetime) -> bool:
    """One that fell out for a holiday comes back where its day is none any more; one that people cancelled does not."""
    fell_out = made.planned_for in before.holidays
    return fell_out and day_in_week(made.planned_for, after) not in after.holidays and sitting.cut_off_at > at


def next_day(rhythm: Rhythm, on: date) -> date:
    """The rhythm's next day after `on` that is no holiday: where what was deferred to a day that falls out goes."""
    day = day_in_week(on, rhythm)
    day = day if day > on else day + timedelta(weeks=1)
    while day in rhythm.holidays:
        day += timedelta(weeks=1)
    return day


@dataclass(frozen=True)
class Day:
    """One day of the rhythm ahead. `gained` is how many minutes the clock went forward (back: negative) since the week before."""

    on: date
    sitting: Sitting
    falls_out: bool
    gained: int = 0


def days_ahead(rhythm: Rhythm, *, at: datetime, count: int = 4, most: int = 60) -> list[Day]:
    """The next `count` meetings that start after `at`, and the holidays among them; at most `most` days are looked at."""
    day = day_in_week(at.astimezone(rhythm.zone).date(), rhythm)
    found: list[Day] = []
    for _ in range(most):
        sitting = sitting_on(rhythm, day)
        if sitting.starts_at > at:
            found.append(Day(day, sitting, day in rhythm.holidays, _gained(rhythm, day)))
        if sum(not one.falls_out for one in found) == count:
            break
        day += timedelta(weeks=1)
    return found


def _gained(rhythm: Rhythm, on: date) -> int:
    now, before = (sitting_on(rhythm, day).starts_at.astimezone(rhythm.zone) for day in (on, on - timedelta(weeks=1)))
    return int(((now.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())).total_seconds() // 60)
