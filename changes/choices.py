"""The product's words as enumerations, with the label a reader sees (DESIGN 2).

Plain `StrEnum`s, so that the rules in `changes.domain` can use them without Django.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word with a label; `Word.choices()` is what a Django field takes."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class Severity(Word):
    MINOR = "minor"
    MAJOR = "major"
    AUTOMATIC = "automatic"


class Urgency(Word):
    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ImpactLevel(Word):
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class State(Word):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETED = "completed"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


#: States in which an RFC has no future on the calendar; nothing is compared with it (DESIGN 4.6).
ENDED_STATES = frozenset({State.COMPLETED, State.CLOSED, State.REJECTED, State.CANCELLED})
#: The others, which an index finds; leaving the ended out would read the whole history.
UNENDED_STATES = frozenset(State) - ENDED_STATES
#: States before the work begins, in which an RFC can still be edited, moved and cancelled.
OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED})


class Outcome(Word):
    SUCCESSFUL = "successful"
    WITH_ISSUES = "successful_with_issues", "Successful with issues"
    PARTIAL = "partial"
    ROLLED_BACK = "rolled_back", "Rolled back"
    FAILED = "failed"
    ABANDONED = "abandoned"
    NOT_STARTED = "not_started", "Not started"


class Route(Word):
    """What an RFC needs before it is approved (DESIGN 4.1)."""

    RECORD = "record", "No approval, on the schedule"
    AUTOMATIC = "automatic", "Automatic"
    MANAGER = "manager", "Change manager alone"
    BOARD = "board", "Board"
    EMERGENCY = "emergency", "Anyone on the approver rota"


class Outage(Word):
    NONE = "none"
    PLANNED = "planned"


class Phase(Word):
    ROLLOUT = "rollout"
    VERIFICATION = "verification"
    ROLLBACK = "rollback"


class Level(Word):
    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Ground(Word):
    """Why an RFC may take the automatic lane (DESIGN 4.3)."""

    NO_RISK = "no_risk", "No significant risk"
    RESTORES_SERVICE = "restores_service", "Restores service"


class Ratification(Word):
    """What the board says afterwards of a change that did not wait for it (DESIGN 4.1)."""

    OWED = "owed", "Waits for the board"
    RATIFIED = "ratified"
    UNAUTHORISED = "unauthorised"


class Relation(Word):
    """How an RFC refers to an incident, a problem or another record."""

    RAISED_BY = "raised_by", "Raised by"
    RESOLVES = "resolves"
    RELATED = "related"
    CAUSED = "caused"


class Suspicion(Word):
    """How an RFC stands to an incident that it may have caused (issue 5)."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed", "Confirmed cause"
    RULED_OUT = "ruled_out", "Ruled out"


class Role(Word):
    """What a person is in the whole product; boards and RFCs add roles of their own (DESIGN 4.1)."""

    USER = "user", "Internal user"
    VIEWER = "viewer"
    CHANGE_MANAGER = "change_manager", "Change manager"
    ADMINISTRATOR = "administrator"
    TOOL = "tool", "Incident tool"


class Scope(Word):
    """What a token may be used for, and never more than its account may do (issue 5)."""

    READ = "read", "Read"
    RAISE = "raise", "Raise and edit RFCs"
    OPERATE = "operate", "Move RFCs, tick off steps, vote, waive"
    ADMIN = "admin", "Keep set-up data"


class MeetingState(Word):
    PLANNED = "planned"
    FROZEN = "frozen"
    IN_SESSION = "in_session", "In session"
    HELD = "held"
    CANCELLED = "cancelled"


class Section(Word):
    """The agenda's sections, in their order (DESIGN 4.8)."""

    ACTIONS = "actions"
    EMERGENCY = "emergency"
    FAILED = "failed"
    NEW = "new"
    DEFERRED = "deferred"
    ONGOING = "ongoing"


class FreezeAct(Word):
    """What was done to a freeze."""

    DECLARED = "declared"
    CHANGED = "changed"
    LIFTED = "lifted"


class Ballot(Word):
    APPROVE = "approve", "For"
    REJECT = "reject", "Against"
    ABSTAIN = "abstain", "Abstains"


class Manner(Word):
    """How a board came to its decision (DESIGN 4.8)."""

    MEETING = "meeting", "In the meeting"
    CONSENT = "consent", "On the consent list"
    ELECTRONIC = "electronic", "Between meetings, electronically"


class Attending(Word):
    """What a member has said about coming to a meeting."""

    COMING = "coming", "Comes"
    AWAY = "away", "Does not come"


class Verdict(Word):
    """What the board decided on an item (DESIGN 4.8)."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
    DEFER = "defer"
    REJECT = "reject"
    RATIFY = "ratify"
    UNAUTHORISED = "unauthorised", "Call unauthorised"


#: A verdict as something done.
DECIDED_AS: Mapping[Verdict, str] = {
    Verdict.APPROVE: "Approved",
    Verdict.APPROVE_WITH_CONDITIONS: "Approved with conditions",
    Verdict.DEFER: "Deferred",
    Verdict.REJECT: "Rejected",
    Verdict.RATIFY: "Ratified",
    Verdict.UNAUTHORISED: "Called unauthorised",
}


class Channel(Word):
    """By what a reminder reaches somebody (DESIGN 4.9)."""

    MAIL = "mail"
    CHAT = "chat"
    BELL = "bell", "On the page"


class Hold(Word):
    """Why a reminder waits although it is due; held, not lost (DESIGN 4.9)."""

    QUIET = "quiet", "Quiet hours"
    DIGEST = "digest", "The day’s digest"


class Delivery(Word):
    """Where a row of the reminder ledger stands (DESIGN 4.9)."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    DROPPED = "dropped"


class Result(Word):
    """What came of one attempt at a reminder, as it is counted: one that was late was sent as well."""

    SENT = "sent"
    LATE = "late"
    FAILED = "failed"
    SKIPPED = "skipped"
    DROPPED = "dropped"
