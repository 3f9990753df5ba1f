"""The demo's last meeting: its minutes with notes, published the same afternoon, and one addendum the next morning."""

from datetime import datetime, timedelta

from changes.actions.demo.estate import BOARD
from changes.actions.minutes import add_addendum, publish_minutes, write_note
from changes.choices import MeetingState
from changes.models import Meeting, User

_NOTE = "The board asks that nights with a rollback of more than an hour begin before 22:00."
_ITEM_NOTE = "The operator on duty is to have the phone number of the vendor at hand."
_ADDENDUM = "The minutes leave out that the service desk was told of the outage; it was, the day before."


def keep_minutes(at: datetime) -> None:
    """Publish the minutes of the meeting that was held last, once it is an hour over; a day later comes what they left out."""
    held = Meeting.objects.filter(board__slug=BOARD, state=MeetingState.HELD, ends_at__lte=at - timedelta(hours=1))
    meeting = held.select_related("board__chair").order_by("-ends_at").first()
    if meeting is None or meeting.minutes_published_at is not None:
        return
    chair, manager = meeting.board.chair, User.objects.get(username="change-manager")
    published_at = meeting.ends_at + timedelta(hours=1)
    write_note(meeting, None, _NOTE, was=None, actor=chair, at=meeting.ends_at)
    decided = meeting.items.filter(decision__isnull=False, is_late=False).order_by("position", "pk").first()
    if decided:
        write_note(meeting, decided, _ITEM_NOTE, was=None, actor=manager, at=meeting.ends_at)
    publish_minutes(meeting, actor=chair, at=published_at)
    if published_at + timedelta(hours=18) <= at:
        add_addendum(meeting, _ADDENDUM, actor=manager, at=published_at + timedelta(hours=18))
