"""Who has to hear that work is not when they were told: cancelled, moved or taken off the schedule (DESIGN 4.9).

What counts is what each was told last. Whoever was reminded of a start that stands no longer hears it once, whatever
becomes of the RFC before it is scheduled again; that it is cancelled, or stands at another time, they hear too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import State

#: In these the planned times are a promise, or were kept.
STANDS = frozenset({State.SCHEDULED, State.IN_PROGRESS, State.COMPLETED, State.CLOSED})
#: A start longer past than this is no news.
_LATELY = timedelta(hours=12)


@dataclass(frozen=True)
class Heard:
    """What somebody was told and when: that work starts at `start`, or with None that it does not when they were told."""

    person: int
    at: datetime
    start: datetime | None


def to_be_told(heard: Iterable[Heard], starts: Collection[datetime], state: str, at: datetime) -> list[int]:
    """Those whom a change `at` makes wrong, each once, the first told first. `starts` are the starts planned after it."""
    theirs: dict[int, list[Heard]] = defaultdict(list)
    for one in sorted(heard, key=lambda one: one.at):
        if one.start is None:
            theirs[one.person] = [one]
        else:
            theirs[one.person] = [*(told for told in theirs[one.person] if told.start), one]
    return [person for person, told in theirs.items() if any(_is_wrong(one, starts, state, at) for one in told)]


def _is_wrong(one: Heard, starts: Collection[datetime], state: str, at: datetime) -> bool:
    if one.start is None:
        return state in (State.CANCELLED, State.SCHEDULED)
    return one.start > at - _LATELY and (state not in STANDS or one.start not in starts)
