"""Where a submission goes: the meeting whose cut-off is still ahead (DESIGN 4.8)."""

from collections.abc import Iterable
from datetime import datetime

from changes.choices import MeetingState
from changes.domain.content import Content
from changes.models import Meeting


def next_meeting(content: Content, *, at: datetime) -> Meeting | None:
    """The meeting that a submission at `at` is in time for: of the boards of its environment or services, else of any."""
    ahead = Meeting.objects.filter(cut_off_at__gt=at, state=MeetingState.PLANNED).order_by("starts_at")
    meetings = list(ahead.select_related("board").prefetch_related("board__environments", "board__services")[:20])
    return next(iter(_of_its_boards(meetings, content) or meetings), None)


def _of_its_boards(meetings: Iterable[Meeting], content: Content) -> list[Meeting]:
    services = set(content.services)
    return [
        meeting
        for meeting in meetings
        if content.environment in {e.slug for e in meeting.board.environments.all()}
        or services & {s.slug for s in meeting.board.services.all()}
    ]
