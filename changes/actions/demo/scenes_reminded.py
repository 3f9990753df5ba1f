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
from changes.choices import Delivery, ImpactLevel, MeetingState, Route, State, Verdict
from changes.domain.content import Impact
from changes.domain.delivery import next_digest, quiet_until
from changes.domain.interval import Interval
from changes.domain.ladder_words import Rule
from changes.models import RFC, Meeting, Reminder, User
from changes.selectors.reminder_wishes import wishes

#: How the demo's people wish to be told: the shifts sleep when the others work, two managers want one mail a day.
_WISHES = {
    "implementer-trials-day": Wish(quiet_from=time(19), quiet_until=time(7)),
    "implementer-trials-night": Wish(quiet_from=time(7), quiet_until=time(19)),
    "service-manager-transport": Wish(digest_at=time(7, 30)),
    "service-manager-archive": Wish(digest_at=time(7, 30)),
}
_DAYTIME = range(7, 19)
#: So many hours ago the major one was raised, three days before its start, and the other two, hardly more than a day before theirs.
_MAJOR_RAISED, _RAISED = 75, 27
_MOVED, _CANCELLED, _TRIED_AGAIN = 8, 4, 1
_DAY = timedelta(days=1)


def to_be_reminded(day: Day) -> list[Tale]:
    """As they stood when they had just been raised."""
    is_day = on_the_wall(day.at).hour in _DAYTIME
    awake, asleep = ("implementer-trials-day", "implementer-trials-night")[:: 1 if is_day else -1]
    moved = Plan("ring-build", "pre-release-ring", (3,), "Build 1641 on RING-10", "pre-release", asleep)
    off = Plan("ring-build", "pre-release-ring", (4,), "Language packs of build 1641 on RING-11", "pre-release", "implementer-vendor")
    major = Plan("ring-build", "pre-release-ring", (5,), "New store schema on RING-12", "pre-release", awake, owner="project-manager")
    low = Impact(*[ImpactLevel.LOW] * 4)
    medium = Impact(ImpactLevel.MEDIUM, ImpactLevel.MEDIUM, ImpactLevel.LOW, ImpactLevel.LOW)
    return [
        _raised(day, "reminded-moved", moved, _RAISED, hours_from(day.at, 3), low),
        _raised(day, "reminded-cancelled", off, _RAISED, hours_from(day.ago(1), 3), low),
        _raised(day, "reminded-silent", major, _MAJOR_RAISED, hours_from(day.ago(3), 5), medium),
    ]


def _raised(day: Day, name: str, plan: Plan, hours_ago: int, interval: Interval, impact: Impact) -> Tale:
    at = day.ago(hours_ago)
    tale = submitted(day, name, replace(content_of(plan, day, interval), impact=impact), at)
    rule(tale, Ruled(Verdict.APPROVE, None, at, Route.RECORD.label))
    tale.enters(State.SCHEDULED, at, None, "scheduled")
    return tale


def let_the_clock_run(day: Day, rows: Mapping[str, RFC]) -> None:
    """What their owners did and what was sent meanwhile, up to two hours ago.

    Before the schedule of the day is drawn up: a sweep of yesterday must not meet what was scheduled since.
    """
    _wish(day.ago(_MAJOR_RAISED))
    moved, cancelled = rows[day.key("reminded-moved")], rows[day.key("reminded-cancelled")]
    for at in _hours(day, moved):
        if at == day.ago(_MOVED):
            session = moved.sessions.get()
            reschedule(session, day.at + _DAY, day.at + _DAY + 3 * HOUR, actor=moved.owner, at=at)
        elif at == day.ago(_CANCELLED):
            move(cancelled, State.CANCELLED, actor=cancelled.owner, at=at, request=Request("The vendor has withdrawn the build."))
        send_due(at=at)


def _hours(day: Day, moved: RFC) -> list[datetime]:
    """When the clock looked, in order. Before the last day began it stood still, so that what fell due meanwhile is late."""
    known = [day.ago(hours) for hours in (_MAJOR_RAISED, 24, _MOVED, _CANCELLED, 3, 2.5, 2)]
    found = {*known, *_of_people(day.at - _DAY, moved), *_of_boards()}
    begun, stopped, going = day.ago(_MAJOR_RAISED), day.ago(_RAISED), day.ago(24)
    return sorted(at for at in found if begun <= at <= day.ago(2) and not stopped <= at < going)


def _of_people(since: datetime, moved: RFC) -> list[datetime]:
    """When whoever slept at `since` woke, and when the day's digests went."""
    people = {person.username: wishes(person) for person in User.objects.filter(username__in=_WISHES).select_related("preference")}
    digests = [next_digest(wish, since) for wish in people.values()]
    asleep = people[moved.implementer.username] if moved.implementer else None
    return [at for at in (*digests, quiet_until(asleep, since) if asleep else None) if at]


def _of_boards() -> list[datetime]:
    """When agendas went out, and when the clock asks for missing votes."""
    frozen = Meeting.objects.filter(state=MeetingState.FROZEN).values_list("cut_off_at", "starts_at")
    return [at for cut_off_at, starts_at in frozen for at in (cut_off_at, starts_at - _DAY)]


def _wish(at: datetime) -> None:
    """Of those who have not said yet how they wish to be told."""
    for person in User.objects.filter(username__in=_WISHES, preference=None).order_by("pk"):
        preference.save(person, _WISHES[person.username], actor=person, at=at)


def try_again_in_vain(day: Day) -> None:
    """Put what failed back to be sent, which the next sweep does."""
    for row in Reminder.objects.filter(rule=Rule.WORK_OFF, state=Delivery.FAILED, rfc__import_key=day.key("reminded-cancelled")):
        try_again(row, actor=User.objects.get(username="admin"), at=day.ago(_TRIED_AGAIN))
