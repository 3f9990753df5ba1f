"""Who has said that they come to a meeting, seat by seat (DESIGN 4.8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from changes.choices import Attending
from changes.domain.attendance import Expected
from changes.models import Attendance, Meeting, User
from changes.selectors.meeting import Seat


@dataclass(frozen=True)
class Coming:
    """One seat: what the member has said ("coming", "away", ""), and who of the delegates has said that they come instead."""

    seat: Seat
    says: str
    instead: User | None = None

    @property
    def is_filled(self) -> bool:
        return self.says == Attending.COMING or self.instead is not None

    @property
    def is_away(self) -> bool:
        return self.says == Attending.AWAY and not self.is_filled

    @property
    def stand_in(self) -> User | None:
        """Who may sit there instead on that day, where somebody was named."""
        return next(iter(self.seat.stand_ins), None)


@dataclass(frozen=True)
class Roll:
    """The seats of a meeting with what was said ahead, and what that makes of the quorum."""

    rows: tuple[Coming, ...]
    quorum: int

    @property
    def expected(self) -> Expected:
        coming = sum(1 for row in self.rows if row.is_filled)
        away = sum(1 for row in self.rows if row.is_away)
        return Expected(coming, away, len(self.rows) - coming - away, self.quorum)

    def of(self, person: User) -> "Coming | None":
        """The seat at which somebody sits, as its member or as a delegate."""
        return next((row for row in self.rows if person.pk in {row.seat.person.pk, *(one.pk for one in row.seat.stand_ins)}), None)


def said_ahead(meeting: Meeting, seats: Sequence[Seat]) -> tuple[Roll, dict[int, str]]:
    """The roll of a meeting, and by key what each person has said. One query."""
    says = dict(Attendance.objects.filter(meeting=meeting).exclude(says="").values_list("person", "says"))
    own = [seat for seat in seats if seat.is_own]
    return Roll(tuple(_coming(seat, says) for seat in own), meeting.board.quorum), says


def _coming(seat: Seat, says: dict[int, str]) -> Coming:
    instead = next((user for user in seat.stand_ins if says.get(user.pk) == Attending.COMING), None)
    own = says.get(seat.person.pk, "")
    return Coming(seat, own, None if own == Attending.COMING else instead)
