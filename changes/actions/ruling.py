"""What is decided on an RFC, and what has to hold before it is (DESIGN 4.1, 4.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from changes import permissions
from changes.actions.by_votes import check_votes, is_put_to_the_vote
from changes.choices import Manner, MeetingState, Ratification, Route, Severity, State, Verdict
from changes.domain import judgement
from changes.domain.agenda import awaits_review
from changes.domain.finding import Finding
from changes.domain.lifecycle import makers as makers_of
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, Decision, Meeting, User

_AFTERWARDS = (Verdict.RATIFY, Verdict.UNAUTHORISED)


@dataclass(frozen=True)
class Promise:
    """A condition as it is decided: what, by whom, until when."""

    text: str
    owner: User
    due_at: datetime


@dataclass(frozen=True)
class Ruling:
    """What is decided, and how. `verbal_by` is the approver whose word somebody else writes down.

    `present` is how many with a vote were asked. Where a meeting sits, `manner`, `present` and `quorum_met` come of it.
    """

    verdict: Verdict
    reason: str = ""
    severity: Severity | None = None
    conditions: Sequence[Promise] = ()
    defer_to: Meeting | None = None
    verbal_by: User | None = None
    how: str = ""
    quorum_met: bool | None = None
    manner: Manner | None = None
    present: int | None = None


def check_ruling(rfc: RFC, ruling: Ruling, item: AgendaItem | None, *, actor: User, at: datetime) -> None:
    """Who may decide so, with all that it needs. Raises `NotAllowed`, `MoveRefused` or `Unacceptable`."""
    _check_right(rfc, ruling, actor, at)
    _check_whole(rfc, ruling)
    _check_promises(ruling, at)
    _check_deferral(ruling, item, at)
    check_votes(ruling.verdict, ruling.reason, item, at)


def check_item(rfc: RFC, item: AgendaItem | None) -> None:
    """Raise `MoveRefused` where this item cannot be decided: most of all where somebody was quicker, with what and by whom."""
    if item is None:
        return
    if item.rfc_id != rfc.pk:
        raise Unacceptable("This item is about another RFC.", field="item")
    decided = Decision.objects.filter(item=item).select_related("by").first()
    if decided:
        verdict = Verdict(decided.verdict).label.lower()
        raise MoveRefused(f"This item is decided already: {verdict}, by {decided.whose}.", mend="Read the agenda again.")
    if item.meeting.minutes_published_at:
        raise MoveRefused("The minutes of this meeting are published.", mend="Decide on it at the board’s next meeting.")
    is_asked = not item.is_late or is_put_to_the_vote(item)
    if not is_asked or not item.section:
        raise MoveRefused("It is not on the agenda.", mend="The chair admits it from the late list first.")


def check_complete(rfc: RFC, found: Iterable[Finding]) -> None:
    """Nothing incomplete is approved, however it came to be so. Raises `MoveRefused` with what is missing."""
    missing = judgement.stops_submission(found)
    if missing:
        raise MoveRefused(f"{rfc.number} is not complete.", mend="Have its owner mend what is listed.", findings=missing)


def _check_right(rfc: RFC, ruling: Ruling, actor: User, at: datetime) -> None:
    approver = ruling.verbal_by or actor
    if ruling.verdict in _AFTERWARDS:
        if permissions.has_a_hand_in(actor, rfc) or not permissions.is_chair_for(actor, rfc, at):
            raise NotAllowed("Only the board's chair says so, and never of an own change.")
        return
    if rfc.state != State.SUBMITTED:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()}; only what is submitted is decided.")
    if ruling.verbal_by and not (rfc.route == Route.EMERGENCY and permissions.is_own(actor, rfc)):
        raise NotAllowed("A verbal approval is written down by those whose emergency it is.")
    after = State.REJECTED if ruling.verdict in (Verdict.REJECT, Verdict.DEFER) else State.APPROVED
    if not permissions.may_move(approver, rfc, after, at):
        makers = ", ".join(sorted(makers_of(rfc.state, after, rfc.route)))
        own = "who has a hand in an RFC never decides it"
        why = own if permissions.has_a_hand_in(approver, rfc) else f"the {makers} decides it"
        raise NotAllowed(f"{approver} may not decide {rfc.number}: {why}.", mend=f"Its route: {Route(rfc.route).label}.")


def _check_whole(rfc: RFC, ruling: Ruling) -> None:
    if ruling.verdict in (Verdict.REJECT, Verdict.UNAUTHORISED) and not ruling.reason.strip():
        raise Unacceptable("This decision needs a reason.", mend="Say why, in a sentence.", field="reason")
    if ruling.verdict == Verdict.APPROVE_WITH_CONDITIONS and not ruling.conditions:
        raise Unacceptable("No condition is named.", mend="Name one, or approve without.", field="conditions")
    if ruling.verdict == Verdict.DEFER and ruling.defer_to is None:
        raise Unacceptable("A deferred RFC needs its meeting.", mend="Name a later meeting.", field="meeting")
    if ruling.verdict in _AFTERWARDS and not _awaits_review(rfc):
        raise MoveRefused(f"{rfc.number} does not wait to be ratified.")
    if ruling.verbal_by and not ruling.how.strip():
        raise Unacceptable("A verbal approval says how it was given.", mend="By phone, for example.", field="how")


def _check_promises(ruling: Ruling, at: datetime) -> None:
    for place, promise in enumerate(ruling.conditions):
        if promise.due_at <= at:
            raise Unacceptable("This time is past; nobody can keep it.", mend="Name a later time.", field=f"conditions[{place}].due_at")


def _awaits_review(rfc: RFC) -> bool:
    ratification = Ratification(rfc.ratification) if rfc.ratification else None
    return awaits_review(Route(rfc.route), ratification, rfc.decision.at if rfc.decision else None)


def _check_deferral(ruling: Ruling, item: AgendaItem | None, at: datetime) -> None:
    """The meeting named has to be able to take it: of the same board, with its cut-off ahead."""
    to = ruling.defer_to
    if ruling.verdict != Verdict.DEFER or to is None:
        return
    same_board = item is None or to.board_id == item.meeting.board_id
    if to.state != MeetingState.PLANNED or to.cut_off_at <= at or not same_board or (item and to.pk == item.meeting_id):
        raise Unacceptable("That meeting cannot take it.", mend="Name a meeting of this board whose cut-off is ahead.", field="meeting")
