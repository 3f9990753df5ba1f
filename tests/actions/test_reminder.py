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
from tests.factories import HIGH_IMPACT, NOW, hours, rfc_in, session
from tests.sweeps import ours, scheduled, sent

START = NOW + timedelta(days=3)
END = START + hours(4)
pytestmark = pytest.mark.django_db


def test_a_day_before_at_the_start_and_after_the_end_each_once(given):
    rfc_in(State.SCHEDULED, given)
    told = [(at, ours(at)) for at in (START - hours(25), START - hours(24), START - hours(1), START, START + hours(1), END, END + hours(1))]
    assert [rules for _, rules in told] == [[], ["before_24h"], [], ["begun"], [], ["outcome"], []]


def test_owner_and_implementer_are_both_told(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=NOW)
    assert sent(START - hours(24)) == [("before_24h", "implementer"), ("before_24h", "owner")]


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
    told = sent(START - hours(24))  # on the page both had read of it already, and the owner did it
    assert told == [("work_off", "implementer")]
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
    assert sent(at)
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


# --- Other rules ------------------------------------------------------------------------------------------------------


def test_owner_is_told_of_a_decision_once(given):
    rfc_in(State.SCHEDULED, given)
    assert ("decided", "owner") in sent(NOW)
    assert sent(NOW + hours(1)) == []


def test_an_emergency_calls_the_rota_one_after_the_other(given):
    rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    told = [sent(NOW + timedelta(minutes=minutes)) for minutes in (0, 14, 15)]
    assert told == [[("emergency_waiting", "chair")], [], [("emergency_waiting", "change-manager")]]


def test_a_mailbox_that_refuses_the_first_on_the_rota_keeps_the_next_one_waiting_no_longer(given, settings):
    settings.EMAIL_BACKEND = "tests.mail_servers.RefusesTheChair"
    rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    told = {minutes: sent(NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 14, 15, 30)}
    called, unanswered = ("emergency_waiting", "change-manager"), ("emergency_unanswered", "change-manager")
    assert told == {0: [], 1: [], 14: [], 15: [called], 30: [unanswered]}


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
