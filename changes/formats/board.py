"""A board's week in words: its rhythm, the meetings ahead with what the clocks and the holidays do to them, and what a change moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from changes.domain.following import Day, Fate, Following, next_day
from changes.domain.meeting import Rhythm
from changes.domain.wording import place_of
from changes.formats import times
from changes.formats.night import offset_words

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def rhythm_words(rhythm: Rhythm) -> str:
    """ "every Thursday 14:00 for 60 min, Amsterdam; cut-off Tuesday 12:00, 2 days before"."""
    cut_off = f"{_DAYS[(rhythm.weekday - rhythm.cut_off_days) % 7]} {rhythm.cut_off_time:%H:%M}"
    ahead = f"{rhythm.cut_off_days} day{'' if rhythm.cut_off_days == 1 else 's'} before" if rhythm.cut_off_days else "the same day"
    meets = f"every {_DAYS[rhythm.weekday]} {rhythm.starts:%H:%M} for {times.duration(rhythm.minutes)}"
    return f"{meets}, {place_of(rhythm.time_zone)}; cut-off {cut_off}, {ahead}"


@dataclass(frozen=True)
class MeetingRow:
    """One day ahead on the board's own clock. `elsewhere` is the same on the reader's, empty where that shows no other time."""

    when: str
    cut_off: str
    offset: str
    elsewhere: str
    note: str
    falls_out: bool


def meeting_row(day: Day, rhythm: Rhythm, *, reader: ZoneInfo, today: date) -> MeetingRow:
    """`today` is the date of who reads; a year is written where it is another."""
    zone, sitting = rhythm.zone, day.sitting
    own, other = (times.interval_words(sitting.starts_at, sitting.ends_at, zone=one, today=today) for one in (zone, reader))
    return MeetingRow(
        when=times.day(day.on, today=today) if day.falls_out else own,
        cut_off="" if day.falls_out else times.moment(sitting.cut_off_at, zone=zone, today=today),
        offset=offset_words(sitting.starts_at, zone),
        elsewhere=f"{other} in {place_of(str(reader))}" if other != own and not day.falls_out else "",
        note=_note(day, rhythm, today),
        falls_out=day.falls_out,
    )


def _note(day: Day, rhythm: Rhythm, today: date) -> str:
    if day.falls_out:
        return f"falls out: holiday; what was deferred to it goes to {times.day(next_day(rhythm, day.on), today=today)}"
    if not day.gained:
        return ""
    usual = day.sitting.starts_at + timedelta(minutes=day.gained)
    turned = "forward" if day.gained > 0 else "back"
    return f"first after the clocks go {turned}: {day.sitting.starts_at:%H:%M} UTC, a week before {usual:%H:%M}"


def moved_words(following: Following, starts_at: datetime, rhythm: Rhythm, *, waiting: int, today: date) -> str:
    """What becomes of a meeting already made, in a sentence, on the board's clock. `waiting` RFCs were deferred to it."""
    now, then = (times.moment(at, zone=rhythm.zone, today=today) for at in (starts_at, following.sitting.starts_at))
    if following.fate == Fate.MOVES:
        when = f"{now} moves to {then}" if now != then else f"{now} keeps its start; its length or its cut-off changes"
        return f"{when}, with {f'{_rfcs(waiting)} that was deferred to it' if waiting else 'all that stands on it'}."
    if following.fate == Fate.RETURNS:
        return f"{now} was cancelled for a holiday and takes place again{f', on {then}' if now != then else ''}."
    if following.fate == Fate.FALLS_OUT:
        after = times.day(next_day(rhythm, starts_at.astimezone(rhythm.zone).date()), today=today)
        goes = f"what was deferred to it, {_rfcs(waiting)}, goes to {after}" if waiting else "nothing is deferred to it"
        return f"{now} is cancelled: {following.why}; {goes}."
    return f"{now} stays: {following.why}."


def _rfcs(count: int) -> str:
    return f"{count} RFC{'' if count == 1 else 's'}"


def handed_words(count: int, drafts: int, *, before: str, after: str) -> str:
    """How many open RFCs go to another board, in a sentence; `drafts` of them are not submitted."""
    goes = "goes" if count == 1 else "go"
    no_longer = f" and no longer to {before}" if before else ""
    if count == drafts:
        return f"{count} draft{'' if count == 1 else 's'} {goes} to {after or 'no board'}{no_longer}."
    told = f", {drafts} of them {'a draft' if drafts == 1 else 'drafts'}" if drafts else ""
    return f"{count} open RFC{'' if count == 1 else 's'} {goes} to {after or 'no board'}{no_longer}{told}."


def left_words(starts_at: datetime, board: str, *, count: int, stays: bool, zone: ZoneInfo, today: date) -> str:
    """What that does to a meeting of the board that had them, on the reader's clock."""
    when = times.moment(starts_at, zone=zone, today=today)
    if stays:
        word = "stays" if count == 1 else "stay"
        return f"{count} of them {word} on the agenda of {board}, {when}: it is frozen, and what it leaves open goes over."
    return f"{count} of them {'leaves' if count == 1 else 'leave'} the meeting of {board}, {when}."


def rival_words(other: str, what: Sequence[str], *, name: str, wins: bool) -> str:
    """Another board that is named for the same as the board `name`, and which of the two has it."""
    mine = name or "this board"
    first, later = (other, mine) if wins else (mine, other)
    return f"{other} is named for {' and '.join(what)} too. {first} was made first, so those RFCs go there and not to {later}."
