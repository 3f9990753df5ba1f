"""A board's meetings, its people, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from changes.choices import MeetingState, Route, State
from changes.models import RFC, Board, Meeting, RotaEntry, User

_COMING = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)


@dataclass(frozen=True)
class Seat:
    """Somebody who votes, and what for: "chair", "network", "for Anna, until 3 Dec"."""

    person: User
    role: str


def seats_of(board: Board, *, at: datetime) -> list[Seat]:
    """Who votes on that day: the chair first, then the members and delegates whose time it is. Two queries."""
    on = board.date_at(at)
    current = Q(since=None) | Q(since__lte=on)
    members = board.members.filter(current, Q(until=None) | Q(until__gte=on)).select_related("user", "delegate_for")
    seats = [Seat(board.chair, "chair")]
    for member in members:
        if member.user_id != board.chair_id:
            stands_in = f"for {member.delegate_for}" if member.delegate_for else ""
            seats.append(Seat(member.user, member.seat or stands_in))
    return seats


def meetings_of(board: Board) -> QuerySet[Meeting]:
    """Its meetings in order, each with how many items stand on it, and how many of them are decided."""
    standing = Q(items__is_late=False) & ~Q(items__section="")
    return (
        board.meetings.select_related("board")
        .annotate(
            item_count=Count("items", filter=standing, distinct=True),
            decided_count=Count("items__decision", distinct=True),
        )
        .order_by("starts_at")
    )


def coming_meeting(board: Board, *, at: datetime) -> Meeting | None:
    """The next meeting that is not over, the one going on included."""
    return board.meetings.filter(ends_at__gt=at, state__in=_COMING).select_related("board__chair").order_by("starts_at").first()


def deferral_targets(meeting: Meeting, *, at: datetime) -> QuerySet[Meeting]:
    """The board's later meetings that can still take an RFC."""
    later = Meeting.objects.filter(board=meeting.board_id, state=MeetingState.PLANNED, cut_off_at__gt=at)
    return later.filter(starts_at__gt=meeting.starts_at).order_by("starts_at")


def waiting_emergencies() -> QuerySet[RFC]:
    """Emergencies that nobody of the rota has answered yet, the oldest first, with all that findings read."""
    waiting = RFC.objects.with_content().filter(state=State.SUBMITTED, route=Route.EMERGENCY, imported=False)
    return waiting.prefetch_related("waivers__other", "waivers__by").order_by("submitted_at", "pk")


def rota_of(board: Board, *, at: datetime) -> Sequence[RotaEntry]:
    """Who is called at this instant, in order."""
    return list(RotaEntry.objects.on_duty(at).filter(board=board).select_related("user"))
