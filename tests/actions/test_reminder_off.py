"""Whoever was reminded of work hears once that it is cancelled, moved or off the schedule; and an owner why it was returned."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.core import mail

from changes.actions import lifecycle, reminder
from changes.actions import rfc as actions
from changes.actions.lifecycle import Request
from changes.actions.session import reschedule
from changes.choices import Delivery, State
from changes.models import RFC, Preference, Reminder
from tests.factories import NOW, hours, rfc_in

START = NOW + timedelta(days=3)
TOLD, LATER = START - hours(24), START - hours(11)
pytestmark = pytest.mark.django_db


@pytest.fixture
def rfc(given):
    found = rfc_in(State.SCHEDULED, given)
    reminder.send_due(at=TOLD)
    mail.outbox.clear()
    return RFC.objects.with_content().get(pk=found.pk)


def sent(at, rules=("work_off", "approval_gone")):
    mail.outbox.clear()
    done = [one for one in reminder.send_due(at=at) if one.state == Delivery.SENT and one.row.rule in rules]
    return sorted((one.row.rule, one.row.recipient.username) for one in done)


def cancel(rfc, given):
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=LATER, request=Request(reason="The vendor withdrew it."))


TWO_HOURS = timedelta(hours=2)


def move(rfc, given, by=TWO_HOURS):
    session = rfc.sessions.get()
    reschedule(session, session.planned_start + by, session.planned_end + by, actor=given.people.owner, at=LATER)


def edit(rfc, given):
    actions.update(rfc, replace(rfc.content(), rollback_trigger="More than 900 wait."), actor=given.people.owner, at=LATER)


BOTH = [("work_off", "implementer"), ("work_off", "owner")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (cancel, ["is cancelled", "The vendor withdrew it.", "Nothing is to be done."]),
        (move, ["is moved to", "It is now planned for", "12:00"]),
        (edit, ["is off the schedule", "do not begin until it is approved"]),
    ],
)
def test_everybody_who_was_reminded_hears_it_once_in_quiet_hours_too(given, rfc, change, words):
    for person in (given.people.owner, given.people.implementer):
        Preference.objects.create(user=person, quiet_from=time(0), quiet_until=time(23, 59), digest_at=time(8))
    change(rfc, given)
    assert sent(LATER) == BOTH
    said = [m for m in mail.outbox if rfc.number in m.subject]
    assert all(all(word in f"{m.subject} {' '.join(m.body.split())}" for word in words) for m in said[:2]), said[0].body
    assert sent(LATER + hours(1)) == []


@pytest.mark.parametrize("change", [cancel, move, edit])
def test_whoever_was_told_nothing_yet_hears_of_no_work_that_is_off(given, change):
    change(RFC.objects.with_content().get(pk=rfc_in(State.SCHEDULED, given).pk), given)
    assert [rule for rule, _ in sent(LATER) if rule == "work_off"] == []


def test_moved_back_before_anybody_was_told_nothing_goes_out(given, rfc):
    move(rfc, given)
    move(rfc, given, -hours(2))
    assert sent(LATER + hours(0.1)) == []
    assert not Reminder.objects.filter(rule="work_off").exists()


def test_moved_and_then_cancelled_is_told_both_times(given, rfc):
    move(rfc, given)
    assert sent(LATER) == BOTH
    rfc.refresh_from_db()
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=LATER + hours(1))
    assert sent(LATER + hours(1)) == BOTH


@pytest.mark.parametrize(("who", "told"), [("change_manager", [("returned", "owner")]), ("owner", [])])
def test_what_is_returned_is_told_to_its_owner_with_the_reason(given, who, told):
    rfc = rfc_in(State.SUBMITTED, given)
    request = Request(reason="Say how you turn back.")
    lifecycle.move(rfc, State.DRAFT, actor=getattr(given.people, who), at=NOW + hours(1), request=request)
    assert sent(NOW + hours(1), ("returned", "approval_gone")) == told
    bodies = [" ".join(m.body.split()) for m in mail.outbox if m.subject == f"Returned to you: {rfc.number} {rfc.title}"]
    assert len(bodies) == len(told)
    assert all("Say how you turn back." in body for body in bodies)
    assert sent(NOW + hours(2), ("returned",)) == []
