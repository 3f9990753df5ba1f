"""Putting an item to the vote between meetings, and what comes of it (DESIGN 4.8)."""

import logging
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread, take_turn
from changes.actions.decision import keep, put_in_force
from changes.actions.event import record
from changes.actions.ruling import Ruling
from changes.actions.state import enter, settle
from changes.choices import Manner, MeetingState, Route, State, Verdict
from changes.domain.consent import CONSENTED
from changes.domain.electronic_vote import SHORTEST, is_void, may_close_early, settled
from changes.domain.vote import Tally
from changes.domain.wording import day_time
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import AgendaItem, Decision, ElectronicVote, User
from changes.notifications.nudge import nudge
from changes.selectors.electronic_vote import is_over, poll_of, running

logger = logging.getLogger(__name__)


@transaction.atomic
def put_to_the_vote(item: AgendaItem, *, reason: str, closes_at: datetime, actor: User, at: datetime) -> ElectronicVote:
    """Ask the board for its votes until `closes_at`, which lies before the item's meeting; the members are told at once.

    It may be of a late item and of an agenda that is open or frozen. Raises `NotAllowed` for anybody but the chair, a
    delegate and the change manager, `Unacceptable` without a reason or with a time that does not fit, `MoveRefused` where
    nothing is to be decided or it is put to the vote already.
    """
    take_turn()
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting__board__chair", "rfc").get(pk=item.pk)
    if not permissions.can_prepare(actor, item.meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager puts an item to the vote.")
    _check_item(item)
    _check_words(item, reason, closes_at, at)
    vote = ElectronicVote.objects.create(item=item, reason=reason.strip(), opened_at=at, opened_by=actor, closes_at=closes_at)
    if item.rfc is not None:
        until = day_time(closes_at, item.meeting.board.time_zone)
        record(item.rfc, "put_to_the_vote", actor=actor, at=at, note=f"Until {until}. {vote.reason}")
    nudge()
    return vote


def _check_item(item: AgendaItem) -> None:
    rfc = item.rfc
    if rfc is None or item.section not in CONSENTED or rfc.state != State.SUBMITTED or rfc.route != Route.BOARD:
        raise MoveRefused("Only what the board has to decide ahead of the work is put to the vote.")
    if Decision.objects.filter(item=item).exists():
        raise MoveRefused("This item is decided already.", mend="Read the agenda again.")
    if item.meeting.state not in (MeetingState.PLANNED, MeetingState.FROZEN):
        raise MoveRefused("The meeting has begun or is over: it is decided there, or stands on the next agenda.")
    running_already = ElectronicVote.objects.filter(item__rfc=rfc, closed_at=None).first()
    if running_already is not None:
        raise MoveRefused(f"{rfc.number} is put to the vote already.", mend="Wait for its closing, or withdraw it first.")


def _check_words(item: AgendaItem, reason: str, closes_at: datetime, at: datetime) -> None:
    if not reason.strip():
        raise Unacceptable("Say why it does not wait for the meeting.", mend="One sentence; the members read it.", field="reason")
    if closes_at < at + SHORTEST:
        raise Unacceptable("Nobody could answer by then.", mend="Leave at least a quarter of an hour.", field="closes_at")
    if closes_at > item.meeting.starts_at:
        meets = day_time(item.meeting.starts_at, item.meeting.board.time_zone)
        raise Unacceptable(f"The board meets before that, on {meets}.", mend="Close it before the meeting.", field="closes_at")


@transaction.atomic
def withdraw(vote: ElectronicVote, *, reason: str = "", actor: User, at: datetime) -> ElectronicVote:
    """End it without a result: who opened it, or who leads the board. The votes stay for the meeting.

    Raises `NotAllowed`, or `MoveRefused` where it has ended.
    """
    vote = _locked(vote)
    if vote.opened_by_id != actor.pk and not permissions.can_lead(actor, vote.item.meeting, at):
        raise NotAllowed(f"{vote.opened_by} put it to the vote and withdraws it, or the chair does.")
    if vote.closed_at is not None:
        raise MoveRefused("This vote has ended already.", mend="Read what came of it.")
    why = f" {reason.strip()}" if reason.strip() else ""
    return _end(vote, f"Withdrawn by {actor}.{why} It stays on its agenda.", at, actor)


@transaction.atomic
def close_early(vote: ElectronicVote, *, actor: User, at: datetime) -> ElectronicVote:
    """Count the votes before the closing, once everybody has voted: the chair, a delegate or the change manager, on a voting board.

    Raises `NotAllowed`, or `MoveRefused` while a vote is missing, on an advisory board, and where it has ended.
    """
    vote = _locked(vote)
    if not permissions.can_prepare(actor, vote.item.meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager closes it early.")
    if vote.closed_at is not None:
        raise MoveRefused("This vote has ended already.", mend="Read what came of it.")
    poll = poll_of(vote, at=at)
    if not poll.is_voting:
        raise MoveRefused("Here the chair decides, not the votes.", mend="The chair decides on the item’s page, at any time.")
    if not may_close_early(poll) and not is_void(poll):
        count = poll.tally.asked
        raise MoveRefused(f"{count} vote{'' if count == 1 else 's'} still missing.", mend="Wait for the closing, or for the last vote.")
    return _close(vote, at, actor)


def close_due(*, at: datetime) -> list[ElectronicVote]:
    """Close those whose time is up, and end those that have nothing left to vote on; what the clock does each minute.

    Each in a transaction of its own, which is begun for what is over alone: no writer of RFCs waits for a look at the others. One
    that fails is logged and keeps up no other. Doing it again changes nothing.
    """
    return [closed for vote in running() if (closed := _attended(vote, at))]


def _attended(vote: ElectronicVote, at: datetime) -> ElectronicVote | None:
    try:
        if not is_over(vote, at=at):
            return None
        with transaction.atomic():
            vote = _locked(vote)
            return _close(vote, at, None) if is_over(vote, at=at) else None
    except Exception:
        logger.exception("The vote on %s could not be closed", vote.item)
        return None


def _locked(vote: ElectronicVote) -> ElectronicVote:
    """It and its item, nobody else's until the transaction ends; writers of RFCs take turns first."""
    take_turn()
    AgendaItem.objects.select_for_update(of=("self",)).get(pk=vote.item_id)
    rows = ElectronicVote.objects.select_for_update(of=("self",)).select_related("item__meeting__board__chair", "item__rfc", "opened_by")
    return rows.prefetch_related("item__votes__member").get(pk=vote.pk)


def _close(vote: ElectronicVote, at: datetime, actor: User | None) -> ElectronicVote:
    poll = poll_of(vote, at=at)
    came = settled(poll)
    if came.verdict is not None:
        _decide(vote, came.verdict, came.sentence, poll.tally, at)
    return _end(vote, came.sentence, at, actor)


def _decide(vote: ElectronicVote, verdict: Verdict, sentence: str, tally: Tally, at: datetime) -> None:
    """The board has decided by its votes: nobody's right is asked, for it is nobody's decision alone."""
    rfc = reread(vote.item.rfc) if vote.item.rfc else None
    if rfc is None:
        return
    ruling = Ruling(verdict, reason=sentence, manner=Manner.ELECTRONIC, present=tally.given, quorum_met=True)
    decision = keep(rfc, ruling, actor=None, at=at, item=vote.item)
    if verdict == Verdict.REJECT:
        enter(rfc, State.REJECTED, actor=None, at=at, note=sentence, decision=decision)
        return
    put_in_force(rfc, decision, actor=None, at=at, severity=decision.severity)
    settle(reread(rfc), at=at)


def _end(vote: ElectronicVote, result: str, at: datetime, actor: User | None) -> ElectronicVote:
    vote.closed_at, vote.result = at, result
    vote.save(update_fields=["closed_at", "result"])
    if vote.item.rfc is not None:
        record(vote.item.rfc, "vote_ended", actor=actor, at=at, note=result)
    return vote
