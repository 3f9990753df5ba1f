"""What goes wrong under way: workers that die, long sweeps, several at once, servers that refuse. Each reminder goes once all the same."""

from datetime import time, timedelta

import pytest
from django.core import mail

from changes.actions import reminder
from changes.actions.claim import BATCH
from changes.choices import Delivery, Severity, State, Urgency
from changes.models import Reminder, User
from tests.at_once import at_once
from tests.factories import HIGH_IMPACT, NOW, RFCFactory, SessionFactory, hours, rfc_in, world
from tests.mail_servers import Unreachable
from tests.sweeps import ours, scheduled, wish

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


# --- Claims -----------------------------------------------------------------------------------------------------------


def test_a_worker_killed_between_claim_and_send_is_replaced_after_the_lease(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    at = START - hours(24)
    reminder.write_due(at=at)
    assert len(reminder.claim(at=at)) == 2
    assert ours(at + reminder.LEASE - timedelta(minutes=1)) == [], "its claim may still be alive"
    assert ours(at + reminder.LEASE) == ["before_24h"]


def test_a_mail_that_kills_every_worker_is_given_up(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    at = START - hours(24)
    reminder.write_due(at=at)
    claims = [len(reminder.claim(at=at + number * reminder.LEASE)) for number in range(8)]
    assert claims == [2, 2, 2, 2, 2, 2, 0, 0]


def test_a_late_answer_does_not_write_over_the_next_worker(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    at = START - hours(24)
    reminder.write_due(at=at)
    first = reminder.claim(at=at)[0]
    second = next(row for row in reminder.claim(at=at + reminder.LEASE) if row.pk == first.pk)
    reminder._record(reminder.Handled(first, Delivery.FAILED, "slow"), at)
    assert Reminder.objects.get(pk=first.pk).state == Delivery.CLAIMED
    reminder._record(reminder.Handled(second, Delivery.SENT), at)
    assert Reminder.objects.get(pk=first.pk).state == Delivery.SENT


def test_a_long_sweep_claims_each_batch_from_the_moment_it_takes_it(given):
    """With the lease counted from its start, a sweep of 12 minutes would share its last mails with the next one."""
    scheduled(given, 30)
    at = START - hours(24)
    assert len(reminder.send_due(at=at, seconds=lambda: 360.0 * (len(mail.outbox) // BATCH))) == 60
    claimed = Reminder.objects.filter(channel="mail").values_list("claimed_at", flat=True)
    assert sorted(set(claimed)) == [at + timedelta(minutes=minute) for minute in (0, 6, 12)]


def test_what_a_long_sweep_holds_is_not_taken_from_it(given):
    scheduled(given, 1)
    at = START - hours(24)
    reminder.write_due(at=at)
    held = reminder.claim(at=at, now=at + timedelta(minutes=9))
    assert (len(held), reminder.claim(at=at + timedelta(minutes=18))) == (2, [])
    assert len(reminder.claim(at=at + timedelta(minutes=19))) == 2


def test_behind_a_slow_mail_server_what_another_worker_took_over_is_left_to_it(given):
    scheduled(given, 2)
    at, taken = START - hours(24), []

    def seconds():
        if mail.outbox and not taken:
            taken.extend(reminder.claim(at=at + timedelta(minutes=11)))
        return 660.0 if mail.outbox else 0.0

    reminder.send_due(at=at, seconds=seconds)
    assert (len(mail.outbox), len(taken)) == (1, 3)
    assert {row.claimed_at for row in Reminder.objects.filter(state="claimed")} == {at + timedelta(minutes=11)}


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_send_each_mail_once():
    given = world()
    scheduled(given, 12)
    assert at_once([lambda: reminder.send_due(at=START - hours(24))] * 4) == []
    sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(sent) == len(set(sent)) == 24
    assert set(Reminder.objects.filter(channel="mail").values_list("state", "attempts")) == {(Delivery.SENT, 1)}


# --- Servers that refuse ----------------------------------------------------------------------------------------------


LOCAL = "django.core.mail.backends.locmem.EmailBackend"


def use(settings, kind):
    settings.EMAIL_BACKEND = f"tests.mail_servers.{kind}"


def test_one_refused_mail_holds_up_no_other(given, settings):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    use(settings, "RefusesTheOwner")
    at = START - hours(24)
    results = {d.row.recipient.username: (d.state, d.detail) for d in reminder.send_due(at=at)}
    assert results == {
        "owner": (Delivery.FAILED, "owner@example.org: 550 No such mailbox"),
        "implementer": (Delivery.SENT, ""),
    }


def test_failures_are_tried_again_a_bounded_number_of_times(given, settings):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    use(settings, "HangsUp")
    at = START - hours(24)
    expected = [0, 1, 6, 21, 81, 321]
    beside = sorted({max(0, minutes + step) for minutes in (*expected, 600) for step in (-1, 0, 1)})
    assert [minutes for minutes in beside if reminder.send_due(at=at + timedelta(minutes=minutes))] == expected
    row = Reminder.objects.filter(rule="before_24h", channel="mail").first()
    assert (row.state, row.attempts) == (Delivery.FAILED, 6)
    assert row.detail.startswith("Connection unexpectedly closed")
    assert row.detail.endswith("Given up after 6 attempts.")


def test_what_cannot_wait_is_tried_each_minute_then_each_five_for_two_hours(given, settings):
    """Of an emergency that is what it asks and decides as well; a sweep each minute, each a little early or late."""
    use(settings, "HangsUp")
    rfc = RFCFactory(owner=given.people.owner, state=State.SCHEDULED, severity=Severity.MAJOR, urgency=Urgency.EMERGENCY)
    SessionFactory(rfc=rfc, planned_start=START, planned_end=START + hours(8))
    at, tried = START - hours(24), []
    row = Reminder.objects.filter(rule="before_24h", channel="mail")
    for minutes in [*range(13), 14, 15, 19, 20, 24, 25, 30]:
        beat = timedelta(seconds=-5 if minutes % 2 else 4)
        tried += [minutes for _ in reminder.send_due(at=at + timedelta(minutes=minutes) + (beat if minutes else timedelta()))]
        if minutes == 20:
            row.update(attempts=32)  # as if 100 minutes had gone by
    assert tried == [*range(11), 15, 20, 25]
    assert row.get().detail == "Connection unexpectedly closed Given up after 33 attempts."


def test_after_a_failure_it_is_sent_once(given, settings):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    use(settings, "HangsUp")
    reminder.send_due(at=START - hours(24))
    settings.EMAIL_BACKEND = LOCAL
    assert ours(START - hours(24) + timedelta(minutes=1)) == ["before_24h"]
    assert ours(START - hours(23)) == []


def test_a_failed_one_that_helps_no_more_is_dropped(given, settings):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    use(settings, "HangsUp")
    reminder.send_due(at=START - hours(24))
    settings.EMAIL_BACKEND = LOCAL
    reminder.send_due(at=START)
    assert set(Reminder.objects.filter(rule="before_24h", channel="mail").values_list("state", "detail")) == {
        (Delivery.DROPPED, "Too late to help.")
    }


def test_without_a_connection_nothing_is_tried_one_by_one(given, settings):
    scheduled(given, 3)
    use(settings, "Unreachable")
    Unreachable.tried = 0
    handled = reminder.send_due(at=START - hours(24))
    assert {(d.state, d.detail) for d in handled} == {(Delivery.FAILED, "No connection to the mail server: Connection refused")}
    assert (len(handled), Unreachable.tried) == (6, 1)


def test_somebody_without_an_address_or_an_account_is_skipped(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    people = given.people
    people.owner.email, people.implementer.is_active = "", False
    people.owner.save()
    people.implementer.save()
    results = {d.row.recipient.username: (d.state, d.detail) for d in reminder.send_due(at=START - hours(24))}
    assert results == {
        "owner": (Delivery.SKIPPED, "Owner has no mail address."),
        "implementer": (Delivery.SKIPPED, "Implementer has no account any more."),
    }


@pytest.mark.parametrize(
    ("lost", "stands_in_now", "gets_it"),
    [
        ({"is_active": False}, "outsider", "owner"),
        ({"email": ""}, "outsider", "owner"),
        ({"is_active": False}, "member", "member"),
        ({}, "outsider", "outsider"),
    ],
)
def test_a_delegate_who_is_lost_takes_no_mail_of_another_with_them(given, lost, stands_in_now, gets_it):
    people = given.people
    wish(people.outsider, digest_at=time(17))
    wished = wish(people.owner, delegate=people.outsider)
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT, implementer=None)
    reminder.send_due(at=START - hours(72))
    wished.delegate = getattr(people, stands_in_now)
    wished.save()
    User.objects.filter(pk=people.outsider.pk).update(**lost)
    mail.outbox.clear()
    for _ in range(2):
        reminder.send_due(at=START - hours(48))
    rows = Reminder.objects.filter(rule="before_72h", channel="mail", state=Delivery.SENT)
    assert [row.recipient.username for row in rows] == [gets_it]
    assert {to for message in mail.outbox for to in message.to} == {f"{gets_it}@example.org"}
