"""How the work of a night is getting on: which step is next, when each ends at this pace, and what the point of no return leaves.

All lengths are minutes, all instants aware. A step without planned minutes counts as none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A step that took so many minutes more than planned is worth telling.
WORTH_TELLING = 5


@dataclass(frozen=True)
class Work:
    """A step as far as time is concerned; `done_at` is None while it is open."""

    minutes: int | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Passage:
    """When one step lies: from `begins` to `ends`, as it was for a done step and as it will be at this pace for an open one.

    `over` are the minutes a done step took more than planned, 0 where it kept to its time or the times are not known.
    """

    begins: datetime
    ends: datetime
    is_done: bool
    over: int = 0

    @property
    def is_late(self) -> bool:
        """Whether it ran over by enough to be told."""
        return self.over >= WORTH_TELLING


@dataclass(frozen=True)
class Progress:
    """The passages in the order of the steps. `now` is the index of the next open step, None once all are done.

    `used` are the minutes since it began, `left` the planned minutes still to be worked.
    """

    passages: tuple[Passage, ...]
    now: int | None
    used: int
    left: int

    @property
    def done(self) -> int:
        return sum(passage.is_done for passage in self.passages)

    @property
    def ends(self) -> datetime | None:
        """When the last step ends at this pace; None without steps."""
        return self.passages[-1].ends if self.passages else None

    @property
    def slowest(self) -> int | None:
        """The index of the done step that ran over the most, if by enough to be told."""
        worst = max(range(len(self.passages)), key=lambda i: self.passages[i].over, default=None)
        return worst if worst is not None and self.passages[worst].is_late else None


def progress(steps: Sequence[Work], *, begun: datetime, at: datetime) -> Progress:
    """How `steps` stand at `at`, for work that begins, or began, at `begun`.

    Open steps follow one another from now on, each in its planned minutes; the one being worked on
    ends no earlier than now. Steps may be ticked off in any order.
    """
    done = sorted(step.done_at for step in steps if step.done_at)
    since = max([begun, *done])
    now = next((index for index, step in enumerate(steps) if step.done_at is None), None)
    passages, reached = [], since
    for index, step in enumerate(steps):
        if step.done_at:
            passages.append(_done(step, step.done_at, done, begun))
            continue
        ends = reached + timedelta(minutes=step.minutes or 0)
        ends = max(ends, at) if index == now else ends
        passages.append(Passage(reached, ends, is_done=False))
        reached = ends
    return Progress(tuple(passages), now, max(0, minutes_between(since, at)), _left(steps))


def _done(step: Work, done_at: datetime, done: Sequence[datetime], begun: datetime) -> Passage:
    """A done step began when the one before it was done; one that was done before `begun` belongs to an earlier night."""
    began = max([begun, *(instant for instant in done if instant < done_at)])
    if done_at <= began:
        return Passage(done_at, done_at, is_done=True)
    over = max(0, minutes_between(began, done_at) - step.minutes) if step.minutes is not None else 0
    return Passage(began, done_at, is_done=True, over=over)


def _left(steps: Sequence[Work]) -> int:
    return sum(step.minutes or 0 for step in steps if step.done_at is None)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, negative where it lies before; seconds are cut off."""
    return int((end - start).total_seconds() / 60)


def last_before(progress: Progress, turn: datetime) -> int | None:
    """The index of the last open step that ends by the point of no return at this pace; None where none does."""
    fitting = [index for index, passage in enumerate(progress.passages) if not passage.is_done and passage.ends <= turn]
    return max(fitting, default=None)


def place_of(progress: Progress, turn: datetime) -> int:
    """How many steps stand before the line of the point of no return: those that are, or will be, done by then."""
    return next((index for index, passage in enumerate(progress.passages) if passage.ends > turn), len(progress.passages))
