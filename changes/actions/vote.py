"""Voting ahead of a meeting, and asking those whose vote is missing."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import take_turn
from changes.actions.event import record
from changes.actions.turn import stir
from changes.choices import Ballot
from changes.domain.agenda import DECIDED
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import AgendaItem, Asking, Decision, Meeting, User, Vote
from changes.notifications.nudge import nudge
from changes.selectors.asking import asked_today
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.meeting import Seat, seats_of
from changes.selectors.vote import missing_votes, traces_of


@transaction.atomic
def cast(item: AgendaItem, vote: Ballot, *, comment: str = "", actor: User, at: datetime) -> Vote:
    """Vote on an item; the last word counts. A delegate votes for the member's seat, which has one vote.

    Raises `NotAllowed` for anybody but members and delegates, and for an own RFC; `MoveRefused` once it is
    decided, while it waits on the late list, where no decision is asked, where the member whom the delegate sits for
    has voted, and where it was put to the vote and the time is up.
    """
    take_turn()  # so that no list is approved on a vote that is being changed
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting__board__chair", "rfc").get(pk=item.pk)
    if item.rfc is not None and permissions.is_own(actor, item.rfc):
        raise NotAllowed("You own this RFC: you may not vote on it.")
    if not permissions.can_vote(actor, item.meeting, item.rfc, at):
        raise NotAllowed("The members of the board and their delegates vote.")
    _check_open(item, at)
    _check_seat(item, actor, at)
    before = Vote.objects.filter(item=item, member=actor).values_list("vote", flat=True).first()
    stored, _ = Vote.objects.update_or_create(item=item, member=actor, defaults={"vote": vote, "comment": comment.strip(), "at": at})
    stir(item.meeting_id)
    if (rfc := item.rfc) is not None:
        record(rfc, "voted", actor=actor, at=at, note=stored.comment, changes={"vote": [before or "", stored.vote]})
    return stored


def _check_open(item: AgendaItem, at: datetime) -> None:
    """Votes still count: it is not decided, and a decision is asked, by the meeting or by an electronic vote."""
    if Decision.objects.filter(item=item).exists():
        raise MoveRefused("This item is decided already; votes no longer count.", mend="Read the agenda again.")
    running = item.electronic_votes.filter(closed_at=None).first()
    if running is not None and running.closes_at <= at:
        raise MoveRefused("The time to vote on it is up; what the votes say is being counted.", mend="Read the agenda again.")
    if item.is_late and running is None:
        raise MoveRefused("It waits on the late list.", mend="The chair admits it first.")
    if item.section not in DECIDED or item.meeting.state not in OPEN_MEETINGS:
        raise MoveRefused("No decision is asked on this item now.")


def _check_seat(item: AgendaItem, actor: User, at: datetime) -> None:
    """A delegate's vote is the member's: never on what is the member's own, and not beside the member's own word."""
    seat: Seat | None = next((one for one in seats_of(item.meeting.board, at=at) if one.person.pk == actor.pk), None)
    if seat is None or seat.stands_for is None or item.rfc is None:
        return
    member = seat.stands_for
    if permissions.has_a_hand_in(member, item.rfc):
        raise NotAllowed(f"You sit for {member}, who has a hand in this RFC: nobody votes for them on it.")
    given = Vote.objects.filter(item=item, member=member).first()
    edited_at = traces_of([item]).edited.get(item.rfc.pk)
    if given is not None and (edited_at is None or edited_at <= given.at):
        raise MoveRefused(f"{member} has voted; that is the vote of this seat.", mend="Ask them to change it.")


@transaction.atomic
def ask_for_votes(meeting: Meeting, *, actor: User, at: datetime) -> list[User]:
    """Have a reminder sent now to those whose vote is missing, each at most once a day; gives back who is told.

    Who has been reminded on the same day, by a person or by the clock, is left out, and the clock does not remind them
    once more that day. Raises `NotAllowed`, or `MoveRefused` where nobody is left to be told.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("board__chair").get(pk=meeting.pk)
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair and the change manager remind the members.")
    if meeting.state not in OPEN_MEETINGS or meeting.starts_at <= at:
        raise MoveRefused("The meeting has begun; the votes are asked for there.")
    people = whom_to_ask(meeting, at=at)
    if not people:
        raise MoveRefused("Nobody is left to be reminded today.", mend="Each member is reminded once a day at most.")
    Asking.objects.create(meeting=meeting, by=actor, at=at).people.set(people)
    nudge()
    return list(people.values())


def whom_to_ask(meeting: Meeting, *, at: datetime) -> Mapping[int, User]:
    """By key, those whose vote is missing and who have not been reminded today; the chair, who decides, is not asked."""
    missing = set().union(*missing_votes(meeting, seats_of(meeting.board, at=at)).values()) - {meeting.board.chair_id}
    wanted: set[int] = missing - asked_today(meeting, at=at)
    return User.objects.filter(is_active=True).in_bulk(wanted)
