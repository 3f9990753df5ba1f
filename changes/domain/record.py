"""What a known change type usually takes, from the runs of it that are over (issue 3; DESIGN 4.8)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from changes.choices import Outcome

#: So many of the latest RFCs of a type tell what it usually takes.
RECORD_LENGTH = 50


@dataclass(frozen=True)
class Spread:
    """Lengths in minutes: half of the `count` took up to `median`, nine in ten up to `nine_in_ten` (nearest rank)."""

    count: int = 0
    median: int = 0
    nine_in_ten: int = 0

    @classmethod
    def over(cls, lengths: Iterable[int]) -> "Spread":
        ordered = sorted(lengths)
        if not ordered:
            return cls()
        return cls(len(ordered), int(median(ordered)), ordered[-(-len(ordered) * 9 // 10) - 1])


@dataclass(frozen=True)
class Run:
    """One RFC of the type that is over, in minutes of all its sessions: as `planned`, and `actual` where that is known."""

    planned: int
    actual: int | None
    outcome: Outcome
    #: The planned minutes of each session that has an end.
    sessions: tuple[int, ...] = ()

    @property
    def minutes(self) -> int:
        """What it took, or else what it was planned to take."""
        return self.actual or self.planned

    @property
    def is_successful(self) -> bool:
        return self.outcome == Outcome.SUCCESSFUL


@dataclass(frozen=True)
class Record:
    """The latest runs of a type, newest first, at most `RECORD_LENGTH`."""

    runs: tuple[Run, ...] = field(default=())

    @property
    def count(self) -> int:
        return len(self.runs)

    @property
    def is_capped(self) -> bool:
        """Whether there may be older runs that are not counted."""
        return self.count == RECORD_LENGTH

    @cached_property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How often each outcome, the most frequent first."""
        return dict(Counter(run.outcome for run in self.runs).most_common())

    @cached_property
    def planned(self) -> Spread:
        return Spread.over(run.planned for run in self.runs)

    @cached_property
    def actual(self) -> Spread:
        """Of the runs whose actual times are known; it may count fewer than there are."""
        return Spread.over(run.actual for run in self.runs if run.actual)

    @cached_property
    def usual_minutes(self) -> int | None:
        """The median planned length of one session, against which a planned session is odd; None where nothing is known.

        Plans are held against plans: work that is done early every time does not make its usual night an odd one.
        """
        return Spread.over(minutes for run in self.runs for minutes in run.sessions).median or None
