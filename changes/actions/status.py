"""Saying in one line how something long or owed stands; the answer stands on the agenda (DESIGN 4.9)."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import reread
from changes.actions.event import record
from changes.domain.status import wrong_line
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, Event, User
from changes.selectors.status import TOLD, why_asked_of


@transaction.atomic
def tell_status(rfc: RFC, line: str, *, actor: User, at: datetime) -> Event:
    """Keep how it stands. Raises `NotAllowed`, `Unacceptable`, or `MoveRefused` where nobody asks any more."""
    rfc = reread(rfc)
    if not permissions.can_work(actor, rfc):
        raise NotAllowed("Its owner and its implementer say how it stands.", mend=f"Ask {rfc.owner}.")
    if wrong := wrong_line(line):
        raise Unacceptable(wrong, mend="Say how it stands and what is next.", field="line")
    if not why_asked_of(rfc, at=at):
        raise MoveRefused("Nobody asks for its status any more.", mend="Nothing has to be said.")
    return record(rfc, TOLD, actor=actor, at=at, note=line.strip())
