"""The demo's boards at work: what held meetings had before them, the agendas ahead, and votes on those that come next."""

from datetime import datetime
from random import Random

from django.db.models import Q

from changes.actions.agenda import generate
from changes.actions.demo.boards import DEVICES
from changes.actions.demo.estate import BOARD
from changes.actions.demo.scenes_board import add_free_item, keep_promises, put_to_the_vote
from changes.actions.demo.scenes_consent import agree, say_who_comes
from changes.actions.demo.scenes_minutes import keep_minutes
from changes.actions.meeting import generate_due, make_meetings
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState
from changes.domain.agenda import DECIDED
from changes.models import AgendaItem, AgendaRevision, Board, Meeting, User
from changes.permissions import is_own
from changes.selectors.agenda import agenda_of
from changes.selectors.agenda_data import as_snapshot

_VOTES = {Ballot.APPROVE: 70, Ballot.ABSTAIN: 6, Ballot.REJECT: 6, None: 18}
_WHY_NOT = "The way back takes longer than the night leaves."


def look_back(at: datetime) -> None:
    """Keep what the held meetings decided on, and freeze what is past its cut-off."""
    for meeting in Meeting.objects.filter(board__slug=BOARD, state=MeetingState.HELD, revisions=None).select_related("board__chair"):
        _minute(meeting)
    keep_minutes(at)
    keep_promises(at)
    for board in Board.objects.prefetch_related("holidays"):
        make_meetings(board, at=at)
    _freeze(at)


def convene(at: datetime) -> None:
    """Bring the agendas up to date, and let the members vote ahead."""
    generate_due(at=at)
    add_free_item(at)
    frozen = Q(meeting__state=MeetingState.FROZEN)
    ahead = frozen | Q(meeting__state=MeetingState.PLANNED, meeting__board__slug=DEVICES.slug)
    for item in AgendaItem.objects.filter(ahead, is_late=False, section__in=DECIDED).select_related("rfc", "meeting"):
        _vote(item, at)
    agree(at)
    put_to_the_vote(at)
    say_who_comes(at)


def _freeze(at: datetime) -> None:
    """What is past its cut-off froze then, as beat would have done it: its words know nothing of the hours after."""
    past = Meeting.objects.filter(state=MeetingState.PLANNED, cut_off_at__lte=at, starts_at__gt=at)
    for meeting in past.order_by("starts_at"):
        generate(meeting, at=meeting.cut_off_at)


def _minute(meeting: Meeting) -> None:
    """The first revision of a meeting that was held before the demo began."""
    snapshot = as_snapshot(agenda_of(meeting, at=meeting.cut_off_at), at=meeting.cut_off_at)
    AgendaRevision.objects.create(meeting=meeting, number=1, frozen_at=meeting.cut_off_at, snapshot=snapshot)


def _vote(item: AgendaItem, at: datetime) -> None:
    """Most are for it, some have yet to vote; the account `member` leaves its votes to whoever signs in."""
    rng = Random(f"{at:%Y-%m-%d} {item.title}")  # noqa: S311 - a demo has to repeat itself
    for member in User.objects.filter(seats__board=item.meeting.board_id).exclude(username="member").order_by("pk"):
        vote = rng.choices(list(_VOTES), list(_VOTES.values()))[0]
        if vote and not (item.rfc and is_own(member, item.rfc)):
            cast(item, vote, comment=_WHY_NOT if vote == Ballot.REJECT else "", actor=member, at=at)
