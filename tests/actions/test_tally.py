"""What comes of reminders is counted as the ledger has it, and one call sends no longer than its turn."""

import threading
from collections import Counter
from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import connection

from changes.actions import reminder
from changes.actions.claim import BATCH, give_back
from changes.actions.preference import mute
from changes.choices import Channel, Delivery, Severity, State
from changes.models import Preference, Reminder, Tally
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


def test_a_call_ends_with_its_turn_in_the_middle_of_a_batch_and_gives_back_what_it_did_not_try():
    nights(BATCH + 5)
    reminder.send_due(at=START, within=timedelta(seconds=45), seconds=lambda: 10.0 * len(mail.outbox))
    mails = Reminder.objects.filter(channel=Channel.MAIL)
    left = mails.exclude(state=Delivery.SENT)
    assert (len(mail.outbox), left.count()) == (5, BATCH)
    assert set(left.values_list("state", "attempts", "claimed_at")) == {(Delivery.DUE, 0, None)}
    reminder.send_due(at=START + timedelta(minutes=1), within=timedelta(seconds=45))
    assert len(mail.outbox) == BATCH + 5
    assert set(mails.values_list("state", "attempts")) == {(Delivery.SENT, 1)}


def test_a_call_whose_time_is_over_at_once_sends_one_message_all_the_same():
    nights(2)
    reminder.send_due(at=START, within=timedelta(), seconds=lambda: 0.0)
    assert len(mail.outbox) == 1


def test_what_another_worker_took_over_is_not_given_back():
    nights(1)
    reminder.write_due(at=START)
    first = reminder.claim(at=START)
    (second,) = reminder.claim(at=START + hours(1))
    give_back(first)
    assert list(Reminder.objects.filter(state=Delivery.CLAIMED).values_list("attempts", "claimed_at")) == [(2, second.claimed_at)]


def ended(channel):
    """What the ledger holds at its end, and what the tally has counted of it."""
    held = Counter(Reminder.objects.filter(channel=channel).exclude(state=Delivery.DUE).values_list("rule", "state"))
    counted = Tally.objects.filter(channel=channel).exclude(result="late")
    return held, Counter({(row.rule, row.result): row.count for row in counted})


def test_what_is_put_on_the_page_and_what_is_turned_off_is_counted_as_it_is_written():
    nights(2)
    muted = Preference.objects.create(user=UserFactory(), muted=["before_24h"]).user
    for owner in (muted, UserFactory()):
        rfc = RFCFactory(state=State.SCHEDULED, owner=owner, severity=Severity.MINOR)
        SessionFactory(rfc=rfc, planned_start=START + hours(20))
    for _ in range(2):
        reminder.write_due(at=START + timedelta(minutes=30))
    for channel, counted in (
        (Channel.BELL, {("begun", "sent"): 2, ("before_24h", "sent"): 1}),
        (Channel.MAIL, {("before_24h", "skipped"): 1}),
    ):
        assert ended(channel) == (counted, counted)
    late = Tally.objects.filter(channel=Channel.BELL, result="late")
    assert {row.rule: row.count for row in late} == {"begun": 2, "before_24h": 1}
    assert not Reminder.objects.filter(state=Delivery.CLAIMED).exists()


def test_what_is_turned_off_while_it_is_held_is_counted_as_skipped():
    owner = UserFactory()
    Preference.objects.create(user=owner, quiet_from=time(0), quiet_until=time(23, 59))
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, owner=owner, severity=Severity.MINOR), planned_start=START + hours(24))
    reminder.write_due(at=START)
    mute(owner, "before_24h", actor=owner, at=START)
    assert ended(Channel.MAIL) == ({("before_24h", "skipped"): 1},) * 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_sweeps_at_once_count_each_once():
    nights(20)

    def sweep():
        reminder.write_due(at=START)
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended(Channel.BELL) == ({("begun", "sent"): 20},) * 2
