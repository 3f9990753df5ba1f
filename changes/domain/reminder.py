"""The ladder of reminders: when each falls due, for whom, while what holds, and what ends it (DESIGN 4.9).

`LADDER` is the whole of it. Nothing here is stored: what is due follows from the subject's times and state, so that a
session that moves takes its reminders along, and an hour of downtime delays them and loses none. A reminder that is too
late to help is never made; one that was made and cannot be sent any more is dropped, with `why_dropped` as its reason.
Lengths are real time, also through a night in which the clock changes: a day before is 24 hours before.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from changes.choices import ENDED_STATES, OPEN_STATES, Severity, State, Word
from changes.domain.word import CONFIRMED_WITHIN


class About(Word):
    """What a reminder is about; with the key of its row it is the subject in the ledger, "session:12"."""

    SESSION = "session"
    NIGHT = "night"
    DRAFT = "draft"
    APPROVAL = "approval"
    DECISION = "decision"
    WORD = "word"
    MOVE = "move"
    RETURN = "return"
    CLASH = "clash"
    CONDITION = "condition"
    REVIEW = "review"
    FOLLOW_UP = "follow_up", "Permanent follow-up"
    EMERGENCY = "emergency"
    MEETING = "meeting"
    ITEM = "item"
    FREEZE = "freeze"


class Moment(Word):
    """An instant that a reminder is counted from or ends with."""

    START = "start"
    END = "end"
    CUT_OFF = "cut_off", "Cut-off"
    LAPSES = "lapses", "The approval lapses"
    DECIDED = "decided"
    DUE = "due"
    SUBMITTED = "submitted"
    MOVED = "moved"
    RETURNED = "returned"
    PUBLISHED = "published"
    SAVED = "saved"


class Part(Word):
    """For whom."""

    OWNER = "owner"
    IMPLEMENTER = "implementer"
    MEMBERS = "members", "Chair and members"
    UNDECIDED = "undecided", "Members whose vote is missing"
    APPROVER = "approver"
    CHANGE_MANAGERS = "change_managers", "Change managers"
    ROTA = "rota", "On the approver rota, one after the other"


class Sign(Word):
    """What has happened to the subject so far."""

    BEGUN = "begun", "It has begun"
    ENDED = "ended", "It has ended"
    DONE = "done", "What was asked for is done"


class Rule(Word):
    """The reminders by name, each with the words it is known by."""

    BEFORE_72H = "before_72h", "Three days before the start"
    BEFORE_24H = "before_24h", "A day before the start"
    BEFORE_1H = "before_1h", "An hour before the start"
    BEGUN = "begun", "Has it begun?"
    OUTCOME = "outcome", "How did it go?"
    OVERRUNNING = "overrunning", "Past its end"
    OUTCOMES_OF_THE_NIGHT = "outcomes_of_the_night", "How did they go?"
    INCOMPLETE = "incomplete_before_cut_off", "Still a draft before the cut-off"
    ON_AGENDA = "on_agenda", "On the agenda"
    DECIDED = "decided", "Decided"
    CONDITION_DUE = "condition_due", "A condition is due"
    APPROVAL_LAPSING = "approval_lapsing", "The approval is about to lapse"
    APPROVAL_GONE = "approval_gone", "The approval is gone"
    IN_THE_WAY = "in_the_way", "Another RFC has come into its time"
    REVIEW_DUE = "review_due", "Post-implementation review due"
    FOLLOW_UP_OWED = "follow_up_owed", "Emergency without its permanent follow-up"
    AGENDA_PUBLISHED = "agenda_published", "The agenda"
    VOTE_MISSING = "vote_missing", "Vote missing"
    EMERGENCY_WAITING = "emergency_waiting", "An emergency waits"
    MOVE_TO_CONFIRM = "move_to_confirm", "A move waits to be confirmed"
    WORD_TO_CONFIRM = "word_to_confirm", "An approval by word waits to be confirmed"
    WORD_UNCONFIRMED = "word_unconfirmed", "An approval by word was not confirmed"
    FREEZE = "freeze", "A freeze hits or frees it"


@dataclass(frozen=True)
class Rung:
    """One reminder. It is due `after` past its moment (before it, where negative) and helps until `until`.

    `until` is a moment, or so long after the due instant. `states` and `severities` are those of the RFC,
    none meaning any. It ends with any sign of `ended_by`, and waits for every sign of `needs`. Where several
    are to be told one after the other, `apart` lies between them.
    """

    rule: Rule
    about: About
    after: timedelta
    of: Moment
    until: Moment | timedelta
    to: tuple[Part, ...] = (Part.OWNER,)
    states: frozenset[State] = frozenset()
    severities: frozenset[Severity] = frozenset()
    needs: frozenset[Sign] = frozenset()
    ended_by: frozenset[Sign] = frozenset()
    apart: timedelta = timedelta()


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


def _days(number: float) -> timedelta:
    return timedelta(days=number)


_NOW = timedelta()
_MAJOR = frozenset({Severity.MAJOR})
_MINOR = frozenset({Severity.MINOR})
_SINGLE = _MAJOR | _MINOR  # automatic ones are asked about together, once a night
_WORKERS = (Part.OWNER, Part.IMPLEMENTER)
_WORD_TOLD = (Part.APPROVER, Part.CHANGE_MANAGERS)
_PLANNED = frozenset({State.SCHEDULED, State.IN_PROGRESS})  # in progress: a further night of several
_BEGUN = frozenset({Sign.BEGUN, Sign.ENDED})
_OVER = frozenset({State.COMPLETED, State.CLOSED})
_DONE = frozenset({Sign.DONE})
_APPROVED = frozenset({State.APPROVED})
_SUBMITTED = frozenset({State.SUBMITTED})
_LIVE = frozenset(State) - {State.DRAFT, State.CANCELLED}

LADDER: tuple[Rung, ...] = (
    # Before, during and after a session: major ones have the whole ladder, minor ones the last day and the outcome.
    # A rung of the major ladder gives way when the next one falls due, so that a late plan brings one mail, not three.
    Rung(Rule.BEFORE_72H, About.SESSION, -_hours(72), Moment.START, _hours(48), _WORKERS, _PLANNED, _MAJOR, ended_by=_BEGUN),
    Rung(Rule.BEFORE_24H, About.SESSION, -_hours(24), Moment.START, _hours(23), _WORKERS, _PLANNED, _MAJOR, ended_by=_BEGUN),
    Rung(Rule.BEFORE_24H, About.SESSION, -_hours(24), Moment.START, Moment.START, _WORKERS, _PLANNED, _MINOR, ended_by=_BEGUN),
    Rung(Rule.BEFORE_1H, About.SESSION, -_hours(1), Moment.START, Moment.START, _WORKERS, _PLANNED, _MAJOR, ended_by=_BEGUN),
    Rung(Rule.BEGUN, About.SESSION, _NOW, Moment.START, Moment.END, _WORKERS, _PLANNED, _SINGLE, ended_by=_BEGUN),
    Rung(Rule.OUTCOME, About.SESSION, _NOW, Moment.END, _days(2), _WORKERS, _PLANNED, _SINGLE, ended_by=frozenset({Sign.ENDED})),
    Rung(
        Rule.OVERRUNNING,
        About.SESSION,
        _hours(0.5),
        Moment.END,
        _hours(12),
        _WORKERS,
        frozenset({State.IN_PROGRESS}),
        _MAJOR,
        needs=frozenset({Sign.BEGUN}),
        ended_by=frozenset({Sign.ENDED}),
    ),
    Rung(Rule.OUTCOMES_OF_THE_NIGHT, About.NIGHT, _NOW, Moment.END, _days(1), _WORKERS),
    # On the way to a decision.
    Rung(Rule.INCOMPLETE, About.DRAFT, -_hours(24), Moment.CUT_OFF, Moment.CUT_OFF, states=frozenset({State.DRAFT})),
    Rung(Rule.ON_AGENDA, About.ITEM, _NOW, Moment.PUBLISHED, Moment.START, states=_LIVE, severities=_SINGLE, ended_by=_DONE),
    Rung(Rule.DECIDED, About.DECISION, _NOW, Moment.DECIDED, _days(1), states=_LIVE, severities=_SINGLE),
    Rung(Rule.CONDITION_DUE, About.CONDITION, -_hours(24), Moment.DUE, _days(3), states=OPEN_STATES, ended_by=_DONE),
    Rung(Rule.APPROVAL_LAPSING, About.APPROVAL, -_days(3), Moment.LAPSES, Moment.LAPSES, states=_APPROVED),
    # A material edit, by whomever, or a lapse: what was on the schedule is off it until it is approved again.
    # Who carries the conflict is told by the finding; this is for the other, who has nothing to do and has to know.
    Rung(Rule.IN_THE_WAY, About.CLASH, _NOW, Moment.MOVED, _days(2), states=_LIVE - _OVER),
    Rung(Rule.APPROVAL_GONE, About.RETURN, _NOW, Moment.RETURNED, _days(2), states=_SUBMITTED),
    # After the work.
    Rung(Rule.REVIEW_DUE, About.REVIEW, _days(1), Moment.END, _days(2), states=frozenset({State.COMPLETED}), ended_by=_DONE),
    Rung(Rule.FOLLOW_UP_OWED, About.FOLLOW_UP, _days(5), Moment.END, _days(2), states=_OVER, ended_by=_DONE),
    # For the board. Unanswered for 15 minutes, the next on the rota is called (DESIGN 4.1).
    Rung(Rule.AGENDA_PUBLISHED, About.MEETING, _NOW, Moment.PUBLISHED, Moment.START, (Part.MEMBERS,)),
    Rung(Rule.VOTE_MISSING, About.MEETING, -_hours(24), Moment.START, Moment.START, (Part.UNDECIDED,)),
    Rung(Rule.EMERGENCY_WAITING, About.EMERGENCY, _NOW, Moment.SUBMITTED, _days(1), (Part.ROTA,), _SUBMITTED, apart=_hours(0.25)),
    # A move to another permitted night is off the schedule until the change manager agrees, so it helps until that night begins.
    Rung(Rule.MOVE_TO_CONFIRM, About.MOVE, _NOW, Moment.MOVED, Moment.START, (Part.CHANGE_MANAGERS,), _APPROVED, ended_by=_DONE),
    # At once, so that nobody's word is used unknown to them; and when it is listed as unauthorised.
    Rung(Rule.WORD_TO_CONFIRM, About.WORD, _NOW, Moment.DECIDED, CONFIRMED_WITHIN, (Part.APPROVER,), ended_by=_DONE),
    Rung(Rule.WORD_UNCONFIRMED, About.WORD, CONFIRMED_WITHIN, Moment.DECIDED, _days(2), _WORD_TOLD, ended_by=_DONE),
    # What somebody did to a freeze, once; still news when the worker was down over a long weekend.
    Rung(Rule.FREEZE, About.FREEZE, _NOW, Moment.SAVED, _days(7)),
)

#: A beat that looks every minute is not late before this.
LATE_FROM = timedelta(minutes=15)


@dataclass(frozen=True)
class Facts:
    """One subject as the ladder sees it: its instants (aware), its people by key, and what has happened to it.

    `revision` rises when its times change, so that the ledger holds a row of its own for the new ones.
    `since` is when these times were settled; nothing is late that could not have been sent before.
    """

    about: About
    key: int | str
    revision: int = 1
    moments: Mapping[Moment, datetime] = field(default_factory=dict)
    people: Mapping[Part, tuple[int, ...]] = field(default_factory=dict)
    state: State | None = None
    severity: Severity | None = None
    signs: frozenset[Sign] = frozenset()
    since: datetime | None = None
    rfc: int | None = None
    session: int | None = None
    meeting: int | None = None

    @property
    def subject(self) -> str:
        return f"{self.about.value}:{self.key}"


@dataclass(frozen=True)
class Expected:
    """One reminder to one person, at its instant: half-open from `due_at` until it helps no more."""

    rung: Rung
    facts: Facts
    recipient: int
    due_at: datetime
    until: datetime

    def is_due(self, at: datetime) -> bool:
        return self.due_at <= at < self.until

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What the ledger knows it by, beside the channel."""
        return self.rung.rule.value, self.facts.subject, self.facts.revision, self.recipient


