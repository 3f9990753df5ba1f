"""In which order the items of a section stand, and for how many minutes (DESIGN 4.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from changes.choices import Outcome, Section, Severity
from changes.domain.agenda import Candidate

_WEIGHT = {Severity.MAJOR: 0, Severity.MINOR: 1, Severity.AUTOMATIC: 2}
#: Comparable: weight, an instant or the end of time, the number.
Rank = tuple[int, float, str]


def rank(candidate: Candidate, section: Section) -> Rank:
    """Its place within the section: promises by due time, news by time, decisions with the heaviest and the soonest first.

    What only ran over comes after what went wrong.
    """
    if section == Section.ACTIONS:
        moment = min((promise.due_at for promise in candidate.promises), default=None)
        return 0, _stamp(moment), candidate.number
    if section in (Section.EMERGENCY, Section.FAILED):
        return (
            int(section == Section.FAILED and candidate.is_routine_overrun),
            _stamp(candidate.decided_at or candidate.reported_at),
            candidate.number,
        )
    return _WEIGHT[candidate.severity], _stamp(candidate.planned_start), candidate.number


def rank_of_promise(due_at: datetime, key: int) -> Rank:
    """An action's place among the promises: by due time, with the conditions of RFCs."""
    return 0, _stamp(due_at), f"action {key}"


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("inf")


Key = TypeVar("Key", int, str)
Thing = TypeVar("Thing")


def merged(standing: Sequence[Key], coming: Iterable[Key], ranks: Mapping[Key, Rank]) -> list[Key]:
    """`coming` set into `standing` by rank, without one at the end; what stands keeps the order that people have given it."""
    order, last = list(standing), (len(_WEIGHT), float("inf"), "")
    for key in sorted(coming, key=lambda one: ranks.get(one, last)):
        mine = ranks.get(key, last)
        place = next((i for i, other in enumerate(order) if ranks.get(other, last) > mine), len(order))
        order.insert(place, key)
    return order


def placed(order: Sequence[Thing], key: Thing, place: int) -> list[Thing]:
    """`order` with `key` at `place`, counted from 1; a place before the first is the first, one past the end the last."""
    others = [one for one in order if one != key]
    others.insert(max(place, 1) - 1, key)
    return others


@dataclass(frozen=True)
class Allowance:
    """The minutes that a board gives to an item of each severity."""

    major: int
    minor: int
    automatic: int


def minutes_for(candidate: Candidate, section: Section, allowance: Allowance) -> int:
    """A decision takes what its severity asks for; looking back takes a step less; news takes the least.

    What only ran over is read, not talked about, and takes none until somebody gives it some.
    """
    if section == Section.FAILED and candidate.is_routine_overrun:
        return 0
    severity = candidate.severity
    went_well = candidate.outcome == Outcome.SUCCESSFUL and not candidate.overrun_minutes and not candidate.caused
    is_news = section in (Section.ACTIONS, Section.ONGOING) or (section == Section.FAILED and went_well)
    if is_news or severity == Severity.AUTOMATIC:
        return allowance.automatic
    steps = (allowance.major, allowance.minor, allowance.automatic)
    return steps[_WEIGHT[severity] + (section in (Section.EMERGENCY, Section.FAILED))]
