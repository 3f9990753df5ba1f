"""Freezes: periods in which nothing may be scheduled. Deny beats allow (DESIGN 4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from changes.choices import Level
from changes.domain.content import Content, Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval, covered_minutes
from changes.domain.recurrence import Recurrence, occurrences, zone_of
from changes.domain.wording import day_time, length, when


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
    """The freeze as a recurrence on its wall clock, for `recurrence.check`. Raises RecurrenceError for an unknown zone."""
    zone = zone_of(freeze.time_zone)
    first_start, first_end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (freeze.start, freeze.end))
    return Recurrence(freeze.rrule, first_start, first_end, freeze.time_zone)


def concerns(freeze: Freeze, content: Content) -> bool:
    """Whether the freeze covers what the RFC is about, whatever its times (DESIGN 2: AND of what is given)."""
    return (
        (not freeze.environment or freeze.environment == content.environment)
        and (not freeze.service or freeze.service in content.services)
        and (not freeze.change_type or freeze.change_type == content.change_type)
    )


def frozen(freeze: Freeze, period: Interval) -> list[Interval]:
    """When the freeze holds: its occurrences that overlap the half-open `period`, in UTC and in order."""
    if not freeze.rrule:
        once = Interval(freeze.start, freeze.end)
        return [once] if once.overlaps(period) else []
    return occurrences(recurrence_of(freeze), period)


def freeze_findings(content: Content, freezes: Iterable[Freeze], *, time_zone: str = "UTC") -> list[Finding]:
    """`freeze.active` for each session and each freeze that it touches; an emergency is only advised (DESIGN 4.5).

    `interval` is the first frozen interval touched, `minutes` all frozen minutes of the session.
    """
    concerned = [freeze for freeze in freezes if concerns(freeze, content)]
    return [
        _finding(content, place, session, freeze, touched, time_zone)
        for place, session in enumerate(content.sessions)
        if not session.is_reversed
        for freeze in concerned
        if (touched := frozen(freeze, session.interval))
    ]


def _finding(content: Content, place: int, session: Session, freeze: Freeze, touched: list[Interval], time_zone: str) -> Finding:
    minutes = covered_minutes(session.interval, touched)
    again = f" and {len(touched) - 1} more" if len(touched) > 1 else ""
    reason = f": {freeze.reason.strip().rstrip('.')}" if freeze.reason.strip() else ""
    return Finding(
        code="freeze.active",
        level=Level.ADVICE if content.is_emergency else Level.ERROR,
        field=f"sessions[{place}]",
        message=f"The freeze “{freeze.name}” ({when(touched[0], time_zone)}{again}) covers {length(minutes)} of it{reason}.",
        mend=_mend(content, freeze, touched[-1], time_zone),
        interval=touched[0],
        minutes=minutes,
        about=freeze.name,
    )


def _mend(content: Content, freeze: Freeze, last: Interval, time_zone: str) -> str:
    if content.is_emergency:
        return "An emergency passes; tell whoever declared the freeze."
    waiver = freeze.waivable_by or "the change manager"
    return f"Move it to {day_time(last.end, time_zone)} or later, or ask {waiver} for a waiver."
