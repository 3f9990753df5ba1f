"""How much a meeting's forward view holds, for the agenda; `selectors.forward` says what (DESIGN 4.8, `forward`)."""

from dataclasses import dataclass

from changes.choices import OPEN_STATES, State
from changes.domain.interval import Interval
from changes.domain.pack import LOOKS_AHEAD
from changes.models import RFC, Meeting, User, Waiver
from changes.selectors.forward import LATELY
from changes.selectors.ground import freezes_in


@dataclass(frozen=True)
class Counts:
    """What moved and was waived in the week before the meeting; freezes and approvals that lapse in the weeks after it."""

    moved: int
    freezes: int
    waived: int
    lapsing: int

    @property
    def words(self) -> list[tuple[str, str]]:
        """Each that is not nothing, with the part of the forward view that lists it: ("moved", "3 moved")."""
        told = [
            ("moved", f"{self.moved} moved", self.moved),
            ("freezes", f"{self.freezes} freeze{'s' if self.freezes != 1 else ''} ahead", self.freezes),
            ("waived", f"{self.waived} waived", self.waived),
            ("lapsing", f"{self.lapsing} approval{'s lapse' if self.lapsing != 1 else ' lapses'}", self.lapsing),
        ]
        return [(part, words) for part, words, count in told if count]


def ahead_of(meeting: Meeting, *, viewer: User) -> Counts:
    """The same as the forward view of `viewer` counts; a fixed number of queries."""
    since, until = meeting.starts_at - LATELY, meeting.starts_at + LOOKS_AHEAD
    visible = RFC.objects.visible_to(viewer).filter(state__in=OPEN_STATES, imported=False)
    moved = visible.exclude(state=State.DRAFT).filter(moved_at__gte=since, planned_start__isnull=False)
    lapsing = visible.filter(state=State.APPROVED, approved_until__gte=meeting.starts_at, approved_until__lt=until)
    waived = Waiver.objects.filter(created_at__gte=since, until__gt=meeting.starts_at, rfc__in=visible)
    freezes = {(one.freeze.name, one.interval) for one in freezes_in(Interval(meeting.starts_at, until))}
    return Counts(moved.count(), len(freezes), waived.count(), lapsing.count())
