"""What stands out on the day: work that runs, work that waits for somebody, and what went wrong.

Each scene is kept apart from the ordinary changes by items and people of its own, so that it clashes only where it means to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from changes.actions.demo.calendar import in_office, month_end, on_the_wall, working_days_from
from changes.actions.demo.draw import SERVICES, contacts, session_of, told_as
from changes.actions.demo.estate import KINDS
from changes.actions.demo.house import OWNERS
from changes.actions.demo.kind import Kind
from changes.actions.demo.life import begun_tale
from changes.actions.demo.tale import Sitting, Tale
from changes.choices import State, Urgency
from changes.domain.content import Content
from changes.domain.freeze import Freeze, frozen
from changes.domain.interval import Interval
from changes.domain.window import Window, permitted

_KINDS = {kind.slug: kind for kind in KINDS}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Day:
    """The day the scenes are set on. `held` is the board's last meeting, `frozen` the coming one whose cut-off has passed."""

    at: datetime
    rng: Random
    windows: tuple[Window, ...]
    freezes: tuple[Freeze, ...]
    held: Sitting
    frozen: Sitting

    def key(self, name: str) -> str:
        return f"demo:{on_the_wall(self.at).date().isoformat()}:{name}"

    def ago(self, hours: float) -> datetime:
        return self.at - timedelta(hours=hours)

    def office(self, hours: float) -> datetime:
        """An hour at a desk, at least so many hours ago."""
        return in_office(self.ago(hours), self.rng)

    def before_cut_off(self, hours: float) -> datetime:
        return in_office(self.frozen.cut_off_at - timedelta(hours=hours), self.rng)

    def working_day(self, days: int, hour: int) -> datetime:
        """So many working days ahead, at this hour of the house's clock."""
        found = working_days_from(on_the_wall(self.at).date(), 1)
        day = [next(found) for _ in range(days)][-1]
        return on_the_wall(self.at).replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0).astimezone(self.at.tzinfo)

    def windows_of(self, kind: str, environment: str, *, after: datetime) -> Iterator[Interval]:
        """The permitted stretches from `after` on that no freeze touches, for ten weeks."""
        period = Interval(after, after + timedelta(weeks=10))
        freezes = [freeze for freeze in self.freezes if freeze.environment == environment]
        stretches = (s for s in permitted(self.windows, environment, kind, period) if s.start >= after)
        yield from (s for s in stretches if not any(frozen(freeze, s) for freeze in freezes))

    @property
    def freeze(self) -> Interval:
        """The month-end close ahead."""
        return Interval(*month_end(self.at))


@dataclass(frozen=True)
class Plan:
    """What one scene changes: a known type on kept items of a service; `title` replaces the drawn one."""

    kind: str
    service: str
    items: tuple[int, ...] = (0,)
    title: str = ""
    environment: str = "corporate"
    implementer: str = "implementer"
    owner: str = ""
    urgency: Urgency = Urgency.NORMAL

    @property
    def known(self) -> Kind:
        return _KINDS[self.kind]


def content_of(plan: Plan, day: Day, *intervals: Interval) -> Content:
    """The content of a scene, with a session for each interval; without any it has yet to find its time."""
    service = SERVICES[plan.service]
    told = told_as(plan.known, [service.kept[place] for place in plan.items], day.rng)
    return replace(
        told,
        title=plan.title or told.title,
        environment=plan.environment,
        services=(plan.service,),
        owner=plan.owner or OWNERS[service.team],
        implementer=plan.implementer,
        urgency=plan.urgency,
        sessions=tuple(session_of(plan.known, interval) for interval in intervals),
        contacts=contacts(service.team, plan.implementer),
    )


def drafted(day: Day, name: str, content: Content, created_at: datetime, *, kind: str = "", requester: str = "") -> Tale:
    return begun_tale(day.key(name), content, _KINDS.get(kind or content.change_type or ""), created_at, requester)


def submitted(day: Day, name: str, content: Content, submitted_at: datetime, *, requester: str = "") -> Tale:
    """A tale that was raised an hour before it was submitted; an emergency at once."""
    lead = timedelta(minutes=2) if content.is_emergency else HOUR
    tale = drafted(day, name, content, submitted_at - lead, requester=requester)
    tale.submitted_at = submitted_at
    tale.enters(State.SUBMITTED, submitted_at, tale.requester, "submitted")
    return tale


def hours_from(start: datetime, hours: float) -> Interval:
    return Interval(start, start + timedelta(hours=hours))
