"""One RFC of the demo before it is stored: its content, and what happened to it, each at its time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from changes.choices import Outcome, Ratification, Route, Severity, State, Verdict
from changes.domain.content import Content


@dataclass(frozen=True)
class Sitting:
    """A meeting of the demo's board; `cut_off_at` is when its agenda froze or will freeze."""

    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime
    is_held: bool = False


@dataclass(frozen=True)
class Happening:
    """One event. No `actor`: the product itself."""

    at: datetime
    actor: str | None
    action: str
    note: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Promised:
    text: str
    owner: str
    due_at: datetime
    met_at: datetime | None = None


@dataclass
class Ruled:
    """A decision; `sitting` is the meeting that took it."""

    verdict: Verdict
    by: str | None
    at: datetime
    reason: str = ""
    sitting: Sitting | None = None
    conditions: tuple[Promised, ...] = ()
    verbal_how: str = ""
    defer_to: Sitting | None = None


@dataclass
class Tale:
    """`follows` is the key of the tale whose permanent RFC this is. Happenings are in order of time."""

    key: str
    content: Content
    requester: str
    created_at: datetime
    severity: Severity
    route: Route
    state: State = State.DRAFT
    happenings: list[Happening] = field(default_factory=list)
    ruled: Ruled | None = None
    submitted_at: datetime | None = None
    moved_at: datetime | None = None
    outcome: Outcome | None = None
    outcome_note: str = ""
    review: dict[str, str] | None = None
    retrospective: bool = False
    ratification: Ratification | None = None
    is_permanent: bool = False
    is_move_unconfirmed: bool = False
    steps_done: int = 0
    follows: str = ""
    predecessor: str = ""

    def happened(self, at: datetime, actor: str | None, action: str, note: str = "", **changes: Any) -> None:
        self.happenings.append(Happening(at, actor, action, note, changes))

    def enters(self, after: State, at: datetime, actor: str | None, action: str, note: str = "", **changes: Any) -> None:
        """Move on, with the event that such a move has."""
        self.happened(at, actor, action, note, state=[self.state.value, after.value], **changes)
        self.state = after
