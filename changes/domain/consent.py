"""Which items are decided together, in one act and without a word (DESIGN 4.8, "consent list").

Low risk: minor or automatic, nothing above low impact, and no finding that blocks or warns. All agree: whoever may vote
has voted for it, as it stands now, and they make a quorum. Abstaining is not agreeing. The chair's own vote is not waited
for, because approving the list is the chair's; a chair's vote that is not for it counts like anybody's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from changes.choices import ImpactLevel, Level, Section, Severity, State
from changes.domain.content import Impact
from changes.domain.finding import Finding
from changes.domain.severity import QUESTIONS
from changes.domain.vote import Tally

#: Only what is to be decided ahead of the work; emergencies are looked back on and talked about.
CONSENTED = frozenset({Section.NEW, Section.DEFERRED})
_ABOVE_LOW = frozenset({ImpactLevel.MEDIUM, ImpactLevel.HIGH})


@dataclass(frozen=True)
class Case:
    """An item as the rule sees it. `tally` is without the chair's seat, `chair` what that seat says ("" while open or barred)."""

    section: Section | None
    state: State
    severity: Severity
    impact: Impact = field(default_factory=Impact)
    findings: Sequence[Finding] = ()
    tally: Tally = field(default_factory=Tally)
    chair: str = ""
    quorum: int = 1
    pulled_by: str = ""
    is_late: bool = False
    is_put_to_the_vote: bool = False


def why_not(case: Case) -> list[str]:
    """One sentence for each reason why an item is not on the consent list; empty where it is."""
    if case.section not in CONSENTED or case.state != State.SUBMITTED:
        return ["Only what is new or was put off is decided by consent."]
    return [*_against_its_place(case), *_against_its_risk(case), *_against_agreement(case)]


def is_low_risk(case: Case) -> bool:
    """Whether it might be decided by consent, and so be voted on without being opened."""
    return case.section in CONSENTED and case.state == State.SUBMITTED and not list(_against_its_risk(case))


def _against_its_place(case: Case) -> Iterable[str]:
    if case.is_late:
        yield "It waits on the late list."
    if case.pulled_by:
        yield f"{case.pulled_by} has pulled it out, so that it is talked about."
    if case.is_put_to_the_vote:
        yield "It is put to the vote before the meeting."


def _against_its_risk(case: Case) -> Iterable[str]:
    if case.severity == Severity.MAJOR:
        yield "It is major."
    for name, answer in case.impact.answers().items():
        if answer is None:
            yield f"The impact on {QUESTIONS[name]} is not answered."
        elif answer in _ABOVE_LOW:
            yield f"The impact on {QUESTIONS[name]} is {answer.value}."
    count = sum(1 for found in case.findings if not found.waived and found.level in (Level.ERROR, Level.WARNING))
    if count:
        yield f"{_counted(count, 'finding')} {'stands' if count == 1 else 'stand'} against it."


def _against_agreement(case: Case) -> Iterable[str]:
    tally = case.tally
    if against := tally.reject + (case.chair == "reject"):
        yield f"{_counted(against, 'vote')} {'is' if against == 1 else 'are'} against it."
    if abstaining := tally.abstain + (case.chair == "abstain"):
        yield f"{abstaining} abstain{'s' if abstaining == 1 else ''}; consent is everybody’s yes."
    if tally.open:
        yield f"{_counted(tally.open, 'vote')} {'is' if tally.open == 1 else 'are'} open."
    if tally.outdated:
        yield f"{_counted(tally.outdated, 'vote')} {'is' if tally.outdated == 1 else 'are'} from before its last edit."
    for_it = tally.approve + 1  # whoever leads the board and approves the list
    if for_it < case.quorum and not tally.asked:
        yield f"{for_it} would decide; a quorum is {case.quorum}."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def total_minutes(minutes: Mapping[int, int], consented: Collection[int]) -> int:
    """What an agenda takes: its items by their keys, but for those on the consent list, which count as that list. Every door asks here."""
    listed = [key for key in minutes if key in consented]
    return sum(taken for key, taken in minutes.items() if key not in consented) + minutes_for(len(listed))


def how_many(talked: int, consented: int) -> str:
    """How many items an agenda has, in words: "25 items and a consent list of 3"."""
    return f"{_counted(talked, 'item')} and a consent list of {consented}" if consented else _counted(talked, "item")


def minutes_for(count: int) -> int:
    """What the list takes as a whole: two minutes to read it out, and one more for every two items; nothing where it is empty."""
    return 2 + count // 2 if count else 0
