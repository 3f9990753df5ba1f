"""What the ladder makes of a subject: which reminders it expects, which are due, and why one is dropped (DESIGN 4.9).

Nothing here is stored: what is due follows from the subject's times and state, so that a session that moves takes its
reminders along, and an hour of downtime delays them and loses none. A reminder that is too late to help is never made;
one that was made and cannot be sent any more is dropped, with `why_dropped` as its reason.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from changes.choices import ENDED_STATES, Severity, State, Urgency
from changes.domain.called_off import STANDS
from changes.domain.ladder import LADDER, PASSED_ON, QUESTIONS, REPEATED, Rung
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign

#: A beat that looks every minute is not late before this.
LATE_FROM = timedelta(minutes=15)
#: An answer counts so much longer than its question helps, because the question may have been held or late.
HELD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """One subject as the ladder sees it: its instants (aware), its people by key, and what has happened to it.

    `revision` rises when its times change, so that the ledger holds a row of its own for the new ones.
    `since` is when these times were settled; nothing is late that could not have been sent before. `asked` tells of a moment
    when those whom it concerns could first read the question about it: nobody is told that they did not answer before that.
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
    asked: Mapping[Moment, datetime] = field(default_factory=dict)
    rfc: int | None = None
    session: int | None = None
    meeting: int | None = None

    @property
    def subject(self) -> str:
        return f"{self.about.value}:{self.key}"


@dataclass(frozen=True)
class Expected:
    """One reminder to one person, at its instant: half-open from `due_at` until it helps no more.

    `time` counts from 0 how often it was said before, where it is said again.
    """

    rung: Rung
    facts: Facts
    recipient: int
    due_at: datetime
    until: datetime
    time: int = 0

    def is_due(self, at: datetime) -> bool:
        return self.due_at <= at < self.until

    @property
    def silent(self) -> frozenset[int]:
        """Who did not answer, where it is about that: they stand in for nobody who hears of it."""
        people = self.facts.people
        return frozenset((*people.get(Part.OWNER, ()), *people.get(Part.IMPLEMENTER, ()))) if self.rung.rule in PASSED_ON else frozenset()

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What the ledger knows it by, beside the channel."""
        return self.rung.rule.value, self.facts.subject, self.revision, self.recipient

    @property
    def revision(self) -> int:
        """That of the subject; what is said again counts on from it."""
        return self.facts.revision + self.time


def expected(facts: Facts) -> Iterator[Expected]:
    """Every reminder that the ladder holds for a subject as it stands, past ones included; a rule tells each person once."""
    told: set[tuple[str, int]] = set()
    for rung in LADDER:
        if _holds(rung, facts):
            for place, person in enumerate(_recipients(rung, facts)):
                if (rung.rule.value, person) in told:
                    continue
                told.add((rung.rule.value, person))
                due_at = _counted_from(rung, facts, place) + rung.after + place * rung.apart
                until = due_at + rung.until if isinstance(rung.until, timedelta) else facts.moments[rung.until]
                yield from _each_time(Expected(rung, facts, person, due_at, until))


def _each_time(first: Expected) -> Iterator[Expected]:
    """It, and each time that it is said again before it helps no more."""
    every = first.rung.every
    if not every:
        yield first
        return
    for time in range(-(-(first.until - first.due_at) // every)):
        due_at = first.due_at + time * every
        yield replace(first, due_at=due_at, until=min(due_at + every, first.until), time=time)


def _counted_from(rung: Rung, facts: Facts, place: int) -> datetime:
    """What follows on silence counts from when there was something to answer, be it after a standstill or after quiet hours."""
    moment = facts.moments[rung.of]
    follows = rung.rule in PASSED_ON or (place and rung.apart)
    return max(moment, facts.asked.get(rung.of, moment)) if follows else moment


def next_times(found: Iterable[Expected]) -> list[Expected]:
    """Without what comes only after another time of the same; give them in the order of the ladder."""
    first = {(one.rung.rule, one.facts.subject, one.facts.revision, one.recipient): one for one in reversed(list(found))}
    return list(reversed(first.values()))


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


def passed_on(
    managers: Collection[int], chair: int | None, change_managers: Collection[int], asked: Collection[int | None]
) -> dict[Part, tuple[int, ...]]:
    """Who hears of what nobody answers, each in their turn: service managers, then the chair. `asked` are those who did not answer.

    Where a service has no manager, or it is one of those who were asked, the chair takes that turn; and the change managers take the
    chair's where there is none who was not asked, so that it always reaches somebody.
    """
    first = tuple(dict.fromkeys(person for person in managers if person not in asked))
    last = (chair,) if chair and chair not in asked else tuple(person for person in change_managers if person not in asked)
    return {Part.SERVICE_MANAGERS: first or last, Part.CHAIR: last}


def asked_as(severity: str, urgency: str | None) -> Severity:
    """The severity by which its owner and implementer are asked; of an emergency they are asked as of a major change."""
    return Severity.MAJOR if urgency == Urgency.EMERGENCY else Severity(severity)


def still_asks(rules: Collection[str], facts: Facts, at: datetime) -> bool:
    """Whether one of these questions about a session or a night is open: its rung stands, and the last one has not run out at `at`."""
    asking = [rung for rung in LADDER if rung.rule in QUESTIONS and _holds(rung, facts)]
    return any(rung.rule in rules and at < _runs_out(asking, facts) for rung in asking)


def _runs_out(asking: Iterable[Rung], facts: Facts) -> datetime:
    return HELD_FOR + max(
        facts.moments[rung.until] if isinstance(rung.until, Moment) else facts.moments[rung.of] + rung.after + rung.until for rung in asking
    )


def standing_one(rule: str, revision: int, recipient: int, facts: Facts | None) -> Expected | None:
    """What a row of the ledger says to somebody, as the ladder holds it now; None where it holds it no more."""
    found = expected(facts) if facts else ()
    return next((one for one in found if (one.rung.rule, one.revision, one.recipient) == (rule, revision, recipient)), None)


def why_dropped(rule: str, revision: int, recipient: int, facts: Facts | None, at: datetime) -> str:
    """Why a reminder that stands in the ledger is not to be sent at `at`; empty where it still is."""
    if facts is None:
        return "What it was about is no longer there."
    if mine := standing_one(rule, revision, recipient, facts):
        return "Too late to help." if mine.until <= at else ""
    standing = [one for one in expected(facts) if one.rung.rule == rule]
    known = {facts.revision, *(one.revision for one in standing)}
    if revision not in known and (standing or rule not in REPEATED):
        return "The times it was about have changed."
    if standing and rule != Rule.WORK_OFF:
        return "It is no longer this person’s."
    return _what_ended_it(rule, facts)


def _what_ended_it(rule: str, facts: Facts) -> str:
    ended_by: Collection[Sign] = {sign for rung in LADDER if rung.rule == rule for sign in rung.ended_by}
    happened = [sign for sign in Sign if sign in facts.signs and sign in ended_by]
    if rule == Rule.WORK_OFF and facts.state in STANDS and not happened:
        return "They have been told the new time."
    if facts.state in ENDED_STATES:
        return f"The RFC is {facts.state.label.lower()}."
    if happened:
        return f"{happened[-1].label}."
    return f"The RFC is {facts.state.label.lower()}." if facts.state else "Nobody waits for it any more."


def minutes_late(due_at: datetime, since: datetime | None, at: datetime) -> int:
    """By how many minutes a reminder is later than it could have been; 0 while that is no news."""
    late = at - max(due_at, since or due_at)
    return int(late.total_seconds() // 60) if late >= LATE_FROM else 0
