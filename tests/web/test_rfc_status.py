"""The weekly status: asked of few, answered in one line by whoever works on it, and kept (DESIGN 4.9)."""

import pytest
from django.test import Client

from changes.choices import State, Urgency
from changes.domain.ladder_words import Rule
from changes.models import Event
from tests.factories import NOW, ReminderFactory, RFCFactory, SessionFactory, hours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


@pytest.fixture
def long(given):
    rfc = RFCFactory(owner=given.people.owner, state=State.IN_PROGRESS)
    SessionFactory(rfc=rfc, planned_start=NOW - hours(240), actual_start=NOW - hours(240))
    return rfc


def main_of(response):
    return response.content.decode().partition("<main")[2]


def test_one_line_is_kept_and_stands_above_the_next(visitor, long):
    assert "It has run for 10 days." in main_of(visitor.get(f"/rfcs/{long.number}/status/"))
    assert not Event.objects.filter(rfc=long, action="status_told").exists()
    main = main_of(visitor.post(f"/rfcs/{long.number}/status/", {"line": " 60 of 90 hosts done, the rest by Friday. "}, follow=True))
    assert Event.objects.get(rfc=long, action="status_told").note == "60 of 90 hosts done, the rest by Friday."
    assert "60 of 90 hosts done" in main


@pytest.mark.parametrize(("line", "words"), [("", "Nothing is written yet."), ("a\nb", "A status is one line."), ("x" * 201, "has 201")])
def test_what_is_no_line_is_said_and_kept(visitor, long, line, words):
    response = visitor.post(f"/rfcs/{long.number}/status/", {"line": line})
    assert (response.status_code, words in main_of(response), line[:1] in main_of(response)) == (400, True, True)


def test_others_read_it_and_cannot_say_it(given, long):
    client = Client()
    client.force_login(given.people.outsider)
    assert "<form" not in main_of(client.get(f"/rfcs/{long.number}/status/"))
    assert client.post(f"/rfcs/{long.number}/status/", {"line": "Fine"}).status_code == 403


@pytest.mark.parametrize(
    ("state", "urgency", "hours_ago", "words"),
    [
        (State.COMPLETED, Urgency.EMERGENCY, 5, "still owes its permanent follow-up"),
        (State.COMPLETED, Urgency.NORMAL, 500, "Nobody asks about"),
        (State.IN_PROGRESS, Urgency.NORMAL, 24 * 7, "Nobody asks about"),
        (State.IN_PROGRESS, Urgency.NORMAL, 24 * 8 + 1, "It has run for 8 days."),
    ],
)
def test_who_is_asked(visitor, given, state, urgency, hours_ago, words):
    rfc = RFCFactory(owner=given.people.owner, state=state, urgency=urgency)
    SessionFactory(rfc=rfc, planned_start=NOW - hours(hours_ago), actual_start=NOW - hours(hours_ago))
    main = main_of(visitor.get(f"/rfcs/{rfc.number}/status/"))
    assert words in main
    said = visitor.post(f"/rfcs/{rfc.number}/status/", {"line": "Fine"})
    assert said.status_code == (409 if "Nobody asks" in words else 302)


def test_what_was_asked_once_says_that_it_is_over_and_not_that_it_never_was(visitor, given):
    rfc = RFCFactory(owner=given.people.owner, state=State.COMPLETED)
    ReminderFactory(rfc=rfc, rule=Rule.STATUS_ASKED, recipient=given.people.owner)
    assert "Nobody asks any more" in main_of(visitor.get(f"/rfcs/{rfc.number}/status/"))
