"""Journey 4: the approved RFC on the calendar: looked at, filtered, shared, dragged, moved by the form, without script too."""

import re

import pytest
from playwright.sync_api import expect

from changes.choices import Severity, State
from changes.models import WorkSession
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Hub transport rollup 8, site A"


@pytest.fixture
def given():
    return make.world()


@pytest.fixture
def session(given):
    """Scheduled for Tuesday 24 November, 10:00 to 14:00."""
    return make.rfc_in(State.SCHEDULED, given).sessions.get()


def night(page, day):
    return page.locator(f'.day[data-day="{day}"]')


def chip(page, day):
    return night(page, day).locator("a.session-chip")


def test_a_session_is_dragged_to_another_night_and_back(visit, given, session, grave):
    page = visit(given.people.owner)
    page.goto("/schedule/?severity=minor")
    was = session.interval
    chip(page, "2026-11-24").drag_to(night(page, "2026-11-26"))
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(f"Move “{TITLE}” to Thu 26 Nov 10:00?")
    expect(question).to_contain_text("the change manager confirms that, and the approval stays good.")
    assert grave(page) == []
    question.get_by_role("button", name="Keep Tue 24 Nov").click()
    expect(question).to_be_hidden()
    assert WorkSession.objects.get().interval == was

    chip(page, "2026-11-24").drag_to(night(page, "2026-11-26"))
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("status")).to_contain_text("moved to Thu 26 Nov 10:00")
    expect(page).to_have_url(re.compile(r"/schedule/\?severity=minor$"))
    expect(chip(page, "2026-11-26")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(chip(page, "2026-11-24")).to_be_visible()
    assert WorkSession.objects.get().interval == was


def test_the_popover_opens_beside_its_chip_and_gives_the_focus_back(visit, given, session, grave):
    page = visit(given.people.owner)
    page.goto("/schedule/")
    opener = chip(page, "2026-11-24")
    opener.focus()
    page.keyboard.press("Enter")
    popover = page.get_by_role("dialog", name="Session")
    expect(popover).to_contain_text("none planned")
    assert grave(page) == []
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(opener).to_be_focused()
    expect(page).to_have_url(re.compile(r"/schedule/$"))


def test_a_filter_changes_the_calendar_and_the_link_without_a_reload(visit, given, session):
    major = make.RFCFactory(title="Firmware of the array", severity=Severity.MAJOR, state=State.SUBMITTED)
    make.SessionFactory(rfc=major)
    page = visit(given.people.viewer)
    page.goto("/schedule/")
    page.evaluate("() => { window.isTheSamePage = true; }")
    page.locator("#severity-major").click()
    expect(page.locator(".totals")).to_contain_text("1 shown · 1 hidden by filters")
    expect(page).to_have_url(re.compile(r"/schedule/\?severity=major$"))
    assert page.evaluate("() => window.isTheSamePage")
    expect(chip(page, "2026-11-24")).to_have_count(0)

    other = visit(given.people.owner)
    other.goto(page.url)
    expect(other.locator(".totals")).to_contain_text("1 shown · 1 hidden by filters")

    page.go_back()
    expect(page.locator(".totals")).to_contain_text("2 shown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?view=week", "?view=list", "?view=undated"])
def test_axe_finds_nothing_serious(visit, given, session, grave, query, scheme):
    make.FreezeFactory()
    make.MeetingFactory(board=given.board)
    page = visit(given.people.owner, color_scheme=scheme)
    page.goto(f"/schedule/{query}")
    assert grave(page) == []


def test_a_phone_sees_the_list_and_nothing_overflows(visit, given, session):
    page = visit(given.people.owner, viewport={"width": 390, "height": 844})
    for query in ("", "?view=month", "?view=week", "?view=list"):
        page.goto(f"/schedule/{query}")
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    page.goto("/schedule/")
    expect(page.locator(".calendar")).to_be_hidden()
    expect(page.get_by_role("heading", name="Tue 24 → Wed 25 Nov")).to_be_visible()


def test_without_script_it_is_read_and_moved(visit, given, session):
    page = visit(given.people.owner, java_script_enabled=False)
    page.goto("/schedule/")
    chip(page, "2026-11-24").click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Start").fill("2026-11-26T21:00")
    page.get_by_label("End").fill("2026-11-26T23:30")
    page.get_by_role("button", name="See what it means").click()
    expect(page.get_by_role("heading", name="Move to Thu 26 Nov 21:00–23:30?")).to_be_visible()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("status")).to_contain_text("moved to Thu 26 Nov 21:00")
