"""Journey 1: whoever signs in sees their own next thing first, and gets to it by one click."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from changes.actions.meeting import generate_due
from changes.choices import State, Urgency
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: A board whose cut-off has just been, and a moment before it.
BOARD = make.NOW + timedelta(days=2)
BEFORE = make.NOW - timedelta(hours=3)
#: An hour before the implementer's session, on a Saturday night.
EVENING = make.NOW + timedelta(hours=11)


@pytest.fixture
def given(clock):
    """One of each thing that waits for somebody."""
    given = make.world()
    given.people.owner.phone = "+31 20 555 0101"
    given.people.owner.save()
    make.MeetingFactory(board=given.board, starts_at=BOARD)
    soon = make.session(EVENING + timedelta(hours=1))
    make.rfc_in(State.SCHEDULED, given, title="Firmware of HT-01", sessions=(soon,))
    make.raised(given, title="Half a plan", rollback=(), configuration_items=())
    make.rfc_in(State.SUBMITTED, given, at=BEFORE, title="New certificate", configuration_items=(), impact=make.HIGH_IMPACT)
    make.rfc_in(State.SUBMITTED, given, title="More memory", configuration_items=())
    make.rfc_in(State.SUBMITTED, given, title="Broker stands still", configuration_items=(), urgency=Urgency.EMERGENCY, sessions=())
    generate_due(at=make.NOW)
    given.service.manager = given.people.viewer
    given.service.save()
    clock.move_to(EVENING, tick=False)
    return given


def test_signing_in_leads_to_what_was_asked_for(given, visit):
    page = visit()
    page.goto("/board/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Name").fill("owner")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("owner")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change advisory board")
    page.get_by_role("banner").get_by_text("Owner", exact=True).first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize(
    ("person", "thing", "leads_to"),
    [
        ("owner", "“Half a plan” is a draft", "Half a plan"),
        ("change_manager", "More memory", "More memory"),
        ("chair", "Broker stands still", "Broker stands still"),
        ("member", "vote of yours missing", "Agenda for"),
    ],
)
def test_what_waits_for_one_stands_first_and_is_one_click_away(given, visit, person, thing, leads_to):
    page = visit(getattr(given.people, person))
    page.goto("/")
    need = page.get_by_role("region", name=re.compile("Needs you")).get_by_role("listitem").filter(has_text=re.compile(thing)).first
    expect(need).to_be_visible()
    need.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(leads_to)


def test_the_implementer_sees_the_next_session_and_whom_to_call(given, visit):
    page = visit(given.people.implementer)
    page.goto("/")
    session = page.get_by_role("region", name="Your next session")
    expect(session).to_contain_text("Firmware of HT-01")
    expect(session.get_by_role("link", name="+31 20 555 0101")).to_have_attribute("href", "tel:+31205550101")
    expect(session).to_contain_text(re.compile("begins in (60|59) min"))
    session.get_by_role("link", name="Open its page").click()
    expect(page.get_by_role("button", name="Begin now")).to_be_visible()


def test_the_viewer_sees_what_touches_the_own_services_and_raises_nothing(given, visit):
    page = visit(given.people.viewer)
    page.goto("/")
    expect(page.get_by_role("region", name=re.compile("Others’ changes that touch your services"))).to_contain_text("Firmware of HT-01")
    expect(page.get_by_role("link", name=re.compile("Raise"))).to_have_count(0)
