"""What comes of reminders is counted as the ledger has it, and one call sends no longer than its turn."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail

from changes.actions import reminder
from changes.choices import Channel, Delivery, State
from changes.models import Reminder, Tally
from tests.factories import NOW, RFCFactory, SessionFactory, UserFactory, hours

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


def nights(number):
    """So many RFCs that begin at once, each with an owner who is asked whether it has begun."""
    for _ in range(number):
        SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, owner=UserFactory()), planned_start=START)


def counts():
    return {(row.rule, row.result): row.count for row in Tally.objects.filter(channel=Channel.MAIL)}


def ledger():
    return Counter(Reminder.objects.filter(channel=Channel.MAIL).values_list("rule", "state"))


def test_the_counts_are_those_of_the_ledger(settings):
    nights(3)
    reminder.send_due(at=START)
    assert counts() == {("begun", "sent"): 3} == ledger()
    nights(1)
    settings.EMAIL_BACKEND = "tests.mail_servers.HangsUp"
    reminder.send_due(at=START)
    reminder.send_due(at=START + timedelta(minutes=1))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    reminder.send_due(at=START + hours(1))
    assert counts() == {("begun", "sent"): 4, ("begun", "failed"): 2, ("begun", "late"): 1}, "two attempts failed, the third was late"


def test_a_call_ends_with_its_turn_and_the_next_goes_on():
    nights(reminder.BATCH * 2 + 5)
    seconds = iter(range(0, 1000, 20))
    reminder.send_due(at=START, within=timedelta(seconds=45), seconds=lambda: next(seconds))
    sent = len(mail.outbox)
    assert sent in (reminder.BATCH, reminder.BATCH * 2), "whole batches, and not all"
    assert Reminder.objects.filter(channel=Channel.MAIL, state=Delivery.DUE).count() == reminder.BATCH * 2 + 5 - sent
    reminder.send_due(at=START + timedelta(minutes=1), within=timedelta(seconds=45))
    assert len(mail.outbox) == reminder.BATCH * 2 + 5
