"""Journey 5: the owner is told a day before, at the start and after the end, each once, and answers from the mail."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from changes.actions.reminder import send_due
from changes.choices import Outcome, State
from changes.models import RFC, DemoMail
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

START = make.NOW + timedelta(days=3)
END = START + timedelta(hours=4)


@pytest.fixture
def rfc(given):
    return make.rfc_in(State.SCHEDULED, given, sessions=(make.session(START),))


def sweep(clock, *moments):
    """What beat does each minute, twice over at each moment that matters."""
    for at in moments:
        clock.move_to(at, tick=False)
        send_due(at=at)
        send_due(at=at)


def to_owner(words):
    return DemoMail.objects.filter(to="owner@example.org", subject__icontains=words).count()


def open_mail(page, subject):
    page.goto("/mailbox/?to=owner@example.org")
    page.get_by_role("link", name=re.compile(subject)).click()
    return page.frame_locator("iframe")


def test_three_mails_and_two_answers(given, rfc, clock, visit):
    minute = timedelta(minutes=1)
    sweep(clock, make.NOW, START - timedelta(hours=24) - minute)
    before = DemoMail.objects.filter(to="owner@example.org").count()
    sweep(clock, START - timedelta(hours=24), START - timedelta(hours=23))
    assert DemoMail.objects.filter(to="owner@example.org").count() == before + 1
    sweep(clock, START, START + minute)
    assert to_owner("Has it begun?") == 1

    page = visit(given.people.owner)
    open_mail(page, "Has it begun").get_by_role("link", name="It has begun").click()
    page.get_by_role("button", name="Say that it began at this time").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Has it begun?")
    assert RFC.objects.get(pk=rfc.pk).state == State.IN_PROGRESS

    sweep(clock, START + timedelta(minutes=30), END, END + minute)
    assert (to_owner("Has it begun?"), to_owner("How did it go?")) == (1, 1)
    open_mail(page, "How did it go").get_by_role("link", name="Say something else").click()
    expect(page.get_by_role("heading", name="How did it go?")).to_be_visible()
    page.get_by_label("Successful", exact=True).check()
    page.get_by_label("What happened").fill("All queues empty at 13:40.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(rfc.title)
    expect(page.get_by_text("Successful").first).to_be_visible()

    sweep(clock, END + timedelta(days=1), END + timedelta(days=3))
    assert (to_owner("Has it begun?"), to_owner("How did it go?")) == (1, 1)
    page.goto(f"/rfcs/{rfc.number}/reminders/")
    sent = page.get_by_role("row").filter(has_text="Owner").filter(has_text="Mail")
    for words in ("A day before the start", "Has it begun?", "How did it go?"):
        expect(sent.filter(has_text=words)).to_have_count(1)
    done = RFC.objects.get(pk=rfc.pk)
    assert (done.state, done.outcome) in {(State.COMPLETED, Outcome.SUCCESSFUL), (State.CLOSED, Outcome.SUCCESSFUL)}
