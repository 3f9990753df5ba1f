"""What every page needs: where one is, which time zone holds, which time it is, and whether this is a demo."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from changes import permissions
from changes.web import bell, health, time_zone

#: The places of the top bar: label, URL name, and the first words of the URL names that belong to it.
PLACES = (
    ("Home", "home", ("home",)),
    ("Schedule", "schedule", ("schedule", "session")),
    ("RFCs", "rfc-list", ("rfc", "step")),
    ("Board", "board", ("board", "meeting", "minutes", "item", "sitting", "waiver", "action", "week")),
    ("Set-up", "setup", ("setup", "rules", "window", "freeze", "route", "board-")),
)


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """A context processor: `nav may_raise silences demo zone zones now`."""
    return {
        "nav": partial(_places, request),  # called by the pages that show it; the admin's pages do not
        "may_raise": request.user.is_authenticated and permissions.can_raise(request.user),
        "silences": partial(health.silences, request),
        "demo": settings.DEMO,
        "zone": timezone.get_current_timezone_name(),
        "zones": time_zone.offered(request),
        "now": timezone.now(),
        "sees_ledger": request.user.is_authenticated and permissions.can_see_ledger(request.user),
        "bell_unread": partial(bell.unread, request),  # called where the top bar is drawn
    }


def _places(request: HttpRequest) -> list[Place]:
    here = _url_name(request)
    longest = max((first for _, _, family in PLACES for first in family if here.startswith(first)), key=len, default=None)
    return [Place(label, url, longest in family) for label, name, family in PLACES if (url := _url(name))]


def _url(name: str) -> str:
    """Where a place is; empty where its pages are not installed, so that it is not offered."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _url_name(request: HttpRequest) -> str:
    """The URL name being answered; empty on a 404, which belongs to no place."""
    return (request.resolver_match.url_name or "") if request.resolver_match else ""
