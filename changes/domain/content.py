"""The content of an RFC as plain values: what every door hands in, and what every rule judges.

A form, a REST body, a row of a spreadsheet and a stored RFC all become a `Content`; set-up data is
named by slug, people by username and RFCs by number, as on the API (DESIGN 7). Instants are aware.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from changes.choices import ImpactLevel, Outage, Relation, Urgency
from changes.domain.interval import FOREVER, Interval, span


@dataclass(frozen=True)
class Step:
    """One staged instruction. `minutes` is None where nobody has said how long it takes."""

    instruction: str
    command: str = ""
    role: str = ""
    minutes: int | None = None
    check: str = ""
    if_not: str = ""
    #: The stored step that this one continues, so that an edit keeps its done mark; None for a new one.
    id: int | None = None


@dataclass(frozen=True)
class Session:
    """One stretch of work, and the outage inside it that users notice, if any.

    `end` is None only where work is logged as begun and nobody knows yet how long it takes, and where an import
    found no usable end (DESIGN 6). `id` names the stored session that this one continues,
    so that a move keeps its reminders and its history.
    """

    start: datetime
    end: datetime | None
    outage: Outage | None = None
    outage_start: datetime | None = None
    outage_end: datetime | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    actual_outage_start: datetime | None = None
    actual_outage_end: datetime | None = None
    id: int | None = None

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end or FOREVER)

    def occupied(self, at: datetime | None) -> Interval:
        """What it takes as known at `at`: from when the work began to when it ended, else its planned time, and longer while
        it runs on past that. Without `at` it is what was planned.
        """
        if at is None:
            return self.interval
        end = self.actual_end or (max(self.interval.end, at) if self.actual_start else self.interval.end)
        return Interval(min(self.actual_start or self.start, end), end)

    @property
    def is_reversed(self) -> bool:
        return self.end is not None and self.end <= self.start

    def moved_to(self, start: datetime, end: datetime | None = None) -> "Session":
        """The same at another start, as long as it is unless an end is given; the outage keeps its distance from the start."""
        shift = start - self.start
        return replace(
            self,
            start=start,
            end=end or (self.end + shift if self.end else None),
            outage_start=self.outage_start + shift if self.outage_start else None,
            outage_end=self.outage_end + shift if self.outage_end else None,
        )

    @property
    def outage_interval(self) -> Interval | None:
        """The planned outage, or None where none is planned or its times are missing or reversed."""
        if self.outage != Outage.PLANNED or not self.outage_start or not self.outage_end:
            return None
        if self.outage_end <= self.outage_start:
            return None
        return Interval(self.outage_start, self.outage_end)


@dataclass(frozen=True)
class Impact:
    """The four impact answers; None is a question not answered yet (DESIGN 4.3)."""

    sla: ImpactLevel | None = None
    capacity: ImpactLevel | None = None
    security: ImpactLevel | None = None
    disaster_recovery: ImpactLevel | None = None

    def answers(self) -> dict[str, ImpactLevel | None]:
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True)
class Contact:
    name: str
    role: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Reference:
    system: str
    identifier: str
    url: str = ""
    relation: Relation = Relation.RELATED


@dataclass(frozen=True)
class Content:
    """All that people write into an RFC. Times are aware; sessions are in order of their start."""

    title: str = ""
    description: str = ""
    reason: str = ""
    urgency: Urgency | None = None
    environment: str | None = None
    change_type: str | None = None
    services: tuple[str, ...] = ()
    configuration_items: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    owner: str | None = None
    implementer: str | None = None
    contacts: tuple[Contact, ...] = ()
    impact: Impact = field(default_factory=Impact)
    sessions: tuple[Session, ...] = ()
    needed_by: datetime | None = None
    rollout: tuple[Step, ...] = ()
    verification: tuple[Step, ...] = ()
    rollback: tuple[Step, ...] = ()
    rollback_trigger: str = ""
    references: tuple[Reference, ...] = ()
    follows_up: str | None = None

    def carrying(self, reference: Reference) -> "Content":
        """The same with the reference among its own; once, whatever address it is given with."""
        key = (reference.system, reference.identifier, reference.relation)
        if key in {(known.system, known.identifier, known.relation) for known in self.references}:
            return self
        return replace(self, references=(*self.references, reference))

    @property
    def planned(self) -> Interval | None:
        """From the first start to the last end, over the sessions that are not reversed."""
        return span(s.interval for s in self.sessions if not s.is_reversed)

    @property
    def is_emergency(self) -> bool:
        return self.urgency == Urgency.EMERGENCY

    def minutes(self, phase: str) -> int:
        """The planned minutes of one phase; a step without minutes counts as none."""
        return sum(step.minutes or 0 for step in getattr(self, phase))
