"""Everything can be read and done in a browser that runs no script."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from changes.actions.meeting import generate_due
from changes.choices import Outcome, State
from changes.models import RFC, Meeting, WorkSession
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
TITLE = "Hub transport rollup 8, site A"


@pytest.fixture
def plain(visit):
    """A page of somebody whose browser runs no script."""
    return lambda user, **options: visit(user, java_script_enabled=False, **options)


def row(page: Page, region: str, place: int = 0):
    return page.get_by_role("region", name=region).get_by_role("listitem").nth(place)


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("radiogroup", name=question).get_by_text(answer, exact=True).click()


def test_an_rfc_is_raised_and_submitted(given, plain):
    page = plain(given.people.owner)
    page.goto("/rfcs/new/")
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_role("button", name=re.compile("^Submit")).first.click()
    expect(page.get_by_role("alert").first).to_contain_text("Not submitted")
    expect(page.get_by_label("Title", exact=True)).to_have_value(TITLE)

    page.get_by_label("Known change type").select_option("Rollup on a server")
    page.get_by_role("button", name="Check", exact=True).last.click()
    expect(row(page, "Rollout").get_by_label("What is done")).to_have_value("Drain the queues of the server")
    page.get_by_role("button", name="Add a rollout step").click()
    row(page, "Rollout", 2).get_by_label("What is done").fill("Tell the service desk")
    for label, words in (("Done by", "Owner"), ("Minutes", "5"), ("How one sees that it worked", "The desk has answered.")):
        row(page, "Rollout", 2).get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="Move step 3 up").click()
    expect(row(page, "Rollout", 1).get_by_label("What is done")).to_have_value("Tell the service desk")
    page.get_by_role("button", name="Take step 2 away").click()
    expect(page.get_by_role("region", name="Rollout").get_by_role("heading")).to_contain_text("60 min")

    page.get_by_label("Why now, and what if we do not?").fill("Mends the queue stall.")
    page.get_by_label("What is changed", exact=True).fill("Rollup 8 on one server.")
    page.get_by_label("Environment").select_option("Corporate production")
    page.get_by_label("Services", exact=True).fill("Hub transport")
    page.get_by_label("Items changed", exact=True).fill("HT-01")
    choose(page, "How soon?", "Normal")
    for question in ("Service level", "Capacity", "Security", "Disaster recovery"):
        choose(page, question, "None")
    page.get_by_role("button", name="Check", exact=True).last.click()
    page.get_by_role("group", name="Session").get_by_role("radio").first.check()
    choose(page, "Will users notice an outage?", "None")
    page.get_by_role("button", name=re.compile("^Submit")).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("status", name="News")).to_contain_text("is submitted")
    assert RFC.objects.get().state == State.SUBMITTED


def test_the_work_of_a_night(given, clock, plain):
    rfc = make.rfc_in(State.SCHEDULED, given, title=TITLE)
    start = make.NOW + timedelta(days=3)
    clock.move_to(start, tick=False)
    page = plain(given.people.implementer)
    page.goto(rfc.get_absolute_url())
    page.get_by_role("button", name="Begin now").click()
    for place in (2, 3):
        page.get_by_role("button", name=f"Done, show step {place}").first.click()
    page.get_by_role("button", name="Done, the last step").click()
    clock.move_to(start + timedelta(hours=2), tick=False)
    page.get_by_role("link", name="Record the outcome").click()
    page.get_by_label("Successful", exact=True).check()
    page.get_by_label("What happened").fill("As planned.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    rfc.refresh_from_db()
    assert rfc.outcome == Outcome.SUCCESSFUL


def test_the_month_is_read_opened_filtered_and_moved_in(given, plain):
    rfc = make.rfc_in(State.SCHEDULED, given, title=TITLE, sessions=(make.session(NIGHT),))
    page = plain(given.people.owner)
    page.goto("/schedule/?view=month")
    page.get_by_role("region", name=re.compile("Saturday 28")).get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=2, name=TITLE)).to_be_visible()
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Start").fill("2026-11-29T22:00")
    page.get_by_label("End").fill("2026-11-30T02:00")
    page.get_by_role("button", name="See what it means").click()
    page.get_by_role("button", name="Move it").click()
    assert WorkSession.objects.get(rfc=rfc).planned_start == NIGHT + timedelta(days=1)
    page.goto("/schedule/?view=month")
    page.get_by_role("region", name=re.compile("Sunday 29")).get_by_role("link", name=re.compile("29")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sun 29 → Mon 30 Nov")
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    page.goto("/schedule/?view=month")
    filters = page.get_by_role("group", name="Filters")
    filters.locator("summary").filter(has_text="Owner").click()
    filters.get_by_role("link", name=re.compile("^Owner")).click()
    expect(page.get_by_role("main").get_by_role("link", name=TITLE).first).to_be_visible()


def test_the_chair_decides_from_the_agenda(given, clock, plain):
    rfc = make.rfc_in(State.SUBMITTED, given, title=TITLE, impact=make.HIGH_IMPACT, sessions=(make.session(NIGHT),))
    clock.move_to(CUT_OFF, tick=False)
    generate_due(at=CUT_OFF)
    page = plain(given.people.chair)
    page.goto(Meeting.objects.get(items__rfc=rfc).get_absolute_url())
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    decision = page.get_by_role("group", name="Decision")
    decision.get_by_text("Approve if …").click()
    page.get_by_label("What has to be done first").first.fill("Show last night's backup")
    page.get_by_label("By whom").first.fill("implementer")
    page.get_by_label("Until").first.fill("2026-11-27T18:00")
    page.get_by_label("Reason, for the minutes").fill("The backup failed last week.")
    page.get_by_role("button", name=re.compile("^Record the decision")).click()
    page.goto(rfc.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("Show last night's backup")
    rfc.refresh_from_db()
    assert rfc.state == State.SCHEDULED
