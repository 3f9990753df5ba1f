"""How an item stands, in two or three words each: "no trigger, 1 more", "failed", "PIR due", "6 days late" (LOOK, agenda).

One function for the page, the pack and Markdown, so that none of them says what another leaves out.
"""

from changes.choices import Level, Outcome, Section, State
from changes.domain.standing import Standing
from changes.formats.finding import badge

#: An RFC in one of these states has left what the agenda asks of it.
_GONE = frozenset({State.CANCELLED, State.REJECTED, State.DRAFT})
_AFTERWARDS = frozenset({Section.FAILED, Section.EMERGENCY})


def marks(standing: Standing) -> list[tuple[str, str]]:
    """Level and words, in the order in which they stand; none for what is decided, whose decision says more."""
    if standing.is_decided:
        return []
    if standing.retrospective and standing.section == Section.EMERGENCY:
        return [(Level.ADVICE.value, "retrospective")]
    if standing.state in _GONE:
        return [(Level.ADVICE.value, State(standing.state).label.lower())]
    if standing.section in _AFTERWARDS and standing.state:
        return _afterwards(standing)
    one = standing.promised or badge(standing.findings)
    return [(str(one[0]), one[1])] if one else []


def _afterwards(standing: Standing) -> list[tuple[str, str]]:
    """How the work went, and what is still owed."""
    went_wrong = standing.section == Section.FAILED and standing.outcome not in ("", Outcome.SUCCESSFUL)
    outcome = [(Level.ADVICE.value, Outcome(standing.outcome).label.lower())] if went_wrong else []
    return [*outcome, (Level.WARNING.value, standing.owes)] if standing.owes else outcome
