"""Small changes before the board on which nobody has anything to say: what its consent list is for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from changes.actions.attendance import say
from changes.actions.demo.estate import BOARD
from changes.actions.demo.scenes import Day, Plan, content_of, hours_from, submitted
from changes.actions.demo.tale import Tale
from changes.actions.vote import cast
from changes.choices import Attending, Ballot, ImpactLevel, MeetingState
from changes.domain.content import Impact
from changes.domain.interval import Interval
from changes.models import AgendaItem, Meeting, User
from changes.permissions import is_own

_PLAIN = Impact(*[ImpactLevel.NONE] * 4)
_PLANS = (
    Plan("capacity", "backup", (1,), "BKP-05 memory to 128 GB, managed", "managed", "implementer-projects"),
    Plan("capacity", "monitoring", (0,), "MON-05 two more disks, managed", "managed", "implementer-standby"),
    Plan("capacity", "public-folders", (2,), "PF-07 memory to 64 GB, managed", "managed", "implementer-mailboxes"),
)


def agreed_on(day: Day) -> list[Tale]:
    """Each in a night of its own, so that none is in another's way."""
    nights = _nights(day)
    tales = []
    for place, plan in enumerate(_PLANS):
        content = replace(content_of(plan, day, hours_from(next(nights).start + timedelta(hours=1), 2)), impact=_PLAIN)
        tales.append(submitted(day, f"agreed-{place}", content, day.before_cut_off(4 + 3 * place)))
    return tales


def _nights(day: Day) -> Iterator[Interval]:
    return day.windows_of("capacity", "managed", after=day.at + timedelta(days=17))


def agree(at: datetime) -> None:
    """All who may vote are for them; `member` leaves the last one to whoever signs in."""
    titles = [plan.title for plan in _PLANS]
    standing = AgendaItem.objects.filter(meeting__state=MeetingState.FROZEN, is_late=False, title__in=titles, decision=None)
    for item in standing.exclude(section="").select_related("rfc", "meeting__board"):
        people = User.objects.filter(seats__board=item.meeting.board).order_by("pk")
        for person in people.exclude(username="member") if item.title == titles[-1] else people:
            if item.rfc and not is_own(person, item.rfc):
                cast(item, Ballot.APPROVE, actor=person, at=at)


def say_who_comes(at: datetime) -> None:
    """Most come, one does not; `member` has not said yet."""
    for meeting in Meeting.objects.filter(state=MeetingState.FROZEN, board__slug=BOARD, starts_at__gt=at):
        people = list(User.objects.filter(seats__board=meeting.board).exclude(username="member").order_by("pk"))
        for place, person in enumerate(people, start=1):
            say(meeting, Attending.AWAY if place == len(people) else Attending.COMING, actor=person, at=at)
