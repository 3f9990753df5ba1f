"""Making the demo: set-up data, ten weeks of changes, and what stands out on the day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from changes.actions.demo.calendar import WEEKS, monday_of, on_the_wall, sittings
from changes.actions.demo.draw import Diary, Ground, ordinary
from changes.actions.demo.estate import write_estate
from changes.actions.demo.life import tale_of
from changes.actions.demo.rows import store
from changes.actions.demo.tale import Tale
from changes.actions.state import enter
from changes.choices import State
from changes.domain.judgement import stops_scheduling
from changes.models import RFC
from changes.selectors.finding import findings_for, set_up

#: How many ordinary changes begin in each week, from five weeks ago to five weeks ahead: the far ones are not raised yet.
PER_WEEK = (38, 39, 38, 40, 39, 46, 46, 38, 28, 20, 12)
_CANCELLED = 0.14


@transaction.atomic
def make_demo(*, at: datetime, password: str, say: Callable[[str], None] = lambda _: None) -> int:
    """Fill the house around `at`; gives back how many RFCs were added. Takes seconds, not minutes."""
    at = at.replace(minute=0, second=0, microsecond=0)
    say("People, services, change types, windows and the board")
    write_estate(at, password)
    say("RFCs and their history")
    day = on_the_wall(at).date()
    tales = weeks_of_changes(at, Random(day.isoformat()))  # noqa: S311 - a demo has to repeat itself
    known = set(RFC.objects.filter(import_key__in=[tale.key for tale in tales]).values_list("import_key", flat=True))
    rows = store([tale for tale in tales if tale.key not in known])
    schedule(at)
    return len(rows)


def weeks_of_changes(at: datetime, rng: Random) -> list[Tale]:
    """The ordinary changes of ten weeks around `at`."""
    shared, meetings, monday = set_up(), sittings(at), monday_of(at)
    ground = Ground(shared.windows, shared.freezes, Diary())
    tales = []
    for week, count in zip(range(-WEEKS, WEEKS + 1), PER_WEEK, strict=True):
        begins = monday + timedelta(weeks=week)
        for number in range(count):
            is_cancelled = rng.random() < _CANCELLED
            draw = ordinary(ground, begins, rng, is_booked=not is_cancelled)
            if draw:
                key = f"demo:{begins.isoformat()}:{number:02}"
                tales.append(tale_of(key, draw, meetings, at, rng, is_cancelled=is_cancelled))
    return tales


def schedule(at: datetime) -> None:
    """Put on the schedule what is approved and has nothing in its way, as beat would within five minutes."""
    approved = RFC.objects.with_content().prefetch_related("waivers__other", "waivers__by").filter(state=State.APPROVED)
    found = findings_for(approved, at=at)
    for rfc in approved:
        if rfc.planned_start and not rfc.is_move_unconfirmed and not stops_scheduling(found[rfc.pk]):
            enter(rfc, State.SCHEDULED, actor=None, at=max(rfc.updated_at, rfc.decision.at if rfc.decision else at))
