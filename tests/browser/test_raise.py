"""Journey 2: a service manager raises an RFC and follows it, with keyboard and mouse."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from changes.choices import State
from changes.models import RFC
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEETING = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
TITLE = "Hub transport rollup 8, site A"


@pytest.fixture
def given():
    """Production has its Saturday window; another change stands in the first one, with the same item."""
    given = make.world(needs_window=True)
    make.WindowFactory(environment=given.environment, name="Saturday night")
    make.MeetingFactory(board=given.board, starts_at=MEETING)
    make.rfc_in(State.SCHEDULED, given, title="Firmware of HT-01", sessions=(make.session(TONIGHT, make.hours(6)),))
    return given


def step_box(page: Page, words: str, place: int, label: str = "What is done"):
    return page.get_by_role("region", name=words).get_by_role("listitem").nth(place).get_by_label(label, exact=True)


def instructions(page: Page, words: str) -> list[str]:
    return [box.input_value() for box in page.get_by_role("region", name=words).get_by_label("What is done").all()]


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("radiogroup", name=question).get_by_text(answer, exact=True).click()


def test_from_the_blank_form_to_its_history(given, visit):
    page = visit(given.people.owner)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Raise an RFC").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raise an RFC")
    page.wait_for_load_state()  # nobody types before the scripts of a page are there
    tally = page.locator("#form-tally")
    expect(tally).to_contain_text("to fill in")

    # What is typed is judged as it is typed.
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("Known change type").select_option("Rollup on a server")
    expect(step_box(page, "Rollout", 0)).to_have_value("Drain the queues of the server")
    page.get_by_label("Why now, and what if we do not?").fill("Mends the queue stall; without it a restart every second day.")
    page.get_by_label("What is changed", exact=True).fill("Rollup 8 on one server.")
    choose(page, "How soon?", "Normal")
    page.get_by_label("Environment").select_option("Corporate production")
    for label, word in (("Services", "Hub transport"), ("Items changed", "HT-01")):
        page.get_by_label(label, exact=True).press_sequentially(word)
        page.get_by_label(label, exact=True).press("Enter")
        expect(page.get_by_role("list", name=f"{label}, chosen")).to_contain_text(word)

    # A time outside the window is told beside its field; the free night that is picked instead takes the finding away.
    page.get_by_label("Start", exact=True).fill("2026-11-23T22:00")
    page.get_by_label("End", exact=True).fill("2026-11-24T00:00")
    outside = page.get_by_text("lies outside of every change window")
    expect(outside).to_be_visible()
    nights = page.get_by_role("group", name="Session").get_by_role("radio")
    nights.first.check()
    expect(page.get_by_text(re.compile("Sat 21 Nov was passed over: RFC-.* “Firmware of HT-01” changes HT-01 as well"))).to_be_visible()
    expect(page.get_by_label("Start", exact=True)).to_have_value("2026-11-28T22:00")
    expect(outside).to_be_hidden()
    choose(page, "Will users notice an outage?", "None")

    edit_the_steps_by_keyboard(page)

    for question in ("Service level", "Capacity", "Security", "Disaster recovery"):
        choose(page, question, "None")
    page.get_by_label("Service level").get_by_text("High").click()
    expect(page.get_by_role("definition").filter(has_text="proposed")).to_contain_text("Major")
    page.get_by_label("Implementer").select_option("Implementer")
    expect(tally).to_contain_text("complete")
    page.get_by_role("button", name=re.compile("^Submit")).first.click()

    follow(page)
    rfc = RFC.objects.get(title=TITLE)
    assert (rfc.state, rfc.title) == (State.SUBMITTED, TITLE)


def edit_the_steps_by_keyboard(page: Page) -> None:
    """Adds a step, moves it to the top, and takes one away: nothing here is clicked."""
    total = page.get_by_role("region", name="Rollout").get_by_role("heading")
    expect(total).to_contain_text("60 min")
    page.get_by_role("button", name="Add a rollout step").focus()
    page.keyboard.press("Enter")
    expect(step_box(page, "Rollout", 2)).to_be_focused()
    page.keyboard.type("Tell the service desk")
    step_box(page, "Rollout", 2, "Minutes").focus()
    page.keyboard.type("5")
    expect(total).to_contain_text("65 min")
    step_box(page, "Rollout", 2, "Done by").focus()
    page.keyboard.type("Owner")
    step_box(page, "Rollout", 2, "How one sees that it worked").focus()
    page.keyboard.type("The desk has answered.")
    step_box(page, "Rollout", 2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("status").get_by_text("Step moved to 2 of 3.")).to_be_attached()
    page.get_by_role("button", name="Move step 2 up").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move step 1 up")).to_be_focused()
    assert instructions(page, "Rollout") == [
        "Tell the service desk",
        "Drain the queues of the server",
        "Install the rollup and restart the server",
    ]
    page.get_by_role("button", name="Take step 2 away").focus()
    page.keyboard.press("Enter")
    expect(total).to_contain_text("45 min")
    assert instructions(page, "Rollout") == ["Tell the service desk", "Install the rollup and restart the server"]


def follow(page: Page) -> None:
    """Where it stands now, and everything that happened to it."""
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("status", name="News")).to_contain_text("is submitted")
    expect(page.get_by_text("Waits for the board")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Thu 26 Nov")
    page.get_by_role("link", name=re.compile(r"All \d+ events")).click()
    events = page.get_by_role("region", name="Events").get_by_role("list").first
    expect(events.get_by_role("listitem").first).to_contain_text("Submitted by Owner")
    expect(events.get_by_role("listitem").last).to_contain_text("by Owner")