def expected(facts: Facts) -> Iterator[Expected]:
    """Every reminder that the ladder holds for a subject as it stands, past ones included."""
    for rung in LADDER:
        if _holds(rung, facts):
            for place, person in enumerate(_recipients(rung, facts)):
                due_at = facts.moments[rung.of] + rung.after + place * rung.apart
                until = due_at + rung.until if isinstance(rung.until, timedelta) else facts.moments[rung.until]
                yield Expected(rung, facts, person, due_at, until)


def due_reminders(facts: Facts, at: datetime) -> list[Expected]:
    """What is due at `at` and still helps, in the order of the ladder."""
    return [one for one in expected(facts) if one.is_due(at)]


def _holds(rung: Rung, facts: Facts) -> bool:
    timed = {rung.of, rung.until} if isinstance(rung.until, Moment) else {rung.of}
    return (
        rung.about == facts.about
        and timed <= facts.moments.keys()
        and (not rung.states or facts.state in rung.states)
        and (not rung.severities or facts.severity in rung.severities)
        and rung.needs <= facts.signs
        and not rung.ended_by & facts.signs
    )


def _recipients(rung: Rung, facts: Facts) -> list[int]:
    """Each person once, in order."""
    return list(dict.fromkeys(person for part in rung.to for person in facts.people.get(part, ())))


