"""Scenes of reminding: three trials of the ring and what the clock made of them, swept at its hours by the product itself.

One was raised for today and moved to tomorrow after its people had been reminded; one was cancelled after its reminder,
which a standstill had made late and a mistyped address kept from its implementer; a major one began hours ago and nobody
has said so, so that it went to the service manager and then to the chair.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from changes.actions import preference
from changes.actions.demo.calendar import on_the_wall
from changes.actions.demo.life import rule
from changes.actions.demo.scenes import HOUR, Day, Plan, content_of, hours_from, submitted
from changes.actions.demo.tale import Ruled, Tale
from changes.actions.ledger import try_again
from changes.actions.lifecycle import Request, move
from changes.actions.preference import Wish
from changes.actions.reminder import send_due
from changes.actions.session import reschedule
from changes.choices import Delivery, ImpactLevel, Route, State, Verdict
from changes.domain.content import Impact
from changes.domain.delivery import quiet_until
from changes.domain.ladder_words import Rule
from changes.models import RFC, Reminder, User
from changes.selectors.reminder_wishes import wishes

#: How the demo's people wish to be told: the shifts sleep when the others work, two managers want one mail a day.
_WISHES = {
    "implementer-trials-day": Wish(quiet_from=time(19), quiet_until=time(7)),
    "implementer-trials-night": Wish(quiet_from=time(7), quiet_until=time(19)),
    "service-manager-transport": Wish(digest_at=time(7, 30)),
    "service-manager-archive": Wish(digest_at=time(7, 30)),
}
_DAYTIME = range(7, 19)
#: So many hours ago the three were raised. A day before their start is then still ahead, three days before is past.
_RAISED = 27
_MOVED, _CANCELLED, _TRIED_AGAIN = 8, 4, 1
_DAY = timedelta(days=1)


def to_be_reminded(day: Day) -> list[Tale]:
    """As they stood a day and some hours ago, when they had just been raised."""
    is_day = on_the_wall(day.at).hour in _DAYTIME
    awake, asleep = ("implementer-trials-day", "implementer-trials-night")[:: 1 if is_day else -1]
    moved = Plan("ring-build", "pre-release-ring", (3,), "Build 1641 on RING-10", "pre-release", asleep)
    off = Plan("ring-build", "pre-release-ring", (4,), "Language packs of build 1641 on RING-11", "pre-release", "implementer-vendor")
    major = Plan("ring-build", "pre-release-ring", (5,), "New store schema on RING-12", "pre-release", awake, owner="project-manager")
    medium = Impact(ImpactLevel.MEDIUM, ImpactLevel.MEDIUM, ImpactLevel.LOW, ImpactLevel.LOW)
    return [
        _raised(day, "reminded-moved", moved, 0, 3),
        _raised(day, "reminded-cancelled", off, 1, 3),
        _raised(day, "reminded-silent", major, 3, 5, impact=medium),
    ]


def _raised(day: Day, name: str, plan: Plan, hours_ago: float, hours: float, impact: Impact | None = None) -> Tale:
    content = content_of(plan, day, hours_from(day.ago(hours_ago), hours))
    at = day.ago(_RAISED)
    tale = submitted(day, name, replace(content, impact=impact or Impact(*[ImpactLevel.LOW] * 4)), at)
    rule(tale, Ruled(Verdict.APPROVE, None, at, Route.RECORD.label))
    tale.enters(State.SCHEDULED, at, None, "scheduled")
    return tale


def let_the_clock_run(day: Day, rows: Mapping[str, RFC]) -> None:
    """What their owners did and what was sent meanwhile, up to two hours ago.

    Before the schedule of the day is drawn up: a sweep of yesterday must not meet what was scheduled since.
    """
    _wish(day.ago(_RAISED))
    moved, cancelled = rows[day.key("reminded-moved")], rows[day.key("reminded-cancelled")]
    for at in _hours(day, moved):
        if at == day.ago(_MOVED):
            session = moved.sessions.get()
            reschedule(session, day.at + _DAY, day.at + _DAY + 3 * HOUR, actor=moved.owner, at=at)
        elif at == day.ago(_CANCELLED):
            move(cancelled, State.CANCELLED, actor=cancelled.owner, at=at, request=Request("The vendor has withdrawn the build."))
        send_due(at=at)


def _hours(day: Day, moved: RFC) -> list[datetime]:
    """When the clock looked. From 27 to 24 hours ago it stood still, so that what fell due meanwhile is late."""
    asleep = User.objects.select_related("preference").get(implemented_rfcs=moved)
    woken_at = quiet_until(wishes(asleep), day.at - _DAY)
    known = [day.ago(hours) for hours in (_RAISED, 24, _MOVED, _CANCELLED, 3, 2.5, 2)]
    return sorted({*known, *([woken_at] if woken_at else [])})


def _wish(at: datetime) -> None:
    """Of those who have not said yet how they wish to be told."""
    for person in User.objects.filter(username__in=_WISHES, preference=None).order_by("pk"):
        preference.save(person, _WISHES[person.username], actor=person, at=at)


def catch_up(day: Day) -> None:
    """The last two hours: a mail that had failed is tried again, in vain, and what is due is sent."""
    failed = Reminder.objects.filter(rule=Rule.WORK_OFF, state=Delivery.FAILED, rfc__import_key=day.key("reminded-cancelled"))
    for row in failed:
        try_again(row, actor=User.objects.get(username="admin"), at=day.ago(_TRIED_AGAIN))
    for hours in (_TRIED_AGAIN, 0):
        send_due(at=day.ago(hours))
