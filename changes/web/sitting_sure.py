"""What is not recorded in a meeting by a slip of the hand: without a quorum, or against the votes cast, only with a tick."""

from django.http import QueryDict

from changes.choices import Verdict
from changes.domain.vote import goes_against
from changes.exceptions import Unacceptable
from changes.web.sitting_page import Desk


def check_sure(desk: Desk, verdict: Verdict, given: QueryDict) -> None:
    """Raise `Unacceptable` with the tick that is missing. REST records without a question (DESIGN 4.8)."""
    _check_quorum(desk.counted, desk.meeting.board.quorum, given)
    if goes_against(verdict, desk.tally) and given.get("against_votes") != "1":
        raise Unacceptable(f"The votes say otherwise: {desk.tally.words}.", mend="Tick that it is meant.", field="against_votes")


def check_sure_of_list(desk: Desk, given: QueryDict) -> None:
    """The same of the consent list, on which all who voted agree."""
    if desk.backers is not None:
        _check_quorum(desk.backers, desk.meeting.board.quorum, given)


def _check_quorum(count: int, quorum: int, given: QueryDict) -> None:
    if count < quorum and given.get("without_quorum") != "1":
        raise Unacceptable(f"No quorum: {count} of {quorum} needed.", mend="Tick that it is recorded without.", field="without_quorum")
