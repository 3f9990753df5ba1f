"""What holds of a board as it is set up: what cannot be, and what can but should be looked at (DESIGN 4.1, 4.8)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from changes.domain.meeting import Rhythm
from changes.domain.wording import length

#: So far ahead the rota is looked at for hours in which nobody answers.
ROTA_AHEAD = timedelta(weeks=4)


@dataclass(frozen=True)
class Seat:
    """Somebody on the board; a delegate sits for `delegate_for`. Both dates are included, on the board's calendar."""

    person: str
    delegate_for: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Turn:
    """A turn on the approver rota, aware and half-open; empty ends mean always."""

    person: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Plan:
    """A board as it is or would be stored; people by username."""

    chair: str
    quorum: int
    rhythm: Rhythm
    seats: Sequence[Seat] = ()
    rota: Sequence[Turn] = ()
    #: Minutes of an item by what it is: "major" to 8.
    item_minutes: Mapping[str, int] | None = None

    @property
    def voting(self) -> set[str]:
        """Who has a vote; a delegate votes in the place of another, and so adds none."""
        return {self.chair, *(seat.person for seat in self.seats if not seat.delegate_for)} - {""}


@dataclass(frozen=True)
class Fault:
    """What cannot be. `field` is `members`, `rota` or a column; `row` counts its rows from 0."""

    field: str
    sentence: str
    mend: str
    row: int | None = None


@dataclass(frozen=True)
class Caution:
    """What can be, and surprises: a fact and a way out."""

    code: str
    sentence: str
    mend: str


def faults(plan: Plan, names: Mapping[str, str] | None = None) -> list[Fault]:
    """All that keeps it from being stored, at whichever door. `names` says what people are called; without it, their usernames."""
    return [*_of_seats(plan.seats, names or {}), *_of_turns(plan.rota), *_of_rhythm(plan.rhythm)]


def _of_seats(seats: Sequence[Seat], called: Mapping[str, str]) -> Iterator[Fault]:
    taken: set[str] = set()
    for row, seat in enumerate(seats):
        person = called.get(seat.person, seat.person)
        if seat.person in taken:
            yield Fault("members", f"Somebody has two seats: {person}.", "Take one of the two away.", row)
        taken.add(seat.person)
        if seat.delegate_for == seat.person:
            yield Fault("members", f"{person} cannot sit for themselves.", "Leave out for whom, or choose somebody else.", row)
        if seat.since and seat.until and seat.until < seat.since:
            yield Fault("members", "Its last day lies before its first.", "Exchange the two, or choose a later last day.", row)


def _of_turns(rota: Sequence[Turn]) -> Iterator[Fault]:
    for row, turn in enumerate(rota):
        if turn.since and turn.until and turn.until <= turn.since:
            yield Fault("rota", "The turn ends at or before its start.", "Exchange the two, or choose a later end.", row)


def _of_rhythm(rhythm: Rhythm) -> Iterator[Fault]:
    if rhythm.cut_off_days == 0 and rhythm.cut_off_time > rhythm.starts:
        yield Fault("cut_off_time", "The cut-off lies after the start of the meeting.", "Choose an earlier time.")


def cautions(plan: Plan, *, absent: Collection[str] = (), names: Mapping[str, str] | None = None, at: datetime) -> list[Caution]:
    """What is worth a second look before it is saved. `absent` are those of its people who can decide nothing:
    who has left, who only looks on, a tool. `names` says what people are called; without it, their usernames.
    """
    called = names or {}
    found = [*_of_quorum(plan), *_of_delegates(plan, called), *_of_rota(plan, absent, at), *_of_absent(plan, absent, called)]
    return [*found, *_of_days(plan), *_of_minutes(plan)]


def _of_quorum(plan: Plan) -> Iterator[Caution]:
    seats = len(plan.voting)
    if plan.quorum > seats:
        has = f"{seats} {'person has' if seats == 1 else 'people have'} a vote"
        mend = f"Add seats, or set it to {seats} or fewer."
        yield Caution("quorum.too_large", f"The quorum of {plan.quorum} is never met: {has}, the chair included.", mend)
    elif plan.quorum == 0:
        yield Caution("quorum.none", "With a quorum of 0 a meeting decides without anybody there.", "Say how many have to be there.")


def _of_delegates(plan: Plan, called: Mapping[str, str]) -> Iterator[Caution]:
    sitting = {plan.chair, *(seat.person for seat in plan.seats)}
    for seat in plan.seats:
        if seat.delegate_for and seat.delegate_for not in sitting:
            person, other = called.get(seat.person, seat.person), called.get(seat.delegate_for, seat.delegate_for)
            sentence = f"{person} sits for {other}, who has no seat here and does not lead the board."
            yield Caution("delegate.nobody", sentence, f"Give {other} a seat, or {person} one of their own.")
        elif seat.delegate_for and seat.until is None:
            person, other = called.get(seat.person, seat.person), called.get(seat.delegate_for, seat.delegate_for)
            yield Caution("delegate.for_good", f"{person} sits for {other} without a last day.", "Say until when.")


def _of_rota(plan: Plan, absent: Collection[str], at: datetime) -> Iterator[Caution]:
    turns = [turn for turn in plan.rota if turn.person not in absent]
    if not any(turn.until is None or turn.until > at for turn in turns):
        yield Caution("rota.empty", "Nobody is on the rota: emergencies would reach nobody.", "Add at least one approver without dates.")
        return
    if gap := first_gap(turns, at):
        day = gap.astimezone(plan.rhythm.zone)
        sentence = f"From {day:%a} {day.day} {day:%b %H:%M} nobody of the rota is on duty: emergencies would reach nobody."
        yield Caution("rota.gap", sentence, "Let the turns follow one another, or add somebody without dates.")


def first_gap(rota: Iterable[Turn], at: datetime) -> datetime | None:
    """The first instant from `at` on, within four weeks, at which nobody is on duty; None where somebody always is."""
    reached, end = at, at + ROTA_AHEAD
    for turn in sorted(rota, key=lambda one: one.since or datetime.min.replace(tzinfo=at.tzinfo)):
        if turn.since and turn.since > reached:
            break
        if turn.until is None:
            return None
        reached = max(reached, turn.until)
    return reached if reached < end else None


def _of_absent(plan: Plan, absent: Collection[str], called: Mapping[str, str]) -> Iterator[Caution]:
    if plan.chair in absent:
        name = called.get(plan.chair, plan.chair)
        yield Caution("chair.absent", f"{name} leads the board and decides nothing: has left, or only looks on.", "Choose another chair.")
    for seat in plan.seats:
        if seat.person in absent and seat.person != plan.chair:
            name = called.get(seat.person, seat.person)
            yield Caution("seat.absent", f"{name} has a seat and has left, or only looks on.", "Give the seat to somebody who votes.")


def _of_days(plan: Plan) -> Iterator[Caution]:
    needless = sorted(on for on in plan.rhythm.holidays if on.weekday() != plan.rhythm.weekday)
    if needless:
        told = ", ".join(f"{on:%a} {on.day} {on:%b %Y}" for on in needless)
        yield Caution("holiday.needless", f"{told}: no day of its meeting, so no meeting falls out.", "Name the meeting's day.")


def _of_minutes(plan: Plan) -> Iterator[Caution]:
    for kind, minutes in (plan.item_minutes or {}).items():
        if minutes > plan.rhythm.minutes:
            told = f"One {kind} item takes {length(minutes)}, the whole meeting {length(plan.rhythm.minutes)}."
            yield Caution("minutes.too_many", told, "Make the meeting longer, or the item shorter.")
