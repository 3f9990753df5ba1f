"""Telling those who follow a meeting that there is something new to see."""

from django.db.models import F

from changes.choices import MeetingState
from changes.models import Meeting


def stir(meeting: int) -> None:
    """The meeting with this key, where it sits, has a new turn; every page that follows it asks for that number alone.

    Call it last in a transaction: it holds the meeting's row.
    """
    Meeting.objects.filter(pk=meeting, state=MeetingState.IN_SESSION).update(turn=F("turn") + 1)
