"""Mails as their readers get them: text and HTML, threads, zones, and nothing that somebody else wrote as markup."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import override_settings

from changes.actions import lifecycle, reminder, set_up
from changes.actions.action import promise
from changes.actions.decision import decide
from changes.actions.lifecycle import Request
from changes.actions.minutes import publish_minutes
from changes.actions.rfc import update
from changes.actions.ruling import Promise, Ruling
from changes.actions.vote import ask_for_votes
from changes.choices import MeetingState, Outcome, Section, Severity, State, Urgency, Verdict
from changes.domain.content import Contact, Reference
from changes.domain.ladder_words import Rule
from changes.models import RFC, DemoMail, ElectronicVote, Freeze, Preference
from changes.notifications import MailboxBackend
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    AgendaItemFactory,
    ConditionFactory,
    DecisionFactory,
    EventFactory,
    MeetingFactory,
    RevisionFactory,
    RFCFactory,
    SessionFactory,
    UserFactory,
    hours,
    rfc_in,
    session,
)

START = NOW + timedelta(days=3)
END = START + hours(4)
BASE = "https://changes.example.org"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("base_url")]


@pytest.fixture
def base_url(settings):
    settings.FSC_BASE_URL = BASE


def mails(at, rule="", to="owner"):
    """The mails of a sweep to somebody; `rule` picks those whose HTML begins with its words."""
    mail.outbox.clear()
    reminder.send_due(at=at)
    words = Rule(rule).label if rule else ""
    return [message for message in mail.outbox if message.to == [f"{to}@example.org"] and words in html(message).split("</p>")[0]]


def html(message):
    return next(part.content for part in message.alternatives if part.mimetype == "text/html")


def links(message):
    return re.findall(r'href="([^"]+)"', html(message))


def test_a_mail_says_what_when_where_and_whom_to_call(given):
    rfc = rfc_in(State.SCHEDULED, given, contacts=(Contact("Night desk", "vendor", "+31 20 555 0100", ""),))
    (message,) = mails(START - hours(24))
    assert message.subject == f"{rfc.number} begins Tue 24 Nov 10:00: Hub transport rollup 8, site A"
    for words in (
        "When         Tue 24 Nov 10:00–14:00",
        "Turn back by Tue 24 Nov 13:30",
        "Where        Corporate production · Hub transport",
        "Owner        Owner",
        "Implementer  Implementer",
        "Call         +31 20 555 0100  Night desk, vendor",
        "Times are those of Amsterdam.",
        f"{BASE}/rfcs/{rfc.number}/reminders/",
    ):
        assert words in message.body
    for words in ("Tue 24 Nov 10:00–14:00", "Tue 24 Nov 13:30", "+31 20 555 0100", "Night desk, vendor"):
        assert words in html(message)


@pytest.mark.parametrize(
    ("at", "pages"),
    [
        (START - hours(24), [""]),
        (START, ["answer/?session={0}&say=begun", "outcome/"]),
        (END, ["answer/?session={0}&say=well", "answer/?session={0}&say=hour", "outcome/"]),
    ],
)
def test_each_leads_to_the_page_where_it_is_answered(given, at, pages):
    rfc = rfc_in(State.SCHEDULED, given)
    (message,) = mails(at)[-1:]
    expected = [f"{BASE}/rfcs/{rfc.number}/{page.format(rfc.sessions.get().pk)}" for page in pages]
    assert [link.replace("&amp;", "&") for link in links(message)[: len(pages)]] == expected
    assert all(link in message.body for link in expected)


def test_all_mails_of_an_rfc_are_one_thread(given):
    rfc = rfc_in(State.SCHEDULED, given)
    sent = [*mails(START - hours(24)), *mails(START), *mails(END)]
    assert {message.extra_headers["References"] for message in sent} == {f"<rfc-{rfc.pk}@changes.example.org>"}
    assert len({message.extra_headers["Message-ID"] for message in sent}) == len(sent) == 3
    assert {message.extra_headers["Auto-Submitted"] for message in sent} == {"auto-generated"}


def test_times_are_those_of_the_reader(given):
    given.people.owner.time_zone = "America/Chicago"
    given.people.owner.save()
    rfc_in(State.SCHEDULED, given)
    (message,) = mails(START - hours(24))
    assert "Tue 24 Nov 03:00–07:00" in message.body
    assert "Times are those of Chicago." in message.body


def test_a_zone_that_nobody_knows_is_the_houses(given):
    given.people.owner.time_zone = "Europe/Atlantis"
    given.people.owner.save()
    rfc_in(State.SCHEDULED, given)
    assert "Tue 24 Nov 10:00–14:00" in mails(START - hours(24))[0].body


def test_a_title_is_text_and_stays_on_its_line(given):
    title = 'Rollup <b>8</b> & "more"\r\nBcc: somebody@example.org'
    rfc = rfc_in(State.SCHEDULED, given)
    RFC.objects.filter(pk=rfc.pk).update(title=title)
    (message,) = mails(START - hours(24))
    assert message.subject.endswith('Rollup <b>8</b> & "more" Bcc: somebody@example.org')
    assert "Rollup <b>8</b>" in message.body
    assert "Rollup &lt;b&gt;8&lt;/b&gt; &amp; &quot;more&quot;" in html(message)
    assert "<b>8</b>" not in html(message)
    assert "\nBcc:" not in message.message().as_string()


def test_a_decision_tells_its_reason_and_its_conditions(given):
    rfc = rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    promise = Promise("Show that the backup can be restored", given.people.implementer, START)
    ruling = Ruling(Verdict.APPROVE_WITH_CONDITIONS, reason="Only after the <test>.", conditions=[promise])
    decide(rfc, ruling, actor=given.people.chair, at=NOW)
    (message,) = mails(NOW, Rule.DECIDED)
    assert message.subject == f"Approved with conditions: {rfc.number} Hub transport rollup 8, site A"
    assert "Approved with conditions by Chair, Sat 21 Nov 10:00. Only after the <test>." in message.body
    assert "- Show that the backup can be restored (Implementer, until Tue 24 Nov 10:00)" in message.body
    assert "Only after the &lt;test&gt;." in html(message)


def test_a_lost_approval_is_told_to_its_owner_with_what_was_changed_and_by_whom(given):
    rfc = rfc_in(State.SCHEDULED, given)
    RFC.objects.filter(pk=rfc.pk).update(requester=given.people.outsider)
    content = replace(RFC.objects.with_content().get(pk=rfc.pk).content(), rollback_trigger="More than 900 messages wait.")
    update(rfc, content, actor=given.people.outsider, at=NOW)
    (message,) = mails(NOW, Rule.APPROVAL_GONE)
    assert message.subject == f"The approval is gone: {rfc.number} Hub transport rollup 8, site A"
    said = "changed it Sat 21 Nov 10:00. What was approved changes: rollback trigger. It is submitted again, and off the schedule"
    assert said in " ".join(message.body.split())
    assert links(message)[0] == f"{BASE}/rfcs/{rfc.number}/history/"
    assert mails(NOW + hours(1), Rule.APPROVAL_GONE) == []


def test_the_owner_of_what_another_rfc_came_into_is_told_which_and_that_nothing_has_to_be_done(given):
    UserFactory(username="other-owner")
    first = rfc_in(State.SCHEDULED, given)
    second = rfc_in(State.DRAFT, given, owner="other-owner", title="Certificates")
    lifecycle.move(second, State.SUBMITTED, actor=second.owner, at=NOW)
    (message,) = mails(NOW, Rule.IN_THE_WAY)
    assert message.subject == f"Another RFC has come into the time of yours: {first.number} Hub transport rollup 8, site A"
    said = " ".join(message.body.split())
    assert f"{second.number} “Certificates” came into its time for 240 min. That one has to give way; nothing is unscheduled here." in said
    assert "Other owner submitted, moved or extended it Sat 21 Nov 10:00." in said
    assert mails(NOW + hours(1), Rule.IN_THE_WAY) == []


def test_an_emergency_says_why(given):
    references = (Reference("incidents", "INC-4711", "", "raised_by"),)
    rfc = rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY, references=references)
    (message,) = mails(NOW, to="chair")
    assert message.subject.startswith(f"Emergency waits for your approval: {rfc.number}")
    assert "Why: Mends the queue stall" in message.body
    assert "See: incidents INC-4711" in message.body


def test_a_word_that_was_written_down_is_told_to_whoever_gave_it(given):
    rfc = rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    decide(rfc, Ruling(Verdict.APPROVE, verbal_by=given.people.chair, how="Called at 03:05"), actor=given.people.owner, at=NOW)
    (message,) = mails(NOW, Rule.WORD_TO_CONFIRM, to="chair")
    assert message.subject == f"Confirm your word: {rfc.number} Hub transport rollup 8, site A"
    assert "Owner wrote down on Sat 21 Nov 10:00 that you approved it by word: Called at 03:05. Say within" in message.body
    assert links(message)[0] == f"{BASE}/rfcs/{rfc.number}/"


def test_the_agenda_goes_to_the_members_with_its_items(given):
    meeting = MeetingFactory(board=given.board, starts_at=START, state=MeetingState.FROZEN, revision=1, published_at=START - hours(50))
    RevisionFactory(meeting=meeting, frozen_at=START - hours(50))
    rfc = RFCFactory(title="Rollup <8>", state=State.SUBMITTED)
    AgendaItemFactory(meeting=meeting, rfc=rfc, minutes=8)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED), is_late=True)
    (message,) = mails(START - hours(50), Rule.AGENDA_PUBLISHED, to="member")
    assert message.subject == "Agenda of Tue 24 Nov 10:00: 1 item, 8 min"
    assert "Change advisory board meets Tue 24 Nov 10:00–11:00. 1 item waits for your vote." in message.body
    assert f"1. Rollup <8> ({rfc.number}), 8 min" in message.body
    assert "1 came after the cut-off and stands on the late list." in message.body
    assert "1. Rollup &lt;8&gt;" in html(message)
    assert links(message)[0] == f"{BASE}/meetings/{meeting.pk}/"
    assert message.extra_headers["References"] == f"<meeting-{meeting.pk}@changes.example.org>"


def test_automatic_ones_are_one_mail_with_a_link_for_each(given):
    rfcs = [RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=given.people.owner) for _ in range(3)]
    for rfc in rfcs:
        SessionFactory(rfc=rfc, planned_start=START)
    (message,) = mails(NOW.replace(day=25, hour=5))
    assert message.subject == "How did they go? 3 automatic changes of the night of Tue 24 Nov"
    assert links(message)[1:4] == [f"{BASE}/rfcs/{rfc.number}/outcome/" for rfc in rfcs]


def votes_asked_for(meeting, people):
    """An item of an open agenda that is put to the vote, and the member asked by the chair for missing votes."""
    item = AgendaItemFactory(meeting=meeting, section=Section.NEW, rfc=RFCFactory(state=State.SUBMITTED, owner=people.owner))
    ElectronicVote.objects.create(item=item, reason="It is urgent.", opened_at=NOW, opened_by=people.chair, closes_at=NOW + hours(48))
    ask_for_votes(meeting, actor=people.chair, at=NOW)


@pytest.mark.once
def test_every_rule_has_a_mail_that_can_be_written(given):
    """Each rule once, through a sweep: a template that fails would stand in the ledger as failed."""
    people, sent = given.people, set()
    given.service.manager = people.outsider
    given.service.save()
    silent = RFCFactory(state=State.SCHEDULED, owner=people.owner)
    silent.services.set([given.service])
    SessionFactory(rfc=silent, planned_start=NOW)
    promise(given.board, "Order a spare part.", people.owner, NOW + hours(48), actor=people.chair, at=NOW)
    Preference.objects.create(user=people.member, delegate=people.outsider, delegate_named_at=NOW)
    major = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT, sessions=(session(NOW + timedelta(days=5)),))
    over = RFCFactory(state=State.COMPLETED, outcome=Outcome.FAILED, owner=people.owner, urgency=Urgency.EMERGENCY)
    SessionFactory(rfc=over, planned_start=NOW, actual_start=NOW, actual_end=NOW + hours(4))
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=people.owner), planned_start=NOW)
    rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY, sessions=())
    RFCFactory(state=State.APPROVED, approved_until=NOW + timedelta(days=4), owner=people.owner)
    RFCFactory(state=State.DRAFT, title="", planned_start=NOW + timedelta(days=8), owner=people.owner, environment=given.environment)
    night = {"planned_start": START, "planned_end": START + hours(4)}
    RFCFactory(state=State.APPROVED, is_move_unconfirmed=True, moved_at=NOW, **night)
    decision = DecisionFactory(rfc=RFCFactory(state=State.APPROVED), by=people.chair, verdict=Verdict.DEFER, at=NOW)
    RFC.objects.filter(pk=decision.rfc_id).update(decision=decision)
    ConditionFactory(decision=decision, owner=people.owner, due_at=NOW + hours(48))
    word = DecisionFactory(rfc=RFCFactory(state=State.CLOSED), by=people.chair, recorded_by=people.owner, is_verbal=True, how="Called.")
    RFC.objects.filter(pk=word.rfc_id).update(decision=word)
    long = RFCFactory(state=State.IN_PROGRESS, owner=people.owner)
    SessionFactory(rfc=long, planned_start=NOW - timedelta(days=9), actual_start=NOW - timedelta(days=9))
    lost = rfc_in(State.SCHEDULED, given, title="Lost", sessions=(session(START + hours(200)),))
    lifecycle.move(lost, State.SUBMITTED, actor=people.owner, at=NOW)
    EventFactory(rfc=RFCFactory(state=State.SUBMITTED, owner=people.owner), action="in_the_way", actor=people.outsider, note="It came.")
    meeting = MeetingFactory(board=given.board, starts_at=NOW + hours(30), state=MeetingState.FROZEN, revision=1, published_at=NOW)
    RevisionFactory(meeting=meeting, frozen_at=NOW)
    AgendaItemFactory(meeting=meeting, section=Section.NEW, rfc=RFCFactory(state=State.SUBMITTED, owner=people.owner))
    votes_asked_for(MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=6), cut_off_at=NOW + timedelta(days=4)), people)
    publish_minutes(MeetingFactory(board=given.board, starts_at=NOW - hours(2), state=MeetingState.HELD), actor=people.chair, at=NOW)
    close = {"name": "Close", "start": NOW, "end": NOW + timedelta(days=7), "time_zone": "UTC"}
    set_up.add(Freeze, close, actor=people.administrator, at=NOW)
    at = NOW
    while at < NOW + timedelta(days=6):
        if at == NOW + timedelta(days=5, hours=1):
            lifecycle.move(major, State.IN_PROGRESS, actor=people.implementer, at=at, request=Request())
        sent |= {(done.row.rule, done.state.value) for done in reminder.send_due(at=at)}
        at += hours(1)
    # These are tested where they come about.
    elsewhere = {Rule.NEXT_BUT_ONE, Rule.DECISION_WITHDRAWN, Rule.WORK_OFF, Rule.RETURNED, Rule.GROUND_WITHDRAWN}
    elsewhere |= {Rule.ANOTHER_MEETING, Rule.OUTCOMES_STILL_UNANSWERED}
    assert sent == {(rule.value, "sent") for rule in Rule if rule not in elsewhere}
    assert all(message.subject and message.body.strip() and "None" not in message.body for message in mail.outbox)


# --- The demo's mailbox -----------------------------------------------------------------------------------------------


@override_settings(EMAIL_BACKEND="changes.notifications.MailboxBackend")
def test_the_demo_keeps_its_mails(given):
    rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=START - hours(24))
    kept = DemoMail.objects.get(to="owner@example.org")
    assert kept.subject.endswith("Hub transport rollup 8, site A")
    assert kept.sent_at == START - hours(24)
    assert "Read the plan" in kept.text
    assert kept.html.startswith("<!doctype html>")


def test_the_mailbox_takes_any_mail_once_per_reader():
    message = EmailMessage("x" * 300, "Text", to=["a@example.org"], cc=["b@example.org"])
    assert MailboxBackend().send_messages([message]) == 1
    kept = DemoMail.objects.order_by("to")
    assert [(row.to, len(row.subject), row.html) for row in kept] == [("a@example.org", 250, ""), ("b@example.org", 250, "")]
    assert isinstance(kept[0].sent_at, datetime)


def test_the_mailbox_refuses_what_a_mail_server_would():
    message = EmailMessage("Subject", "Text", to=["a@example.org", "b@vendor.invalid"])
    with pytest.raises(SMTPRecipientsRefused) as refused:
        MailboxBackend().send_messages([message])
    assert refused.value.recipients == {"b@vendor.invalid": (550, b"5.1.2 There is no such host.")}
    assert not DemoMail.objects.exists()
