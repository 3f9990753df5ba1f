"""An approval is of a content: what a material edit costs is seen side by side before it is made."""

import pytest
from playwright.sync_api import Page, expect

from changes.choices import State
from changes.models import RFC
from tests import factories as make
from tests.browser.conftest import sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRIGGER = "More than 900 messages wait after step 3."


def edited(page: Page, rfc: RFC) -> Page:
    page.goto(f"/rfcs/{rfc.number}/edit/")
    page.get_by_label("When do you turn back?").fill(TRIGGER)
    page.get_by_label("Title", exact=True).fill("Better words")
    page.get_by_role("button", name="Save changes").first.click()
    expect(page.get_by_role("heading", name="Save this, and ask for approval again?")).to_be_visible()
    return page


def test_a_material_edit_is_asked_about_side_by_side_and_can_be_left(visit):
    given = make.world()
    rfc = make.rfc_in(State.SCHEDULED, given)
    page = edited(visit(given.people.owner), rfc)
    rows = page.get_by_role("alert").get_by_role("row")
    cells = [row.get_by_role("cell").all_inner_texts() for row in rows.all()[1:]]
    assert cells == [
        ["Rollback trigger", "More than 500 messages wait after step 2.", TRIGGER, "material: needs approval again"],
        ["Title", "Hub transport rollup 8, site A", "Better words", "not material"],
    ]
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) == 0
    page.get_by_role("link", name="Keep what was approved").click()
    expect(page.get_by_text("unchanged since")).to_be_visible()
    assert RFC.objects.get(pk=rfc.pk).state == State.SCHEDULED

    page = edited(visit(given.people.owner), rfc)
    page.get_by_role("button", name="Save it, and ask again").click()
    expect(page.get_by_role("heading", name="Better words")).to_be_visible()
    stored = RFC.objects.get(pk=rfc.pk)
    assert (stored.state, stored.rollback_trigger, stored.decision) == (State.SUBMITTED, TRIGGER, None)


def test_one_click_mends_a_session_that_is_too_short(visit):
    given = make.world()
    rfc = make.raised(given, sessions=(make.session(length=make.hours(1)),))
    page = visit(given.people.owner)
    page.goto(f"/rfcs/{rfc.number}/edit/")
    page.get_by_label("Title", exact=True).fill("Half a tit")
    before = page.get_by_label("End", exact=True).first.input_value()
    page.get_by_role("button", name="minutes longer").first.click()
    expect(page.get_by_label("End", exact=True).first).not_to_have_value(before)
    expect(page.get_by_label("Title", exact=True)).to_have_value("Half a tit")
    expect(page.get_by_text("more than the 60 of the session")).to_have_count(0)
