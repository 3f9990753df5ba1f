"""The bell: a cheap count, urgent first, read one by one or all, and nobody else's (DESIGN 4.9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import Channel, Delivery, State
from changes.domain.ladder_words import Rule
from changes.models import Reminder
from tests.factories import NOW, ReminderFactory, RFCFactory, UserFactory, hours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


def told(user, rule=Rule.DECIDED, hours_ago=1.0, **more):
    at = NOW - hours(hours_ago)
    return ReminderFactory(recipient=user, rule=rule, channel=Channel.BELL, state=Delivery.SENT, due_at=at, sent_at=at, **more)


def test_it_counts_what_is_unread_of_mine_and_of_the_page_alone(visitor, given):
    owner = given.people.owner
    told(owner)
    told(owner, read_at=NOW)
    told(owner, hours_ago=24 * 90)
    told(UserFactory())
    ReminderFactory(recipient=owner, channel=Channel.MAIL, state=Delivery.SENT)
    assert visitor.get("/bell/unread/").json() == {"unread": 1, "words": "1", "urgent": False}
    assert 'aria-label="Reminders, 1 unread"' in visitor.get("/").content.decode()


def test_what_cannot_wait_stands_first_and_colours_the_bell(visitor, given):
    told(given.people.owner, Rule.EMERGENCY_WAITING, 5)
    told(given.people.owner, Rule.DECIDED, 1)
    main = visitor.get("/bell/").content.decode().partition("<main")[2]
    assert main.index("An emergency waits") < main.index("Decided")
    assert visitor.get("/bell/unread/").json()["urgent"] is True


def test_opening_it_reads_nothing_one_press_one_and_another_all(visitor, given):
    rows = [told(given.people.owner, hours_ago=n) for n in (1, 2, 3)]
    visitor.get("/bell/")
    assert Reminder.objects.filter(read_at=None).count() == 3
    visitor.post("/bell/read/", {"key": rows[0].pk})
    assert Reminder.objects.get(pk=rows[0].pk).read_at == NOW
    later = told(given.people.owner, hours_ago=-0.1)
    visitor.post("/bell/read/", {"until": NOW.isoformat()})
    assert list(Reminder.objects.filter(read_at=None)) == [later]


def test_nobody_reads_for_another(visitor, given):
    other = told(UserFactory())
    assert visitor.post("/bell/read/", {"key": other.pk}).status_code == 404
    assert Reminder.objects.get(pk=other.pk).read_at is None


def test_it_leads_to_what_it_is_about_and_hides_titles_that_are_not_to_be_seen(visitor, given):
    hidden = RFCFactory(state=State.DRAFT, title="Secret plan", owner=UserFactory(), requester=UserFactory())
    told(given.people.owner, rfc=hidden)
    told(given.people.owner, Rule.OUTCOMES_OF_THE_NIGHT, subject="night:2026-11-20")
    main = visitor.get("/bell/").content.decode().partition("<main")[2]
    assert hidden.number in main
    assert "Secret plan" not in main
    assert 'href="/nights/2026-11-20/outcomes/"' in main


def test_three_ask_as_much_as_one(visitor, given):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            told(given.people.owner, rfc=RFCFactory())
        visitor.get("/bell/")
        with CaptureQueriesContext(connection) as asked:
            visitor.get("/bell/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
