"""The nights of a recurrence in words: when, on which offset, and how long they truly last."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from changes.domain.night import Night
from changes.domain.wording import place_of
from changes.formats import times


@dataclass(frozen=True)
class NightRow:
    """One night as a table shows it. `key` is the start by which the rule names it, as ISO text to the minute.

    `elsewhere` is the same on the reader's clock, empty where that is the window's own. `change` says what the
    clocks do in it.
    """

    key: str
    when: str
    elsewhere: str
    offset: str
    lasts: str
    change: str
    left_out: bool


def night_row(night: Night, *, zone: ZoneInfo, reader: ZoneInfo, today: date) -> NightRow:
    """A night on the clock of its own `zone`; `reader` is the zone of who reads, `today` the date there."""
    start, end = night.interval.start, night.interval.end
    own = times.interval_words(start, end, zone=zone, today=today)
    other = times.interval_words(start, end, zone=reader, today=today)
    return NightRow(
        key=night.wall.isoformat(timespec="minutes"),
        when=own,
        elsewhere=f"{other} in {place_of(str(reader))}" if other != own else "",
        offset=_offsets(start, end, zone),
        lasts=lasts(night.interval.minutes),
        change=f"the clocks go {'forward' if night.gained < 0 else 'back'}" if night.gained else "",
        left_out=night.left_out,
    )


def lasts(minutes: int) -> str:
    """Minutes as "5 h" where they are whole hours, else as durations are said: "90 min"."""
    return times.duration(minutes) if minutes % 60 else times.whole_hours(minutes // 60)


def _offsets(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """The zone as "PST, UTC-8"; in a night in which it changes "PST, UTC-8 → PDT, UTC-7"."""
    return " → ".join(dict.fromkeys(offset_words(at, zone) for at in (start, end)))


def offset_words(at: datetime, zone: ZoneInfo) -> str:
    """The zone as "PST, UTC-8", as it is called at that instant."""
    name, local = times.zone_abbreviation(at, zone=zone), at.astimezone(zone)
    digits = f"{local:%z}"
    shift = f"UTC{digits[0]}{int(digits[1:3])}{'' if digits[3:5] == '00' else f':{digits[3:5]}'}"
    return shift if name.startswith("UTC") else f"{name}, {shift}"
