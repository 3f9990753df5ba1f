"""Minutes go to the members and the owners once; each addendum goes to the same people once."""

import pytest
from django.core import mail

from changes.actions.minutes import add_addendum, publish_minutes
from changes.actions.reminder import send_due
from changes.choices import MeetingState, State
from changes.models import Reminder
from tests.factories import NOW, AgendaItemFactory, DecisionFactory, MeetingFactory, RFCFactory, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(given):
    held = MeetingFactory(board=given.board, starts_at=NOW - hours(2), state=MeetingState.HELD, revision=1)
    item = AgendaItemFactory(meeting=held, rfc=RFCFactory(state=State.CLOSED, title="Rollup 8", owner=given.people.owner, imported=True))
    DecisionFactory(rfc=item.rfc, item=item, by=given.people.chair)
    return publish_minutes(held, actor=given.people.chair, at=NOW)


def mails():
    return sorted((message.to[0], message.subject) for message in mail.outbox if "inutes" in message.subject)


def test_published_minutes_are_mailed_once(given, meeting):
    for minute in range(3):
        send_due(at=NOW + hours(minute))
    subject = "Minutes of Sat 21 Nov 08:00: 1 item: 1 approved."
    assert mails() == [(f"{name}@example.org", subject) for name in ("chair", "member", "owner")]
    message = next(message for message in mail.outbox if message.to == ["owner@example.org"] and "Minutes" in message.subject)
    assert "1. Rollup 8" in message.body
    assert f"/meetings/{meeting.pk}/minutes/" in message.body
    assert "Rollup 8" in message.alternatives[0].content


def test_an_addendum_is_mailed_to_the_same_people_once(given, meeting):
    send_due(at=NOW)
    mail.outbox.clear()
    given.board.members.all().delete()
    add_addendum(meeting, "It was <deferred>.", actor=given.people.chair, at=NOW + hours(1))
    for minute in range(1, 4):
        send_due(at=NOW + hours(minute))
    assert mails() == [(f"{name}@example.org", "Addendum to the minutes of Sat 21 Nov 08:00") for name in ("chair", "member", "owner")]
    assert "It was <deferred>." in mail.outbox[0].body
    assert "It was &lt;deferred&gt;." in mail.outbox[0].alternatives[0].content


def test_a_week_later_minutes_are_no_news(given, meeting):
    send_due(at=NOW + hours(24 * 8))
    assert not Reminder.objects.filter(rule="minutes_published", state="sent").exists()
