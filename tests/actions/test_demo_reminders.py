"""The demo's reminders: what its clock sent, held, could not send and passed on, as the ledger and the mailbox tell it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from changes.actions.demo import make_demo
from changes.choices import Channel
from changes.models import RFC, AgendaItem, Board, DemoMail, ElectronicVote, Meeting, Reminder
from changes.selectors.board import destination_of

#: A Saturday, 10:00 in Amsterdam: the night shift sleeps.
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("demo-reminders")]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One demo for all tests of this module, taken back at its end; its mails go where the demo's go."""
    mailbox = override_settings(EMAIL_BACKEND="changes.notifications.MailboxBackend")
    with django_db_blocker.unblock(), transaction.atomic(), mailbox:
        make_demo(at=AT, password="a word for the demo")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(made, db):
    return RFC.objects.all()


def rfc_of(name):
    return RFC.objects.get(import_key=f"demo:2026-11-21:{name}")


def mails_of(name):
    """By when they fell due: rule, revision, to whom, what came of it, and how many hours ago it was sent."""
    rows = Reminder.objects.filter(rfc=rfc_of(name), channel=Channel.MAIL).order_by("due_at", "recipient__username")
    return [
        (row.rule, row.revision, row.recipient.username, row.state, row.sent_at and (AT - row.sent_at) / timedelta(hours=1)) for row in rows
    ]


def test_who_was_reminded_hears_of_the_move_and_is_reminded_anew(house):
    assert mails_of("reminded-moved") == [
        ("before_24h", 1, "implementer-trials-night", "sent", 15),  # slept until 19:00
        ("before_24h", 1, "service-manager", "sent", 24),
        ("work_off", 1, "implementer-trials-night", "sent", 8),  # asleep again, and woken
        ("before_24h", 2, "implementer-trials-night", "due", None),
        ("before_24h", 2, "service-manager", "sent", 0),
    ]
    held = Reminder.objects.get(state="due", channel=Channel.MAIL, rfc=rfc_of("reminded-moved"))
    assert (held.held_for, held.send_at) == ("quiet", AT + timedelta(hours=9))
    assert rfc_of("reminded-moved").state == "scheduled"


def test_a_late_reminder_says_so_and_one_that_failed_says_why(house):
    assert mails_of("reminded-cancelled") == [
        ("before_24h", 1, "implementer-vendor", "dropped", None),
        ("before_24h", 1, "service-manager", "sent", 24),
        ("work_off", 1, "implementer-vendor", "failed", None),
    ]
    rows = Reminder.objects.filter(rfc=rfc_of("reminded-cancelled"), channel=Channel.MAIL)
    late, failed = rows.get(rule="before_24h", state="sent"), rows.get(state="failed")
    assert late.detail == "60 min late."
    assert failed.detail == "implementer-vendor@vendor.invalid: 550 5.1.2 There is no such host."
    assert failed.attempts > 1
    tried = LogEntry.objects.get(user__username="admin")
    assert (tried.object_id, tried.change_message) == (str(failed.pk), f"Tried again. It had failed: {failed.detail}")


def test_what_nobody_answers_goes_to_the_service_manager_and_then_to_the_chair(house):
    assert mails_of("reminded-silent") == [
        ("before_72h", 1, "implementer-trials-day", "sent", 75),
        ("before_72h", 1, "project-manager", "sent", 75),
        ("before_24h", 1, "implementer-trials-day", "sent", 24),  # three hours late
        ("before_24h", 1, "project-manager", "sent", 24),
        ("before_1h", 1, "implementer-trials-day", "sent", 4),
        ("before_1h", 1, "project-manager", "sent", 4),
        ("begun", 1, "implementer-trials-day", "sent", 3),
        ("begun", 1, "project-manager", "sent", 3),
        ("begun_unanswered", 1, "service-manager", "sent", 2.5),
        ("begun_unanswered", 1, "chair", "sent", 2),
    ]
    assert rfc_of("reminded-silent").severity == "major"


def test_the_mailbox_holds_what_the_ledger_says_was_sent(house):
    sent = Reminder.objects.filter(channel=Channel.MAIL, state="sent")
    digests = set(sent.filter(held_for="digest").values_list("recipient", "sent_at"))

    assert digests
    assert DemoMail.objects.filter(subject__contains="reminders of the day").exists()
    assert DemoMail.objects.count() == sent.exclude(held_for="digest").count() + len(digests)
    assert not DemoMail.objects.filter(to__endswith=".invalid").exists()


def test_nobody_was_told_of_what_was_still_to_come(house):
    told = Reminder.objects.filter(sent_at__isnull=False)

    assert not told.filter(sent_at__gt=AT).exists()
    assert not told.filter(sent_at__lt=F("due_at")).exists()
    assert not told.filter(sent_at__lt=F("rfc__created_at")).exists()


def test_the_frozen_agenda_went_out_when_it_froze(house):
    meeting = Meeting.objects.get(state="frozen")
    told = Reminder.objects.filter(rule__in=("agenda_published", "on_agenda"), channel=Channel.BELL, meeting=meeting)

    assert told.count() > 10
    assert set(told.values_list("sent_at", "detail")) == {(meeting.cut_off_at, "")}


def test_another_board_has_what_it_is_named_for_and_a_meeting_of_its_own(house):
    told = destination_of(rfc_of("devices-0"))
    items = AgendaItem.objects.filter(meeting__board=told.board, section="new", decision=None)

    assert told.why == "Voice and mobile board looks after the service Mobile sync."
    assert destination_of(rfc_of("new-managed")).why == "Change advisory board takes what no other board is named for."
    assert Meeting.objects.filter(board=told.board, starts_at__gt=AT).exists()
    assert {item.rfc.import_key.split(":")[-1] for item in items} == {"devices-0", "devices-1", "devices-2"}
    assert Board.objects.get(is_voting=True) == told.board


def test_a_vote_runs_between_the_meetings_and_one_is_missing(house):
    vote = ElectronicVote.objects.get()
    seats = set(vote.item.meeting.board.members.values_list("user__username", flat=True))

    assert vote.opened_at < AT < vote.closes_at <= vote.item.meeting.starts_at
    assert vote.closed_at is None
    assert seats - set(vote.item.votes.values_list("member__username", flat=True)) == {"member"}
