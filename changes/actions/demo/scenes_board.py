"""Scenes of the boards' own business: what was promised, a point that is no RFC, and what does not wait for its meeting."""

from datetime import datetime, timedelta

from changes.actions import electronic_vote, free_item
from changes.actions.action import fulfil, promise
from changes.actions.demo.estate import BOARD
from changes.actions.demo.scenes_waiting import LATE_AND_ASKED
from changes.actions.free_item import FreeItem
from changes.actions.reminder import send_due
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Section
from changes.models import Action, AgendaItem, ElectronicVote, Meeting, User

#: What was promised, by whom, how many days after the meeting it is due, and what came of it where it is done.
_PROMISED = (
    ("Name a second approver for nights on the rota", "change-manager", 1, ""),
    ("Show that journal restores work before the switch-over", "service-manager", 4, ""),
    ("Write down who may call the storage vendor at night", "implementer", 1, "In the run book, page 4."),
)
_WHY_NOW = "The vendor ends its support of the build that runs there before the night after this one."
_VOTED = {
    "member-network": (Ballot.APPROVE, ""),
    "member-security": (Ballot.APPROVE, "The hole it closes is known since Monday."),
    "member-storage": (Ballot.ABSTAIN, ""),
    "member-service-desk": (Ballot.APPROVE, ""),
}
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


def put_to_the_vote(at: datetime) -> None:
    """What came too late for the frozen agenda is voted on before it; all have voted by now but `member`. Once."""
    late = AgendaItem.objects.filter(
        meeting__board__slug=BOARD, meeting__state=MeetingState.FROZEN, meeting__starts_at__gt=at, is_late=True
    )
    item = late.filter(title__startswith=LATE_AND_ASKED).select_related("rfc", "meeting__board__chair").order_by("-rfc").first()
    if item is None or item.rfc is None or ElectronicVote.objects.filter(item__rfc=item.rfc).exists():
        return
    opened_at = max(at - timedelta(hours=1), item.rfc.submitted_at or at)
    closes_at = max(item.meeting.starts_at - timedelta(hours=2), at + (item.meeting.starts_at - at) / 2)
    electronic_vote.put_to_the_vote(item, reason=_WHY_NOW, closes_at=closes_at, actor=item.meeting.board.chair, at=opened_at)
    send_due(at=opened_at)
    for member, (ballot, comment) in _VOTED.items():
        cast(item, ballot, comment=comment, actor=User.objects.get(username=member), at=at)
