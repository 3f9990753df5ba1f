"""Drawing the demo's ordinary changes: what, on what, by whom and when, without a clash that blocks.

The figures are those of a mid-size house: planned length 1, 3, 5 and 24 hours at the 25th, 50th, 75th and 90th
percentile; one, two, three and more items in 77, 11 and 12 of a hundred.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from random import Random
from typing import TypeVar

from changes.actions.demo import house
from changes.actions.demo.calendar import instant, on_the_wall
from changes.actions.demo.estate import KINDS
from changes.actions.demo.kind import Kind, Told
from changes.choices import ImpactLevel, Outage, Severity, Urgency
from changes.domain.content import Contact, Content, Impact, Reference, Session, Step
from changes.domain.freeze import Freeze, frozen
from changes.domain.interval import Interval
from changes.domain.window import Window, permitted

#: Minutes, and how many of a hundred sessions are planned for so long.
LENGTHS = {30: 8, 45: 6, 60: 19, 90: 6, 120: 8, 180: 15, 240: 9, 300: 12, 360: 4, 720: 2, 1440: 7, 2880: 4}
_ITEMS = {1: 85, 2: 3, 3: 5, 4: 4, 6: 2, 8: 1}
_ITEMS_OF_PAIRS = {1: 35, 2: 53, 3: 5, 4: 5, 6: 2}
_URGENCIES = {Urgency.NORMAL: 70, Urgency.LOW: 14, Urgency.HIGH: 16}
_ASKED = re.compile(r"\[server\]|<server>")
_HALF_HOUR = timedelta(minutes=30)

SERVICES = {service.slug: service for service in house.SERVICES}


Word = TypeVar("Word")


def drawn(weights: Mapping[Word, int], rng: Random) -> Word:
    return rng.choices(list(weights), list(weights.values()))[0]


@dataclass
class Diary:
    """Who and what is taken when, so that ordinary changes do not block one another."""

    taken: dict[tuple[str, str], list[Interval]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, keys: Iterable[tuple[str, str]], interval: Interval) -> bool:
        return not any(interval.overlaps(other) for key in keys for other in self.taken[key])

    def take(self, keys: Iterable[tuple[str, str]], interval: Interval) -> None:
        for key in keys:
            self.taken[key].append(interval)


@dataclass(frozen=True)
class Draw:
    """An ordinary change as it is planned, and the stretch of its change window."""

    kind: Kind
    content: Content
    interval: Interval


@dataclass(frozen=True)
class Ground:
    """Where and when work may stand: windows and freezes of the house, and what is taken."""

    windows: Sequence[Window]
    freezes: Sequence[Freeze]
    diary: Diary

    def stretches(self, kind: Kind, environment: str, week: Interval) -> list[Interval]:
        """The permitted stretches that begin in the week and touch no freeze."""
        open_ones = _office_days(week) if environment == "pre-release" else permitted(self.windows, environment, kind.slug, week)
        freezes = [f for f in self.freezes if f.environment == environment]
        return [s for s in open_ones if week.holds(s.start) and not any(frozen(f, s) for f in freezes)]


def _office_days(week: Interval) -> list[Interval]:
    monday = on_the_wall(week.start).date()
    days = [monday + timedelta(days=n) for n in range(5)]
    return [Interval(instant(day, time(8, 0)), instant(day, time(18, 0))) for day in days]


def ordinary(ground: Ground, monday: date, rng: Random, *, is_booked: bool) -> Draw | None:
    """One change of the week that begins on `monday`; None where sixty tries have found no room.

    Without `is_booked` it takes no room: it was cancelled.
    """
    week = Interval(instant(monday, time()), instant(monday + timedelta(days=7), time()))
    for _ in range(4):
        minutes = drawn(LENGTHS, rng)
        for _ in range(15):
            found = _tried(ground, week, minutes, rng)
            if found is None:
                continue
            draw, keys = found
            if is_booked:
                ground.diary.take(keys, draw.interval)
            return draw
    return None


def _tried(ground: Ground, week: Interval, minutes: int, rng: Random) -> tuple[Draw, list[tuple[str, str]]] | None:
    """One try at a change of this length: the change and what it takes, or None where it does not fit."""
    kind = rng.choice([k for k in KINDS if minutes in k.lengths])
    environment = "managed" if "managed" in kind.environments and rng.random() < 0.3 else kind.environments[0]
    stretches = ground.stretches(kind, environment, week)
    interval = _placed(rng.choice(stretches), minutes, rng, is_open=environment == "pre-release") if stretches else None
    if interval is None:
        return None
    content, keys = _content(kind, environment, interval, rng)
    return (Draw(kind, content, interval), keys) if ground.diary.is_free(keys, interval) else None


def _placed(stretch: Interval, minutes: int, rng: Random, *, is_open: bool) -> Interval | None:
    """A start on the half hour, early rather than late; where it is always open only the start has to be in the stretch."""
    length = timedelta(minutes=minutes)
    room = stretch.end - stretch.start - (timedelta() if is_open else length)
    if room < timedelta():
        return None
    places = int(room / _HALF_HOUR) + 1
    start = stretch.start + min(rng.randrange(places), rng.randrange(places)) * _HALF_HOUR
    return Interval(start, start + length)


def _content(kind: Kind, environment: str, interval: Interval, rng: Random) -> tuple[Content, list[tuple[str, str]]]:
    service = SERVICES[rng.choice(kind.services)]
    wanted = drawn(_ITEMS_OF_PAIRS if kind.items > 1 else _ITEMS, rng)
    items = sorted(rng.sample(service.items, min(wanted, len(service.items))))
    implementer = _implementer(kind, service.team, rng)
    content = told_as(kind, items, rng)
    session = session_of(kind, interval)
    content = replace(
        content,
        environment=environment,
        services=(service.slug,),
        owner=house.OWNERS[service.team],
        implementer=implementer,
        urgency=drawn(_URGENCIES, rng),
        sessions=(session,),
        contacts=contacts(service.team, implementer),
    )
    outages = [("outage", service.slug)] if session.outage == Outage.PLANNED else []
    return content, [("implementer", implementer), *(("item", item) for item in content.configuration_items), *outages]


def _implementer(kind: Kind, team: str, rng: Random) -> str:
    if kind.slug == "ring-build":
        return "implementer-ring"
    return "implementer-arrays" if kind.slug == "array-migration" else rng.choice(house.implementers(team))


def told_as(kind: Kind, items: Sequence[str], rng: Random) -> Content:
    """Title, reason, plan and impact of a change of this kind on these items, given by their names."""
    names = {"item": items[0], "items": listed(items), "n": rng.randrange(2, 10), "site": rng.choice("AB")}
    title = rng.choice(kind.titles).format(**names)
    if len(items) > 1 and listed(items) not in title:
        title = title.replace(items[0], listed(items), 1)
    return Content(
        title=title,
        description=kind.description,
        reason=rng.choice(kind.reasons),
        change_type=kind.slug,
        configuration_items=tuple(sorted(item.lower() for item in items)),
        impact=_impact(kind, rng),
        rollout=steps(kind.rollout, items),
        verification=steps(kind.verification, items),
        rollback=steps(kind.rollback, items),
        rollback_trigger=kind.trigger,
        references=_references(rng),
    )


def listed(items: Sequence[str]) -> str:
    """Two are named, more are counted: “MBX-01 and MBX-04”, “MBX-01 and 3 more”."""
    if len(items) < 3:
        return " and ".join(items)
    return f"{items[0]} and {len(items) - 1} more"


def steps(told: Iterable[Told], items: Sequence[str]) -> tuple[Step, ...]:
    """The staged steps with the items filled in."""

    def filled(text: str) -> str:
        return _ASKED.sub(lambda found: items[0].lower() if found[0] == "<server>" else listed(items), text)

    return tuple(Step(filled(t.instruction), filled(t.command), t.role, t.minutes, filled(t.check), filled(t.if_not)) for t in told)


def session_of(kind: Kind, interval: Interval) -> Session:
    """The session with its outage, which begins an hour into the work."""
    if not kind.outage:
        return Session(interval.start, interval.end, Outage.NONE)
    begin = interval.start + timedelta(hours=1)
    return Session(interval.start, interval.end, Outage.PLANNED, begin, begin + timedelta(minutes=kind.outage))


def _impact(kind: Kind, rng: Random) -> Impact:
    low = [ImpactLevel.NONE, ImpactLevel.NONE, ImpactLevel.LOW]
    answers = [rng.choice(low) for _ in range(4)]
    if kind.severity == Severity.MAJOR:
        answers[:2] = [ImpactLevel.MEDIUM, rng.choice([ImpactLevel.MEDIUM, ImpactLevel.LOW])]
    elif not kind.pre_approved and rng.random() < 0.3:
        answers[rng.randrange(4)] = ImpactLevel.MEDIUM
    return Impact(*answers)


def _references(rng: Random) -> tuple[Reference, ...]:
    if rng.random() < 0.8:
        return ()
    system = rng.choice(("Problems", "Projects", "Supplier"))
    return (Reference(system, f"{system[:3].upper()}-{rng.randrange(1000, 9999)}"),)


def contacts(team: str, implementer: str) -> tuple[Contact, ...]:
    """Owner, service desk and storage on call, with the numbers of the house."""
    people = {person.username: person for person in house.PEOPLE}
    called = [people[house.OWNERS[team]], people[implementer]]
    own = [Contact(f"{p.part}, {p.about}", "Owner" if p is called[0] else "Implementer", p.phone) for p in called]
    return (*own, Contact("Service desk, night", "Answers in 1 minute", "020 7946 0100"))
