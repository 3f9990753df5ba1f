"""Journey 3: the agenda freezes, goes to the members by mail, and the chair decides from it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from changes.actions.meeting import generate_due
from changes.actions.reminder import send_due
from changes.choices import State
from changes.models import Meeting
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
TITLE = "Hub transport rollup 8, site A"


@pytest.fixture
def rfc(given):
    return make.rfc_in(State.SUBMITTED, given, title=TITLE, impact=make.HIGH_IMPACT, sessions=(make.session(NIGHT),))


@pytest.fixture
def frozen(rfc, site, clock) -> Meeting:
    """What beat does: before the cut-off the agenda follows, a minute after it stands."""
    for at in (make.NOW, CUT_OFF + timedelta(minutes=1)):
        clock.move_to(at, tick=False)
        generate_due(at=at)
        send_due(at=at)
    return Meeting.objects.get(starts_at=CUT_OFF + timedelta(hours=50))


def agenda_mail(visit, person) -> Page:
    """The agenda as it stands in the mailbox, opened by somebody who looks for it."""
    page = visit(person)
    page.goto("/")
    page.get_by_role("region", name="Demo").get_by_role("link", name="mailbox").click()
    page.get_by_role("link", name="Mine").click()
    page.get_by_role("link", name=re.compile("^Agenda of")).click()
    return page


def test_from_the_mail_to_the_decision(given, rfc, frozen, visit):
    for person in (given.people.chair, given.people.member):
        page = agenda_mail(visit, person)
        mail = page.frame_locator("iframe")
        expect(mail.locator("body")).to_contain_text(TITLE)
        expect(mail.locator("body")).to_contain_text(rfc.number)

    vote(page, mail)

    page = visit(given.people.chair)
    page.goto("/")
    expect(page.get_by_role("region", name=re.compile("Needs you"))).to_contain_text(re.compile("agenda|board|decide", re.IGNORECASE))
    page.get_by_role("link", name="Board").first.click()
    page.get_by_role("link", name="Open the agenda").click()
    expect(page.get_by_text("Revision 1 · frozen")).to_be_visible()
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=TITLE))
    expect(line).to_contain_text("1 for")
    line.get_by_role("link", name=TITLE, exact=True).click()
    expect(page.get_by_text("“The queue stall costs us nights.”")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    expect(page.get_by_role("radio", name=re.compile("Approve$"))).to_be_checked()
    page.get_by_label("Reason, for the minutes").fill("The last eleven went well.")
    page.get_by_role("button", name=re.compile("^Record the decision")).click()
    expect(page.get_by_role("status", name="News")).to_contain_text(rfc.number)

    page.goto(rfc.get_absolute_url())
    expect(page.get_by_text("Scheduled", exact=True).first).to_be_visible()
    expect(page.get_by_role("region", name="Decision")).to_contain_text("The last eleven went well.")
    page.get_by_role("link", name=re.compile(r"All \d+ events")).click()
    told = page.get_by_role("region", name="Events")
    for words in ("Approved by Chair", "The last eleven went well.", "Submitted by Owner"):
        expect(told).to_contain_text(words)


def vote(page: Page, mail) -> None:
    """The member follows the mail to the agenda and votes ahead of the meeting."""
    mail.get_by_role("link", name=re.compile("agenda", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Agenda for Thursday 26 November 2026")
    page.get_by_role("link", name="Vote on 1 item").click()
    page.get_by_role("group", name="Your vote").get_by_text("For", exact=True).click()
    page.get_by_label("A word to the others").fill("The queue stall costs us nights.")
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_role("button", name="Change your vote")).to_be_visible()


def test_what_comes_late_is_admitted_with_a_reason(given, frozen, clock, visit):
    late = make.rfc_in(State.SUBMITTED, given, at=CUT_OFF + timedelta(hours=2), title="Certificate of the gateway", impact=make.HIGH_IMPACT)
    clock.move_to(CUT_OFF + timedelta(hours=2), tick=False)
    generate_due(at=CUT_OFF + timedelta(hours=2))
    page = visit(given.people.chair)
    page.goto(frozen.get_absolute_url())
    beside = page.get_by_role("complementary", name="Beside the agenda")
    beside.get_by_text("Admit", exact=False).filter(has_text=late.number).first.click()
    beside.get_by_label("Why it cannot wait").fill("It ends on Sunday.")
    beside.get_by_role("button", name=f"Admit {late.number} as revision 2").click()
    expect(page.get_by_text("Revision 2 · frozen")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=late.title).first).to_contain_text("admitted late")
    page.get_by_role("link", name="Revision 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("revision 1")
    expect(page.get_by_role("main").get_by_role("heading", level=3)).to_have_count(1)
