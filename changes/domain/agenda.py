"""What stands on an agenda, in which section, and why (DESIGN 4.8); `domain.order` says in which order and for how long.

A candidate is whatever the board might have to look at. `place_of` asks the sections in their order and
the first that fits takes it, so that an RFC stands in exactly one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from changes.choices import Outcome, Ratification, Route, Section, Severity, State
from changes.domain.meeting import Sitting
from changes.domain.wording import day, day_time, length

#: Sections whose items ask for a decision, so that members vote on them.
DECIDED = frozenset({Section.EMERGENCY, Section.NEW, Section.DEFERRED})
#: What stands under a section's name (LOOK, agenda).
HINTS: Mapping[Section, str] = {
    Section.ACTIONS: "promised last time",
    Section.EMERGENCY: "since the last meeting: ratify, or call unauthorised",
    Section.FAILED: "not successful, overrun, or with incidents",
    Section.NEW: "decide",
    Section.DEFERRED: "put off to this meeting",
    Section.ONGOING: "news only",
}
_REASON_LENGTH = 300
#: How the reason of what is read and not talked about ends.
FOR_INFORMATION = "No incident, no outage: for information."
#: How the reason of what the board has not had before begins.
_FIRST_TIME = "Submitted"


@dataclass(frozen=True)
class Promise:
    """A condition that is still open."""

    text: str
    due_at: datetime


@dataclass(frozen=True)
class Deferral:
    """The board's word to look at an RFC again at another meeting."""

    at: datetime
    to_starts_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Brought:
    """The chair's word that an RFC stands on this agenda and on no other: pulled forward, or put off from an earlier meeting."""

    from_starts_at: datetime
    is_forward: bool
    reason: str = ""


@dataclass(frozen=True)
class Candidate:
    """An RFC as the agenda sees it. Instants are aware.

    `decided_at` is when the approval in force was given; `reported_at` is when its outcome was written down;
    `stood_last_time` and `decided_last_time` tell of the meeting before, `last_time` is when it began, and `was_reached`
    whether it came to this one.
    """

    number: str
    state: State
    route: Route
    severity: Severity
    submitted_at: datetime | None = None
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    imported: bool = False
    retrospective: bool = False
    ratification: Ratification | None = None
    decided_at: datetime | None = None
    is_word_overdue: bool = False
    promises: tuple[Promise, ...] = ()
    deferral: Deferral | None = None
    brought: Brought | None = None
    outcome: Outcome | None = None
    reported_at: datetime | None = None
    overrun_minutes: int = 0
    had_outage: bool = False
    caused: tuple[str, ...] = ()
    owes_review: bool = False
    sessions: int = 1
    sessions_done: int = 0
    stood_last_time: bool = False
    decided_last_time: bool = False
    last_time: datetime | None = None
    was_reached: bool = True

    @property
    def is_routine_overrun(self) -> bool:
        """Whether all that went wrong is the clock: it succeeded, nobody felt it, and nobody owes a word about it."""
        unfelt = not self.caused and not self.had_outage and not self.owes_review
        return self.overrun_minutes > 0 and self.outcome == Outcome.SUCCESSFUL and unfelt


@dataclass(frozen=True)
class Term:
    """What one agenda covers: the meeting, and since when (the cut-off of the meeting before)."""

    sitting: Sitting
    since: datetime
    time_zone: str

    def covers(self, moment: datetime | None) -> bool:
        return moment is not None and self.since <= moment < self.sitting.cut_off_at


@dataclass(frozen=True)
class Place:
    """Where a candidate stands and why, in a sentence. A late one waits until the chair admits it."""

    section: Section
    reason: str
    is_late: bool = False


def place_of(candidate: Candidate, term: Term) -> Place | None:
    """The first section that fits; None for what this meeting need not see. Imported RFCs raise no item (DESIGN 4.1)."""
    if candidate.imported:
        return None
    for section, reason_for in _REASONS.items():
        if reason := reason_for(candidate, term):
            text = reason if len(reason) <= _REASON_LENGTH else f"{reason[: _REASON_LENGTH - 1]}…"
            return Place(section, text, is_late(candidate, section, term.sitting))
    return None


def is_late(candidate: Candidate, section: Section, sitting: Sitting) -> bool:
    """Whether it came at or after the cut-off. Only what asks for a decision is late; news waits for the next meeting.

    What the chair has brought here is never late.
    """
    if candidate.brought:
        return False
    came_at = _approved_at(candidate) if section == Section.EMERGENCY else candidate.submitted_at
    return section in DECIDED and came_at is not None and came_at >= sitting.cut_off_at


def _actions(candidate: Candidate, term: Term) -> str:
    if not candidate.promises or candidate.state not in (State.APPROVED, State.SCHEDULED):
        return ""
    first = min(candidate.promises, key=lambda promise: promise.due_at)
    due = day_time(first.due_at, term.time_zone)
    if len(candidate.promises) == 1:
        return f"Open condition, due {due}: {first.text}"
    return f"{len(candidate.promises)} conditions are open, the first due {due}: {first.text}"


