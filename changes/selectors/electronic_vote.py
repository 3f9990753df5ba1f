"""Items put to the vote between meetings: those that run, and how one stands (DESIGN 4.8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from changes.choices import MeetingState, State, Verdict
from changes.domain.electronic_vote import Poll
from changes.domain.finding import blocking
from changes.domain.materiality import VOTED_ON
from changes.domain.vote import Outcome, Tally, outcome
from changes.domain.wording import day_time
from changes.models import RFC, Board, Decision, ElectronicVote, Event, User
from changes.selectors.agenda import Item
from changes.selectors.finding import findings_of
from changes.selectors.meeting import seats_of
from changes.selectors.vote import ballots_of, tally_of, traces_of


def running(board: Board | None = None) -> QuerySet[ElectronicVote]:
    """What is put to the vote now, the first to close first; of one board, or of all."""
    rows = ElectronicVote.objects.filter(closed_at=None).select_related("item__rfc", "item__meeting__board__chair", "opened_by")
    rows = rows.filter(item__meeting__board=board) if board else rows
    return rows.prefetch_related("item__votes__member").order_by("closes_at", "pk")


@dataclass(frozen=True)
class Running:
    """One of them as a list shows it: how it stands, and whether the reader's vote is missing."""

    vote: ElectronicVote
    tally: Tally
    is_mine: bool


def running_for(user: User, board: Board | None = None, *, at: datetime) -> list[Running]:
    """What is put to the vote, as `user` sees it; two queries for each board that has one, and three for all."""
    votes = list(running(board))
    if not votes:
        return []
    traces = traces_of(vote.item for vote in votes)
    seats = {found.pk: seats_of(found, at=at) for found in {vote.item.meeting.board for vote in votes}}
    rows = []
    for vote in votes:
        ballots = list(ballots_of(vote.item, seats[vote.item.meeting.board_id], traces))
        rows.append(Running(vote, tally_of(ballots), any(ballot.asks(user.pk) for ballot in ballots)))
    return rows


def poll_of(vote: ElectronicVote, *, at: datetime) -> Poll:
    """How it stands at `at`, for the rule that closes it."""
    item, rfc = vote.item, vote.item.rfc
    board = item.meeting.board
    traces = traces_of([item])
    tally = tally_of(ballots_of(item, seats_of(board, at=at), traces))
    stopping = [found.message for found in blocking(findings_of(rfc, at=at))] if rfc else []
    return Poll(board.is_voting, tally, board.quorum, stopping, _changed(vote), _gone(vote))


def is_over(vote: ElectronicVote, *, at: datetime) -> bool:
    """Whether its time is up, or nothing is left to vote on; of one that runs, at most two queries."""
    return vote.closed_at is None and (vote.closes_at <= at or bool(_gone(vote) or _changed(vote)))


def _changed(vote: ElectronicVote) -> str:
    rfc = vote.item.rfc
    return changed_since(rfc, vote.opened_at, vote.item.meeting.board.time_zone) if rfc else ""


def _gone(vote: ElectronicVote) -> str:
    """Why there is nothing left to decide, in a sentence; empty while there is."""
    item, rfc = vote.item, vote.item.rfc
    decided = Decision.objects.filter(item=item).first()
    if decided is not None:
        return f"It was decided meanwhile: {Verdict(decided.verdict).label.lower()}."
    if rfc is None or not item.section:
        return "It no longer stands on the agenda."
    if rfc.state != State.SUBMITTED:
        return f"{rfc.number} is {State(rfc.state).label.lower()} by now; there is nothing to decide."
    if item.meeting.state not in (MeetingState.PLANNED, MeetingState.FROZEN):
        return f"The meeting is {MeetingState(item.meeting.state).label.lower()}; the board decides there."
    return ""


def changed_since(rfc: RFC, since: datetime, time_zone: str) -> str:
    """What of it was changed that people voted on, when and by whom, in a sentence; empty where nothing was."""
    edits = Event.objects.filter(rfc=rfc, action__in=("edited", "moved"), at__gt=since).select_related("actor").order_by("at")
    told = [(event, [name for name in event.changes if name in VOTED_ON]) for event in edits]
    fields = list(dict.fromkeys(name.replace("_", " ") for _, names in told for name in names))
    if not fields:
        return ""
    last = [event for event, names in told if names][-1]
    by = f" by {last.actor}" if last.actor else ""
    return f"{', '.join(fields).capitalize()} changed{by}, {day_time(last.at, time_zone)}."


def said_by(item: Item, board: Board) -> Outcome | None:
    """What the votes on an item of a voting board say now; None on an advisory board, and where nobody votes."""
    if not board.is_voting or not item.is_votable:
        return None
    return outcome(tally_of(item.ballots), board.quorum)


def votes_on(item: int) -> list[ElectronicVote]:
    """Every time that an item was put to the vote, the latest first."""
    return list(ElectronicVote.objects.filter(item=item).select_related("opened_by").order_by("-opened_at", "-pk"))
