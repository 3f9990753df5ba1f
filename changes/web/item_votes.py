"""What the page of an item shows of votes: what has changed since, the consent list, and what was put to the vote."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from changes import permissions
from changes.actions import seen as looks
from changes.choices import MeetingState, Route, State
from changes.domain.consent import CONSENTED
from changes.formats.difference import Worded, in_words
from changes.models import User
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.electronic_vote import said_by, votes_on
from changes.selectors.item import Looked
from changes.selectors.seen import Changed, changed_for, changed_for_the_board
from changes.selectors.vote import tally_of
from changes.web.forms.electronic_vote import PollForm
from changes.web.request import is_looked_at

#: A poll is offered to close so long from now, or at the meeting where that is sooner.
_USUALLY = timedelta(hours=48)


def context_of(looked: Looked, viewer: User, *, at: datetime) -> dict[str, Any]:
    """For `changes/item_detail.html`."""
    item, meeting = looked.item, looked.agenda.meeting
    polls = votes_on(item.row.pk)
    running = next((poll for poll in polls if poll.closed_at is None), None)
    prepares, sits = permissions.can_prepare(viewer, meeting, at), any(seat.person.pk == viewer.pk for seat in looked.agenda.seats)
    is_open = meeting.state in OPEN_MEETINGS and item.decision is None
    may_poll = prepares and _may_be_polled(looked, running_already=running is not None)
    return {
        "changed": _worded(changed_for(viewer, [item]).get(item.row.pk)),
        "changed_for_board": _worded(changed_for_the_board(meeting, [item]).get(item.row.pk)),
        "polls": polls,
        "running": running,
        "may_poll": may_poll,
        "poll_form": PollForm(initial={"closes_at": min(at + _USUALLY, meeting.starts_at)}) if may_poll else None,
        "may_close_poll": prepares and meeting.board.is_voting and not tally_of(item.ballots).asked,
        "may_withdraw_poll": running is not None and (running.opened_by_id == viewer.pk or permissions.can_lead(viewer, meeting, at)),
        "votes_say": said_by(item, meeting.board) if item.decision is None else None,
        "may_pull": is_open and sits and item.is_consented,
        "may_put_back": is_open and (item.row.pulled_by_id == viewer.pk or permissions.can_lead(viewer, meeting, at)),
    }


def _may_be_polled(looked: Looked, *, running_already: bool) -> bool:
    """Whether the forms to put it to the vote are offered; the action says the same to whoever asks."""
    row, rfc = looked.item.row, looked.rfc
    waits = rfc is not None and rfc.state == State.SUBMITTED and rfc.route == Route.BOARD and row.section in CONSENTED
    before = looked.agenda.meeting.state in (MeetingState.PLANNED, MeetingState.FROZEN)
    return waits and before and looked.item.decision is None and not running_already


def _worded(changed: Changed | None) -> tuple[Changed, list[Worded]] | None:
    if changed is None:
        return None
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    return changed, [in_words(difference, zone=zone, today=today) for difference in changed.differences]


def remember(request: HttpRequest, looked: Looked, viewer: User, *, at: datetime) -> None:
    """That `viewer` has looked at it."""
    if is_looked_at(request):
        looks.mark([looked.item.row], actor=viewer, at=at)
