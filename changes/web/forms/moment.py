"""A date and a time as the reader's clock shows them; nothing naive leaves this file but to be shown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from changes.domain.wall_clock import comes_twice, instant_of, is_in_gap, wall_of
from changes.formats import times

SHOWN = "%Y-%m-%dT%H:%M"
#: What a person can mean; beyond it a zone's rules cannot be computed.
_YEARS = range(1970, 2300)


class MomentField(forms.CharField):
    """`<input type="datetime-local">`; cleans to a naive wall-clock time or None."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(f"“{text[:40]}” is no date and time; write it as 2026-11-21T22:00.") from None
        if wall.tzinfo is not None:
            raise forms.ValidationError("The page's zone holds, so write it without an offset: 2026-11-21T22:00.")
        if wall.year not in _YEARS:
            raise forms.ValidationError(f"The year {wall.year} cannot be meant.")
        return wall.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Told:
    """What a clock change makes of a typed time. `choice` is the name of the box that asks for the second of two."""

    message: str
    mend: str
    choice: str = ""
    is_second: bool = False


def instant(wall: datetime | None, zone: ZoneInfo, *, second: bool = False) -> datetime | None:
    """The instant of a typed time in the reader's zone."""
    return instant_of(wall, zone, second=second) if wall else None


def told(wall: datetime | None, zone: ZoneInfo, *, choice: str, second: bool) -> Told | None:
    """What has to be said about a typed time: that the clock skips it, or shows it twice. Never silently taken."""
    if wall is None:
        return None
    day = times.day(wall.date(), today=wall.date())
    if is_in_gap(wall, zone):
        taken = times.hhmm(instant_of(wall, zone), zone=zone)
        return Told(f"There is no {wall:%H:%M} on {day}: the clocks go forward.", f"It is taken as {taken}; write that, or another time.")
    if comes_twice(wall, zone):
        first, other = (times.zone_abbreviation(instant_of(wall, zone, second=late), zone=zone) for late in (False, True))
        meant, name = ("second", other) if second else ("first", first)
        message = f"{wall:%H:%M} comes twice on {day}: the clocks go back. The {meant} ({name}) is meant."
        return Told(message, "Choose which one below.", choice, second)
    return None


def shown(moment: datetime | None, zone: ZoneInfo) -> tuple[str, bool]:
    """An instant as the input holds it, and whether it is the second of two."""
    if moment is None:
        return "", False
    wall, second = wall_of(moment, zone)
    return wall.strftime(SHOWN), second


def prefilled(text: str, zone: ZoneInfo, *, plus: timedelta = timedelta()) -> str:
    """What a link gives as a start, as the input holds it: with an offset, without one (the reader's clock), or a day alone.

    A day alone stands for its evening, 22:00. Empty for what is no time.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if given.year not in _YEARS:
        return ""
    if "T" not in text and " " not in text:
        given = given.replace(hour=22)
    moment = given if given.tzinfo else instant_of(given, zone)
    return shown(moment + plus, zone)[0]
