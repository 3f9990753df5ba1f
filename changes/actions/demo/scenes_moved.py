"""Scenes of moving: what has been planned anew since the board's last meeting, by the action itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.actions.demo.life import rule
from changes.actions.demo.scenes import HOUR, Day, Plan, content_of, hours_from, submitted
from changes.actions.demo.tale import Ruled, Tale
from changes.actions.session import reschedule
from changes.choices import Verdict
from changes.models import RFC, User


@dataclass(frozen=True)
class _Shift:
    """A change on the first window so many days ahead, moved by `later`, or to the window after where that is None."""

    name: str
    plan: Plan
    days: int
    hours: float
    #: Where between the last meeting and now it was moved, from 0 to 1.
    when: float
    later: timedelta | None


_ROLLOUTS, _MAILBOXES = "implementer-rollouts", "implementer-mailboxes"
_CARD = Plan("capacity", "backup", (0,), "BKP-04: second network card", implementer="implementer-storage")
_LIST = Plan("transport-setting", "relay", (1,), "Relay: new list of application 9, RLY-06", implementer=_ROLLOUTS)
_MEMORY = Plan("capacity", "monitoring", (0,), "MON-04 memory to 64 GB", implementer=_MAILBOXES)
_SHIFTS = (
    _Shift("moved-hour", _CARD, days=9, hours=2, when=0.2, later=HOUR),
    _Shift("moved-half", _LIST, days=17, hours=1, when=0.5, later=HOUR / 2),
    _Shift("moved-night", _MEMORY, days=12, hours=2, when=0.8, later=None),
)


def to_be_moved(day: Day) -> list[Tale]:
    """Approved before the last meeting, for the nights that they were to have first."""
    tales = []
    for place, shift in enumerate(_SHIFTS):
        plan = shift.plan
        first = next(day.windows_of(plan.kind, plan.environment, after=day.at + timedelta(days=shift.days)))
        asked_at = day.held.cut_off_at - (20 + 3 * place) * HOUR
        tale = submitted(day, shift.name, content_of(plan, day, hours_from(first.start, shift.hours)), asked_at)
        rule(tale, Ruled(Verdict.APPROVE, "change-manager", asked_at + 4 * HOUR))
        tales.append(tale)
    return tales


def move_on(day: Day, rows: Mapping[str, RFC]) -> None:
    """Their owners move them; the one that goes to another night then waits for the change manager."""
    for shift in _SHIFTS:
        rfc = rows[day.key(shift.name)]
        session = rfc.sessions.get()
        start = session.planned_start + shift.later if shift.later else _next_night(day, shift, session.planned_start)
        at = day.held.ends_at + (day.at - day.held.ends_at) * shift.when
        owner = User.objects.get(pk=rfc.owner_id)
        reschedule(session, start, start + timedelta(hours=shift.hours), actor=owner, at=at.replace(second=0, microsecond=0))


def _next_night(day: Day, shift: _Shift, after: datetime) -> datetime:
    return next(day.windows_of(shift.plan.kind, shift.plan.environment, after=after + HOUR)).start
