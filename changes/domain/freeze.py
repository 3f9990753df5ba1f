"""Freezes: periods in which nothing may be scheduled. Deny beats allow (DESIGN 4.5)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from changes.choices import Level
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval, covered_minutes
from changes.domain.recurrence import Recurrence, RecurrenceError, describe, occurrences, zone_of
from changes.domain.recurrence import check as check_recurrence
from changes.domain.wording import day_time, length, place_of, when


@dataclass(frozen=True)
class Freeze:
    """A freeze, once or repeating on the wall clock of `time_zone`. `start` and `end` are aware.

    `environment`, `service` and `change_type` are slugs that combine by AND; none given means
    everything. `waivable_by` is the name, fit to show, of who may waive it.
    """

    id: int
    name: str
    reason: str
    start: datetime
    end: datetime
    time_zone: str
    rrule: str = ""
    environment: str | None = None
    service: str | None = None
    change_type: str | None = None
    waivable_by: str | None = None


def recurrence_of(freeze: Freeze) -> Recurrence:
    """The freeze as a recurrence on its wall clock, for `recurrence.check`. Raises RecurrenceError for an unknown zone.

    A wall clock shows an hour twice when it goes back. What repeats takes the first of the two (DESIGN 4.4), so a freeze
    that starts in the second holds from the first on. It never holds shorter than from its start to its end.
    """
    zone = zone_of(freeze.time_zone)
    first_start, first_end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (freeze.start, freeze.end))
    if first_end <= first_start and freeze.end > freeze.start:
        first_end = first_start + (freeze.end - freeze.start)
    return Recurrence(freeze.rrule, first_start, first_end, freeze.time_zone)


#: What a recurrence calls its times, and what a freeze does.
_FIELDS = {"first_start": "start", "first_end": "end"}


def check(freeze: Freeze) -> None:
    """Raise RecurrenceError, its field that of the freeze, for the first thing that makes the freeze impossible."""
    if freeze.end <= freeze.start:
        raise RecurrenceError("end", "The freeze ends at or before its start.")
    try:
        check_recurrence(recurrence_of(freeze))
    except RecurrenceError as error:
        raise RecurrenceError(_FIELDS.get(error.field, error.field), error.sentence) from None


def repetition(freeze: Freeze, *, time_zone: str = "") -> str:
    """How a repeating freeze repeats, "every Friday 12:00–00:00", on its own clock; "" for one that happens once.

    Where that is not the clock of the reader's `time_zone`, its place is named. A rule for which there are no words is
    told as it is written.
    """
    if not freeze.rrule:
        return ""
    place = f" in {place_of(freeze.time_zone)}" if time_zone not in ("", freeze.time_zone) else ""
    return f"{describe(recurrence_of(freeze))}{place}"


def scope_in_words(environment: str = "", service: str = "", change_type: str = "") -> str:
    """Whom it holds for, by the names given: "Everything on Relay in Managed services of type Update rollup"."""
    on = f" on {service}" if service else ""
    within = f" in {environment}" if environment else ""
    kind = f" of type {change_type}" if change_type else ""
    return f"Everything{on}{within}{kind}"


def concerns(freeze: Freeze, content: Content) -> bool:
    """Whether the freeze covers what the RFC is about, whatever its times (DESIGN 2: AND of what is given)."""
    return (
        (not freeze.environment or freeze.environment == content.environment)
        and (not freeze.service or freeze.service in content.services)
        and (not freeze.change_type or freeze.change_type == content.change_type)
    )


def frozen(freeze: Freeze, period: Interval) -> list[Interval]:
    """When the freeze holds: its occurrences that overlap the half-open `period`, in UTC and in order.

    One that happens once keeps its instants; one that repeats holds by its wall clock, as `recurrence_of` says.
    """
    if not freeze.rrule:
        once = Interval(freeze.start, freeze.end)
        return [once] if once.overlaps(period) else []
    return occurrences(recurrence_of(freeze), period)


@dataclass(frozen=True)
class Touch:
    """A session that a freeze touches: its place among the sessions, the occurrences touched in order, the minutes in them."""

    place: int
    session: Session
    frozen: tuple[Interval, ...]
    minutes: int

    def is_over(self, at: datetime) -> bool:
        """Whether the session's planned time is over at `at`; an open end never is."""
        return self.session.end is not None and self.session.end <= at


