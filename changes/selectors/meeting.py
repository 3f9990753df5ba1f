"""A board's meetings, its people, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from changes.choices import MeetingState, Route, State
from changes.models import RFC, Board, BoardMember, Meeting, RotaEntry, User

_COMING = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)


@dataclass(frozen=True)
class Seat:
    """Somebody who votes, and what for: "chair", "network", "for Anna, until 3 Dec".

    A delegate sits at somebody else's seat, `stands_for`, and the seat has one vote. Of a seat that is somebody's own,
    `delegates` are all who were ever named for it, and `stand_ins` those whose time it is.
    """

    person: User
    role: str
    stands_for: User | None = None
    delegates: tuple[User, ...] = ()
    stand_ins: tuple[User, ...] = ()

    @property
    def is_own(self) -> bool:
        return self.stands_for is None

    @property
    def holder(self) -> int:
        """Whose seat it is, by key: a delegate sits at somebody else's, and the seat counts once."""
        return (self.stands_for or self.person).pk


def seats_of(board: Board, *, at: datetime) -> list[Seat]:
    """Who votes on that day: the chair first, then the members and delegates whose time it is. Two queries."""
    return seats_among(board, list(board.members.select_related("user", "delegate_for")), on=board.date_at(at))


def seats_among(board: Board, members: Sequence[BoardMember], *, on: date) -> list[Seat]:
    """The seats of that day among all that the board ever had, each with its people read; no query."""
    current = [row for row in members if row.is_current(on) and row.user_id != board.chair_id]
    owners = {board.chair_id, *(row.user_id for row in current if row.delegate_for_id is None)}
    seats = [_own_seat(board.chair, "chair", members, on)]
    for row in current:
        if row.delegate_for and row.delegate_for_id in owners:
            seats.append(Seat(row.user, row.seat or f"for {row.delegate_for}", row.delegate_for))
        else:
            seats.append(_own_seat(row.user, row.seat or (f"for {row.delegate_for}" if row.delegate_for else ""), members, on))
    return seats


def _own_seat(person: User, role: str, members: Sequence[BoardMember], on: date) -> Seat:
    named = [row for row in members if row.delegate_for_id == person.pk]
    return Seat(person, role, None, tuple(row.user for row in named), tuple(row.user for row in named if row.is_current(on)))


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
