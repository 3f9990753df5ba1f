"""Making the demo: set-up data, ten weeks of changes, and what stands out on the day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from changes.actions.demo.board import convene, look_back
from changes.actions.demo.calendar import WEEKS, monday_of, on_the_wall, sittings
from changes.actions.demo.carry import carry_on, schedule
from changes.actions.demo.draw import Diary, Ground, ordinary
from changes.actions.demo.estate import write_estate
from changes.actions.demo.life import tale_of
from changes.actions.demo.rows import store
from changes.actions.demo.scenes import Day
from changes.actions.demo.scenes_consent import agreed_on
from changes.actions.demo.scenes_moved import move_on, to_be_moved
from changes.actions.demo.scenes_reminded import let_the_clock_run, to_be_reminded, try_again_in_vain
from changes.actions.demo.scenes_waiting import (
    at_odds,
    before_the_board,
    before_the_manager,
    before_the_other_board,
    drafts,
    emergencies_waiting,
    turned_down,
    without_dates,
)
from changes.actions.demo.scenes_work import nights_ahead, running, went_wrong, with_conditions
from changes.actions.demo.tale import Tale
from changes.actions.reminder import send_due
from changes.actions.sweep import settle_schedule
from changes.actions.waiver import waive
from changes.models import RFC, User
from changes.selectors.basis import set_up

#: How many ordinary changes begin in each week, from five weeks ago to five weeks ahead: the far ones are not raised yet.
PER_WEEK = (38, 39, 38, 40, 39, 46, 46, 38, 28, 20, 12)
_CANCELLED = 0.15


def make_demo(*, at: datetime, password: str, say: Callable[[str], None] = lambda _: None) -> int:
    """Fill the house around `at`; gives back how many RFCs were added. Takes seconds, not minutes."""
    at = at.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        say("People, services, change types, windows and the board")
        write_estate(at, password)
        day = _day(at)
        if RFC.objects.filter(import_key__startswith=day.key("")).exists():
            return 0
        say("RFCs and their history")
        carry_on(at)
        tales = [*weeks_of_changes(at), *scenes(day)]
        known = set(RFC.objects.filter(import_key__startswith="demo:").values_list("import_key", flat=True))
        rows = store([tale for tale in tales if tale.key not in known])
        say("Agendas, votes and reminders, as they fell due")
        look_back(at)
        let_the_clock_run(day, rows)
        schedule(at)
        _waive(day, rows)
        move_on(day, rows)
        settle_schedule(at=at)  # what a move has made room for
        try_again_in_vain(day)
        convene(at)
        send_due(at=at)
    return len(rows)


def _day(at: datetime) -> Day:
    meetings, shared = sittings(at), set_up(at)
    return Day(
        at=at,
        rng=Random(on_the_wall(at).date().isoformat()),  # noqa: S311 - a demo has to repeat itself
        windows=tuple(shared.windows),
        freezes=tuple(shared.freezes),
        held=[sitting for sitting in meetings if sitting.is_held][-1],
        frozen=next(sitting for sitting in meetings if sitting.cut_off_at <= at < sitting.starts_at),
    )


def weeks_of_changes(at: datetime) -> list[Tale]:
    """The ordinary changes of ten weeks around `at`; a week is drawn alike on whichever day it is drawn."""
    meetings, monday = sittings(at), monday_of(at)
    shared = set_up(at - timedelta(weeks=WEEKS + 2))
    ground = Ground(shared.windows, shared.freezes, Diary())
    tales = []
    for week, count in zip(range(-WEEKS, WEEKS + 1), PER_WEEK, strict=True):
        begins = monday + timedelta(weeks=week)
        rng = Random(begins.isoformat())  # noqa: S311 - the same
        for number in range(count):
            is_cancelled = rng.random() < _CANCELLED
            draw = ordinary(ground, begins, rng, is_booked=not is_cancelled)
            if draw:
                key = f"demo:week:{begins.isoformat()}:{number:02}"
                own = Random(key)  # noqa: S311 - the same
                tales.append(tale_of(key, draw, meetings, at, own, is_cancelled=is_cancelled))
    return tales


def scenes(day: Day) -> list[Tale]:
    """All that stands out on the day."""
    work = (running, nights_ahead, went_wrong, at_odds)
    waiting = (drafts, before_the_board, agreed_on, before_the_manager, emergencies_waiting, turned_down, without_dates)
    groups = (*work, *waiting, to_be_moved, before_the_other_board, to_be_reminded)
    return [*(tale for group in groups for tale in group(day)), with_conditions(day)]


def _waive(day: Day, rows: dict[str, RFC]) -> None:
    """The change manager accepts one of the clashes, by the action itself."""
    waive(
        rows[day.key("odds-waived")],
        "conflict.same_item",
        other=rows[day.key("odds-first")],
        reason="The connector is changed by the same shift, before the restart.",
        until=day.at + timedelta(days=14),
        actor=User.objects.get(username="change-manager"),
        at=day.at,
    )
