"""Impossible and odd times of a session: refused or warned about, never silently taken (DESIGN 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from changes.choices import Level, Outage, Word
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.wall_clock import instant_of
from changes.domain.wording import day, day_time, length, lengths, place_of, when

_YEAR = timedelta(days=365)
#: How near to the same day of another year a start looks like a slip of the year.
_SLIP = timedelta(days=31)
#: A start that is past by ten months or more, at the turn of the year, may be of the year before.
_TEN_MONTHS = timedelta(days=300)
#: Longer work crosses clock changes as a matter of course.
_A_NIGHT = timedelta(days=2)


class Odd(Word):
    """What can be odd about a session's times, each with a sentence of its own: the `kind` of an `interval.unusual`."""

    YEAR = "year", "About a year away, as of December or January"
    FAR = "far", "More than a year away"
    LONG = "long", "Longer than four times the usual of its type"
    YEARS_LONG = "years_long", "Ends more than a year after its start"
    NO_END = "no_end", "Without an end"
    MIDNIGHT = "midnight", "From midnight to midnight"
    CLOCKS = "clocks", "In a night in which the clocks change"
    TWICE = "twice", "Overlaps another session of its own"
    OUTAGE = "outage", "Times of an outage that it says there is not"


#: The way out of each.
WAYS_OUT: Mapping[Odd, str] = {
    Odd.YEAR: "At the turn of the year the old year slips in: look again.",
    Odd.FAR: "Look at the year again.",
    Odd.LONG: "Look at the end again, or split the work into sessions.",
    Odd.YEARS_LONG: "Look at the end again.",
    Odd.NO_END: "Say when the work ends.",
    Odd.MIDNIGHT: "Give the hours in which the work is done.",
    Odd.CLOCKS: "Plan with the true length.",
    Odd.TWICE: "Remove one, or move it apart.",
    Odd.OUTAGE: "Say which it is.",
}


@dataclass(frozen=True)
class _Said:
    """One odd thing and its sentence."""

    kind: Odd
    message: str


def interval_findings(
    content: Content, *, at: datetime, usual_minutes: int | None, time_zone: str = "UTC", clock: str = ""
) -> list[Finding]:
    """`interval.reversed`, `.in_past` and `.unusual` of each session, judged as of `at` (DESIGN 4.4, 6).

    `at` is the latest submission or move, or now for a draft. `usual_minutes` is the usual length of a session
    of the change type, None where that is not known. Midnight, clock changes and the turn of the year are those
    of the zone `clock`, whoever reads; sentences are in `time_zone`, which is also the clock where none is given.
    Each `interval.unusual` has an `Odd` as its `kind`; an `interval.in_past` whose year is likely a slip has `Odd.YEAR`.
    """
    clock = clock or time_zone
    found: list[Finding] = []
    for place, session in enumerate(content.sessions):
        reversed_ones = list(_reversed(place, session, time_zone))
        found += reversed_ones
        if session.is_reversed:
            continue
        found += _in_past(place, session, at, time_zone, clock)
        odd = [*_unusual(session, at, usual_minutes, time_zone, clock), *_twice(session, content.sessions[:place], time_zone)]
        found += (_warning(place, session, said) for said in odd)
    return found


def _reversed(place: int, session: Session, zone: str) -> Iterator[Finding]:
    pairs: list[tuple[str, datetime | None, datetime | None]] = [("The session", session.start, session.end)]
    # An outage as long as its session is reversed with it: one slip, said once.
    if session.outage == Outage.PLANNED and not session.is_reversed:
        pairs.append(("The outage", session.outage_start, session.outage_end))
    for what, start, end in pairs:
        if start and end and end <= start:
            yield _error(place, f"{what} ends {day_time(end, zone)}, not after its start {day_time(start, zone)}.",
                         "Give an end that is later than the start.", "interval.reversed")  # fmt: skip
    yield from _reversed_actual(place, session, zone)
    outage = session.outage_interval
    if outage and not session.is_reversed and not session.interval.contains(outage):
        yield _error(place, f"The outage {when(outage, zone)} reaches out of its session"
                     f" {when(session.interval, zone)}.",
                     "Keep the outage inside the session, or make the session longer.",
                     "interval.reversed", outage)  # fmt: skip


def _reversed_actual(place: int, session: Session, zone: str) -> Iterator[Finding]:
    pairs = (
        ("The work", session.actual_start, session.actual_end),
        ("The actual outage", session.actual_outage_start, session.actual_outage_end),
    )
    for what, start, end in pairs:
        if start and end and end < start:
            yield _error(place, f"{what} ended {day_time(end, zone)}, before it began {day_time(start, zone)}.",
                         "Give the times as they were.", "interval.reversed")  # fmt: skip


