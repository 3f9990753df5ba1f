"""What is asked of the served product by HTTP, and by whom. Import it after `place.own_database()`."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from seed import NEAR, House

from changes.actions import token
from changes.api.pagination import Cursor
from changes.choices import Scope
from changes.models import RFC

#: Each RFC that is raised has a night of its own, so that none of them meets another one.
NIGHTS = 100


def secret_of(house: House) -> str:
    """A token for reading and raising."""
    person = house.people[0]
    _, secret = token.create(person, name="Benchmark", scopes=[Scope.RAISE], days=1, actor=person, at=house.at)
    return secret


def calls_of(house: House) -> list[dict[str, Any]]:
    """By name, in the order in which they are made: those that write come last. The n-th time it is `bodies[n]`."""
    service, environment = house.services[3].slug, house.environments[1].slug
    four_weeks = {"from": house.at.isoformat(), "to": (house.at + timedelta(weeks=4)).isoformat()}
    middle = _after(RFC.objects.order_by("pk")[RFC.objects.count() // 2], "-number")
    halfway = {"environment": environment, "state": "closed", "ordering": "planned_start"}
    closed = RFC.objects.filter(environment__slug=environment, state="closed").order_by("planned_start")
    asked = {
        "list": ("rfcs/", {}),
        "list, deep": ("rfcs/", {"cursor": middle}),
        "list of a service": ("rfcs/", {"service": service}),
        "list of a service, deep": ("rfcs/", {"service": service, "cursor": middle}),
        "list by start, deep": ("rfcs/", {**halfway, "cursor": _after(closed[closed.count() // 2], "planned_start")}),
        "schedule": ("schedule/", four_weeks),
        "schedule of a service": ("schedule/", {**four_weeks, "service": service}),
        "changes near": ("changes-near/", {"at": house.at.isoformat()}),
        "changes near a service": ("changes-near/", {"at": house.at.isoformat(), "service": _busy(house)}),
        "gate": ("gate/", {"environment": environment, "service": service, "at": house.at.isoformat()}),
    }
    paths = {name: f"{path}?{urlencode(query)}" for name, (path, query) in asked.items()}
    reads = [{"name": name, "method": "GET", "path": path, "bodies": [None]} for name, path in paths.items()]
    drafts = [content_of(house, night) for night in range(NIGHTS)]
    submitted = [{**content_of(house, NIGHTS + night), "submit": True} for night in range(NIGHTS)]
    writes = {"create": drafts, "create and submit": submitted}
    return reads + [{"name": name, "method": "POST", "path": "rfcs/", "bodies": bodies} for name, bodies in writes.items()]


def _after(rfc: RFC, ordering: str) -> str:
    """The cursor that a page which ends with this RFC gives for the next one."""
    value = rfc.pk if ordering == "-number" else getattr(rfc, ordering)
    return Cursor(ordering, backwards=False, value=value, pk=rfc.pk).encoded()


def _busy(house: House) -> str:
    """The service on which work began last."""
    began = RFC.objects.filter(planned_start__lt=house.at, pk__gt=RFC.objects.latest("pk").pk - NEAR, state="closed")
    return began.latest("planned_start").services.get().slug


def content_of(house: House, night: int) -> dict[str, Any]:
    """An RFC that can be submitted: a night within the windows, twelve steps, a contact and a reference."""
    start = house.monday + timedelta(weeks=1, days=night % 28, hours=20, minutes=night // 28 * 45)
    return {
        "title": f"Update the storage firmware of shelf {night}",
        "description": "The maker has mended the fault that stops a shelf after 1,000 hours.",
        "reason": "Two shelves stopped this month.",
        "urgency": "normal",
        "environment": house.environments[1].slug,
        "change_type": house.types[0].slug,
        "services": [service.slug for service in house.services[20:22]],
        "configuration_items": [item.slug for item in house.items[:5]],
        "implementer": house.people[7].username,
        "contacts": [{"name": "The maker", "role": "Support", "phone": "+31 20 555 0100"}],
        "references": [{"system": "incidents", "identifier": f"INC-{night}", "relation": "related"}],
        "impact": {"sla": "low", "capacity": "none", "security": "none", "disaster_recovery": "low"},
        **_times(start),
        **{phase: [_step(phase, place) for place in range(4)] for phase in ("rollout", "verification", "rollback")},
        "rollback_trigger": "A shelf does not answer ten minutes after its restart.",
    }


def _times(start: datetime) -> dict[str, str]:
    ends = {"planned_end": 120, "outage_start": 0, "outage_end": 30}
    return {"planned_start": start.isoformat(), "outage": "planned"} | {
        name: (start + timedelta(minutes=minutes)).isoformat() for name, minutes in ends.items()
    }


def _step(phase: str, place: int) -> dict[str, Any]:
    return {
        "instruction": f"Restart controller {place} of the shelf ({phase})",
        "command": f"shelf restart --controller {place}",
        "role": "Storage",
        "minutes": 5,
        "check": "The controller answers with version 9.1.",
        "if_not": "Call the maker.",
    }
