"""People at their browsers: each in a context of their own, signed in, at the factories' moment, against a live server."""

import gzip
from collections.abc import Callable, Collection
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as ours
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

from changes.models import User
from tests.factories import NOW

#: What axe calls these is what a person is kept out by.
GRAVE = ("serious", "critical")
ANY = ("minor", "moderate", *GRAVE)
AXE = Axe()
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: On two busy cores an answer may take its time; nothing here sleeps.
expect.set_options(timeout=15_000)


@pytest.fixture
def clock(time_machine):
    """The server's clock stands at the factories' moment; `clock.move_to(moment)` moves it."""
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def site(live_server, settings, clock) -> str:
    """The address of the live server, which sends its mails to the demo's mailbox."""
    settings.FSC_BASE_URL = live_server.url
    settings.EMAIL_BACKEND = "changes.notifications.MailboxBackend"
    return live_server.url


@pytest.fixture
def complaints() -> list[str]:
    """What the consoles of all pages said that they should not: errors, and breaches of the content security policy."""
    return []


@pytest.fixture
def visit(site, new_context, complaints) -> Callable[..., Page]:
    """A page in a context of its own, of a person or of nobody; the rest is for the context."""

    def opened(user: User | None = None, **options: Any) -> Page:
        context = new_context(base_url=site, **{"viewport": DESK, **options})
        context.set_default_timeout(15_000)
        context.on("console", lambda message: _listen(message, complaints))
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))
        if user is not None:
            _sign_in(context, user, site)
        return context.new_page()

    return opened


@pytest.fixture(autouse=True)
def _nothing_to_complain_of(complaints):
    yield
    assert complaints == []


def violations(page: Page, *rules: str, impacts: Collection[str] = GRAVE, without: Collection[str] = ()) -> list[tuple[str, list[str]]]:
    """What axe finds on a page, by all its rules but those `without`, or by those named: each with the first elements it is about."""
    options: dict[str, Any] = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    options["rules"] = {rule: {"enabled": False} for rule in without}
    found = AXE.run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"][:5]]) for one in found if one["impact"] in impacts]


def sideways(page: Page) -> int:
    """By how many pixels a page scrolls to the side."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def script_sizes(page: Page) -> dict[str, int]:
    """Bytes of each script that the page fetches from now on, as they travel compressed; filled as they come."""
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if response.request.resource_type == "script" and response.ok:
            sizes[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    return sizes


def _sign_in(context: BrowserContext, user: User, site: str) -> None:
    client = Client()
    client.force_login(user)
    name = ours.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    # A form that is refused answers 4xx with the page that says why; the browser remarks on it.
    refused = message.text.startswith("Failed to load resource") and "status of 4" in message.text
    if message.type in ("error", "warning") and not refused:
        complaints.append(f"{message.location.get('url', '')}: {message.text}")
