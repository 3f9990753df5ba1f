"""The consent list of an agenda, and why an item is not on it (DESIGN 4.8)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from changes.choices import Ballot, ImpactLevel, Section, Severity, State
from changes.domain.agenda import DECIDED
from changes.domain.consent import Case, is_low_risk, why_not
from changes.domain.content import Impact
from changes.domain.finding import Finding
from changes.domain.severity import QUESTIONS
from changes.models import RFC, AgendaItem, Board
from changes.selectors.vote import Ballots, tally_of

if TYPE_CHECKING:
    from changes.selectors.agenda import Agenda, Item


def case_of(row: AgendaItem, findings: Sequence[Finding], ballots: Sequence[Ballots], board: Board) -> Case | None:
    """An item as the rule sees it; None where no decision on an RFC is asked. Read it with its electronic votes; no query."""
    rfc = row.rfc
    if rfc is None or row.section not in DECIDED:
        return None
    chairs = next((ballot for ballot in ballots if ballot.seat.person.pk == board.chair_id), None)
    return Case(
        section=Section(row.section),
        state=State(rfc.state),
        severity=Severity(rfc.severity),
        impact=_impact(rfc),
        findings=findings,
        tally=tally_of(ballot for ballot in ballots if ballot is not chairs),
        chair=chairs.vote if chairs and not chairs.edited_at and chairs.vote in set(Ballot) else "",
        quorum=board.quorum,
        pulled_by=str(row.pulled_by) if row.pulled_by else "",
        is_late=row.is_late,
        is_put_to_the_vote=any(vote.closed_at is None for vote in row.electronic_votes.all()),
    )


def _impact(rfc: RFC) -> Impact:
    answers = {name: getattr(rfc, f"impact_{name}") for name in QUESTIONS}
    return Impact(**{name: ImpactLevel(answer) if answer else None for name, answer in answers.items()})


def consent_of(case: Case | None) -> tuple[bool, tuple[str, ...]]:
    """Whether an item is of low risk, and what keeps it off the consent list, a sentence each."""
    return (is_low_risk(case), tuple(why_not(case))) if case else (False, ("No decision is asked on it.",))


def consent_list(agenda: "Agenda") -> list["Item"]:
    """What of this agenda is decided in one act, in its order. No query; empty once the meeting is over."""
    return [item for item in agenda.items if item.is_consented]
