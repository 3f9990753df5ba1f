"""What the votes of the board have to do with a decision of its chair (DESIGN 4.8)."""

from datetime import datetime

from changes.choices import Verdict
from changes.domain.vote import is_against_the_votes, outcome
from changes.exceptions import Unacceptable
from changes.models import AgendaItem, Decision, ElectronicVote
from changes.selectors.vote import tally_on


def check_votes(verdict: Verdict, reason: str, item: AgendaItem | None, at: datetime) -> None:
    """On a voting board a decision says what the votes say; one that does not needs its reason, which is kept with it.

    Raises `Unacceptable`.
    """
    if item is None or not item.meeting.board.is_voting or reason.strip():
        return
    said = outcome(tally_on(item, at=at), item.meeting.board.quorum)
    if is_against_the_votes(verdict, said):
        raise Unacceptable(f"{said.sentence} This board decides by its votes.", mend="Say why it is decided otherwise.", field="reason")


def is_put_to_the_vote(item: AgendaItem) -> bool:
    """Whether the board is being asked for it between meetings."""
    return ElectronicVote.objects.filter(item=item, closed_at=None).exists()


def end_vote(decision: Decision) -> None:
    """What was put to the vote and is decided by a person has its result with it."""
    if decision.item_id is not None and decision.by_id is not None:
        result = f"{Verdict(decision.verdict).label}, by {decision.whose}."
        ElectronicVote.objects.filter(item=decision.item_id, closed_at=None).update(closed_at=decision.at, result=result)
