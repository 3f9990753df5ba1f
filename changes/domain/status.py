"""The weekly status in one line: who is asked, and what a line is (DESIGN 4.9, S16)."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from changes.choices import State
from changes.domain.lifecycle import owes_follow_up
from changes.domain.wall_clock import instant_of

#: Work that has run for so long is asked after, once a week.
RUNS_LONG = timedelta(days=7)
#: The hour of a Monday, on the clock of who is asked.
ASKED_AT = time(9)
LONGEST = 200
WEEK = timedelta(days=7)
#: Of what an emergency owes its owner is told within so long after the end; the weekly question comes after that.
FIRST_TOLD = WEEK
#: A review is asked for so many times, a week apart, from a day after the end on.
REVIEW_WEEKS = 8


def why_asked(
    *,
    urgency: str,
    state: str,
    is_permanent: bool,
    follow_ups: Collection[str],
    begun_at: datetime | None,
    at: datetime,
) -> str:
    """Why its owner is asked how it stands, in a sentence; empty where nobody is asked.

    `begun_at` is the first actual start; `is_permanent` and `follow_ups` are those of `owes_follow_up`.
    """
    if owes_follow_up(urgency, state, is_permanent=is_permanent, follow_ups=follow_ups):
        return "This emergency still owes its permanent follow-up."
    if state == State.IN_PROGRESS and begun_at and at - begun_at > RUNS_LONG:
        return f"It has run for {(at - begun_at).days} days."
    return ""


def week_after(ended_at: datetime, at: datetime) -> int:
    """The how-manieth asking for a review it is at `at`, from 1 on; the last one stays it."""
    return min(REVIEW_WEEKS, max(0, (at - ended_at - timedelta(days=1)) // WEEK) + 1)


def monday_of(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the week of `at` began in a zone, and its Monday morning, at which owners are asked."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return instant_of(datetime.combine(monday, time()), zone), instant_of(datetime.combine(monday, ASKED_AT), zone)


def wrong_line(line: str) -> str:
    """Why this is no status; empty where it is one. It stands on an agenda, so it is one line and short."""
    if not line.strip():
        return "Nothing is written yet."
    if "\n" in line.strip() or "\r" in line.strip():
        return "A status is one line."
    if len(line.strip()) > LONGEST:
        return f"A status has at most {LONGEST} letters; this one has {len(line.strip())}."
    return ""
