"""A freeze previewed, declared, and its owners told once, as the demo's mailbox shows (issue 3)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from changes.actions.reminder import send_due
from changes.choices import State
from changes.models import DemoMail, Freeze
from tests import factories as make
from tests.browser.conftest import PHONE, sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rfc(given):
    return make.rfc_in(State.SCHEDULED, given)


def test_previewed_declared_and_told_once(given, rfc, clock, visit):
    page = visit(given.people.administrator)
    page.goto("/setup/")
    page.get_by_role("link", name="Declare a freeze").first.click()
    page.get_by_label("Name").fill("Audit")
    page.get_by_label("Reason").fill("The auditors are in the house.")
    preview = page.locator("#freeze-preview")
    expect(preview).to_contain_text("No planned RFC is hit or freed")
    page.get_by_label("From", exact=True).fill("2026-11-24T00:00")
    page.get_by_label("To", exact=True).fill("2026-11-25T00:00")
    expect(preview).to_contain_text("Everything, Tue 24 Nov 00:00 – Wed 25 Nov 00:00, Amsterdam")
    expect(preview).to_contain_text("Hits 1 RFC")
    expect(preview.get_by_role("link", name=rfc.number)).to_be_visible()
    page.get_by_label("Repeats").select_option("weekly")
    expect(preview).to_contain_text("every Tuesday all day")
    page.get_by_label("Repeats").select_option("once")
    expect(preview).to_contain_text("Tue 24 Nov 00:00")
    assert not Freeze.objects.exists()
    assert violations(page) == []

    page.get_by_role("button", name="Declare it").press("Enter")
    expect(page.get_by_role("status").filter(has_text="“Audit” is declared. 1 RFC hit, its owner is told.")).to_be_visible()
    send_due(at=make.NOW)
    send_due(at=make.NOW + timedelta(minutes=1))
    assert DemoMail.objects.filter(subject__startswith="Freeze").count() == 1

    owner = visit(given.people.owner)
    owner.goto("/mailbox/?to=owner@example.org")
    owner.get_by_role("link", name=re.compile("Freeze “Audit” declared: 1 RFC of yours hit")).click()
    owner.frame_locator("iframe").get_by_role("link", name=f"Open {rfc.number}").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text(rfc.title)
    expect(owner.get_by_text("The freeze “Audit”").first).to_be_visible()
    expect(owner.get_by_text("Scheduled").first).to_be_visible()

    page.reload()
    expect(page.get_by_text(re.compile("Owner: sent Sat 21 Nov"))).to_be_visible()


def test_on_a_phone_without_script_it_is_shown_before_it_is_declared(given, rfc, visit):
    page = visit(given.people.administrator, java_script_enabled=False, viewport=PHONE)
    page.goto("/setup/freezes/new/")
    page.get_by_label("Name").fill("Audit")
    page.get_by_label("From", exact=True).fill("2026-11-24T00:00")
    page.get_by_label("To", exact=True).fill("2026-11-25T00:00")
    page.get_by_role("button", name="Declare it").click()
    question = page.get_by_role("alert")
    expect(question.get_by_role("link", name=rfc.number)).to_be_visible()
    assert not Freeze.objects.exists()
    question.get_by_role("button", name="Declare it, and tell 1 owner").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit")
    assert Freeze.objects.get().notices.count() == 1


def test_it_fits_a_phone(given, rfc, visit):
    make.FreezeFactory(name="Audit", start=make.NOW, end=make.NOW + timedelta(days=5))
    page = visit(given.people.administrator, viewport=PHONE)
    for address in ("/setup/freezes/new/", Freeze.objects.get().get_absolute_url(), f"{Freeze.objects.get().get_absolute_url()}lift/"):
        page.goto(address)
        assert (sideways(page), violations(page)) == (0, [])
