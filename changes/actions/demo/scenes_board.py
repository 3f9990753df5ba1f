"""Scenes of the board's own business: what was promised in its last meeting, and a point that is no RFC."""

from datetime import datetime, timedelta

from changes.actions import free_item
from changes.actions.action import fulfil, promise
from changes.actions.demo.estate import BOARD
from changes.actions.free_item import FreeItem
from changes.choices import MeetingState, Section
from changes.models import Action, AgendaItem, Meeting, User

#: What was promised, by whom, how many days after the meeting it is due, and what came of it where it is done.
_PROMISED = (
    ("Name a second approver for nights on the rota", "change-manager", 1, ""),
    ("Show that journal restores work before the switch-over", "service-manager", 4, ""),
    ("Write down who may call the storage vendor at night", "implementer", 1, "In the run book, page 4."),
)
_FREE = FreeItem("Who is on the rota over the holidays", Section.ONGOING, 4)


def keep_promises(at: datetime) -> None:
    """In the last meeting that was held; once, however often the demo is made."""
    held = Meeting.objects.filter(board__slug=BOARD, state=MeetingState.HELD).select_related("board__chair").order_by("starts_at").last()
    if held is None:
        return
    for text, name, days, outcome in _PROMISED:
        owner = User.objects.filter(username=name).first()
        due_at = held.ends_at + timedelta(days=days)
        if owner and not Action.objects.filter(board=held.board, text=text).exists():
            made = promise(held.board, text, owner, due_at, actor=held.board.chair, at=held.ends_at, meeting=held)
            if outcome:
                fulfil(made, actor=owner, at=min(at, due_at), note=outcome)


def add_free_item(at: datetime) -> None:
    """On the next agenda that is still open."""
    ahead = Meeting.objects.filter(board__slug=BOARD, state=MeetingState.PLANNED, cut_off_at__gt=at).select_related("board__chair")
    meeting = ahead.order_by("starts_at").first()
    if meeting and not AgendaItem.objects.filter(meeting__board=meeting.board, title=_FREE.title).exists():
        free_item.add(meeting, _FREE, actor=meeting.board.chair, at=at)
