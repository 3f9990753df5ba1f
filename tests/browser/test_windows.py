"""An administrator makes a change window by keyboard, and it is on the schedule."""

import re

import pytest
from playwright.sync_api import Page, expect

from changes.models import ChangeWindow
from tests import factories as make
from tests.browser.conftest import ANY, PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def given():
    return make.world(needs_window=True)


def tab_to(page: Page, label: str) -> None:
    """Go on by the Tab key until the field of this label has the focus."""
    field = page.get_by_label(label, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {label}.")


def test_every_other_saturday_in_los_angeles_by_keyboard(given, visit):
    page = visit(given.people.administrator)
    page.goto("/setup/")
    page.get_by_role("link", name="Add a change window").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New change window")
    page.wait_for_load_state()
    tab_to(page, "Name")
    page.keyboard.type("Every other Saturday night")
    tab_to(page, "Environment")
    page.keyboard.type("Corp")
    tab_to(page, "Time zone")
    page.keyboard.press("Control+A")
    page.keyboard.type("America/Los_Angeles")
    expect(page.get_by_label("From", exact=True)).to_have_value("22:00")
    expect(page.get_by_label("To", exact=True)).to_have_value("04:00")
    # What does not belong to a weekly rule is not in the way.
    expect(page.get_by_label("Day of the month", exact=True)).to_be_hidden()
    tab_to(page, "Every so many weeks; 2 is every other")
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    tab_to(page, "Saturday")
    page.keyboard.press("Space")

    preview = page.get_by_role("region", name="The next nights")
    expect(preview).to_contain_text("Every other Saturday 22:00–04:00, Los Angeles")
    expect(preview.get_by_role("row")).to_have_count(11)
    expect(preview.get_by_role("row").nth(1)).to_contain_text(
        re.compile(r"Sat 28 Nov 22:00 – Sun 29 Nov 04:00.*PST, UTC-8.*6 h", re.DOTALL)
    )
    expect(preview.get_by_role("row").nth(10)).to_contain_text("Sat 3 Apr 2027")

    # One of them is left out from the list, and the focus stays on it.
    preview.get_by_role("button", name="Leave out Sat 26 Dec 22:00").press("Enter")
    expect(preview.get_by_role("button", name="Put back Sat 26 Dec 22:00")).to_be_focused()
    expect(page.get_by_label("Nights left out")).to_have_value("2026-12-26")
    expect(preview.get_by_role("row")).to_have_count(12)

    page.get_by_role("button", name="Add the window").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status", name="News")).to_contain_text("every other Saturday 22:00–04:00, Los Angeles")
    window = ChangeWindow.objects.get()
    assert (window.rrule, window.exdates) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", ["2026-12-26T22:00:00"])

    page.goto("/schedule/?view=week&from=2026-11-28")
    # Saturday evening there is Sunday morning in Amsterdam.
    expect(page.get_by_role("region", name="Sunday 29 November")).to_contain_text(re.compile(r"Change window Corporate.* 07–13"))


def test_the_rule_itself_follows_the_words_and_takes_their_place(given, visit):
    page = visit(given.people.administrator)
    page.goto("/setup/windows/new/")
    page.wait_for_load_state()
    page.get_by_text("The rule itself").click()
    rule = page.get_by_label("The rule", exact=True)
    page.get_by_label("Repeats").select_option("Every weekday, Monday to Friday")
    page.get_by_label("First night").fill("2026-11-27")
    expect(rule).to_have_value("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    rule.fill("FREQ=WEEKLY;BYDAY=FRI")
    expect(page.get_by_label("Repeats")).to_have_value("raw")
    expect(page.locator("#problems-rhythm_raw")).to_contain_text("BYDAY holds “FRI”")
    rule.fill("FREQ=WEEKLY;BYDAY=FR")
    expect(page.get_by_role("region", name="The next nights")).to_contain_text("Every Friday 22:00–04:00, Amsterdam")
    expect(page.locator("#problems-rhythm_raw")).to_be_empty()


def test_the_editor_on_a_phone_in_the_dark_and_its_removal(given, visit):
    window = make.WindowFactory(environment=given.environment)
    page = visit(given.people.administrator, viewport=PHONE, color_scheme="dark")
    for address in (f"/setup/windows/{window.pk}/", f"/setup/windows/{window.pk}/remove/"):
        page.goto(address)
        assert violations(page, impacts=ANY) == []
        assert sideways(page) <= 0


def test_a_window_is_made_without_script(given, visit):
    page = visit(given.people.administrator, java_script_enabled=False)
    page.goto("/setup/windows/new/")
    page.get_by_label("Name", exact=True).fill("Patch night")
    page.get_by_label("Environment").select_option("Corporate production")
    page.get_by_label("Repeats").select_option("A weekday of the month, such as the second Tuesday")
    page.get_by_label("Second", exact=True).check()
    page.get_by_label("Weekday").select_option("Tuesday")
    page.get_by_role("button", name="Show the nights").last.click()
    page.get_by_role("button", name="Start on Tue 8 Dec 2026").click()
    expect(page.get_by_role("region", name="The next nights")).to_contain_text("Second Tuesday of the month 22:00–04:00, Amsterdam")
    page.get_by_role("button", name="Add the window").click()
    expect(page.get_by_role("status", name="News")).to_contain_text("“Patch night” is saved")
    assert ChangeWindow.objects.get().rrule == "FREQ=MONTHLY;BYDAY=2TU"
