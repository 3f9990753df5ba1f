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


#: Who did it knows of it.
THE_OTHER = [("work_off", "implementer")]


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
    assert sent(LATER) == THE_OTHER
    said = [m for m in mail.outbox if rfc.number in m.subject]
    assert all(word in f"{said[0].subject} {' '.join(said[0].body.split())}" for word in words), said[0].body
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


def test_who_is_reminded_of_the_new_time_is_not_told_of_the_move_as_well_and_hears_that_it_is_cancelled(given, rfc):
    move(rfc, given)
    assert sent(LATER, ("work_off", "before_24h")) == [("before_24h", "implementer"), ("before_24h", "owner")]
    rfc.refresh_from_db()
    lifecycle.move(rfc, State.CANCELLED, actor=given.people.owner, at=LATER + hours(1))
    assert sent(LATER + hours(1)) == THE_OTHER


def test_moved_there_and_back_between_two_sweeps_nobody_is_told_what_they_know(given, rfc):
    move(rfc, given)
    move(RFC.objects.get(pk=rfc.pk), given, -TWO_HOURS)
    assert sent(LATER + hours(0.1), ("work_off", "before_24h")) == []
    found = Reminder.objects.filter(rule="before_24h", revision=3).values_list("state", "channel", "detail")
    assert list(found) == [(Delivery.DROPPED, "mail", "They have been told this time.")] * 2
    assert sent(START, ("begun",)) == [("begun", "implementer"), ("begun", "owner")]


def test_moved_there_told_and_back_everybody_hears_each_time_with_what_they_were_told(given, rfc):
    move(rfc, given)
    assert sent(LATER + hours(0.1), ("work_off", "before_24h")) == [("before_24h", "implementer"), ("before_24h", "owner")]
    assert all("It was moved: you were told Tue 24 Nov 10:00, which no longer stands." in " ".join(m.body.split()) for m in mail.outbox)
    session = RFC.objects.get(pk=rfc.pk).sessions.get()
    times = session.planned_start - TWO_HOURS, session.planned_end - TWO_HOURS
    reschedule(session, *times, actor=given.people.owner, at=LATER + hours(1))
    assert sent(LATER + hours(1.1), ("work_off", "before_24h")) == [("before_24h", "implementer"), ("before_24h", "owner")]
    assert all("you were told Tue 24 Nov 12:00" in " ".join(m.body.split()) for m in mail.outbox)


def test_a_later_end_alone_says_what_has_changed(given, rfc):
    session = rfc.sessions.get()
    reschedule(session, session.planned_start, session.planned_end + timedelta(minutes=15), actor=given.people.owner, at=LATER)
    assert sent(LATER + hours(0.1), ("work_off", "before_24h")) == [("before_24h", "implementer"), ("before_24h", "owner")]
    assert {m.subject for m in mail.outbox} == {f"{rfc.number} begins Tue 24 Nov 10:00, now until 14:15: {rfc.title}"}
    assert all("It now ends at 14:15, not when you were told." in " ".join(m.body.split()) for m in mail.outbox)


def give(rfc, at=LATER, **people):
    """To other people, by its owner."""
    rfc = RFC.objects.with_content().get(pk=rfc.pk)
    actions.update(rfc, replace(rfc.content(), **{part: person.username for part, person in people.items()}), actor=rfc.owner, at=at)


@pytest.mark.parametrize("part", ["implementer", "owner"])
def test_whose_work_it_is_no_more_hears_so_and_who_is_named_is_not_late(given, rfc, part):
    was = getattr(given.people, part)
    rfc = RFC.objects.with_content().get(pk=rfc.pk)
    RFC.objects.filter(pk=rfc.pk).update(requester=given.people.member)  # who may write in it, and was told of nothing
    content = replace(rfc.content(), **{part: given.people.outsider.username})
    actions.update(rfc, content, actor=given.people.member, at=LATER)
    assert sent(LATER + hours(0.1), ("work_off", "before_24h")) == [("before_24h", "outsider"), ("work_off", part)]
    off, begins = (next(m for m in mail.outbox if m.to == [person.email]) for person in (was, given.people.outsider))
    assert off.subject == f"{rfc.number} is no longer yours: {rfc.title}"
    assert f"You are not on it any more; {given.people.outsider} is." in " ".join(off.body.split())
    assert "late" not in begins.body
    assert sent(LATER + hours(1), ("work_off", "before_24h")) == []


def test_whoever_gets_it_back_hears_when_it_is(given, rfc):
    give(rfc, implementer=given.people.outsider)
    assert sent(LATER + hours(0.1)) == THE_OTHER
    give(rfc, at=LATER + hours(1), implementer=given.people.implementer)
    assert sent(LATER + hours(1.1)) == [("work_off", "implementer"), ("work_off", "outsider")]
    subjects = {m.to[0].partition("@")[0]: m.subject.partition(":")[0] for m in mail.outbox}
    assert subjects["outsider"] == f"{rfc.number} is no longer yours"
    assert subjects["implementer"].startswith(f"{rfc.number} is planned for ")


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
