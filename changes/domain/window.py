"""Change windows: when an environment permits work, and how a session lies in that (DESIGN 4.4)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from changes.choices import Level
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval, united
from changes.domain.recurrence import Recurrence, occurrences
from changes.domain.wording import day_time, length, when

#: How far around a session the window is looked for that it exceeds.
_REACH = timedelta(days=15)


@dataclass(frozen=True)
class Window:
    """A recurring permitted period of an environment; without change types it serves all of them."""

    id: int
    name: str
    environment: str
    change_types: tuple[str, ...]
    recurrence: Recurrence


@dataclass(frozen=True)
class Fit:
    """How an interval lies in the permitted time; never a bare yes (DESIGN 4.4).

    `kind` is inside, misses, exceeds, in_freeze or no_window. `minutes` is how much of the interval
    lies outside, a begun minute counting whole. `occurrence` is the permitted stretch that it lies
    in, or else the nearest. `freeze` is the name of the freeze where it lies in one.
    """

    kind: str
    minutes: int = 0
    occurrence: Interval | None = None
    freeze: str = ""


def serving(windows: Iterable[Window], environment: str | None, change_type: str | None) -> list[Window]:
    """The windows that permit this change type in this environment; one without types serves all."""
    return [
        window
        for window in windows
        if window.environment == environment and (not window.change_types or change_type in window.change_types)
    ]


def permitted(windows: Iterable[Window], environment: str | None, change_type: str | None, period: Interval) -> list[Interval]:
    """The permitted stretches that overlap the half-open `period`, whole, in UTC and in order.

    Windows unite, and what adjoins is one stretch. Raises RecurrenceError for a window that cannot be.
    """
    serve = serving(windows, environment, change_type)
    return united(one for window in serve for one in occurrences(window.recurrence, period))


def fit(
    interval: Interval,
    permitted: Sequence[Interval],
    freezes: Sequence[Interval] = (),
    names: Sequence[str] = (),
) -> Fit:
    """How `interval` lies in the permitted stretches; a freeze that it touches goes before all (DESIGN 4.5).

    `names` runs beside `freezes`. An interval of which no whole minute is covered misses.
    """
    stretches = united(permitted)
    for place, frozen in enumerate(freezes):
        if frozen.overlaps(interval):
            return Fit("in_freeze", occurrence=_nearest(interval, stretches), freeze=_name(names, place))
    if not stretches:
        return Fit("no_window", minutes=_minutes_up(interval.end - interval.start))
    nearest = _nearest(interval, stretches)
    if nearest and nearest.contains(interval):
        return Fit("inside", occurrence=nearest)
    shared = [piece for stretch in stretches if (piece := interval.intersection(stretch))]
    covered = sum((piece.end - piece.start for piece in shared), timedelta())
    outside = _minutes_up(interval.end - interval.start - covered)
    return Fit("misses" if covered < timedelta(minutes=1) else "exceeds", outside, nearest)


def lies(interval: Interval, windows: Sequence[Window], environment: str | None, change_type: str | None) -> Fit:
    """How a session lies in these windows: `no_window` where none serves it, else as `fit` says.

    Of a session with an open end only the start is judged: whether such work begins inside can still be said.
    """
    whole = judged_part(interval)
    serve = serving(windows, environment, change_type)
    found = fit(whole, permitted(serve, environment, change_type, whole))
    return replace(found, kind="misses") if serve and found.kind == "no_window" else found


def judged_part(interval: Interval) -> Interval:
    """What of a planned time can be judged: all of it, or the first minute of one whose end nobody wrote down."""
    return Interval(interval.start, interval.start + timedelta(minutes=1)) if interval.is_open else interval


def crosses(before: Fit, after: Fit) -> bool | None:
    """Whether a session comes inside of the windows (True) or leaves them (False); None where its lot stays the same.

    A session that no window served is outside of the first one that does not hold it: what was a warning becomes an error.
    """
    was, now = before.kind == "inside", after.kind == "inside"
    if was != now:
        return now
    return False if before.kind == "no_window" and after.kind != "no_window" and not now else None


def window_findings(
    content: Content,
    windows: Sequence[Window],
    *,
    room: Callable[[int], Interval | None],
    is_automatic_restoring: bool = False,
    required: bool = True,
    time_zone: str = "UTC",
) -> list[Finding]:
    """What the change windows say of each session (DESIGN 4.4): `window.undefined`, `.misses`, `.exceeds`.

    `required` is False for an environment that is always open. A change that restores service needs
    no window, and for an emergency it is a warning. A reversed session is left to `interval.reversed`;
    of one with an open end only the start is judged. `room` answers where the session of a place may go
    instead (`room.Rooms`).
    """
    if not required or is_automatic_restoring or not content.environment:
        return []
    serve = serving(windows, content.environment, content.change_type)
    if not serve:
        return [_undefined(content)]
    judged = (
        _session_finding(content, place, session, serve, room, time_zone)
        for place, session in enumerate(content.sessions)
        if not session.is_reversed
    )
    return [finding for finding in judged if finding]


def notice_findings(
    content: Content,
    notice_hours: int | None,
    judged_at: datetime,
    *,
    is_automatic: bool = False,
    time_zone: str = "UTC",
) -> list[Finding]:
    """`notice.too_short` where the first session starts sooner than the type's notice allows (DESIGN 4.4).

    `judged_at` is the latest submission or move. Emergencies and the automatic lane pass; so does work
    that has begun or that is past, of which `interval.in_past` speaks.
    """
    if not notice_hours or not content.sessions or content.is_emergency or is_automatic:
        return []
    place, session = min(enumerate(content.sessions), key=lambda pair: pair[1].start)
    earliest = judged_at + timedelta(hours=notice_hours)
    if session.actual_start or session.start < judged_at or session.start >= earliest:
        return []
    given = int((session.start - judged_at).total_seconds() // 60)
    return [
        Finding(
            code="notice.too_short",
            level=Level.ERROR,
            field=f"sessions[{place}]",
            message=f"It starts {_in_hours(given)} after it is asked for; its type needs {notice_hours} h of notice.",
            mend=f"Start at {day_time(earliest, time_zone)} or later.",
            interval=session.interval,
            minutes=_minutes_up(earliest - session.start),
        )
    ]


def _in_hours(minutes: int) -> str:
    """As `length`, but never in days: a notice is counted in hours."""
    return f"{minutes // 60} h" if minutes >= 96 * 60 else length(minutes)


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if place < len(names) else ""


def _minutes_up(length: timedelta) -> int:
    return -(-length // timedelta(minutes=1))


def _nearest(interval: Interval, stretches: Iterable[Interval]) -> Interval | None:
    """The stretch that covers most of the interval, else the one the shortest way off."""
    return min(stretches, key=lambda stretch: _distance(interval, stretch), default=None)


def _distance(interval: Interval, stretch: Interval) -> tuple[timedelta, timedelta]:
    shared = interval.intersection(stretch)
    gap = max(stretch.start - interval.end, interval.start - stretch.end, timedelta())
    return gap, -(shared.end - shared.start) if shared else timedelta()


def _undefined(content: Content) -> Finding:
    of_type = " and change type" if content.change_type else ""
    return Finding(
        code="window.undefined",
        level=Level.WARNING,
        field="environment",
        message=f"No change window is defined for this environment{of_type}.",
        mend="Choose another environment or type, or have an administrator define a window.",
    )


def _session_finding(
    content: Content, place: int, session: Session, serve: list[Window], room: Callable[[int], Interval | None], time_zone: str
) -> Finding | None:
    whole = judged_part(session.interval)
    # Most sessions are inside: that is answered by the occurrences they touch, without a look around.
    if lies(whole, serve, content.environment, content.change_type).kind == "inside":
        return None
    near = Interval(whole.start - _REACH, whole.end + _REACH)
    found = fit(whole, permitted(serve, content.environment, content.change_type, near))
    exceeds = found.kind == "exceeds"
    return Finding(
        code="window.exceeds" if exceeds else "window.misses",
        level=Level.WARNING if content.is_emergency else Level.ERROR,
        field=f"sessions[{place}]",
        message=_exceeds(found, time_zone) if exceeds else _misses(session.interval, time_zone),
        mend=_mend(found, whole, room(place), time_zone),
        interval=session.interval,
        minutes=found.minutes if session.end else None,
    )


def _exceeds(found: Fit, time_zone: str) -> str:
    stretch = f" {when(found.occurrence, time_zone)}" if found.occurrence else ""
    return f"It exceeds its change window{stretch} by {length(found.minutes)}."


def _misses(interval: Interval, time_zone: str) -> str:
    return f"{when(interval, time_zone)} lies outside of every change window of its environment and type."


def _mend(found: Fit, whole: Interval, room: Interval | None, time_zone: str) -> str:
    if found.kind == "exceeds" and found.occurrence and found.occurrence.holds(whole.start):
        shorten = f"End by {day_time(found.occurrence.end, time_zone)}"
        return f"{shorten}, or move it into {when(room, time_zone)}." if room else f"{shorten}."
    if room:
        return f"Move it into the window {when(room, time_zone)}."
    return "No window within three months has room for all of it: split the work into shorter sessions."
