"""Journey 4: the approved RFC on the calendar, found by filters and a link, and moved by a form and by hand."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from changes.actions import lifecycle
from changes.choices import Severity, State
from changes.models import RFC, WorkSession
from tests import factories as make
from tests.browser.conftest import PHONE, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Hub transport rollup 8, site A"
#: Tuesday 22:00 in Amsterdam.
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


@pytest.fixture
def rfc(given):
    return make.rfc_in(State.SCHEDULED, given, title=TITLE, sessions=(make.session(NIGHT),))


@pytest.fixture
def other(given):
    """Somebody else's, on another service and in another environment, not approved yet."""
    service = make.ServiceFactory(slug="mail-gateway", name="Mail gateway")
    environment = make.EnvironmentFactory(slug="pre-release", name="Pre-release", needs_window=False)
    elsewhere = {"services": (service.slug,), "configuration_items": (), "environment": environment.slug, "change_type": None}
    outsider = given.people.outsider
    rfc = make.raised(
        given,
        by=outsider,
        title="Certificate of the gateway",
        owner="outsider",
        implementer="outsider",
        impact=make.HIGH_IMPACT,
        sessions=(make.session(NIGHT + timedelta(days=1)),),
        **elsewhere,
    )
    return lifecycle.move(rfc, State.SUBMITTED, actor=outsider, at=make.NOW)


def chip(page: Page, title: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=title)


def night(page: Page, words: str) -> Locator:
    return page.get_by_role("region", name=re.compile(words))


def start_of(rfc: RFC) -> datetime:
    return WorkSession.objects.get(rfc=rfc).planned_start


def choose(page: Page, menu: str, choice: str) -> None:
    filters = page.get_by_role("group", name="Filters")
    filters.locator("summary").filter(has_text=menu).click()
    filters.get_by_role("link", name=re.compile(f"^{choice}")).click()


def test_month_week_and_list_show_it_on_its_night(given, rfc, visit):
    page = visit(given.people.owner)
    page.goto("/")
    page.get_by_role("link", name="Schedule", exact=True).click()
    expect(night(page, "Tuesday 24").get_by_role("link", name=TITLE)).to_be_visible()
    views = page.get_by_role("navigation", name="View")
    views.get_by_role("link", name="Week").first.click()
    expect(page).to_have_url(re.compile("view=week"))
    page.get_by_role("link", name="Later").click()
    expect(night(page, "Tuesday 24").get_by_role("link", name=TITLE)).to_be_visible()
    views.get_by_role("link", name="List").first.click()
    expect(night(page, "Tue 24 → Wed 25 Nov")).to_contain_text(TITLE)
    page.go_back()
    expect(page).to_have_url(re.compile("view=week"))
    expect(night(page, "Tuesday 24").get_by_role("link", name=TITLE)).to_be_visible()


@pytest.mark.parametrize(
    ("menu", "choice"),
    [("Environment", "Corporate production"), ("Service", "Hub transport"), ("State", "Scheduled"), ("Owner", "Owner"), ("", "Minor")],
)
def test_a_filter_hides_the_rest_and_its_link_shows_others_the_same(given, rfc, other, visit, menu, choice):
    page = visit(given.people.owner)
    page.goto("/schedule/")
    expect(chip(page, other.title).first).to_be_visible()
    if menu:
        choose(page, menu, choice)
    else:
        page.get_by_role("group", name="Filters").get_by_role("link", name=re.compile("minor", re.IGNORECASE)).click()
    expect(chip(page, other.title)).to_have_count(0)
    expect(chip(page, TITLE).first).to_be_visible()
    expect(page.get_by_role("link", name="1 hidden by filters")).to_be_visible()

    somebody = visit(given.people.viewer)
    somebody.goto(page.url)
    expect(chip(somebody, TITLE).first).to_be_visible()
    expect(chip(somebody, other.title)).to_have_count(0)
    somebody.get_by_role("link", name="1 hidden by filters").click()
    expect(chip(somebody, other.title).first).to_be_visible()


def test_the_popover_by_mouse_and_by_keyboard(given, rfc, visit):
    page = visit(given.people.owner)
    page.goto("/schedule/")
    popover = page.get_by_role("dialog", name="Session")
    session = night(page, "Tuesday 24").get_by_role("link", name=TITLE)
    session.click()
    expect(popover.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(popover).to_contain_text("Tue 24 Nov 22:00 – Wed 25 Nov 02:00")
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(session).to_be_focused()
    page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_moved_by_the_form_within_what_was_approved(given, rfc, visit):
    page = visit(given.people.owner)
    page.goto(f"/rfcs/{rfc.number}/")
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_label("Start").fill("2026-11-25T22:00")
    page.get_by_label("End").fill("2026-11-26T02:00")
    page.get_by_role("button", name="See what it means").click()
    expect(page.get_by_role("heading", name="Move to Wed 25 Nov 22:00 – Thu 26 Nov 02:00?")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile("approval|confirm", re.IGNORECASE))
    assert start_of(rfc) == NIGHT
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("status", name="News")).to_contain_text("moved to Wed 25 Nov 22:00")
    assert start_of(rfc) == NIGHT + timedelta(days=1)


