"""A conflict on the calendar says why: on hover, on focus and on tap, by service as by month."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from changes.choices import State
from tests import factories as make
from tests.browser.conftest import DESK, PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Tuesday 22:00 in Amsterdam.
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


@pytest.fixture
def clash(given):
    """Two rollups on one item, an hour apart."""
    first = make.rfc_in(State.SCHEDULED, given, title="Antivirus 5.7", sessions=(make.session(NIGHT),))
    start = NIGHT + timedelta(hours=1)
    later = make.rfc_in(State.SUBMITTED, given, title="NIC driver", at=make.NOW + timedelta(hours=1), sessions=(make.session(start),))
    return first, later


def bar(page: Page, title: str):
    return page.get_by_role("link", name=re.compile(f"{title}.*in conflict"))


def popover(page: Page):
    return page.get_by_role("dialog", name="Session")


@pytest.mark.parametrize("view", ["service", "month", "list"])
def test_on_hover_it_says_why_and_stays_while_the_mouse_is_on_it(clash, given, visit, view):
    page = visit(given.people.viewer)
    page.goto(f"/schedule/?view={view}")
    link = bar(page, "NIC driver") if view == "service" else page.get_by_role("main").get_by_role("link", name="NIC driver").first
    link.scroll_into_view_if_needed()
    box = (link.locator(".body") if view == "service" else link).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(popover(page)).to_contain_text("HT-01")
    expect(popover(page)).to_contain_text("180 min")
    assert page.evaluate("document.activeElement === document.body")
    popover(page).get_by_role("link", name="Open RFC").hover()
    expect(popover(page)).to_be_visible()
    page.mouse.move(2, 2)
    expect(popover(page)).to_be_hidden()


def test_on_focus_it_says_why_and_the_keyboard_reaches_its_links(clash, given, visit):
    page = visit(given.people.viewer)
    page.goto("/schedule/?view=service")
    page.get_by_role("link", name=re.compile("nothing|Tue 24")).first.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if "Antivirus" in (page.evaluate("document.activeElement.getAttribute('aria-label')") or ""):
            break
    expect(popover(page)).to_contain_text("Antivirus 5.7")
    expect(bar(page, "Antivirus 5.7")).to_be_focused()
    page.keyboard.press("Tab")
    expect(popover(page).get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(popover(page)).to_be_hidden()
    expect(bar(page, "Antivirus 5.7")).to_be_focused()
    page.keyboard.press("Tab")
    expect(bar(page, "NIC driver")).to_be_focused()
    expect(popover(page)).to_contain_text("NIC driver")
    stops = popover(page).locator("a[href], button, summary").count()
    for _ in range(stops + 1):
        page.keyboard.press("Tab")
    expect(popover(page)).to_be_hidden()
    expect(bar(page, "NIC driver")).not_to_be_focused()


def test_on_tap_it_says_why(clash, given, visit):
    page = visit(given.people.viewer, viewport=PHONE, has_touch=True)
    page.goto("/schedule/?view=service")
    bar(page, "NIC driver").scroll_into_view_if_needed()
    bar(page, "NIC driver").locator(".body").tap()
    expect(popover(page)).to_contain_text("180 min")
    assert sideways(page) <= 0


def test_without_script_it_is_a_link_to_the_session(clash, given, visit):
    page = visit(given.people.viewer, java_script_enabled=False)
    page.goto("/schedule/?view=service")
    bar(page, "NIC driver").locator(".body").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session of")
    expect(page.get_by_role("main")).to_contain_text("180 min")


def test_what_a_service_needs_unfolds_where_one_is(clash, given, visit):
    directory = make.ServiceFactory(slug="directory", name="Directory")
    given.service.depends_on.add(directory)
    page = visit(given.people.viewer)
    page.goto("/schedule/?view=service")
    page.get_by_role("link", name=re.compile("Unfold what Hub transport needs")).click()
    expect(page.get_by_role("heading", name="Directory")).to_be_visible()
    expect(page).to_have_url(re.compile("unfold=hub-transport"))
    page.get_by_role("link", name=re.compile("Fold what Hub transport needs")).click()
    expect(page.get_by_role("heading", name="Directory")).to_have_count(0)


def test_axe_finds_nothing_grave_in_either_theme_and_width(clash, given, visit):
    make.FreezeFactory(start=NIGHT, end=NIGHT + timedelta(hours=30))
    page = visit(given.people.change_manager)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.goto("/schedule/?view=service&environment=production&idle=1&unfold=hub-transport")
            assert violations(page) == [], (size, theme)
            assert sideways(page) <= 0
