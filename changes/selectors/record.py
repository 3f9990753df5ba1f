"""The record of a known change type: how often it was done, how it went, how long it took (DESIGN 4.8)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from changes.choices import Outcome, State
from changes.models import WorkSession

#: So many of the latest RFCs of a type tell what it usually takes.
RECORD_LENGTH = 50
#: Sessions read for them; an RFC of many nights uses up several.
_SESSIONS_READ = 200


@dataclass(frozen=True)
class Run:
    """One RFC of the type that is over: the minutes of all its sessions, actual where known, and its outcome."""

    minutes: int
    outcome: Outcome

    @property
    def is_successful(self) -> bool:
        return self.outcome == Outcome.SUCCESSFUL


@dataclass(frozen=True)
class Record:
    """The latest runs of a type, newest first. `median` and `nine_in_ten` are minutes, 0 where there is no run."""

    runs: tuple[Run, ...] = ()
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.runs)

    @property
    def is_capped(self) -> bool:
        """Whether there may be older runs that are not counted."""
        return self.count == RECORD_LENGTH

    @property
    def median(self) -> int:
        return int(median(run.minutes for run in self.runs)) if self.runs else 0

    @property
    def nine_in_ten(self) -> int:
        """The minutes that nine of ten runs did not exceed (nearest rank)."""
        lengths = sorted(run.minutes for run in self.runs)
        return lengths[-(-len(lengths) * 9 // 10) - 1] if lengths else 0


def record_of(change_type: str | None) -> Record:
    """What a type, by its slug, usually takes; one query, whatever the length of the history."""
    if not change_type:
        return Record()
    done = WorkSession.objects.filter(rfc__change_type__slug=change_type, rfc__state__in=(State.COMPLETED, State.CLOSED))
    names = ("rfc_id", "rfc__outcome", "planned_start", "planned_end", "actual_start", "actual_end")
    rows = done.order_by("-planned_start", "-pk").values_list(*names)[:_SESSIONS_READ]
    runs = _runs(list(rows))
    return Record(runs, dict(Counter(run.outcome for run in runs).most_common()))


def _runs(rows: Sequence[tuple[int, str, datetime, datetime | None, datetime | None, datetime | None]]) -> tuple[Run, ...]:
    minutes: dict[int, int] = {}
    outcomes: dict[int, Outcome] = {}
    for rfc, outcome, planned_start, planned_end, actual_start, actual_end in rows:
        took = _minutes(actual_start, actual_end) or _minutes(planned_start, planned_end)
        if not took or outcome == Outcome.NOT_STARTED:
            continue
        minutes[rfc] = minutes.get(rfc, 0) + took
        outcomes[rfc] = Outcome(outcome)
    return tuple(Run(took, outcomes[rfc]) for rfc, took in minutes.items())[:RECORD_LENGTH]


def _minutes(start: datetime | None, end: datetime | None) -> int:
    return int((end - start).total_seconds() // 60) if start and end else 0