def test_dragged_to_another_night_asked_and_undone(given, rfc, visit):
    page = visit(given.people.owner)
    page.goto("/schedule/?view=month")
    night(page, "Tuesday 24").get_by_role("link", name=TITLE).drag_to(night(page, "Friday 27"))
    question = page.get_by_role("dialog", name=re.compile("Move “Hub transport"))
    expect(question).to_contain_text("to Fri 27 Nov 22:00?")
    expect(question).to_contain_text(re.compile("approval|confirm", re.IGNORECASE))
    question.get_by_role("button", name="Keep Tue 24 Nov").click()
    expect(question).to_be_hidden()
    assert start_of(rfc) == NIGHT

    night(page, "Tuesday 24").get_by_role("link", name=TITLE).drag_to(night(page, "Friday 27"))
    question.get_by_role("button", name="Move it").click()
    news = page.get_by_role("status", name="News")
    expect(news).to_contain_text("moved to Fri 27 Nov 22:00")
    expect(night(page, "Friday 27").get_by_role("link", name=TITLE)).to_be_visible()
    assert start_of(rfc) == NIGHT + timedelta(days=3)
    news.get_by_role("button", name="Undo").click()
    expect(night(page, "Tuesday 24").get_by_role("link", name=TITLE)).to_be_visible()
    assert start_of(rfc) == NIGHT


def test_dragged_into_a_freeze_the_checks_run_again(given, rfc, visit):
    make.FreezeFactory()
    page = visit(given.people.owner)
    page.goto("/schedule/?view=month")
    expect(page.get_by_text("Freeze: Month-end close").first).to_be_visible()
    night(page, "Tuesday 24").get_by_role("link", name=TITLE).drag_to(night(page, "Saturday 28"))
    question = page.get_by_role("dialog", name=re.compile("Hub transport"))
    expect(question).to_contain_text("Month-end close")
    question.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("status", name="News")).to_contain_text("moved to Sat 28 Nov 22:00")
    rfc.refresh_from_db()
    assert rfc.state == State.SUBMITTED


def test_a_filter_changes_the_calendar_and_the_link_without_a_reload(given, rfc, other, visit):
    page = visit(given.people.viewer)
    page.goto("/schedule/")
    page.evaluate("() => { window.isTheSamePage = true; }")
    page.get_by_role("group", name="Filters").get_by_role("link", name=re.compile("major", re.IGNORECASE)).click()
    expect(page.get_by_text("1 shown · 1 hidden by filters")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/schedule/\?severity=major$"))
    assert page.evaluate("() => window.isTheSamePage")
    page.go_back()
    expect(page.get_by_text("2 shown · 0 hidden")).to_be_visible()


def test_a_phone_sees_the_nights_ahead_as_a_list(given, rfc, visit):
    page = visit(given.people.owner, viewport=PHONE)
    for query in ("?view=month", "?view=week", "?view=list", ""):
        page.goto(f"/schedule/{query}")
        assert sideways(page) == 0
    expect(page.get_by_role("heading", name="Tue 24 → Wed 25 Nov")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Tuesday 24"))).to_be_hidden()


def test_who_may_not_move_it_cannot_drag_it(given, rfc, visit):
    page = visit(given.people.outsider)
    page.goto("/schedule/?view=month")
    expect(night(page, "Tuesday 24").get_by_role("link", name=TITLE)).not_to_have_attribute("draggable", "true")


def test_times_follow_the_readers_zone(given, rfc, visit):
    page = visit(given.people.owner)
    page.goto("/schedule/?view=list")
    expect(night(page, "Tue 24 → Wed 25 Nov")).to_contain_text("22:00")
    page.get_by_role("group", name="Times in").get_by_role("button", name=re.compile("UTC")).click()
    expect(page.get_by_role("status", name="News")).to_contain_text("UTC")
    expect(night(page, "Tue 24 → Wed 25 Nov")).to_contain_text("21:00")


def overfull(given) -> None:
    """A thousand sessions over four weeks, a hundred of them on one night."""
    rows = [
        RFC(
            title=f"Rollup 8 on HT-{n:04}",
            reason="Mends the queue stall.",
            state=State.SCHEDULED,
            severity=(Severity.MAJOR, Severity.MINOR, Severity.MINOR, Severity.AUTOMATIC)[n % 4],
            environment=given.environment,
            owner=given.people.owner,
            requester=given.people.owner,
            created_at=make.NOW,
            updated_at=make.NOW,
        )
        for n in range(1000)
    ]
    made = RFC.objects.bulk_create(rows)
    starts = [NIGHT + timedelta(days=0 if n < 100 else n % 25, minutes=n % 50) for n in range(1000)]
    WorkSession.objects.bulk_create(
        WorkSession(rfc=rfc, planned_start=start, planned_end=start + timedelta(hours=2), outage="none")
        for rfc, start in zip(made, starts, strict=True)
    )


def test_a_month_of_a_thousand_sessions_stays_readable(given, visit):
    overfull(given)
    page = visit(given.people.viewer)
    page.goto("/schedule/?view=month")
    expect(page.get_by_role("link", name="1000 shown")).to_be_visible()
    cell = night(page, "Tuesday 24")
    expect(cell.get_by_role("link", name=re.compile("Rollup 8")).first).to_be_visible()
    drawn = cell.get_by_role("link", name=re.compile("Rollup 8")).count()
    folded = int(re.search(r"(\d+) automatic", cell.inner_text())[1])
    more = cell.get_by_role("link", name=re.compile("more on 24 November"))
    counted = drawn + folded + int(re.search(r"\d+", more.inner_text())[0])
    assert drawn <= 5
    assert counted == WorkSession.objects.filter(planned_start__range=(NIGHT, NIGHT + timedelta(hours=1))).count()
    assert sideways(page) == 0
    more.click()
    day = page.get_by_role("dialog", name="Tue 24 → Wed 25 Nov")
    expect(day).to_contain_text(f"{counted} sessions")
    expect(day.get_by_role("link", name=re.compile("Rollup 8"))).to_have_count(counted)
    day.get_by_role("button", name="Close").click()
    expect(day).to_be_hidden()
