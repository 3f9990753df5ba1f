"""The weekly question how it stands: who is asked on a Monday, and who is not (DESIGN 4.9)."""

from datetime import timedelta

import pytest
from django.core import mail

from changes.actions.status import tell_status
from changes.choices import Channel, State, Urgency
from changes.models import RFC, Reminder
from tests.factories import NOW, EventFactory, RFCFactory, SessionFactory, hours
from tests.sweeps import swept

MONDAY = NOW + timedelta(days=2) - hours(1)  # 23 November, 09:00 in Amsterdam
pytestmark = pytest.mark.django_db


def status_asked(at):
    swept(at)
    return sorted(to for m in mail.outbox if m.subject.startswith("How does it stand?") for to in m.to)


def test_owners_of_what_is_owed_or_runs_long_are_asked_on_monday_and_nobody_else(given):
    people = given.people
    owing = RFCFactory(state=State.CLOSED, urgency=Urgency.EMERGENCY, owner=people.owner)
    long = RFCFactory(state=State.IN_PROGRESS, owner=people.outsider)
    SessionFactory(rfc=long, planned_start=MONDAY - timedelta(days=9), actual_start=MONDAY - timedelta(days=8))
    for quiet in (
        RFCFactory(state=State.CLOSED, urgency=Urgency.EMERGENCY, owner=people.member, is_permanent=True),
        RFCFactory(state=State.CLOSED, owner=people.member),
        RFCFactory(state=State.IN_PROGRESS, owner=people.member, title="Short"),
    ):
        SessionFactory(rfc=quiet, planned_start=MONDAY - timedelta(days=6), actual_start=MONDAY - timedelta(days=6))
    fixed = RFCFactory(state=State.CLOSED, urgency=Urgency.EMERGENCY, owner=people.member)
    RFCFactory(follows_up=fixed, owner=people.member, state=State.CLOSED)
    RFCFactory(follows_up=owing, owner=people.owner, state=State.CANCELLED)
    assert status_asked(MONDAY - timedelta(minutes=1)) == []
    assert status_asked(MONDAY) == ["outsider@example.org", "owner@example.org"]
    assert status_asked(MONDAY + hours(20)) == []
    RFC.objects.filter(title="Short").update(state=State.CANCELLED)
    tell_status(owing, "The vendor ships the patch on Thursday.", actor=people.owner, at=MONDAY + timedelta(days=7, hours=-5))
    assert status_asked(MONDAY + timedelta(days=7)) == ["outsider@example.org"], "said in that week already"
    assert status_asked(MONDAY + timedelta(days=14)) == ["outsider@example.org", "owner@example.org"]


def test_work_that_was_never_begun_is_asked_after_by_those_who_hear_that_nobody_answers_not_weekly(given):
    ended = MONDAY - timedelta(days=8)
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, owner=given.people.owner), planned_start=ended - hours(4), planned_end=ended)
    assert status_asked(MONDAY) == []


def test_what_an_emergency_owes_is_told_by_itself_before_it_is_asked_after_weekly(given):
    """It is over on Saturday: its own reminder on Thursday, and the weekly question on no Monday before."""
    rfc = RFCFactory(state=State.CLOSED, urgency=Urgency.EMERGENCY, owner=given.people.owner)
    SessionFactory(rfc=rfc, planned_start=NOW - hours(2), actual_start=NOW - hours(2), actual_end=NOW)
    hours_on = [MONDAY, NOW + timedelta(days=5), MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)]
    told = [[done.row.rule for done in swept(at) if done.row.rule in ("status_asked", "follow_up_owed")] for at in hours_on]
    assert told == [[], ["follow_up_owed"], ["status_asked"], ["status_asked"]]


@pytest.mark.parametrize(
    ("state", "began", "recorded"),
    [(State.COMPLETED, timedelta(hours=-3), timedelta(days=2)), (State.IN_PROGRESS, timedelta(days=-6), timedelta(days=-6))],
)
def test_what_falls_due_in_mid_week_is_asked_after_on_the_next_monday(given, state, began, recorded):
    """It was no reason yet on the Monday of that week, and a question about it would call itself days late."""
    rfc = RFCFactory(state=state, urgency=Urgency.EMERGENCY, owner=given.people.owner)
    SessionFactory(rfc=rfc, planned_start=MONDAY + began, actual_start=MONDAY + began)
    EventFactory(rfc=rfc, action="completed" if state == State.COMPLETED else "begun", at=MONDAY + recorded)
    asked = [status_asked(MONDAY + timedelta(days=days)) for days in (0, 3, 7)]
    assert asked == [[], [], ["owner@example.org"]]
    assert Reminder.objects.get(rule="status_asked", channel=Channel.MAIL).detail == ""
