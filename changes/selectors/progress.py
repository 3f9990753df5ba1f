"""The work of one night as its implementer follows it: steps with their times, the point of no return, and how it is getting on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import Phase, State
from changes.domain.plan import point_of_no_return
from changes.domain.progress import Passage, Progress, Work, last_before, minutes_between, place_of, progress
from changes.models import RFC, Step, WorkSession
from changes.selectors.session import turned_back_at


@dataclass(frozen=True)
class Row:
    """A step to follow. `number` is "9", or "R2" in the rollback; `passage` is when it lies, None where that is not known."""

    step: Step
    number: str
    passage: Passage | None = None
    is_now: bool = False


@dataclass(frozen=True)
class Pace:
    """The step that the pace is told by, when it ends, and how many minutes before what it is held against (after: negative)."""

    number: str
    ends: datetime
    margin: int


@dataclass(frozen=True)
class Night:
    """One session with its steps. `forward` are rollout and verification, `before_turn` and `after_turn` the same on
    either side of the point of no return; `back` is the rollback.

    `ahead` counts the steps of the way it goes now that are done and that there are.
    """

    session: WorkSession
    number: int
    of: int
    at: datetime
    turned_back_at: datetime | None
    forward: tuple[Row, ...]
    back: tuple[Row, ...]
    turn: datetime | None
    before_turn: tuple[Row, ...]
    after_turn: tuple[Row, ...]
    going: Progress
    pace: Pace | None
    slowest: tuple[str, int] | None

    @property
    def is_running(self) -> bool:
        return self.session.is_running

    @property
    def is_over(self) -> bool:
        """Whether it runs on past its planned end."""
        return self.is_running and self.session.planned_end is not None and self.session.planned_end <= self.at

    @property
    def way(self) -> tuple[Row, ...]:
        """The steps of the way that the work goes now."""
        return self.back if self.turned_back_at else self.forward

    @property
    def now(self) -> Row | None:
        """The step to do now; None before the begin, and once all are done."""
        return next((row for row in self.way if row.is_now), None)

    @property
    def is_done(self) -> bool:
        """Whether every step of the way it goes now is done, and nothing remains but to say how it went."""
        return self.is_running and bool(self.way) and self.now is None

    @property
    def is_calm(self) -> bool:
        """Whether the clock hurries nobody any more: all is done, and no turning back is left to decide on."""
        return self.is_done and (self.turned_back_at is not None or self.turn is None or self.turn <= self.at)

    @property
    def following(self) -> Row | None:
        """The open step after the one to do now."""
        index = self.going.now
        return next((row for row in self.way[index + 1 :] if row.step.done_at is None), None) if index is not None else None

    @property
    def minutes_to_turn(self) -> int | None:
        """Whole minutes to the point of no return; negative once it has passed."""
        return minutes_between(self.at, self.turn) if self.turn else None

    @property
    def rollback_minutes(self) -> int:
        return sum(row.step.minutes or 0 for row in self.back)

    @property
    def begun(self) -> datetime:
        return self.session.actual_start or self.session.planned_start


def night_of(rfc: RFC, *, at: datetime) -> Night | None:
    """The session that the page is about: the running one, else the next, else the last; None for an RFC without sessions.

    Give an RFC that was read `with_content()`.
    """
    sessions = sorted(rfc.sessions.all(), key=lambda session: (session.planned_start, session.pk))
    if not sessions:
        return None
    session = _current(sessions, rfc)
    forward_steps = [*rfc.phase(Phase.ROLLOUT), *rfc.phase(Phase.VERIFICATION)]
    back_steps = rfc.phase(Phase.ROLLBACK)
    turned = turned_back_at(rfc, session) if rfc.state == State.IN_PROGRESS else None
    begun = session.actual_start or session.planned_start
    working = rfc.state == State.IN_PROGRESS and session.is_running
    forward = _progress(forward_steps, begun, at if working else begun)
    back = _progress(back_steps, turned or begun, at)
    going = back if turned else forward
    turn = point_of_no_return(session.content(), sum(step.minutes or 0 for step in back_steps))
    rows = _rows(forward_steps, forward, "", follows=working and not turned)
    place = place_of(forward, turn) if turn else len(rows)
    return Night(
        session=session,
        number=sessions.index(session) + 1,
        of=len(sessions),
        at=at,
        turned_back_at=turned,
        forward=rows,
        back=_rows(back_steps, back if turned else None, "R", follows=working and bool(turned)),
        turn=turn,
        before_turn=rows[:place],
        after_turn=rows[place:],
        going=going,
        pace=_pace(going, session.planned_end if turned else turn, "R" if turned else "", is_back=bool(turned)) if working else None,
        slowest=_slowest(going, "R" if turned else ""),
    )


def _current(sessions: Sequence[WorkSession], rfc: RFC) -> WorkSession:
    running = next((session for session in sessions if session.is_running), None)
    ahead = next((session for session in sessions if session.actual_start is None), None)
    return running or (ahead if rfc.state not in (State.COMPLETED, State.CLOSED) else None) or sessions[-1]


def _progress(steps: Sequence[Step], begun: datetime, at: datetime) -> Progress:
    return progress([Work(step.minutes, step.done_at) for step in steps], begun=begun, at=max(at, begun))


def numbered(steps: Sequence[Step], prefix: str) -> tuple[Row, ...]:
    """Steps of a plan that has no session yet: numbers alone."""
    return _rows(steps, None, prefix, follows=False)


def _rows(steps: Sequence[Step], found: Progress | None, prefix: str, *, follows: bool) -> tuple[Row, ...]:
    return tuple(
        Row(step, f"{prefix}{index + 1}", found.passages[index] if found else None, follows and found is not None and index == found.now)
        for index, step in enumerate(steps)
    )


def _pace(going: Progress, limit: datetime | None, prefix: str, *, is_back: bool) -> Pace | None:
    """Held against the point of no return, or, once turned back, against the session's end."""
    if limit is None or going.now is None:
        return None
    last = len(going.passages) - 1 if is_back else last_before(going, limit)
    told = going.now if last is None else max(last, going.now)
    ends = going.passages[told].ends
    return Pace(f"{prefix}{told + 1}", ends, minutes_between(_whole(ends), _whole(limit)))


def _whole(instant: datetime) -> datetime:
    """On the minute, so that the difference is that of the two times shown."""
    return instant.replace(second=0, microsecond=0)


def _slowest(going: Progress, prefix: str) -> tuple[str, int] | None:
    index = going.slowest
    return None if index is None else (f"{prefix}{index + 1}", going.passages[index].over)


def minutes_ahead(night: Night, phase: Phase) -> int:
    """Minutes from now on for the open steps of one phase, at this pace; the step being worked on counts until its end."""
    rows = [row for row in night.forward if row.step.phase == phase and row.passage and not row.passage.is_done]
    total = sum((row.passage.ends - max(row.passage.begins, night.begun) for row in rows if row.passage), timedelta())
    return int(total.total_seconds() // 60)
