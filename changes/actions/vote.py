"""Voting ahead of a meeting."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.event import record
from changes.choices import Ballot
from changes.domain.agenda import DECIDED
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import AgendaItem, Decision, User, Vote
from changes.selectors.candidate import OPEN_MEETINGS


@transaction.atomic
def cast(item: AgendaItem, vote: Ballot, *, comment: str = "", actor: User, at: datetime) -> Vote:
    """Vote on an item; the last word counts.

    Raises `NotAllowed` for anybody but members and delegates, and for an own RFC; `MoveRefused` once it is
    decided, while it waits on the late list, and where no decision is asked.
    """
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("meeting__board", "rfc").get(pk=item.pk)
    if item.rfc is not None and permissions.is_own(actor, item.rfc):
        raise NotAllowed("You own this RFC: you may not vote on it.")
    if not permissions.can_vote(actor, item.meeting, item.rfc, at):
        raise NotAllowed("The members of the board and their delegates vote.")
    if Decision.objects.filter(item=item).exists():
        raise MoveRefused("This item is decided already; votes no longer count.", mend="Read the agenda again.")
    if item.is_late:
        raise MoveRefused("It waits on the late list.", mend="The chair admits it first.")
    if item.section not in DECIDED or item.meeting.state not in OPEN_MEETINGS:
        raise MoveRefused("No decision is asked on this item now.")
    before = Vote.objects.filter(item=item, member=actor).values_list("vote", flat=True).first()
    stored, _ = Vote.objects.update_or_create(item=item, member=actor, defaults={"vote": vote, "comment": comment.strip(), "at": at})
    if (rfc := item.rfc) is not None:
        record(rfc, "voted", actor=actor, at=at, note=stored.comment, changes={"vote": [before or "", stored.vote]})
    return stored
