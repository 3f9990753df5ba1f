"""What changed near an incident: how one session lies to an instant (DESIGN 4.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from changes.choices import State
from changes.domain.content import Session
from changes.domain.interval import Interval
from changes.domain.wording import length


class Nearness(StrEnum):
    """Why a change is worth a look, the likeliest cause first."""

    OVERRUNNING = "overrunning"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    DUE_NOW = "due_now"
    STARTING = "starting"


@dataclass(frozen=True)
class Near:
    """One answer: `minutes` is the distance from the instant, 0 for what is going on."""

    nearness: Nearness
    message: str
    minutes: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        return list(Nearness).index(self.nearness), self.minutes


#: States in which something was worked, or will be.
WORKED = frozenset({State.IN_PROGRESS, State.COMPLETED, State.CLOSED})
AGREED = frozenset({State.APPROVED, State.SCHEDULED})


def near(session: Session, state: State, *, at: datetime, lookback: timedelta, lookahead: timedelta) -> Near | None:
    """How a session of an RFC in `state` lies to `at`, or None where it is too far away or was never agreed on.

    Work whose actual times nobody wrote down is taken to have been done as planned.
    """
    begun, ended = _worked(session, state)
    if begun and begun <= at and (ended is None or ended > at):
        return _going_on(session, begun, at)
    if begun and ended and at - lookback <= ended <= at:
        minutes = Interval(ended, at).minutes
        return Near(Nearness.ENDED, f"It ended {length(minutes)} before.", minutes)
    if state not in AGREED and begun is None:
        return None
    return _ahead(session, begun, at, lookahead)


def _worked(session: Session, state: State) -> tuple[datetime | None, datetime | None]:
    if session.actual_start:
        return session.actual_start, session.actual_end
    if state in (State.COMPLETED, State.CLOSED) and session.end:
        return session.start, session.end
    return None, None


def _going_on(session: Session, begun: datetime, at: datetime) -> Near:
    if session.actual_start and session.end and session.end < at:
        over = Interval(session.end, at).minutes
        return Near(Nearness.OVERRUNNING, f"It runs, {length(over)} past its planned end.")
    return Near(Nearness.IN_PROGRESS, f"It runs, since {length(Interval(begun, at).minutes)}.")


def _ahead(session: Session, begun: datetime | None, at: datetime, lookahead: timedelta) -> Near | None:
    start = begun or session.start
    if at < start <= at + lookahead:
        minutes = Interval(at, start).minutes
        return Near(Nearness.STARTING, f"It starts {length(minutes)} later.", minutes)
    if begun is None and session.interval.holds(at):
        late = Interval(session.start, at).minutes
        return Near(Nearness.DUE_NOW, f"It was to start {length(late)} before, and nobody has said that it began.")
    return None


def paths(services: Sequence[str], depends_on: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Each service that one of `services` needs, however far, with the shortest way to it from there.

    A service leads to itself by a path of its own name alone.
    """
    found: dict[str, tuple[str, ...]] = {slug: (slug,) for slug in services}
    waiting = list(services)
    while waiting:
        slug = waiting.pop(0)
        for needed in sorted(depends_on.get(slug, ())):
            if needed not in found:
                found[needed] = (*found[slug], needed)
                waiting.append(needed)
    return found
