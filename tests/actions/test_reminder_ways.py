"""By mail, chat and the page; held, gathered and handed over: on a real database, with a chat that answers as it is told to."""

import threading
from datetime import date, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail

from changes.actions import lifecycle, reminder
from changes.actions.answer import begun
from changes.actions.claim import BATCH
from changes.actions.lifecycle import Request
from changes.choices import Channel, Delivery, Hold, Severity, State, Urgency
from changes.exceptions import NotAllowed
from changes.models import RFC, Preference, Reminder
from changes.selectors.reminder import Standing
from changes.selectors.reminder_letter import letters_of
from tests.factories import NOW, RFCFactory, SessionFactory, hours, managed_world, rfc_in, session
from tests.sweeps import swept, wish

START = NOW + timedelta(days=3)  # a Tuesday, 10:00 in Amsterdam
DAY_BEFORE = START - hours(24)
SECRET = "abcdefghijklmnopqrstuvwxyz12"
pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return managed_world()


@pytest.fixture
def chat():
    """A chat that keeps what it is told, and answers with `status`."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            server.taken.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.taken, server.status = [], 200
    server.url = f"mmost://127.0.0.1:{server.server_port}/{SECRET}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def rows(rule="before_24h", **which):
    found = Reminder.objects.filter(rule=rule, **which).order_by("pk")
    return [(row.recipient.username, row.channel, row.state) for row in found]


def subjects(to):
    return [message.subject for message in mail.outbox if message.to == [f"{to}@example.org"]]


# --- Channels ---------------------------------------------------------------------------------------------------------


def test_each_channel_has_its_row_and_gets_it_once(given, chat):
    rfc = rfc_in(State.SCHEDULED, given)
    wish(given.people.owner, chat_url=chat.url)
    chat.taken.clear()
    for minutes in (0, 1):
        reminder.send_due(at=DAY_BEFORE + timedelta(minutes=minutes))
    own = rows(recipient=given.people.owner)
    assert own == [("owner", channel, Delivery.SENT) for channel in (Channel.MAIL, Channel.CHAT, Channel.BELL)]
    (said,) = [text for text in chat.taken if "begins" in text]
    assert rfc.number in said
    assert f"/rfcs/{rfc.number}/" in said


def test_a_chat_that_refuses_stops_no_mail_is_tried_again_and_its_secret_stands_nowhere(given, chat, caplog):
    rfc_in(State.SCHEDULED, given)
    wish(given.people.owner, chat_url=chat.url)
    chat.status = 403
    with caplog.at_level("DEBUG"):
        reminder.send_due(at=DAY_BEFORE)
    assert rows(channel=Channel.MAIL, state=Delivery.SENT) == [("owner", "mail", "sent"), ("implementer", "mail", "sent")]
    failed = Reminder.objects.get(rule="before_24h", channel=Channel.CHAT)
    assert (failed.state, failed.detail) == (Delivery.FAILED, "Mattermost answered 403.")
    assert SECRET not in caplog.text
    chat.status = 200
    reminder.send_due(at=DAY_BEFORE + timedelta(minutes=1))
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (Delivery.SENT, 2)


def test_a_chat_that_was_taken_away_meanwhile_is_skipped(given, chat):
    rfc_in(State.SCHEDULED, given)
    wish(given.people.owner, chat_url=chat.url)
    reminder.write_due(at=DAY_BEFORE)
    Preference.objects.update(chat_url="")
    reminder.send_due(at=DAY_BEFORE)
    row = Reminder.objects.get(rule="before_24h", channel=Channel.CHAT)
    assert (row.state, row.detail) == (Delivery.SKIPPED, "Owner has no chat any more.")


def test_what_is_turned_off_is_written_down_and_not_sent(given):
    rfc_in(State.SCHEDULED, given)
    wish(given.people.owner, muted=["before_24h"])
    swept(DAY_BEFORE)
    assert rows(recipient=given.people.owner) == [("owner", "mail", "skipped")]
    assert rows(recipient=given.people.implementer, channel="mail") == [("implementer", "mail", "sent")]


def test_only_what_may_be_turned_off_says_how(given):
    rfc_in(State.SCHEDULED, given)
    swept(DAY_BEFORE)
    (told,) = [message for message in mail.outbox if message.to == ["owner@example.org"] and "begins" in message.subject]
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = told.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in told.body
    swept(START)
    asked = next(message for message in mail.outbox if message.subject.startswith("Has it begun?"))
    assert "List-Unsubscribe" not in asked.extra_headers


# --- Holds ------------------------------------------------------------------------------------------------------------


def night_rfc(given, **other):
    """A minor one that takes place at 03:00 in Amsterdam, a day after the quiet hours in which it is told of."""
    return rfc_in(State.SCHEDULED, given, sessions=(session(START + hours(17)),), **other)


def test_quiet_hours_hold_and_lose_nothing(given):
    night_rfc(given)
    wish(given.people.owner, quiet_from=time(22), quiet_until=time(7))
    swept(NOW)
    due = START + hours(17 - 24)
    swept(due)
    assert subjects("owner") == []
    assert rows(recipient=given.people.owner, channel="mail") == [("owner", "mail", "due")]
    assert rows(recipient=given.people.owner, channel="bell") == [("owner", "bell", "sent")], "a list on a page wakes nobody"
    swept(due + hours(4) - timedelta(minutes=1))
    assert subjects("owner") == []
    swept(due + hours(4))
    assert len(subjects("owner")) == 1
    assert "Held for your quiet hours: it was due" in mail.outbox[0].body
    row = Reminder.objects.get(rule="before_24h", channel="mail", recipient=given.people.owner)
    assert (row.held_for, row.state, row.detail) == (Hold.QUIET, Delivery.SENT, ""), "what was held is not late"


def test_what_is_held_and_helps_no_more_is_dropped_with_its_reason(given):
    rfc = night_rfc(given)
    wish(given.people.owner, quiet_from=time(22), quiet_until=time(7))
    swept(NOW)
    swept(START - hours(7))
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=START - hours(6), request=Request(reason="No longer needed."))
    swept(START - hours(3))
    row = Reminder.objects.get(rule="before_24h", channel="mail", recipient=given.people.owner)
    assert (row.state, row.detail) == (Delivery.DROPPED, "The RFC is cancelled.")


def test_an_emergency_passes_quiet_hours_and_digests(given):
    wish(given.people.chair, quiet_from=time(0), quiet_until=time(23, 59), digest_at=time(6))
    rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    swept(NOW)
    assert [subject.split(":")[0] for subject in subjects("chair")] == ["Emergency waits for your approval"]


def test_a_digest_is_one_mail_of_all_that_still_stands_and_each_row_is_recorded(given):
    wish(given.people.owner, digest_at=time(12))
    first, second, gone = (RFCFactory(state=State.SCHEDULED, owner=given.people.owner, title=title) for title in ("One", "Two", "Gone"))
    for rfc in (first, second, gone):
        SessionFactory(rfc=rfc, planned_start=START)
    swept(DAY_BEFORE)
    assert (subjects("owner"), len(rows(recipient=given.people.owner, channel="mail"))) == ([], 3)
    RFC.objects.filter(pk=gone.pk).update(state=State.CANCELLED)
    swept(DAY_BEFORE + hours(2) + timedelta(minutes=30))
    assert subjects("owner") == ["2 reminders of the day"]
    body = mail.outbox[0].body
    assert [title in body for title in ("One", "Two", "Gone")] == [True, True, False]
    assert "This is 30 min late" in body, "it was to come at 12:00 in Amsterdam"
    assert sorted(state for _, _, state in rows(recipient=given.people.owner, channel="mail")) == ["dropped", "sent", "sent"]
    swept(DAY_BEFORE + hours(3))
    assert subjects("owner") == []


def test_a_digest_larger_than_a_batch_is_one_mail(given):
    wish(given.people.owner, digest_at=time(12))
    for _ in range(BATCH + 5):
        SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, owner=given.people.owner), planned_start=START)
    swept(DAY_BEFORE)
    taken = reminder.claim(at=DAY_BEFORE + hours(2))
    assert len(taken) == BATCH + 5
    assert reminder.claim(at=DAY_BEFORE + hours(2)) == []
    swept(DAY_BEFORE + hours(2) + reminder.LEASE)
    assert subjects("owner") == [f"{BATCH + 5} reminders of the day"]


# --- In somebody's stead ----------------------------------------------------------------------------------------------


def test_a_delegate_gets_it_and_it_says_for_whom(given):
    rfc_in(State.SCHEDULED, given, implementer=None)
    people = given.people
    wish(people.owner, delegate=people.outsider, delegate_since=DAY_BEFORE.date(), delegate_until=date(2026, 11, 30))
    swept(DAY_BEFORE)
    told = rows(subject__startswith="session")
    assert [row for row in told if row[0] != "implementer"] == [
        ("outsider", "mail", "sent"),
        ("outsider", "bell", "sent"),
        ("owner", "bell", "sent"),
    ]
    (message,) = [message for message in mail.outbox if message.to == ["outsider@example.org"] and "begins" in message.subject]
    assert "You get this in the stead of Owner, who is away." in message.body
    assert "List-Unsubscribe" not in message.extra_headers
    Preference.objects.update(delegate=None)
    swept(DAY_BEFORE + hours(1))
    assert subjects("owner") == [], "back again, the person is not told a second time"


def test_who_stands_in_for_two_gets_the_night_of_each_and_their_own(given):
    """Each row says for whom it is; the second of them was once lost to the unique key."""
    people, evening = given.people, START.replace(hour=22)
    absent, delegate = (people.owner, people.implementer), people.outsider
    for person in absent:
        wish(person, delegate=delegate)
    for owner in (*absent, delegate):
        rfc = RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=owner, title=f"Of {owner.username}")
        SessionFactory(rfc=rfc, planned_start=evening, planned_end=evening + hours(1))
    for minutes in (0, 1):
        swept(evening + hours(8) + timedelta(minutes=minutes))
    written = Reminder.objects.filter(rule="outcomes_of_the_night", recipient=delegate, channel=Channel.MAIL, state=Delivery.SENT)
    assert [row.on_behalf_of for row in written.order_by("pk")] == [people.owner, people.implementer, None]
    letters = letters_of(list(written.order_by("pk")), {row.pk: Standing("") for row in written}, at=evening + hours(8))
    assert [[one.rfc.title for one in letter.sessions] for letter in letters] == [["Of owner"], ["Of implementer"], ["Of outsider"]]


@pytest.mark.parametrize("delegate", ["outsider", "implementer"])
def test_what_says_the_same_to_two_comes_to_who_stands_in_for_both_once(given, delegate):
    rfc_in(State.SCHEDULED, given)
    for absent in {"owner", "implementer"} - {delegate}:
        wish(getattr(given.people, absent), delegate=getattr(given.people, delegate))
    for minutes in (0, 1):
        swept(DAY_BEFORE + timedelta(minutes=minutes))
    by_mail = rows(channel=Channel.MAIL, subject__startswith="session")
    assert by_mail == [(delegate, "mail", "sent")]


def test_a_delegate_who_was_asked_may_answer_and_nobody_else(given):
    rfc = rfc_in(State.SCHEDULED, given)
    people = given.people
    wish(people.owner, delegate=people.outsider)
    with pytest.raises(NotAllowed):
        begun(rfc.sessions.get(), START, actor=people.outsider, at=START)
    swept(START)
    assert begun(rfc.sessions.get(), START, actor=people.outsider, at=START + hours(0.1)).state == State.IN_PROGRESS
