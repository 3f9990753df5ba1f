"""Actions: what somebody has promised the board, until when, and how late it is (DESIGN 4.8)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from changes.choices import Level
from changes.domain.wording import day_time


def lateness(due_at: datetime, at: datetime, time_zone: str) -> tuple[Level, str] | None:
    """How it stands with an open promise at `at`: "6 days late", "due today"; None while there is time.

    Days are those of the calendar of `time_zone`, so that a promise for last evening is one day late this morning.
    """
    zone = ZoneInfo(time_zone)
    days = (at.astimezone(zone).date() - due_at.astimezone(zone).date()).days
    if at < due_at:
        return (Level.WARNING, "due today") if days == 0 else None
    if days == 0:
        return Level.ERROR, f"late since {due_at.astimezone(zone):%H:%M}"
    return Level.ERROR, f"{days} day{'s' if days > 1 else ''} late"


def why_it_stands(owner: str, promised_at: datetime, due_at: datetime, time_zone: str, *, after: str = "") -> str:
    """Who promised it, when, and until when; `after` is the number of the RFC whose review or item it came out of."""
    out_of = f", after {after}" if after else ""
    return f"{owner} promised it on {day_time(promised_at, time_zone)}{out_of}; due {day_time(due_at, time_zone)}."
