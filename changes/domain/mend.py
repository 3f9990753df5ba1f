"""What mends a finding at one stroke: a session with other times, or with its outage answered (LOOK 1, 7)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from zoneinfo import ZoneInfo

from changes.choices import Outage
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval, united
from changes.domain.odd_date import Odd, a_year_on
from changes.domain.plan import RESERVE, total_minutes
from changes.domain.wall_clock import instant_of
from changes.domain.wording import day, day_time

_PLACE = re.compile(r"sessions\[(\d+)\]")
#: A reserve is rounded up to such minutes.
_ROUND = 5


@dataclass(frozen=True)
class Mend:
    """Session `place` as it would be, and the verb for its button."""

    place: int
    session: Session
    words: str


@dataclass(frozen=True)
class _Around:
    """What a mend is worked out from besides its session."""

    content: Content
    permitted: Sequence[Interval]
    nine_in_ten: int
    time_zone: str


def mends(
    finding: Finding, content: Content, *, permitted: Sequence[Interval] = (), nine_in_ten: int = 0, time_zone: str = "UTC"
) -> list[Mend]:
    """The strokes that mend `finding`; none where it takes more than one.

    `permitted` are the window's stretches near the sessions: where there are any, no session that lies in one is made to
    leave it. `nine_in_ten` are the minutes that nine in ten earlier ones took, 0 where that is not known. `time_zone` is
    the reader's, whose next day an end is put on.
    """
    strokes, place = _STROKES.get(finding.code), _PLACE.match(finding.field)
    if strokes is None or place is None or int(place[1]) >= len(content.sessions):
        return []
    session, around = content.sessions[int(place[1])], _Around(content, united(permitted), nine_in_ten, time_zone)
    return [Mend(int(place[1]), mended, words) for mended, words in strokes(finding, session, around)]


_Strokes = Iterator[tuple[Session, str]]


def _exceeds(finding: Finding, session: Session, around: _Around) -> _Strokes:
    """Longer at its end; where only the window's begin leaves room, at its start."""
    if session.end is None or not finding.minutes:
        return
    more = timedelta(minutes=finding.minutes)
    stretch = _stretch(session, around)
    if stretch and stretch.end < session.end + more and stretch.start <= session.start - more:
        yield replace(session, start=session.start - more), f"Begin {finding.minutes} minutes earlier"
    else:
        yield replace(session, end=session.end + more), _longer(finding.minutes)


def _no_reserve(finding: Finding, session: Session, around: _Around) -> _Strokes:
    """As much of the window that follows as makes a reserve, or as nine in ten earlier ones took."""
    if session.end is None:
        return
    needed = total_minutes(around.content)
    wanted = max(ceil(needed * RESERVE), around.nine_in_ten - needed) - (session.interval.minutes - needed)
    wanted = -(-wanted // _ROUND) * _ROUND
    stretch = _stretch(session, around)
    minutes = min(wanted, Interval(session.end, stretch.end).minutes) if stretch else wanted
    if minutes > 0:
        yield replace(session, end=session.end + timedelta(minutes=minutes)), _longer(minutes)


def _reversed(finding: Finding, session: Session, around: _Around) -> _Strokes:
    """The end at the clock time that was given, on the first day on which it is an end."""
    if session.end is None or not session.is_reversed:
        return
    zone = ZoneInfo(around.time_zone)
    begin, close = session.start.astimezone(zone), session.end.astimezone(zone)
    for days in (0, 1):
        wall = (begin + timedelta(days=days)).replace(hour=close.hour, minute=close.minute, second=0, microsecond=0, tzinfo=None)
        end = instant_of(wall, zone)
        if end > session.start:
            yield replace(session, end=end), f"End it on {day_time(end, around.time_zone)}"
            return


def _outage(finding: Finding, session: Session, around: _Around) -> _Strokes:
    if session.outage is None:
        yield replace(session, outage=Outage.NONE, outage_start=None, outage_end=None), "Users will not notice"
    if session.end is not None and not session.is_reversed:
        whole = replace(session, outage=Outage.PLANNED, outage_start=session.start, outage_end=session.end)
        yield whole, "Out for the whole session"


def _in_past(finding: Finding, session: Session, around: _Around) -> _Strokes:
    """The same day of next year where the year is likely a slip; an end that lies ahead is taken for meant."""
    start = a_year_on(session.start, around.time_zone) if finding.kind == Odd.YEAR else None
    if start:
        end = session.end if session.end and session.end > start else None
        yield session.moved_to(start, end), f"Put it on {day(start, around.time_zone, with_year=True)}"


_STROKES: Mapping[str, Callable[[Finding, Session, _Around], _Strokes]] = {
    "plan.exceeds_session": _exceeds,
    "plan.no_reserve": _no_reserve,
    "interval.reversed": _reversed,
    "interval.in_past": _in_past,
    "outage.missing": _outage,
}


def _stretch(session: Session, around: _Around) -> Interval | None:
    return next((stretch for stretch in around.permitted if stretch.contains(session.interval)), None)


def _longer(minutes: int) -> str:
    return f"Make the session {minutes} minute{'' if minutes == 1 else 's'} longer"
