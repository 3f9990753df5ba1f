"""What a revision of an agenda keeps of each item beside the API's shape, so that its page shows nothing of a later day (DESIGN 4.8).

Plain values: nothing here refers to a row. `domain.frozen` makes JSON of it and reads it back. Instants are aware.
"""

from dataclasses import dataclass
from datetime import datetime

from changes.choices import Level, Section
from changes.domain.content import Session
from changes.domain.finding import Finding
from changes.domain.standing import Standing


@dataclass(frozen=True)
class Kept:
    """An item as it stood. `tally` are its votes in words; `due_at` is that of an action; `brought` how it came here, in a word or two."""

    number: int
    is_consented: bool
    tally: str = ""
    owner: str = ""
    note: str = ""
    brought: str = ""
    due_at: datetime | None = None
    severity: str = ""
    is_approved: bool = False
    services: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    state: str = ""
    outcome: str = ""
    retrospective: bool = False
    owes: str = ""
    #: How late what was promised was: a level, and its words.
    promised: tuple[str, ...] = ()

    def standing(self, section: Section, findings: tuple[Finding, ...], *, is_decided: bool) -> Standing:
        """How it stood, for the short words beside its title."""
        promised = (Level(self.promised[0]), self.promised[1]) if self.promised else None
        return Standing(section, is_decided, self.state, self.outcome, self.retrospective, self.owes, promised, findings)


@dataclass(frozen=True)
class PastItem:
    """An item of a revision as it froze; `verdict` is that of a decision made by then. `kept` is None where an older one kept no more."""

    id: int
    rfc: str
    title: str
    minutes: int
    reason: str
    section: Section | None
    findings: tuple[Finding, ...] = ()
    verdict: str = ""
    kept: Kept | None = None

    @property
    def is_consented(self) -> bool:
        return self.kept is not None and self.kept.is_consented


@dataclass(frozen=True)
class Past:
    """A revision as it froze: its sections with what stood in them, and what was late."""

    number: int
    frozen_at: datetime
    reason: str
    minutes: int
    sections: tuple[tuple[Section, tuple[PastItem, ...]], ...]
    late: tuple[PastItem, ...]

    @property
    def items(self) -> list[PastItem]:
        return [item for _, items in self.sections for item in items]

    @property
    def is_whole(self) -> bool:
        """Whether everything that its page shows was kept with it."""
        return all(item.kept for item in (*self.items, *self.late))

    @property
    def consented(self) -> list[PastItem]:
        return [item for item in self.items if item.is_consented]
