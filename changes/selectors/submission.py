"""Where a submission goes: the meeting of its board whose cut-off is still ahead (DESIGN 4.8)."""

from datetime import datetime

from changes.choices import MeetingState
from changes.domain.content import Content
from changes.models import Board, Meeting
from changes.selectors.board import destination_for


def next_meeting(content: Content, *, at: datetime) -> Meeting | None:
    """The meeting that a submission at `at` is in time for, of the one board that it goes to."""
    destination = destination_for(content)
    return meeting_in_time(destination.board, at=at) if destination else None


def meeting_in_time(board: Board, *, at: datetime) -> Meeting | None:
    """The board's first meeting that still takes what is submitted at `at`; None where none is planned."""
    ahead = Meeting.objects.filter(board=board, cut_off_at__gt=at, state=MeetingState.PLANNED)
    return ahead.select_related("board").order_by("starts_at").first()
