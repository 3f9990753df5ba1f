"""The pack of a meeting as plain values: what the board reads before it sits (DESIGN 4.8).

One structure for the page, the PDF, the mail and Markdown, so that they cannot disagree. Instants are aware; whoever renders
it says them in a zone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from changes.choices import Outage, Section
from changes.domain.content import Session, Step
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.minutes import Said
from changes.domain.record import Record
from changes.domain.standing import Standing

#: So far after its meeting the forward view looks.
LOOKS_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Place:
    """A seat at the table: who, and what for."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Square:
    """One member's vote: a `Ballot`, empty while it is open, "barred" for the RFC's own people."""

    name: str
    vote: str
    comment: str = ""


@dataclass(frozen=True)
class Plan:
    """The steps of an RFC, and when to turn back. `session` is the next one with a usable end, None where there is none."""

    rollout: tuple[Step, ...] = ()
    verification: tuple[Step, ...] = ()
    rollback: tuple[Step, ...] = ()
    trigger: str = ""
    session: Session | None = None

    def minutes(self, phase: str) -> int:
        """The planned minutes of one phase; a step without minutes counts as none."""
        return sum(step.minutes or 0 for step in getattr(self, phase))

    @property
    def total(self) -> int:
        return self.minutes("rollout") + self.minutes("verification") + self.minutes("rollback")

    @property
    def turn_at(self) -> datetime | None:
        """The point of no return; None where it is not known."""
        end = self.session.end if self.session else None
        back = self.minutes("rollback")
        return end - timedelta(minutes=back) if end and back else None


@dataclass(frozen=True)
class Matter:
    """What an RFC brings before the board."""

    number: str
    severity: str
    state: str
    is_approved: bool
    owner: str
    implementer: str = ""
    services: tuple[str, ...] = ()
    environment: str = ""
    description: str = ""
    cost: str = ""
    sessions: tuple[Session, ...] = ()
    plan: Plan = field(default_factory=Plan)
    findings: tuple[Finding, ...] = ()
    change_type: str = ""
    record: Record = field(default_factory=Record)
    outcome: str = ""
    outcome_note: str = ""
    owes: str = ""

    @property
    def outage_minutes(self) -> int | None:
        """How long users notice, over all sessions; 0 for no outage, None where nobody has said."""
        if not self.sessions or not all(session.outage for session in self.sessions):
            return None
        spans = [session.outage_interval for session in self.sessions if session.outage == Outage.PLANNED]
        return sum(span.minutes for span in spans if span) if all(spans) else None


@dataclass(frozen=True)
class Page:
    """One item. `asked` is "approve", "ratify", or empty where no decision is asked."""

    id: int
    number: int
    title: str
    section: Section
    minutes: int
    reason: str
    standing: Standing
    owner: str = ""
    asked: str = ""
    admitted: str = ""
    note: str = ""
    matter: Matter | None = None
    squares: tuple[Square, ...] = ()
    tally: str = ""
    said: Said | None = None


@dataclass(frozen=True)
class Chapter:
    """A section with its pages."""

    code: Section
    pages: tuple[Page, ...]

    @property
    def minutes(self) -> int:
        return sum(page.minutes for page in self.pages)


@dataclass(frozen=True)
class Waiting:
    """What is not on the agenda and why: late, or left off as incomplete."""

    number: str
    title: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Ahead:
    """A session of the forward schedule. `part` is "4/6" for the fourth night of six."""

    number: str
    title: str
    severity: str
    state: str
    start: datetime
    end: datetime | None
    part: str = ""
    in_conflict: bool = False


@dataclass(frozen=True)
class Span:
    """A freeze or a waiver by its name and its time."""

    name: str
    interval: Interval


@dataclass(frozen=True)
class Due:
    """An RFC and an instant: when its approval lapses, when it was moved, until when something is waived."""

    number: str
    title: str
    at: datetime


@dataclass(frozen=True)
class Forward:
    """The weeks after the meeting (DESIGN 4.8, `forward`): what is planned, what moved, freezes, waivers, approvals that lapse."""

    period: Interval
    sessions: tuple[Ahead, ...] = ()
    moved: tuple[Due, ...] = ()
    freezes: tuple[Span, ...] = ()
    waived: tuple[Due, ...] = ()
    lapsing: tuple[Due, ...] = ()


@dataclass(frozen=True)
class Pack:
    """All of it. `frozen_at` is None before the cut-off; `automatic` counts the changes of the automatic lane, and how many went well."""

    meeting: int
    board: str
    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime
    revision: int
    frozen_at: datetime | None
    quorum: int
    seats: tuple[Place, ...]
    chapters: tuple[Chapter, ...]
    minutes: int
    #: What is decided in one act, and the minutes of that.
    consent: tuple[Page, ...] = ()
    consent_minutes: int = 0
    late: tuple[Waiting, ...] = ()
    left_off: tuple[Waiting, ...] = ()
    automatic: tuple[int, int] = (0, 0)
    forward: Forward | None = None

    @property
    def pages(self) -> list[Page]:
        """In the order of their numbers: section by section, then the consent list."""
        return [*(page for chapter in self.chapters for page in chapter.pages), *self.consent]

    @property
    def about_pages(self) -> int:
        """About how many pages it prints on."""
        decided = sum(1 for page in self.pages if page.asked or page.said)
        return about_pages(decided, len(self.pages) - decided, len(self.late) + len(self.left_off))

    @property
    def length(self) -> int:
        """The meeting's length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def over(self) -> int:
        """Minutes that the items take beyond the meeting's length."""
        return max(0, self.minutes - self.length)


def about_pages(decided: int, others: int, beside: int) -> int:
    """About how many pages a pack prints on: its `decided` items take one each and some a second, `others` share one by four.

    In front are the list of all of them with what is `beside` it, late or left off, and what lies ahead.
    """
    return 1 + ceil((decided + others + beside) / 16) + round(decided * 1.1) + ceil(others / 4)
