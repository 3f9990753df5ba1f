"""The first free night of what the calendar is filtered for, with a link that raises an RFC in it (DESIGN 4.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from changes.domain.content import Content
from changes.domain.slot import Slot
from changes.filters import ScheduleFilter
from changes.formats.slot import why
from changes.models import Environment
from changes.selectors.basis import set_up
from changes.selectors.slot import free_slots_for
from changes.web.schedule_bar import Page

USUAL_MINUTES = 120
#: As long as `slots/` takes.
MOST_MINUTES = 60 * 24 * 31
#: Of so many environments each is asked for its own.
MOST_PLACES = 3


@dataclass(frozen=True)
class Offer:
    """The first free night in one environment; `slot` is None where 13 weeks have none."""

    environment: Environment
    slot: Slot | None
    why: str
    raise_url: str


@dataclass(frozen=True)
class FirstFree:
    """What was asked for and what there is; `problem` says what is wrong with the minutes, which stay as typed."""

    typed: str
    problem: str
    offers: Sequence[Offer]
    hidden: Sequence[tuple[str, str]]


def first_free(page: Page, narrowing: ScheduleFilter, *, at: datetime, zone: ZoneInfo, today: date) -> FirstFree | None:
    """Where one environment, a service or a change type is filtered for; else nothing, for nobody can say where."""
    given = narrowing.in_force
    places = list(given.get("environment", ()))
    if len(places) != 1 and not (given.get("service") or given.get("change_type")):
        return None
    typed = " ".join(page.query.get("minutes", ())) or str(USUAL_MINUTES)
    hidden = [(name, value) for name, values in page.query.items() if name != "minutes" for value in values]
    minutes = _read(typed)
    if minutes is None:
        return FirstFree(typed, f"“{typed[:20]}” is no number of minutes from 1 to {MOST_MINUTES}.", [], hidden)
    shown = (places or list(Environment.objects.all()))[:MOST_PLACES]
    return FirstFree(typed, "", _offers(shown, given, minutes, at, zone, today), hidden)


def _read(typed: str) -> int | None:
    minutes = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0
    return minutes if 1 <= minutes <= MOST_MINUTES else None


def _offers(places: Iterable[Environment], given: dict[str, Any], minutes: int, at: datetime, zone: ZoneInfo, today: date) -> list[Offer]:
    shared = set_up(at)
    kinds, services = [kind.slug for kind in given.get("change_type", ())], tuple(one.slug for one in given.get("service", ()))
    kind = kinds[0] if len(kinds) == 1 else None
    found = []
    for place in places:
        content = Content(environment=place.slug, change_type=kind, services=services)
        slots = free_slots_for(content, minutes=minutes, count=1, at=at, time_zone=zone.key, shared=shared)
        slot = slots[0] if slots else None
        passed = why(slot, is_first=False, zone=zone, today=today) if slot and slot.passed_over else ""
        found.append(Offer(place, slot, passed, _raise_url(content, slot, minutes) if slot else ""))
    return found


def _raise_url(content: Content, slot: Slot, minutes: int) -> str:
    """The form of a new RFC with environment, services, type and time filled in."""
    query = [("environment", content.environment), *(("service", slug) for slug in content.services)]
    query += [("change_type", content.change_type)] if content.change_type else []
    query += [("start", slot.interval.start.isoformat()), ("minutes", str(minutes))]
    return f"{reverse('rfc-create')}?{urlencode(query)}"
