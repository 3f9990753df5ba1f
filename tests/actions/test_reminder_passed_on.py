"""What nobody answers is passed on: to the service manager, then to the chair, until somebody does (DESIGN 4.9)."""

from datetime import time, timedelta

import pytest
from django.core import mail

from changes.actions.answer import begun
from changes.choices import Channel, Delivery, State
from changes.domain.ladder_words import Moment
from changes.models import Reminder
from changes.permissions import can_answer
from changes.selectors.reminder_facts import of_sessions
from changes.selectors.told import told_to
from tests.factories import HIGH_IMPACT, NOW, hours, managed_world, rfc_in
from tests.sweeps import swept, wish

START = NOW + timedelta(days=3)  # a Tuesday, 10:00 in Amsterdam
pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return managed_world()


def test_what_nobody_answers_is_passed_on_until_somebody_does(given):
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    people = given.people
    told = {}
    for minutes in (0, 29, 30, 31, 60):
        swept(START + timedelta(minutes=minutes))
        told[minutes] = [to for m in mail.outbox if "Nobody has said" in m.subject for to in m.to]
    assert told == {0: [], 29: [], 30: ["change-manager@example.org"], 31: [], 60: ["chair@example.org"]}
    message = next(m for m in mail.outbox if m.to == ["chair@example.org"])
    assert "Asked        Owner, Tue 24 Nov 10:00" in message.body
    assert f"/rfcs/{rfc.number}/answer/?session={rfc.sessions.get().pk}&say=begun" in message.body
    begun(rfc.sessions.get(), START, actor=people.chair, at=START + hours(1))
    swept(START + hours(2))
    assert not any("Nobody has said" in m.subject for m in mail.outbox)


def test_without_a_manager_and_a_chair_the_change_manager_hears_of_it_and_may_answer(given):
    given.service.manager = None
    given.service.save()
    given.board.chair.is_active = False
    given.board.chair.save()
    session = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT).sessions.get()
    swept(START)
    swept(START + timedelta(minutes=30))
    assert [m.to for m in mail.outbox if "Nobody has said" in m.subject] == [["change-manager@example.org"]]
    assert can_answer(given.people.change_manager, session, START + timedelta(minutes=30))
    assert not can_answer(given.people.change_manager, session, START + timedelta(days=20))
    ahead = [one.rule for one in told_to(given.people.change_manager, at=START) if one.if_silent]
    assert ahead == ["outcome_unanswered"]


def test_it_is_passed_on_to_nobody_who_was_asked_in_the_first_place(given):
    given.service.manager = given.people.owner
    given.service.save()
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    swept(START)
    swept(START + timedelta(minutes=30))
    assert [m.to for m in mail.outbox if "Nobody has said" in m.subject] == [["chair@example.org"]]
    swept(START + timedelta(minutes=60))
    assert not any("Nobody has said" in m.subject for m in mail.outbox), "the chair is told once"


@pytest.mark.parametrize("rung", ["begun", "outcome"])
def test_after_a_standstill_it_is_passed_on_once_who_was_asked_had_their_time(given, rung):
    """Nothing is swept until an hour after the question was due: the answer's time runs from the sweep that asks it."""
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    due_at, patience = {"begun": (START, 0.5), "outcome": (rfc.planned_end, 4)}[rung]
    late = due_at + hours(5 if rung == "outcome" else 1)
    told = []
    for after in (0, patience - 0.1, patience):
        swept(late + hours(after))
        told.append([m.to[0] for m in mail.outbox if "Nobody has said" in m.subject])
    assert told == [[], [], ["change-manager@example.org"]]


@pytest.mark.parametrize(
    ("row", "since"),
    [
        ({"state": Delivery.SENT, "attempts": 1, "sent_at": START + hours(0.5)}, START + hours(0.5)),
        # What no worker has tried yet has asked nobody.
        ({"state": Delivery.DUE, "attempts": 0, "sent_at": None}, None),
        ({"state": Delivery.CLAIMED, "attempts": 1, "sent_at": None}, None),
        # What was tried counts from the first attempt, whatever came of it, then and later.
        ({"state": Delivery.FAILED, "attempts": 1, "sent_at": None}, START),
        ({"state": Delivery.CLAIMED, "attempts": 2, "sent_at": None}, START),
        ({"state": Delivery.FAILED, "attempts": 6, "sent_at": None}, START),
        ({"state": Delivery.SENT, "attempts": 3, "sent_at": START + hours(0.5)}, START),
        # Held by quiet hours that began after it had failed.
        ({"state": Delivery.DUE, "attempts": 2, "sent_at": None, "send_at": START + hours(0.75)}, START + hours(0.75)),
        ({"state": Delivery.SKIPPED, "attempts": 1, "sent_at": None}, START),
    ],
)
def test_silence_counts_from_the_first_attempt(given, row, since):
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    swept(START)
    Reminder.objects.filter(rule="begun", channel=Channel.MAIL).update(**row)
    later = START + hours(1)
    assert next(of_sessions(later, [rfc.sessions.get().pk])).asked[Moment.START] == (since or later)


@pytest.mark.parametrize("on_page", [True, False])
def test_a_mailbox_that_refuses_its_owner_stops_no_one_else_from_hearing_of_it(given, settings, on_page):
    settings.EMAIL_BACKEND = "tests.mail_servers.RefusesTheOwner"
    wish(given.people.owner, on_page=on_page)
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT, implementer=None)
    told = {}
    for minutes in (0, 1, 29, 30, 60):
        swept(START + timedelta(minutes=minutes))
        told[minutes] = [to for m in mail.outbox if "Nobody has said" in m.subject for to in m.to]
    assert told == {0: [], 1: [], 29: [], 30: ["change-manager@example.org"], 60: ["chair@example.org"]}


def test_has_it_begun_passes_quiet_hours(given):
    wish(given.people.owner, quiet_from=time(0), quiet_until=time(23, 59))
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    swept(START)
    mails = Reminder.objects.filter(rule="begun", channel=Channel.MAIL, recipient=given.people.owner)
    assert [(row.state, row.held_for) for row in mails] == [(Delivery.SENT, "")]


def test_a_delegate_who_did_not_answer_stands_in_for_nobody_who_hears_of_it(given):
    people = given.people
    given.service.manager = people.outsider
    given.service.save()
    wish(people.outsider, delegate=people.owner)
    rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    swept(START)
    swept(START + hours(0.5))
    assert [m.to for m in mail.outbox if "Nobody has said" in m.subject] == [[people.outsider.email]]
