"""Who has to hear that work is not when they were told: cancelled, moved, off the schedule, or no longer theirs (DESIGN 4.9).

What counts is what each was told last. Whoever was reminded of a start that stands no longer hears it once, whatever
becomes of the RFC before it is scheduled again; that it is cancelled, or stands at another time, they hear too. Whoever
is no longer its owner or implementer hears that, once and last.
"""

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
    """What somebody was told and when: that work starts at `starts`, or with none that it does not when they were told.

    `session` is the key of the one that it was about; 0 where it was about all of the work.
    """

    person: int
    at: datetime
    starts: frozenset[datetime]
    session: int = 0


def to_be_told(heard: Iterable[Heard], starts: Collection[datetime], state: str, at: datetime, people: Collection[int]) -> list[int]:
    """Those whom a change `at` makes wrong, each once, the first told first.

    `starts` are the starts planned after it, `people` those whose work it is after it.
    """
    theirs: dict[int, dict[int, Heard]] = {}
    for one in sorted(heard, key=lambda one: one.at):
        before = theirs.get(one.person, {}) if one.session else {}
        theirs[one.person] = {**{session: told for session, told in before.items() if session}, one.session: one}
    return [
        person
        for person, told in theirs.items()
        if any(_is_wrong(one, starts, state, at, is_theirs=person in people) for one in told.values())
    ]


def _is_wrong(one: Heard, starts: Collection[datetime], state: str, at: datetime, *, is_theirs: bool) -> bool:
    if not one.starts:
        return is_theirs and state in (State.CANCELLED, State.SCHEDULED)
    stands = is_theirs and state in STANDS
    return any(start > at - _LATELY and not (stands and start in starts) for start in one.starts)
