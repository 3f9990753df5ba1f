"""A board's week at a glance: what is counted as having gone wrong, and since when one looks back (issue 4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from changes.choices import Outcome
from changes.domain.wording import length

WEEK = timedelta(days=7)


def looked_back_to(last_meeting: datetime | None, at: datetime) -> datetime:
    """Since when it tells what was decided: the last meeting included, and seven days where that was less long ago."""
    return min(last_meeting or at, at - WEEK)


def what_went_wrong(
    outcome: Outcome | None,
    *,
    overrun: int = 0,
    caused: Sequence[str] = (),
    is_unauthorised: bool = False,
    is_word_overdue: bool = False,
) -> list[str]:
    """In words, the worst first; nothing where it went well. `overrun` counts minutes past the planned end."""
    told = []
    if is_unauthorised:
        told.append("called unauthorised")
    if is_word_overdue:
        told.append("unauthorised: the word was not confirmed within 24 hours")
    if outcome not in (None, Outcome.SUCCESSFUL, Outcome.NOT_STARTED):
        told.append(outcome.label.lower() if outcome else "")
    if caused:
        told.append(f"caused {', '.join(caused)}")
    if overrun > 0:
        told.append(f"{length(overrun)} past its end")
    return told


def overrun_minutes(planned_end: datetime | None, begun: datetime | None, ended: datetime | None, at: datetime) -> int:
    """By how many minutes a session that began ran, or still runs, past its planned end; 0 where it did not."""
    if planned_end is None or begun is None:
        return 0
    return max(0, int(((ended or at) - planned_end).total_seconds() // 60))
