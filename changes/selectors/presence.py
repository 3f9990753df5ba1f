"""Who is in the room of a meeting, and who of them counts for an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from changes.models import RFC, Attendance, Event, ItemSeen, Meeting, User
from changes.selectors.meeting import Seat, seats_of

#: Whoever did one of these to an RFC has a hand in it (`permissions.has_a_hand_in`).
_BY_HAND = ("created", "edited", "submitted")


@dataclass(frozen=True)
class Chair:
    """Somebody with a vote in a meeting: who, and whether they are here, and since when. `has_page` says that they look on."""

    seat: Seat
    is_present: bool
    came_at: datetime | None = None
    left_at: datetime | None = None
    has_page: bool = False

    @property
    def person(self) -> User:
        return self.seat.person

    @property
    def holder(self) -> int:
        """Whose seat it is, by key."""
        return self.seat.holder

    @property
    def is_silent(self) -> bool:
        """They have the page open, and have not said that they are here."""
        return self.has_page and not self.is_present and self.left_at is None


def roll_of(meeting: Meeting, *, at: datetime) -> list[Chair]:
    """Everybody with a vote on that day, in the order of their seats, and whether they are here. Four queries."""
    rows = {row.person_id: row for row in Attendance.objects.filter(meeting=meeting)}
    looking = lookers_of(meeting)
    found = []
    for seat in seats_of(meeting.board, at=at):
        row, has_page = rows.get(seat.person.pk), seat.person.pk in looking
        chair = Chair(seat, row.is_present, row.came_at, row.left_at, has_page) if row else Chair(seat, is_present=False, has_page=has_page)
        found.append(chair)
    return found


def lookers_of(meeting: Meeting) -> set[int]:
    """Who has had before them what the meeting is at, since it was opened; none where it does not sit. One query."""
    if meeting.opened_at is None or meeting.current_item_id is None:
        return set()
    seen = ItemSeen.objects.filter(item=meeting.current_item_id, at__gte=meeting.opened_at)
    return set(seen.values_list("person", flat=True))


def seats_taken(roll: Sequence[Chair]) -> set[int]:
    """The seats at which somebody is, each by the key of whose it is: the member and the delegate are one."""
    return {chair.holder for chair in roll if chair.is_present}


def seats_in(roll: Sequence[Chair]) -> set[int]:
    """All seats, by the key of whose each is."""
    return {chair.holder for chair in roll}


def counted_for(roll: Sequence[Chair], rfc: RFC | None, actor: User | None = None) -> set[int]:
    """The seats that count towards the quorum on `rfc`, by the key of whose each is: taken, and by somebody without a hand in it.

    Whoever may not vote on an item makes no quorum for it either. `actor`, who decides, is there. One query.
    """
    here = {chair.person.pk: chair.holder for chair in roll if chair.is_present or (actor and chair.person.pk == actor.pk)}
    if rfc is None:
        return set(here.values())
    own = {rfc.requester_id, rfc.owner_id, rfc.implementer_id}
    hands = set(Event.objects.filter(rfc=rfc, actor__in=here, action__in=_BY_HAND).values_list("actor_id", flat=True))
    return {holder for person, holder in here.items() if person not in own | hands}
