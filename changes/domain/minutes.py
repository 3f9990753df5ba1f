"""Minutes of a meeting as plain values: what was there, what was decided and by whom (DESIGN 4.8).

They are drawn from the rows while they are a draft, and kept as they are once they are published. Nothing here refers to a
row, so that no later rename and no later edit changes what the minutes say. Instants are aware.
"""

from dataclasses import dataclass
from datetime import datetime

from changes.choices import DECIDED_AS, MeetingState, Section, State, Verdict
from changes.domain.agenda import DECIDED


@dataclass(frozen=True)
class Attendant:
    """Somebody with a vote. `says` is what they had said ahead: "coming", "away" or nothing."""

    name: str
    role: str = ""
    says: str = ""
    came_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True)
class Promised:
    """A condition or an action: what, by whom, until when; `done_at` as of when the minutes were drawn."""

    text: str
    owner: str
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """A decision. `present` is how many with a vote were there, where that is known; `manner` is a `Manner`, or empty."""

    verdict: Verdict
    by: str
    at: datetime
    reason: str = ""
    manner: str = ""
    quorum_met: bool | None = None
    present: int | None = None
    conditions: tuple[Promised, ...] = ()
    deferred_to: datetime | None = None

    @property
    def words(self) -> str:
        return DECIDED_AS[self.verdict]


@dataclass(frozen=True)
class Voice:
    """A vote that was cast, as a `Ballot`."""

    name: str
    vote: str
    comment: str = ""


@dataclass(frozen=True)
class Point:
    """One item as it was dealt with. `owner` is whose it is: the RFC's owner, or whoever promised an action."""

    id: int
    number: int
    title: str
    reason: str
    minutes: int
    rfc: str = ""
    severity: str = ""
    owner: str = ""
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    admitted: str = ""
    spent_seconds: int = 0
    note: str = ""
    said: Said | None = None
    voices: tuple[Voice, ...] = ()
    #: Why nothing was decided where a decision was asked; empty where one was made or none was asked.
    undecided: str = ""
    #: Whether the meeting came to it; taken for granted where nobody opened the meeting on its page.
    was_reached: bool = True


@dataclass(frozen=True)
class Part:
    """A section with its points."""

    code: Section
    points: tuple[Point, ...]

    @property
    def title(self) -> str:
        return self.code.label


@dataclass(frozen=True)
class Latecomer:
    """What came after the cut-off and was not admitted."""

    rfc: str
    title: str
    reason: str


@dataclass(frozen=True)
class Minutes:
    """The minutes. `next_at` is the board's next meeting, where what was left open goes."""

    board: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    state: MeetingState
    revision: int
    quorum: int
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    next_at: datetime | None = None
    present: tuple[Attendant, ...] = ()
    absent: tuple[Attendant, ...] = ()
    parts: tuple[Part, ...] = ()
    actions: tuple[Promised, ...] = ()
    late: tuple[Latecomer, ...] = ()
    note: str = ""
    #: How many seats the board had on that day, and at how many somebody sat; minutes published before these were counted have neither.
    seats: int | None = None
    seats_filled: int | None = None

    @property
    def points(self) -> list[Point]:
        return [point for part in self.parts for point in part.points]

    @property
    def undecided(self) -> list[Point]:
        return [point for point in self.points if point.undecided]

    @property
    def left(self) -> list[tuple[str, int]]:
        """What was not decided, of every other item of the agenda: ("left open", 8), so that with `counted` all are told."""
        rest = [point for point in self.points if not point.said]
        reached = [point for point in rest if point.was_reached]
        undecided = sum(1 for point in reached if point.undecided)
        told = [("left open", undecided), ("with nothing to decide", len(reached) - undecided), ("not reached", len(rest) - len(reached))]
        return [(word, count) for word, count in told if count]

    @property
    def is_quorate(self) -> bool | None:
        """Whether enough seats were filled; None where nobody noted who was there."""
        filled = len(self.present) if self.seats_filled is None else self.seats_filled
        return filled >= self.quorum if self.present else None

    @property
    def counted(self) -> list[tuple[str, int]]:
        """How often each decision was made, in the order of the words: ("Approved", 3)."""
        made = [point.said.verdict for point in self.points if point.said]
        return [(word, made.count(verdict)) for verdict, word in DECIDED_AS.items() if verdict in made]


@dataclass(frozen=True)
class Correction:
    """An addendum to published minutes."""

    text: str
    by: str
    at: datetime


def why_undecided(section: Section, state: State | None, *, awaits_review: bool, is_over: bool, was_reached: bool = True) -> str:
    """Why an item on which nothing was decided is still open; empty where no decision was asked or the meeting goes on.

    `state` is that of its RFC, None where it is about none; `awaits_review` tells of one that the board ratifies.
    """
    if not is_over or section not in DECIDED or state is None:
        return ""
    if section == Section.EMERGENCY:
        return "The board has yet to say what it was." if awaits_review else ""
    if state == State.SUBMITTED:
        return "Not decided." if was_reached else "Not reached."
    return f"Not decided here; it is {state.label.lower()}."


def why_not_noted(state: MeetingState, *, published: bool) -> str:
    """Why no note can be written now; empty where one can."""
    if published:
        return "The minutes are published and stand as they are."
    if state not in (MeetingState.IN_SESSION, MeetingState.HELD):
        return f"This meeting is {state.label.lower()}; notes are taken in the meeting and after it."
    return ""


def why_not_published(state: MeetingState, *, published: bool) -> str:
    """Why the minutes cannot be published now; empty where they can."""
    if published:
        return "The minutes are published already."
    if state == MeetingState.IN_SESSION:
        return "The meeting is still in session."
    return "" if state == MeetingState.HELD else f"This meeting is {state.label.lower()}; there is nothing to publish."