def _in_past(place: int, session: Session, at: datetime, zone: str, clock: str) -> list[Finding]:
    # A form knows minutes only: a start in the running minute is not past.
    if session.actual_start or session.start >= at.replace(second=0, microsecond=0):
        return []
    begin = day_time(session.start, zone, with_year=True)
    meant = _meant(session.start, at, zone, clock)
    if meant:
        mend, kind = f"Did you mean {day(meant, zone, with_year=True)}?", Odd.YEAR.value
    else:
        mend, kind = "Choose a later time; if the work has been done, give its actual times.", ""
    return [_finding("interval.in_past", Level.WARNING, place, session.interval, f"Its start, {begin}, is past.", mend, kind)]


def a_year_on(start: datetime, zone: str) -> datetime | None:
    """The same day and time of the next year on the clock of `zone`; None for 29 February."""
    wall = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if (wall.month, wall.day) == (2, 29):
        return None
    return instant_of(wall.replace(year=wall.year + 1), ZoneInfo(zone))


def _meant(start: datetime, at: datetime, zone: str, clock: str) -> datetime | None:
    """The same day of next year where, from November to January, a start of ten to twelve months ago looks like a slip of the year."""
    if at.astimezone(ZoneInfo(clock)).month not in (11, 12, 1) or at - start < _TEN_MONTHS:
        return None
    meant = a_year_on(start, zone)
    return meant if meant and meant > at else None


def _unusual(session: Session, at: datetime, usual: int | None, zone: str, clock: str) -> Iterator[_Said]:
    yield from _far_away(session, at, zone, clock)
    if session.outage == Outage.NONE and (session.outage_start or session.outage_end):
        yield _Said(Odd.OUTAGE, "It has times of an outage, and says that there is none.")
    if session.end is None:
        yield _Said(Odd.NO_END, "It has no end.")
        return
    yield from _long(session.start, session.end, usual, zone)
    yield from _clock(session.start, session.end, clock, "" if clock == zone else f" in {place_of(clock)}")


def _twice(session: Session, before: Sequence[Session], zone: str) -> Iterator[_Said]:
    """The first of the sessions before it that it overlaps: the same night written twice, or a slip of the hour."""
    for number, other in enumerate(before, start=1):
        if not other.is_reversed and session.interval.overlaps(other.interval):
            yield _Said(Odd.TWICE, f"It overlaps session {number}, {when(other.interval, zone)}.")
            return


def _far_away(session: Session, at: datetime, zone: str, clock: str) -> Iterator[_Said]:
    away = abs(session.start - at)
    begin = day_time(session.start, zone, with_year=True)
    side = "ahead" if session.start > at else "ago"
    is_turn_of_year = at.astimezone(ZoneInfo(clock)).month in (1, 12)
    if is_turn_of_year and abs(away - _YEAR) <= _SLIP:
        yield _Said(Odd.YEAR, f"Its start, {begin}, is about a year {side}.")
    elif away > _YEAR:
        yield _Said(Odd.FAR, f"Its start, {begin}, is more than a year {side}.")


def _long(start: datetime, end: datetime, usual: int | None, zone: str) -> Iterator[_Said]:
    minutes = Interval(start, end).minutes
    if usual and minutes > 4 * usual:
        yield _Said(Odd.LONG, "It lasts {}; this change type usually takes {}.".format(*lengths(minutes, usual)))
    elif end - start > _YEAR:
        message = f"It ends {day_time(end, zone, with_year=True)}, {length(minutes)} after its start."
        yield _Said(Odd.YEARS_LONG, message)


def _clock(start: datetime, end: datetime, clock: str, there: str) -> Iterator[_Said]:
    """`there` is the place whose clock it is, in words, where the reader has another."""
    begin, close = start.astimezone(ZoneInfo(clock)), end.astimezone(ZoneInfo(clock))
    if begin.time() == close.time() == time():
        yield _Said(Odd.MIDNIGHT, f"It lasts from midnight to midnight{there}, as if only days had been given.")
    moved = (close.utcoffset() or timedelta()) - (begin.utcoffset() or timedelta())
    if moved and end - start <= _A_NIGHT:
        # Inside the hour that comes twice the clock may even show a later start than end.
        true, shown = lengths(Interval(start, end).minutes, max(0, Interval(start, end + moved).minutes))
        yield _Said(Odd.CLOCKS, f"The clocks change{there} in that night: {begin:%H:%M}–{close:%H:%M} lasts {true}, not {shown}.")


def _error(place: int, message: str, mend: str, code: str, interval: Interval | None = None) -> Finding:
    return _finding(code, Level.ERROR, place, interval, message, mend)


def _warning(place: int, session: Session, said: _Said) -> Finding:
    return _finding("interval.unusual", Level.WARNING, place, session.interval, said.message, WAYS_OUT[said.kind], said.kind)


def _finding(code: str, level: Level, place: int, interval: Interval | None, message: str, mend: str, kind: str = "") -> Finding:
    return Finding(code=code, level=level, field=f"sessions[{place}]", message=message, mend=mend, interval=interval, kind=kind)
