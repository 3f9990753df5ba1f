"""Sweeps on a real database: each reminder once, whatever happens in between."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import lifecycle, reminder
from changes.actions.lifecycle import Request
from changes.actions.session import reschedule
from changes.choices import Delivery, Outcome, State, Urgency
from changes.models import RFC, Reminder
from tests.at_once import at_once
from tests.factories import HIGH_IMPACT, NOW, RFCFactory, SessionFactory, hours, rfc_in, session, world
from tests.mail_servers import Unreachable

START = NOW + timedelta(days=3)
END = START + hours(4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return world()


def swept(at):
    """What a sweep sent, as (rule, username)."""
    return sorted((d.row.rule, d.row.recipient.username) for d in reminder.send_due(at=at) if d.state == Delivery.SENT)


def scheduled(given, number):
    """So many RFCs of one night as rows; by the moves of the product all but the first would be in conflict."""
    for _ in range(number):
        rfc = RFCFactory(state=State.SCHEDULED, owner=given.people.owner, implementer=given.people.implementer)
        SessionFactory(rfc=rfc, planned_start=START)


def ours(at):
    """The same about sessions alone, to the owner alone."""
    return [rule for rule, name in swept(at) if name == "owner" and rule in ("before_72h", "before_24h", "before_1h", "begun", "outcome")]


def test_a_day_before_at_the_start_and_after_the_end_each_once(given):
    rfc_in(State.SCHEDULED, given)
    told = [(at, ours(at)) for at in (START - hours(25), START - hours(24), START - hours(1), START, START + hours(1), END, END + hours(1))]
    assert [rules for _, rules in told] == [[], ["before_24h"], [], ["begun"], [], ["outcome"], []]


def test_owner_and_implementer_are_both_told(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    assert swept(START - hours(24)) == [("before_24h", "implementer"), ("before_24h", "owner")]


def test_a_major_one_has_the_whole_ladder(given):
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT, sessions=(session(NOW + timedelta(days=5)),))
    start = NOW + timedelta(days=5)
    told = [ours(start - hours(before)) for before in (73, 72, 25, 24, 2, 1, 0)]
    assert told == [[], ["before_72h"], [], ["before_24h"], [], ["before_1h"], ["begun"]]


def test_a_move_asks_for_its_own_reminders(given):
    rfc = rfc_in(State.SCHEDULED, given)
    assert ours(START - hours(24)) == ["before_24h"]
    later = START + timedelta(days=1)
    reschedule(rfc.sessions.get(), later, later + hours(4), actor=given.people.owner, at=START - hours(23))
    assert ours(START) == ["before_24h"], "the new start is a day from now, and the old one is nobody's business any more"
    assert ours(later) == ["begun"]


def test_a_cancelled_one_asks_for_none(given):
    rfc = rfc_in(State.SCHEDULED, given)
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=NOW, request=Request(reason="No longer needed."))
    assert [ours(at) for at in (START - hours(24), START, END)] == [[], [], []]


def test_what_was_written_and_overtaken_is_dropped_with_its_reason(given):
    rfc = rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    reminder.write_due(at=START - hours(24))
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=START - hours(24), request=Request(reason="No longer needed."))
    told = swept(START - hours(24))  # on the page both had read of it already
    assert told == [("work_off", "implementer"), ("work_off", "owner")]
    dropped = Reminder.objects.filter(rule="before_24h", channel="mail")
    assert {(row.state, row.detail, row.sent_at) for row in dropped} == {(Delivery.DROPPED, "The RFC is cancelled.", None)}


def test_begun_in_time_is_not_asked_and_an_outcome_ends_it(given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    assert ours(START) == []
    request = Request(outcome=Outcome.SUCCESSFUL, reason="As planned.")
    lifecycle.move(rfc, State.COMPLETED, actor=given.people.implementer, at=END - hours(1), request=request)
    assert ours(END) == []


def test_a_sweep_again_sends_nothing_again(given):
    rfc_in(State.SCHEDULED, given)
    at = START - hours(24)
    assert swept(at)
    assert reminder.send_due(at=at) == []
    assert reminder.send_due(at=at + timedelta(minutes=1)) == []


def test_an_hour_of_downtime_delays_and_says_so(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    mail.outbox.clear()
    assert ours(START - hours(23)) == ["before_24h"]
    assert Reminder.objects.get(rule="before_24h", recipient=given.people.owner, channel="mail").detail == "60 min late."
    assert "This mail is 60 min late: it was due" in mail.outbox[0].body


def test_after_the_start_a_day_before_is_of_no_help(given):
    rfc_in(State.SCHEDULED, given)
    assert ours(START + hours(1)) == ["begun"]


def test_what_is_scheduled_for_tomorrow_is_not_called_late(given):
    rfc_in(State.SCHEDULED, given, at=START - hours(3))
    assert "before_24h" in ours(START - hours(3))
    assert Reminder.objects.get(rule="before_24h", recipient=given.people.owner, channel="mail").detail == ""


def test_what_is_long_over_sends_nothing(given):
    """The history of a demo, or of a copy that stood still, makes no old mails."""
    rfc_in(State.COMPLETED, given)
    rfc_in(State.SCHEDULED, given)
    assert reminder.send_due(at=END + timedelta(days=60)) == []


def test_imported_ones_raise_none(given):
    rfc = rfc_in(State.SCHEDULED, given)
    RFC.objects.filter(pk=rfc.pk).update(imported=True)
    assert reminder.send_due(at=START) == []


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
    assert len(reminder.send_due(at=at, seconds=lambda: 360.0 * (len(mail.outbox) // reminder.BATCH))) == 60
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
    tried = [minutes for minutes in range(330) if reminder.send_due(at=at + timedelta(minutes=minutes))]
    assert tried == [0, 1, 6, 21, 81, 321]
    row = Reminder.objects.filter(rule="before_24h", channel="mail").first()
    assert (row.state, row.attempts) == (Delivery.FAILED, 6)
    assert row.detail.startswith("Connection unexpectedly closed")
    assert row.detail.endswith("Given up after 6 attempts.")


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


# --- Other rules ------------------------------------------------------------------------------------------------------


def test_owner_is_told_of_a_decision_once(given):
    rfc_in(State.SCHEDULED, given)
    assert ("decided", "owner") in swept(NOW)
    assert swept(NOW + hours(1)) == []


def test_an_emergency_calls_the_rota_one_after_the_other(given):
    rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    told = [swept(NOW + timedelta(minutes=minutes)) for minutes in (0, 14, 15)]
    assert told == [[("emergency_waiting", "chair")], [], [("emergency_waiting", "change-manager")]]


# --- Cost -------------------------------------------------------------------------------------------------------------


def test_a_batch_asks_as_much_for_one_as_for_many(given):
    """Beside the questions, each mail costs what records it: its row and its count, which begin and end together."""

    def counted(number, at):
        Reminder.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            sent = len(reminder.send_due(at=at))
        assert sent == number
        return len(queries) - 4 * sent

    scheduled(given, 1)
    at = START - hours(24)
    counted(2, at)  # the first of a kind makes its count
    one = counted(2, at)
    scheduled(given, 4)
    assert counted(10, at) == one