def touches(freeze: Freeze | None, content: Content) -> list[Touch]:
    """The sessions of `content` that the freeze touches; none where there is no freeze, or it is about something else."""
    if freeze is None or not concerns(freeze, content):
        return []
    sessions = ((place, one) for place, one in enumerate(content.sessions) if not one.is_reversed)
    touched = ((place, one, tuple(frozen(freeze, one.interval))) for place, one in sessions)
    return [Touch(place, one, closed, covered_minutes(one.interval, closed)) for place, one, closed in touched if closed]


@dataclass(frozen=True)
class Shift:
    """What one freeze in the place of another means for an RFC: sessions newly hit, sessions let go, and those that stay in it."""

    hit: tuple[Touch, ...] = ()
    freed: tuple[Touch, ...] = ()
    standing: tuple[Touch, ...] = ()


def shift(content: Content, *, before: Freeze | None, after: Freeze | None) -> Shift:
    """What `after` in the place of `before` means; None is no freeze. An emergency passes both, so nothing shifts (DESIGN 4.5)."""
    if content.is_emergency:
        return Shift()
    was, now = ({touch.place: touch for touch in touches(freeze, content)} for freeze in (before, after))
    return Shift(
        hit=tuple(touch for place, touch in now.items() if place not in was),
        freed=tuple(touch for place, touch in was.items() if place not in now),
        standing=tuple(touch for place, touch in now.items() if place in was),
    )


def freeze_findings(
    content: Content, freezes: Iterable[Freeze], *, room: Callable[[int], Interval | None], time_zone: str = "UTC"
) -> list[Finding]:
    """`freeze.active` for each session and each freeze that it touches; an emergency is only advised (DESIGN 4.5).

    `interval` is the first frozen interval touched, `minutes` all frozen minutes of the session. `room` answers where the
    session of a place may go instead (`room.Rooms`).
    """
    found = [(touch, freeze) for freeze in freezes for touch in touches(freeze, content)]
    return [_finding(content, touch, freeze, room, time_zone) for touch, freeze in sorted(found, key=lambda pair: pair[0].place)]


def _finding(content: Content, touch: Touch, freeze: Freeze, room: Callable[[int], Interval | None], time_zone: str) -> Finding:
    again = f" and {len(touch.frozen) - 1} more" if len(touch.frozen) > 1 else ""
    repeats = f", repeating {repetition(freeze, time_zone=time_zone)}" if freeze.rrule else ""
    reason = f": {freeze.reason.strip().rstrip('.')}" if freeze.reason.strip() else ""
    held = f"{when(touch.frozen[0], time_zone)}{again}{repeats}"
    return Finding(
        code="freeze.active",
        level=Level.ADVICE if content.is_emergency else Level.ERROR,
        field=f"sessions[{touch.place}]",
        message=f"The freeze “{freeze.name}” ({held}) covers {length(touch.minutes)} of it{reason}.",
        mend=_PASSES if content.is_emergency else _mend(freeze, room(touch.place), time_zone),
        interval=touch.frozen[0],
        minutes=touch.minutes,
        about=freeze.name,
        freeze=freeze.id,
        scope=_terms(freeze),
    )


def _terms(freeze: Freeze) -> tuple[str, ...]:
    """What a waiver of it was granted in view of; its times are the finding's own, and its name says nothing."""
    reason = " ".join(freeze.reason.split()).rstrip(".").casefold()
    told = {"environment": freeze.environment, "service": freeze.service, "type": freeze.change_type, "reason": reason}
    return tuple(f"freeze.{name}:{value or ''}" for name, value in told.items())


_PASSES = "An emergency passes; tell whoever declared the freeze."


def _mend(freeze: Freeze, room: Interval | None, time_zone: str) -> str:
    ask = f"ask {freeze.waivable_by or 'the change manager'} for a waiver"
    if room is None:
        return f"Nothing within three months has room for it: split the work, or {ask}."
    to = f"to {day_time(room.start, time_zone)} or later" if room.is_open else f"into {when(room, time_zone)}"
    return f"Move it {to}, or {ask}."
