"""What opens on a page is as readable as the page: popover, menus, dialogs, questions, for axe and on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from changes.choices import State
from tests import factories as make
from tests.browser.conftest import DESK, PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Hub transport rollup 8, site A"
NIGHT = make.NOW + timedelta(days=3, hours=12)


@pytest.fixture
def given():
    """Two changes of one item that overlap, so that there is a conflict to be shown."""
    given = make.world()
    make.rfc_in(State.SCHEDULED, given, title=TITLE, sessions=(make.session(NIGHT),))
    make.rfc_in(State.SUBMITTED, given, title="Firmware of HT-01", sessions=(make.session(NIGHT),))
    return given


def fits(page: Page) -> None:
    """In both themes, as wide as it is."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert (theme, violations(page)) == (theme, [])
    assert sideways(page) == 0


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_on_the_calendar(given, visit, size):
    page = visit(given.people.owner, viewport=size)
    page.goto("/schedule/?view=month")
    page.get_by_role("link", name=TITLE).locator("visible=true").first.click()
    popover = page.get_by_role("dialog", name="Session")
    expect(popover.get_by_text("RFC-", exact=False).first).to_be_visible()
    fits(page)
    popover.get_by_role("link", name=re.compile("^Move to")).click()
    expect(page.get_by_role("dialog", name=re.compile("^Move “"))).to_be_visible()
    fits(page)
    page.get_by_role("button", name=re.compile("^Keep")).click()
    page.get_by_role("group", name="Filters").locator("summary").first.click()
    fits(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_on_an_rfc_at_work(given, visit, clock, size):
    rfc = make.rfc_in(State.IN_PROGRESS, given, configuration_items=(), title="Broker of site A")
    clock.move_to(rfc.sessions.get().planned_start + timedelta(minutes=30), tick=False)
    page = visit(given.people.implementer, viewport=size)
    page.goto(rfc.get_absolute_url())
    fits(page)
    page.get_by_role("link", name="Roll back").or_(page.get_by_role("link", name=re.compile("rollback", re.IGNORECASE))).locator(
        "visible=true"
    ).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Start the rollback")
    fits(page)


def test_in_the_menu_of_a_phone(given, visit):
    page = visit(given.people.owner, viewport=PHONE)
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("navigation", name="Main, on a phone")).to_be_visible()
    fits(page)
    page.get_by_role("navigation", name="Main, on a phone").get_by_role("link", name="Schedule").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Schedule")
