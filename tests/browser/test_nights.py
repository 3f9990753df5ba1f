"""Six nights in one line: typed, looked at, added, saved, and six chips on the calendar; by keyboard, and typed before the scripts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from changes.choices import State
from changes.models import RFC
from tests import factories as make
from tests.browser.conftest import ANY, PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINE = "six nights from Monday, 22:00 to 02:00"
MONDAY = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


def test_one_line_becomes_six_sessions_and_six_chips(given, visit):
    page = visit(given.people.owner)
    page.goto("/rfcs/new/?environment=production&service=hub-transport&title=Rollout+over+six+nights")
    line = page.get_by_label("Several nights")
    line.fill(f"{LINE}, outage 23:00 to 23:30")
    expect(page.locator(".nights-list > li")).to_have_count(6)
    expect(page.locator(".nights-list > li").first).to_contain_text("Mon 23 Nov 22:00 – Tue 24 Nov 02:00")
    assert violations(page, impacts=ANY) == []

    line.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".session-row")).to_have_count(6)
    expect(line).to_have_value("")
    expect(page.locator(".night-fold > summary").nth(5)).to_contain_text("Sat 28 Nov 22:00 – Sun 29 Nov 02:00 outage 23:00–23:30")
    assert violations(page, impacts=ANY) == []

    page.get_by_role("button", name="Save draft").first.click()
    expect(page).to_have_url(re.compile("/edit/$"))
    rfc = RFC.objects.get()
    sessions = list(rfc.sessions.order_by("planned_start"))
    assert [one.planned_start for one in sessions] == [MONDAY + timedelta(days=n) for n in range(6)]
    assert {(one.planned_end - one.planned_start, one.outage_end - one.outage_start) for one in sessions} == {
        (timedelta(hours=4), timedelta(minutes=30))
    }
    page.goto("/schedule/")
    expect(page.locator(".session-chip", has_text="Rollout over six nights")).to_have_count(6)


def test_what_is_not_understood_is_named_as_it_is_typed_and_nothing_else_is_lost(given, visit):
    page = visit(given.people.owner, viewport=PHONE)
    page.goto("/rfcs/new/")
    page.get_by_label("Title", exact=True).fill("Kept")
    page.get_by_label("Several nights").fill("six nigths from Monday, 22:00 to 02:00")
    expect(page.locator("#nights-means")).to_contain_text("“nigths” is not understood.")
    page.get_by_role("button", name="Add these nights").click()
    expect(page.get_by_label("Several nights")).to_have_value("six nigths from Monday, 22:00 to 02:00")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Kept")
    assert sideways(page) == 0


def test_the_ticked_go_and_the_outage_of_the_first_is_given_to_all(given, visit):
    page = visit(given.people.owner)
    page.goto("/rfcs/new/?environment=production")
    page.get_by_label("Several nights").fill(LINE)
    page.get_by_role("button", name="Add these 6 sessions").click()
    expect(page.locator(".session-row")).to_have_count(6)
    page.get_by_label("Tick session 2").check()
    page.get_by_label("Tick session 4").check()
    page.get_by_role("button", name="Take the ticked away").click()
    expect(page.locator(".session-row")).to_have_count(4)
    page.locator(".night-fold > summary").first.click()
    page.locator(".session-row").first.get_by_text("None", exact=True).click()
    page.get_by_role("button", name="Give all the outage of the first").click()
    expect(page.locator(".night-fold > summary", has_text="no outage")).to_have_count(4)


def test_what_is_typed_before_the_scripts_are_there_is_checked_once_they_are(given, visit):
    page = visit(given.people.owner)
    waiting: list[Route] = []
    page.route("**/rfc-form*.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright takes no built-in function
    page.goto("/rfcs/new/", wait_until="commit")
    page.get_by_label("Title", exact=True).fill("Typed early")
    page.get_by_label("Several nights").fill(LINE)
    expect(page.locator(".nights-list > li")).to_have_count(0)
    for route in waiting:
        route.continue_()
    expect(page.locator(".nights-list > li")).to_have_count(6)


def test_dragged_it_asks_what_waits_for_it_and_moves_both(given, visit):
    def planned(days, **other):
        item = make.ItemFactory(service=given.service)
        sessions = (make.session(MONDAY + timedelta(days=days)),)
        return make.rfc_in(State.SCHEDULED, given, sessions=sessions, configuration_items=(item.slug,), implementer=None, **other)

    first = planned(0, title="Schema extension")
    planned(1, title="Index rebuild", predecessors=(first.number,))
    page = visit(given.people.owner)
    page.goto("/schedule/")
    page.locator(".session-chip", has_text="Schema extension").drag_to(page.locator('.day[data-day="2026-12-02"]'))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 RFC that waits for it would start before it is done")
    expect(dialog).to_contain_text("Thu 3 Dec 22:00 – Fri 4 Dec 02:00")
    assert violations(page, impacts=ANY) == []
    dialog.get_by_role("button", name="Move it, and what waits for it").click()
    expect(page.locator('.day[data-day="2026-12-03"] .session-chip')).to_contain_text("Index rebuild")
    expect(page.locator('.day[data-day="2026-12-02"] .session-chip')).to_contain_text("Schema extension")
