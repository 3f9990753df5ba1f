"""Saying ahead whether one comes to a meeting (DESIGN 4.8)."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.turn import stir
from changes.choices import Attending
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import Attendance, Meeting, User
from changes.selectors.candidate import OPEN_MEETINGS


@transaction.atomic
def say(meeting: Meeting, says: Attending, *, actor: User, at: datetime) -> Attendance:
    """Say that one comes, or does not; the last word counts.

    Raises `NotAllowed` for whom does not sit on the board, `MoveRefused` once the meeting is over.
    """
    meeting = Meeting.objects.select_related("board").get(pk=meeting.pk)
    if not permissions.is_chair(actor, meeting.board, at) and not permissions.is_member(actor, meeting.board, at):
        raise NotAllowed("The members of the board and their delegates say whether they come.")
    if meeting.state not in OPEN_MEETINGS or meeting.ends_at <= at:
        raise MoveRefused("This meeting is over.", mend="The next one stands on the board’s page.")
    said, _ = Attendance.objects.update_or_create(meeting=meeting, person=actor, defaults={"says": says})
    stir(meeting.pk)
    return said
