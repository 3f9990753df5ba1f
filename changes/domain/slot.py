"""The next free slots, each with why the nights before it were passed over (DESIGN 4.7)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from changes.domain.content import Session
from changes.domain.finding import Finding, blocking
from changes.domain.interval import Interval, united
from changes.domain.wording import day_time, length

_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
#: What a note calls it, where the code itself is no word for it.
_IN_SHORT = {"window.misses": "outside its change windows", "window.exceeds": "outside its change windows", "freeze.active": "frozen"}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PassedOver:
    """A permitted stretch that was not offered; `code` is the finding that starting there would give."""

    interval: Interval
    reason: str
    code: str


@dataclass(frozen=True)
class Slot:
    """A free time inside the permitted stretch `occurrence`, and what lay between it and the slot before.

    `note` says what is to be known of it: what warns of it where nothing better was found, and that its due date is past.
    """

    interval: Interval
    occurrence: Interval
    passed_over: tuple[PassedOver, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Search:
    """What is looked for, and where.

    `frozen` are intervals with the freeze's name. `found` answers what stands against an interval for the session of that
    place (0 for the first): the `interval` of a finding is the time that both take. `notice_until` is when the notice has
    passed, `standing` what holds of every night alike. Who is `hurried` takes what only warns; everybody else waits for
    better. Days and sentences are on the clock of `time_zone`.
    """

    minutes: int
    permitted: Sequence[Interval]
    frozen: Sequence[tuple[Interval, str]]
    found: Callable[[Interval, int], Sequence[Finding]]
    after: datetime
    notice_until: datetime | None = None
    due_by: datetime | None = None
    standing: Sequence[str] = ()
    hurried: bool = False
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("A slot lasts at least a minute.")

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def earliest(self) -> datetime:
        return max(self.after, self.notice_until or self.after)


@dataclass(frozen=True)
class _Night:
    """A permitted stretch, or a day of a long one: a slot starts in `day` and ends by the end of `stretch`."""

    day: Interval
    stretch: Interval


@dataclass(frozen=True)
class _Tried:
    """A night that was tried: the time found in it, what warns of that, and why no better one was."""

    night: _Night
    free: Interval | None = None
    warnings: Sequence[Finding] = ()
    reason: PassedOver | None = None


def free_slots(search: Search, count: int) -> list[Slot]:
    """At most `count` slots to choose from, one a night, in order; those of which something warns come last and say it (DESIGN 4.7).

    A slot starts with its stretch where that is free, else on the next free quarter of an hour, not before `after` nor before
    the notice has passed. A stretch of more than a day has a slot a day. Each slot says why the nights since the slot before
    it were passed over; a night of which something warns is, as long as another is found.
    """
    tried: list[_Tried] = []
    good = 0
    for night in _nights(search):
        if good == count:
            break
        one = _try(night, search, 0, search.earliest)
        good += _is_good(one, search)
        tried.append(one)
    best = [one for one in tried if _is_good(one, search)]
    warned = [one for one in tried if one.free and not _is_good(one, search)]
    return [*_told(tried, best, search), *_told(tried, warned[: count - len(best)], search)]


def free_nights(search: Search, count: int) -> list[Slot]:
    """A slot for each of `count` sessions in turn, each tried as itself, none overlapping the one before; fewer where there are no more.

    Nights of which something warns are taken, and say it, only where there are not enough others.
    """
    found = _in_turn(search, count, is_patient=not search.hurried)
    return found if search.hurried or len(found) == count else _in_turn(search, count, is_patient=False)


def _in_turn(search: Search, count: int, *, is_patient: bool) -> list[Slot]:
    tried: list[_Tried] = []
    chosen: list[_Tried] = []
    begin = search.earliest
    for night in _nights(search):
        if len(chosen) == count:
            break
        one = _try(night, search, len(chosen), begin)
        tried.append(one)
        if one.free and not (is_patient and one.warnings):
            chosen.append(one)
            begin = one.free.end
    return _told(tried, chosen, search)


def _told(tried: Sequence[_Tried], chosen: Sequence[_Tried], search: Search) -> list[Slot]:
    """The chosen of the nights tried as slots, each with why those since the one before are none."""
    slots: list[Slot] = []
    passed: list[PassedOver] = []
    for one in tried:
        if one.free and one in chosen:
            slots.append(Slot(one.free, one.night.stretch, tuple(passed), _note(one.free, one.warnings, search)))
            passed = []
        elif one.reason:
            passed.append(one.reason)
    return slots


def _is_good(one: _Tried, search: Search) -> bool:
    return one.free is not None and (search.hurried or not one.warnings)


def placed(sessions: Sequence[Session], slots: Sequence[Slot]) -> list[Session]:
    """The sessions, in their order, each at the start of its slot; length and outage stay as they are.

    Sessions that no slot is left for stay where they are.
    """
    moved = [session.moved_to(slot.interval.start) for session, slot in zip(sessions, slots, strict=False)]
    return [*moved, *sessions[len(moved) :]]


def _nights(search: Search) -> Iterator[_Night]:
    for stretch in united(search.permitted):
        if stretch.end > search.after:
            yield from _days(stretch, search)


def _days(stretch: Interval, search: Search) -> Iterator[_Night]:
    """A stretch as one night; one of more than a day as days from its begin, each of them whole days where the work is longer."""
    start = stretch.start
    first = _begin(stretch, search.after).astimezone(ZoneInfo(search.time_zone))
    days = step = -(-search.length // _DAY)
    while (following := (first + days * _DAY).astimezone(UTC)) + search.length <= stretch.end:
        yield _Night(Interval(start, following), stretch)
        start, days = following, days + step
    yield _Night(Interval(start, stretch.end), stretch)


def _try(night: _Night, search: Search, place: int, earliest: datetime) -> _Tried:
    """The first time in a night that nothing stands against, else the first that nothing blocks."""
    start = _begin(night.day, earliest)
    best = _Tried(night, reason=None if _has_room(start, night, search) else _no_room(night, search))
    while _has_room(start, night, search):
        candidate = Interval(start, start + search.length)
        reason, until, warnings = _against(night, candidate, search, place)
        if reason is None:
            return _Tried(night, candidate)
        if warnings and best.free is None:
            best = _Tried(night, candidate, warnings, reason)
            if search.hurried:
                return best
        elif best.reason is None:
            best = _Tried(night, reason=reason)
        start = _quarter(max(until, start + timedelta(minutes=1)))
    return best


def _has_room(start: datetime, night: _Night, search: Search) -> bool:
    return start < night.day.end and start + search.length <= night.stretch.end


def _against(night: _Night, candidate: Interval, search: Search, place: int) -> tuple[PassedOver | None, datetime, Sequence[Finding]]:
    """Why a time is none, until when that holds at the least, and, where nothing blocks it, what warns of it."""
    for interval, name in search.frozen:
        if interval.overlaps(candidate):
            return PassedOver(night.day, f"frozen: {name}", "freeze.active"), interval.end, ()
    found = search.found(candidate, place)
    blocks = blocking(found)
    if not found:
        return None, candidate.start, ()
    worst = (blocks or found)[0]
    until = max(_until(finding, night, candidate) for finding in blocks or found)
    return PassedOver(night.day, worst.message.rstrip("."), worst.code), until, () if blocks else found


def _until(finding: Finding, night: _Night, candidate: Interval) -> datetime:
    # No shift shorter than the overlap can end it; a longer jump might leap over room (an outage inside its session).
    # What is about no time at all, such as a predecessor that was cancelled, no shift can end.
    taken = finding.interval.intersection(candidate) if finding.interval else None
    return candidate.start + (taken.end - taken.start) if taken else night.day.end


def _begin(stretch: Interval, earliest: datetime) -> datetime:
    return stretch.start if stretch.start >= earliest else _quarter(earliest)


def _quarter(moment: datetime) -> datetime:
    """The first full quarter of an hour at or after a moment."""
    return _EPOCH - (_EPOCH - moment) // _QUARTER * _QUARTER


def _no_room(night: _Night, search: Search) -> PassedOver | None:
    """Why nothing can start in a night; None where it is because the slot before reaches through it."""
    if night.stretch.end - night.day.start < search.length:
        return PassedOver(night.day, f"it is too short: {length(Interval(night.day.start, night.stretch.end).minutes)}", "window.exceeds")
    if not _has_room(_begin(night.day, search.after), night, search):
        left = Interval(search.after, night.stretch.end).minutes
        return PassedOver(night.day, f"only {length(left)} of it are left", "window.exceeds")
    if _has_room(_begin(night.day, search.earliest), night, search):
        return None
    earliest = day_time(search.earliest, search.time_zone)
    return PassedOver(night.day, f"the notice is too short: not before {earliest}", "notice.too_short")


def _note(slot: Interval, warnings: Sequence[Finding], search: Search) -> str:
    return ", ".join(dict.fromkeys([*filter(None, [_overdue(slot, search.due_by)]), *search.standing, *map(_in_short, warnings)]))


def _in_short(finding: Finding) -> str:
    words = _IN_SHORT.get(finding.code) or finding.code.partition(".")[2].replace("_", " ")
    named = finding.other or finding.about
    return f"{words}{f': {named}' if named else ''}{' (a draft)' if finding.possible else ''}"


def _overdue(slot: Interval, due_by: datetime | None) -> str:
    if due_by is None or slot.end <= due_by:
        return ""
    days = (slot.end - due_by).days
    return f"{days} days after its due date" if days > 1 else "after its due date"