def _emergency(candidate: Candidate, term: Term) -> str:
    """Changes that did not wait for the board, until it has said what they were."""
    if candidate.ratification == Ratification.OWED:
        recorded = f" on {day_time(candidate.submitted_at, term.time_zone)}" if candidate.submitted_at else ""
        return f"Recorded afterwards{recorded}; the board ratifies it or calls it unauthorised."
    if not awaits_review(candidate.route, candidate.ratification, candidate.decided_at) or candidate.decided_at is None:
        return ""
    again = candidate.stood_last_time and not candidate.decided_last_time
    if again or candidate.decided_at >= term.since:
        word = " The approver has not confirmed the word." if candidate.is_word_overdue else ""
        return f"Approved as an emergency on {day_time(candidate.decided_at, term.time_zone)}, without the board.{word}"
    return ""


def awaits_review(route: Route, ratification: Ratification | None, approved_at: datetime | None) -> bool:
    """Whether the board may ratify it or call it unauthorised: what was recorded afterwards, and approved emergencies."""
    if ratification:
        return ratification == Ratification.OWED
    return route == Route.EMERGENCY and approved_at is not None


def _approved_at(candidate: Candidate) -> datetime | None:
    return candidate.submitted_at if candidate.ratification == Ratification.OWED else candidate.decided_at


def _failed(candidate: Candidate, term: Term) -> str:
    """What went wrong since the last cut-off, and what went wrong before and still owes its review."""
    if candidate.outcome is None or candidate.state not in (State.COMPLETED, State.CLOSED):
        return ""
    told_before = candidate.stood_last_time or not term.covers(candidate.reported_at)
    if told_before:
        owed = candidate.stood_last_time and candidate.owes_review and candidate.state == State.COMPLETED
        return "Its post-implementation review is still due." if owed else ""
    told = "; ".join(_what_went_wrong(candidate))
    felt = f" {FOR_INFORMATION}" if candidate.is_routine_overrun else ""
    return f"{told[0].upper()}{told[1:]}.{felt}" if told else ""


def _what_went_wrong(candidate: Candidate) -> Iterable[str]:
    if candidate.outcome != Outcome.SUCCESSFUL and candidate.outcome is not None:
        yield candidate.outcome.label
    if candidate.overrun_minutes:
        yield f"{length(candidate.overrun_minutes)} past its end"
    if candidate.caused:
        yield f"it caused {', '.join(candidate.caused)}"
    if candidate.owes_review and candidate.state == State.COMPLETED:
        yield "its post-implementation review is due"


def _new(candidate: Candidate, term: Term) -> str:
    brought = candidate.brought
    if not _is_for_the_board(candidate) or candidate.deferral or (brought and not brought.is_forward):
        return ""
    if brought:
        return _how_brought(brought, term)
    when = f" {day_time(candidate.submitted_at, term.time_zone)}" if candidate.submitted_at else ""
    again = f"{_left_open(candidate, term)} " if candidate.stood_last_time and not candidate.decided_last_time else ""
    return f"{again}{_FIRST_TIME}{when}."


def _left_open(candidate: Candidate, term: Term) -> str:
    """That the last meeting had it and did not decide on it."""
    if candidate.last_time is None:
        return "Undecided at the last meeting."
    return f"{'Left undecided' if candidate.was_reached else 'Not reached'} on {day(candidate.last_time, term.time_zone)}."


def is_first_time(reason: str) -> bool:
    """Whether a reason under "new" says no more than that it was submitted; what the board had before, or was brought, says so."""
    return reason.startswith(_FIRST_TIME)


def _deferred(candidate: Candidate, term: Term) -> str:
    """Back at the meeting that was named, or at the next one where that one fell out."""
    deferral = candidate.deferral
    if candidate.brought and _is_for_the_board(candidate):
        return _how_brought(candidate.brought, term)
    if not _is_for_the_board(candidate) or deferral is None or deferral.to_starts_at > term.sitting.starts_at:
        return ""
    why = f": {deferral.reason}" if deferral.reason else "."
    return f"Deferred on {day_time(deferral.at, term.time_zone)}{why}"


def _how_brought(brought: Brought, term: Term) -> str:
    """A promise to look at it again, or the last meeting's silence, is older news than the chair's word."""
    how = "Pulled forward" if brought.is_forward else "Put off"
    why = f": {brought.reason}" if brought.reason else "."
    return f"{how} from the meeting of {day(brought.from_starts_at, term.time_zone)}{why}"


def _is_for_the_board(candidate: Candidate) -> bool:
    return candidate.state == State.SUBMITTED and candidate.route == Route.BOARD


def _ongoing(candidate: Candidate, term: Term) -> str:
    """Work of several nights, work that lasts into the meeting, and work past its end; a running hour is no news."""
    if candidate.state != State.IN_PROGRESS or candidate.severity == Severity.AUTOMATIC:
        return ""
    if candidate.sessions > 1:
        return f"{candidate.sessions_done} of {candidate.sessions} nights done."
    if candidate.planned_end is None:
        return "In progress, with no end given."
    until = day_time(candidate.planned_end, term.time_zone)
    if candidate.overrun_minutes:
        return f"Still in progress; its end was {until}."
    return f"In progress until {until}." if candidate.planned_end > term.sitting.starts_at else ""


#: The sections in their order; each says why a candidate belongs there, or nothing.
_REASONS: Mapping[Section, Callable[[Candidate, Term], str]] = {
    Section.ACTIONS: _actions,
    Section.EMERGENCY: _emergency,
    Section.FAILED: _failed,
    Section.NEW: _new,
    Section.DEFERRED: _deferred,
    Section.ONGOING: _ongoing,
}


def is_quorate(present: Collection[int], quorum: int) -> bool:
    """Whether enough people are there to decide; each counts once."""
    return len(set(present)) >= quorum
