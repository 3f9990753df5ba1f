"""The ladder of reminders: every rule as data: when it falls due, for whom, from which states, what ends it (DESIGN 4.9).

Lengths are real time, also through a night in which the clock changes: a day before is 24 hours before.
"""

from dataclasses import dataclass
from datetime import timedelta

from changes.choices import OPEN_STATES, Severity, State
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign
from changes.domain.word import CONFIRMED_WITHIN


@dataclass(frozen=True)
class Rung:
    """One reminder. It is due `after` past its moment (before it, where negative) and helps until `until`.

    `until` is a moment, or so long after the due instant. `states` and `severities` are those of the RFC,
    none meaning any. It ends with any sign of `ended_by`, and waits for every sign of `needs`. Where several
    are to be told one after the other, `apart` lies between them. With `every` it is said again each such time until it
    helps no more; each time is a revision of its own, so that the ledger has a row for it, and helps until the next.
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
    every: timedelta = timedelta()


def _hours(number: float) -> timedelta:
    return timedelta(hours=number)


def _days(number: float) -> timedelta:
    return timedelta(days=number)


_NOW = timedelta()
_MAJOR = frozenset({Severity.MAJOR})
_MINOR = frozenset({Severity.MINOR})
_SINGLE = _MAJOR | _MINOR  # automatic ones are asked about together, once a night
_WORKERS = (Part.OWNER, Part.IMPLEMENTER)
_REVIEWERS = (Part.OWNER, Part.CHANGE_MANAGERS)
_WORD_TOLD = (Part.APPROVER, Part.CHANGE_MANAGERS)
_PLANNED = frozenset({State.SCHEDULED, State.IN_PROGRESS})  # in progress: a further night of several
_BEGUN = frozenset({Sign.BEGUN, Sign.ENDED})
_ENDED = frozenset({Sign.ENDED})
_MANAGERS = (Part.SERVICE_MANAGERS,)
_CHAIR = (Part.CHAIR,)
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
    Rung(Rule.OUTCOME, About.SESSION, _NOW, Moment.END, _days(1), _WORKERS, _PLANNED, _SINGLE, ended_by=_ENDED),
    Rung(Rule.OUTCOME_MISSING, About.SESSION, _days(1), Moment.END, _days(6), _WORKERS, _PLANNED, _SINGLE, ended_by=_ENDED),
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
        ended_by=_ENDED,
    ),
    # Unanswered, it goes to the managers of its services, then to the chair: of a major one within the hour and the shift, of a
    # minor one once its owner has been asked twice. Whether it has begun helps until the end, from when on it is asked how it went.
    Rung(Rule.BEGUN_UNANSWERED, About.SESSION, _hours(0.5), Moment.START, Moment.END, _MANAGERS, _PLANNED, _MAJOR, ended_by=_BEGUN),
    Rung(Rule.BEGUN_UNANSWERED, About.SESSION, _hours(1), Moment.START, Moment.END, _CHAIR, _PLANNED, _MAJOR, ended_by=_BEGUN),
    Rung(Rule.BEGUN_UNANSWERED, About.SESSION, _hours(2), Moment.START, Moment.END, _MANAGERS, _PLANNED, _MINOR, ended_by=_BEGUN),
    Rung(Rule.BEGUN_UNANSWERED, About.SESSION, _hours(4), Moment.START, Moment.END, _CHAIR, _PLANNED, _MINOR, ended_by=_BEGUN),
    Rung(Rule.OUTCOME_UNANSWERED, About.SESSION, _hours(4), Moment.END, _days(6), _MANAGERS, _PLANNED, _MAJOR, ended_by=_ENDED),
    Rung(Rule.OUTCOME_UNANSWERED, About.SESSION, _hours(8), Moment.END, _days(6), _CHAIR, _PLANNED, _MAJOR, ended_by=_ENDED),
    Rung(Rule.OUTCOME_UNANSWERED, About.SESSION, _days(2), Moment.END, _days(4), _MANAGERS, _PLANNED, _MINOR, ended_by=_ENDED),
    Rung(Rule.OUTCOME_UNANSWERED, About.SESSION, _days(3), Moment.END, _days(4), _CHAIR, _PLANNED, _MINOR, ended_by=_ENDED),
    # Automatic ones are asked about together, and passed on together: one digest for all that somebody answers for in that night.
    Rung(Rule.OUTCOMES_OF_THE_NIGHT, About.NIGHT, _NOW, Moment.END, _days(1), _WORKERS),
    Rung(Rule.OUTCOMES_UNANSWERED, About.NIGHT, _days(1), Moment.END, _days(3), _MANAGERS),
    Rung(Rule.OUTCOMES_STILL_UNANSWERED, About.NIGHT, _days(2), Moment.END, _days(3), _CHAIR),
    # On the way to a decision.
    Rung(Rule.INCOMPLETE, About.DRAFT, -_hours(24), Moment.CUT_OFF, Moment.CUT_OFF, states=frozenset({State.DRAFT})),
    Rung(Rule.ON_AGENDA, About.ITEM, _NOW, Moment.PUBLISHED, Moment.START, states=_LIVE, severities=_SINGLE, ended_by=_DONE),
    # The chair put it off or pulled it forward; whoever meant to be there, or to prepare, has to know now.
    Rung(Rule.ANOTHER_MEETING, About.TRANSFER, _NOW, Moment.MOVED, _days(2), states=_SUBMITTED, ended_by=_DONE),
    Rung(Rule.DECIDED, About.DECISION, _NOW, Moment.DECIDED, _days(1), states=_LIVE, severities=_SINGLE),
    Rung(Rule.ACTION_DUE, About.ACTION, -_hours(24), Moment.DUE, _days(3), ended_by=_DONE),
    Rung(Rule.CONDITION_DUE, About.CONDITION, -_hours(24), Moment.DUE, _days(3), states=OPEN_STATES, ended_by=_DONE),
    Rung(Rule.APPROVAL_LAPSING, About.APPROVAL, -_days(3), Moment.LAPSES, Moment.LAPSES, states=_APPROVED),
    # A material edit, by whomever, or a lapse: what was on the schedule is off it until it is approved again.
    # Who carries the conflict is told by the finding; this is for the other, who has nothing to do and has to know.
    Rung(Rule.IN_THE_WAY, About.CLASH, _NOW, Moment.MOVED, _days(2), states=_LIVE - _OVER),
    Rung(Rule.APPROVAL_GONE, About.RETURN, _NOW, Moment.RETURNED, _days(2), _WORKERS, _SUBMITTED),
    # Whoever was reminded of work that is cancelled, moved, off the schedule or no longer theirs must not get up for it.
    Rung(Rule.WORK_OFF, About.OFF, _NOW, Moment.RETURNED, _days(2), (Part.REMINDED,), ended_by=frozenset({Sign.CHANGED})),
    Rung(Rule.RETURNED, About.RETURN, _NOW, Moment.SENT_BACK, _days(7), states=frozenset({State.DRAFT})),
    # After the work. The review is asked for weekly: each week is a revision, and the moment is counted on by weeks.
    Rung(Rule.REVIEW_DUE, About.REVIEW, _days(1), Moment.END, _days(6), _REVIEWERS, frozenset({State.COMPLETED}), ended_by=_DONE),
    Rung(Rule.FOLLOW_UP_OWED, About.FOLLOW_UP, _days(5), Moment.END, _days(2), states=_OVER, ended_by=_DONE),
    # Once a week, on Monday at nine in the owner's zone, until somebody has said it in that week (`domain.status` says of what).
    Rung(Rule.STATUS_ASKED, About.STATUS, _NOW, Moment.MORNING, _days(4), ended_by=_DONE),
    # For the board. Unanswered for 15 minutes, the next on the rota is called (DESIGN 4.1).
    Rung(Rule.AGENDA_PUBLISHED, About.MEETING, _NOW, Moment.PUBLISHED, Moment.START, (Part.MEMBERS,)),
    Rung(Rule.VOTE_MISSING, About.MEETING, -_hours(24), Moment.START, Moment.START, (Part.UNDECIDED,)),
    # When somebody has those reminded whose vote is missing; the clock leaves them alone on that day.
    Rung(Rule.VOTE_ASKED, About.ASKING, _NOW, Moment.ASKED, Moment.START, (Part.UNDECIDED,)),
    # Put to the vote between meetings: at once, and again a day before the closing, of a short vote when a quarter is left.
    Rung(Rule.ELECTRONIC_VOTE, About.ELECTRONIC, _NOW, Moment.OPENED, Moment.LAST_CALL, (Part.UNDECIDED,), ended_by=_DONE),
    Rung(Rule.ELECTRONIC_LAST_CALL, About.ELECTRONIC, _NOW, Moment.LAST_CALL, Moment.CLOSES, (Part.UNDECIDED,), ended_by=_DONE),
    Rung(Rule.EMERGENCY_WAITING, About.EMERGENCY, _NOW, Moment.SUBMITTED, _days(1), (Part.ROTA,), _SUBMITTED, apart=_hours(0.25)),
    # The last one's time is over as well, or nobody is on the rota: those hear of it who fill the rota, all at once, and each hour
    # again until it is decided, for a day.
    Rung(
        Rule.EMERGENCY_UNANSWERED,
        About.EMERGENCY,
        _NOW,
        Moment.CALLED,
        _days(1),
        (Part.CHAIR, Part.CHANGE_MANAGERS),
        _SUBMITTED,
        every=_hours(1),
    ),
    # A move to another permitted night is off the schedule until the change manager agrees, so it helps until that night begins.
    Rung(Rule.MOVE_TO_CONFIRM, About.MOVE, _NOW, Moment.MOVED, Moment.START, (Part.CHANGE_MANAGERS,), _APPROVED, ended_by=_DONE),
    # At once, so that nobody's word is used unknown to them; and when it is listed as unauthorised.
    Rung(Rule.WORD_TO_CONFIRM, About.WORD, _NOW, Moment.DECIDED, CONFIRMED_WITHIN, (Part.APPROVER,), ended_by=_DONE),
    Rung(Rule.WORD_UNCONFIRMED, About.WORD, CONFIRMED_WITHIN, Moment.DECIDED, _days(2), _WORD_TOLD, ended_by=_DONE),
    # What somebody did to a freeze, once; still news when the worker was down over a long weekend.
    Rung(Rule.FREEZE, About.FREEZE, _NOW, Moment.SAVED, _days(7)),
    # As published, and anew with each addendum: minutes are still news after a long weekend.
    Rung(Rule.MINUTES_PUBLISHED, About.MINUTES, _NOW, Moment.PUBLISHED, _days(7), (Part.TOLD,)),
    # Whoever is named to stand in learns it before the first reminder comes to them.
    Rung(Rule.DELEGATE_NAMED, About.DELEGATE, _NOW, Moment.SAVED, _days(7), (Part.DELEGATE,)),
    # In a running meeting: who is next but one is fetched while there is time; what was told is told to be no more.
    Rung(Rule.NEXT_BUT_ONE, About.CALL, _NOW, Moment.CALLED, _hours(1), ended_by=_DONE),
    Rung(Rule.DECISION_WITHDRAWN, About.WITHDRAWAL, _NOW, Moment.WITHDRAWN, _days(2)),
    # Of work that had begun, or is over: nothing is to be done, and the next of its kind goes to the board.
    Rung(Rule.GROUND_WITHDRAWN, About.RETURN, _NOW, Moment.WITHDRAWN, _days(7)),
)

#: These are said again until somebody answers.
REPEATED = frozenset(rung.rule for rung in LADDER if rung.every)
#: What the workers are asked and did not answer, as those hear it who are asked next; and what they were asked.
PASSED_ON_OF_A_NIGHT = frozenset({Rule.OUTCOMES_UNANSWERED, Rule.OUTCOMES_STILL_UNANSWERED})
PASSED_ON = frozenset({Rule.BEGUN_UNANSWERED, Rule.OUTCOME_UNANSWERED}) | PASSED_ON_OF_A_NIGHT
ASKED = frozenset({Rule.BEGUN, Rule.OUTCOME, Rule.OUTCOME_MISSING, Rule.OVERRUNNING})
#: All that asks whether work has begun or how it went, whomever.
QUESTIONS = ASKED | PASSED_ON | {Rule.OUTCOMES_OF_THE_NIGHT}
