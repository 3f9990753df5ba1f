"""What is measured in a house: each reading as the page or the API does it. Import it after `place.own_database()`."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from seed import House

from changes.choices import Outage, Urgency
from changes.domain.content import Content, Session
from changes.domain.schedule import period_of
from changes.models import RFC
from changes.selectors.finding import findings, findings_of
from changes.selectors.gate import gate_at
from changes.selectors.near import changes_near
from changes.selectors.record import record_of
from changes.selectors.schedule import forward_schedule
from changes.selectors.slot import free_slots_for
from changes.web.forms import typed

ZONE = ZoneInfo("Europe/Amsterdam")
#: So far an incident's tooling looks back and ahead.
BACK, AHEAD = timedelta(hours=24), timedelta(hours=2)


def measures_of(house: House) -> dict[str, Callable[[], object]]:
    """By name, in the order in which they are told."""
    return {**_rules(house), **_pages(house)}


def content_of(house: House) -> Content:
    """An RFC of two nights in the busy weeks, on two services and five items."""
    begin = house.at.replace(hour=21, minute=0) + timedelta(days=7)
    nights = [begin, begin + timedelta(days=1)]
    sessions = (Session(start, start + timedelta(hours=3), Outage.PLANNED, start, start + timedelta(hours=1)) for start in nights)
    return Content(
        title="Update the storage firmware",
        urgency=Urgency.NORMAL,
        environment=house.environments[1].slug,
        change_type=house.types[0].slug,
        services=tuple(service.slug for service in house.services[20:22]),
        configuration_items=tuple(item.slug for item in house.items[:5]),
        owner=house.people[0].username,
        implementer=house.people[7].username,
        sessions=tuple(sessions),
    )


def _rules(house: House) -> dict[str, Callable[[], object]]:
    at, reader, content = house.at, house.people[0], content_of(house)
    month = period_of(house.monday.date(), house.monday.date() + timedelta(days=34), ZONE)
    stored = RFC.objects.with_content().filter(state="scheduled", planned_start__gt=at).latest("pk")
    return {
        "conflict check of one RFC": lambda: findings(content, at=at),
        "the same, stored": lambda: findings_of(stored, at=at),
        "a month with all findings": lambda: forward_schedule(month, viewer=reader, at=at),
        "free slots": lambda: free_slots_for(content, at=at),
        "what a type usually takes": lambda: record_of(content.change_type),
        "changes near": lambda: changes_near(reader, at=at, lookback=BACK, lookahead=AHEAD),
        "may it go now": lambda: gate_at(house.environments[1].slug, service=house.services[20].slug, change_type=None, at=at),
    }


def _pages(house: House) -> dict[str, Callable[[], object]]:
    user, board = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    user.force_login(house.people[0])
    board.force_login(house.people[1])
    newest = RFC.objects.latest("pk").number
    typed_in = typed.of_content(content_of(house), ZONE).dict()
    shown = {"schedule": "", "home": "", "rfc-list": ""}
    pages = {f"page {reverse(name)}": (user, reverse(name)) for name in shown}
    pages["page /rfcs/ for the board"] = (board, reverse("rfc-list"))
    pages["page /rfcs/?before="] = (user, f"{reverse('rfc-list')}?before=RFC-000700")
    pages["page /rfcs/?state=submitted"] = (user, f"{reverse('rfc-list')}?state=submitted")
    pages["page /rfcs/?service="] = (user, f"{reverse('rfc-list')}?service=service-3")
    pages["page /rfcs/?q=console"] = (user, f"{reverse('rfc-list')}?q=console")
    pages["page of one RFC"] = (user, reverse("rfc-detail", args=[newest]))
    found: dict[str, Callable[[], object]] = {name: _asked(client, url) for name, (client, url) in pages.items()}
    return {**found, "page /rfcs/check/": lambda: _answered(user.post(reverse("rfc-check"), typed_in))}


def _asked(client: Client, url: str) -> Callable[[], object]:
    return lambda: _answered(client.get(url))


def _answered(response: object) -> object:
    if response.status_code != 200:  # type: ignore[attr-defined]
        raise SystemExit(f"{response.request['PATH_INFO']} answers {response.status_code}")  # type: ignore[attr-defined]
    return response
