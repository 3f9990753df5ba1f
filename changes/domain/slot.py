"""The next free slots, each with why the nights before it were passed over (DESIGN 4.7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from changes.domain.content import Session
from changes.domain.finding import Finding
from changes.domain.interval import Interval, united
from changes.domain.wording import day_time, length

_QUARTER = timedelta(minutes=15)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PassedOver:
    """A permitted stretch that was not offered; `code` is the finding that starting there would give."""

    interval: Interval
    reason: str
    code: str


@dataclass(frozen=True)
class Slot:
    """A free time inside the permitted stretch `occurrence`, and what lay between it and the slot before."""

    interval: Interval
    occurrence: Interval
    passed_over: tuple[PassedOver, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class _Search:
    """What all stretches are tried with."""

    length: timedelta
    frozen: Sequence[tuple[Interval, str]]
    busy: Callable[[Interval], Finding | None]
    after: datetime
    earliest: datetime
    time_zone: str


def free_slots(
    *,
    minutes: int,
    permitted: Sequence[Interval],
    frozen: Sequence[tuple[Interval, str]],
    busy: Callable[[Interval], Finding | None],
    after: datetime,
    count: int,
    notice_until: datetime | None = None,
    due_by: datetime | None = None,
    time_zone: str = "UTC",
) -> list[Slot]:
    """At most `count` slots of `minutes`, one in each permitted stretch that has room, in order (DESIGN 4.7).

    A slot starts with its stretch where that is free, else on the next free quarter of an hour, not
    before `after` nor before the notice has passed (`notice_until`). `frozen` are intervals with the
    freeze's name; `busy` answers the first finding that blocks an interval, its `interval` being the
    time that both take. Each slot says why the stretches since the slot before it were passed over.
    """
    if minutes < 1:
        raise ValueError("A slot lasts at least a minute.")
    search = _Search(timedelta(minutes=minutes), frozen, busy, after, max(after, notice_until or after), time_zone)
    slots: list[Slot] = []
    passed: list[PassedOver] = []
    for stretch in united(permitted):
        if len(slots) == count:
            break
        if stretch.end <= after:
            continue
        found = _first_free(stretch, search)
        if isinstance(found, PassedOver):
            passed.append(found)
        else:
            slots.append(Slot(found, stretch, tuple(passed), _note(found, due_by)))
            passed = []
    return slots


def placed(sessions: Sequence[Session], slots: Sequence[Slot]) -> list[Session]:
    """The sessions, in their order, each at the start of its slot; length and outage stay as they are.

    Sessions that no slot is left for stay where they are.
    """
    moved = [session.moved_to(slot.interval.start) for session, slot in zip(sessions, slots, strict=False)]
    return [*moved, *sessions[len(moved) :]]


def _first_free(stretch: Interval, search: _Search) -> Interval | PassedOver:
    start = _begin(stretch, search.earliest)
    if start + search.length > stretch.end:
        return _no_room(stretch, search)
    reason: PassedOver | None = None
    while start + search.length <= stretch.end:
        candidate = Interval(start, start + search.length)
        hit = _frozen(stretch, candidate, search) or _busy(stretch, candidate, search)
        if hit is None:
            return candidate
        blocked, until = hit
        reason = reason or blocked
        start = _quarter(max(until, start + timedelta(minutes=1)))
    return reason or _no_room(stretch, search)


def _begin(stretch: Interval, earliest: datetime) -> datetime:
    return stretch.start if stretch.start >= earliest else _quarter(earliest)


def _quarter(moment: datetime) -> datetime:
    """The first full quarter of an hour at or after a moment."""
    return _EPOCH - (_EPOCH - moment) // _QUARTER * _QUARTER


def _no_room(stretch: Interval, search: _Search) -> PassedOver:
    if stretch.end - stretch.start < search.length:
        return PassedOver(stretch, f"it is too short: {length(stretch.minutes)}", "window.exceeds")
    if _begin(stretch, search.after) + search.length <= stretch.end:
        earliest = day_time(search.earliest, search.time_zone)
        return PassedOver(stretch, f"the notice is too short: not before {earliest}", "notice.too_short")
    left = Interval(search.after, stretch.end).minutes
    return PassedOver(stretch, f"only {length(left)} of it are left", "window.exceeds")


def _frozen(stretch: Interval, candidate: Interval, search: _Search) -> tuple[PassedOver, datetime] | None:
    for interval, name in search.frozen:
        if interval.overlaps(candidate):
            return PassedOver(stretch, f"frozen: {name}", "freeze.active"), interval.end
    return None


def _busy(stretch: Interval, candidate: Interval, search: _Search) -> tuple[PassedOver, datetime] | None:
    finding = search.busy(candidate)
    if finding is None:
        return None
    taken = finding.interval.intersection(candidate) if finding.interval else None
    # No shift shorter than the overlap can end it; a longer jump might leap over room (an outage inside its session).
    # What is about no time at all, such as a predecessor that was cancelled, no shift can end.
    until = candidate.start + (taken.end - taken.start) if taken else stretch.end
    return PassedOver(stretch, finding.message.rstrip("."), finding.code), until


def _note(slot: Interval, due_by: datetime | None) -> str:
    if due_by is None or slot.end <= due_by:
        return ""
    days = (slot.end - due_by).days
    return f"{days} days after its due date" if days > 1 else "after its due date"