def why_dropped(rule: str, revision: int, recipient: int, facts: Facts | None, at: datetime) -> str:
    """Why a reminder that stands in the ledger is not to be sent at `at`; empty where it still is."""
    if facts is None:
        return "What it was about is no longer there."
    if facts.revision != revision:
        return "The times it was about have changed."
    standing = [one for one in expected(facts) if one.rung.rule == rule]
    mine = [one for one in standing if one.recipient == recipient]
    if mine:
        return "Too late to help." if mine[0].until <= at else ""
    return "It is no longer this person’s." if standing else _what_ended_it(rule, facts)


def _what_ended_it(rule: str, facts: Facts) -> str:
    ended_by: Collection[Sign] = {sign for rung in LADDER if rung.rule == rule for sign in rung.ended_by}
    happened = [sign for sign in Sign if sign in facts.signs and sign in ended_by]
    if facts.state in ENDED_STATES:
        return f"The RFC is {facts.state.label.lower()}."
    if happened:
        return f"{happened[-1].label}."
    return f"The RFC is {facts.state.label.lower()}." if facts.state else "Nobody waits for it any more."


def minutes_late(due_at: datetime, since: datetime | None, at: datetime) -> int:
    """By how many minutes a reminder is later than it could have been; 0 while that is no news."""
    late = at - max(due_at, since or due_at)
    return int(late.total_seconds() // 60) if late >= LATE_FROM else 0
