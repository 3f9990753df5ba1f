"""Actions of a board: those that its agenda holds, and those that wait for one person (DESIGN 4.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from changes import permissions
from changes.choices import Level, MeetingState
from changes.domain.action import lateness
from changes.models import RFC, Action, AgendaItem, Board, Meeting, User
from changes.selectors.candidate import OPEN_MEETINGS, has_earlier_taker

#: So many done ones are shown at first.
DONE_SHOWN = 10


def actions_for(meeting: Meeting, *, at: datetime) -> QuerySet[Action]:
    """The open actions that a meeting's agenda has to hold: promised before its cut-off; none while an earlier meeting takes them.

    Other than an RFC, an action stands on each agenda in its turn until it is done; on the next once the meeting before has ended.
    """
    if has_earlier_taker(meeting, at):
        return Action.objects.none()
    open_ones = Action.objects.filter(board=meeting.board_id, done_at=None, created_at__lt=meeting.cut_off_at)
    return open_ones.exclude(pk__in=_standing_earlier(meeting, at)).select_related("owner", "rfc")


def _standing_earlier(meeting: Meeting, at: datetime) -> QuerySet[AgendaItem, int | None]:
    """What an earlier meeting of the board will still come to; one that nobody held lets go of it when its time is over."""
    goes_on = Q(meeting__ends_at__gt=at) | Q(meeting__state=MeetingState.IN_SESSION)
    earlier = Q(meeting__board=meeting.board_id, meeting__starts_at__lt=meeting.starts_at, meeting__state__in=OPEN_MEETINGS)
    standing = AgendaItem.objects.filter(earlier, goes_on, action__isnull=False).exclude(section="")
    return standing.values_list("action", flat=True)


@dataclass(frozen=True)
class Row:
    """An action with how it stands at the time, and whether the viewer may say that it is done, or open it again."""

    action: Action
    late: tuple[Level, str] | None
    is_mine: bool


@dataclass(frozen=True)
class Promised:
    """What was promised to a board: what is open by due time, and what was done, the latest first."""

    open: tuple[Row, ...]
    done: tuple[Row, ...]
    done_hidden: int = 0


def promised_to(board: Board, *, viewer: User, at: datetime, everything: bool = False) -> Promised:
    """The actions of a board as `viewer` sees them; the latest ten that are done, or `everything`. A fixed number of queries."""
    rows = Action.objects.filter(board=board).select_related("owner", "rfc", "meeting", "done_by")
    done = rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    count = done.count()
    shown = list(done if everything else done[:DONE_SHOWN])
    leads = permissions.can_promise(viewer, board, None, at)
    return Promised(
        tuple(_rows(rows.filter(done_at=None), viewer, at, board.time_zone, leads)),
        tuple(_rows(shown, viewer, at, board.time_zone, leads)),
        count - len(shown),
    )


def _rows(rows: QuerySet[Action] | Sequence[Action], viewer: User, at: datetime, time_zone: str, leads: bool) -> list[Row]:  # noqa: FBT001
    return [Row(row, how_late(row, at, time_zone), leads or row.owner_id == viewer.pk) for row in rows]


def how_late(action: Action, at: datetime, time_zone: str) -> tuple[Level, str] | None:
    """How late an open action is; None while there is time, and once it is done."""
    return lateness(action.due_at, at, time_zone) if action.done_at is None else None


def waiting_actions(user: User) -> QuerySet[Action]:
    """What `user` has promised and not said to be done, by due time."""
    return Action.objects.filter(owner=user, done_at=None).select_related("board", "rfc").order_by("due_at", "pk")


def promised_in(rfc: RFC) -> QuerySet[Action]:
    """What came out of an RFC, by due time."""
    return Action.objects.filter(rfc=rfc).select_related("owner", "board")
