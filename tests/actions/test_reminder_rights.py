"""What being asked lets somebody do: answer that question about that session as it stands, and nothing else (DESIGN 4.9)."""

from datetime import timedelta

import pytest

from changes import permissions
from changes.actions import reminder
from changes.actions.answer import begun, ended, longer
from changes.actions.lifecycle import Request, move
from changes.actions.session import begin, extend, resume, turn_back
from changes.actions.step import mark
from changes.choices import Outcome, State, Urgency
from changes.domain.ladder_words import Rule
from changes.exceptions import NotAllowed
from changes.models import RFC, Preference, WorkSession
from tests.factories import HIGH_IMPACT, NOW, SessionFactory, hours, managed_world, rfc_in

START = NOW + timedelta(days=3)
END = START + hours(4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return managed_world()


@pytest.fixture
def asked(given):
    """A major change about whose begin the owner's delegate was asked, and the service manager because nobody answered."""
    Preference.objects.create(user=given.people.owner, delegate=given.people.outsider)
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    for minutes in (0, 30):
        reminder.send_due(at=START + timedelta(minutes=minutes))
    return rfc.sessions.get()


LATER = START + hours(0.75)


def may(user, session, at=LATER):
    return permissions.can_answer(user, WorkSession.objects.select_related("rfc").get(pk=session.pk), at)


def who(given, session, at=LATER):
    people = given.people
    return [may(user, session, at) for user in (people.outsider, people.change_manager, people.chair)]


def test_whoever_was_asked_answers_and_nobody_else(given, asked):
    assert who(given, asked) == [True, True, False]
    reminder.send_due(at=START + hours(1))
    assert who(given, asked, START + hours(1)) == [True, True, True]


def test_once_it_is_said_that_it_has_begun_the_question_gives_nothing_more(given, asked):
    begun(asked, START, actor=given.people.change_manager, at=LATER)
    later = LATER + hours(0.1)
    assert who(given, asked, later) == [False, False, False]
    for answer in (
        lambda: ended(asked, Outcome.SUCCESSFUL, started=None, ended=later, actor=given.people.change_manager, at=later),
        lambda: longer(asked, 60, seen=1, actor=given.people.outsider, at=later),
        lambda: move(asked.rfc, State.COMPLETED, actor=given.people.outsider, at=later, request=Request("", Outcome.SUCCESSFUL)),
    ):
        with pytest.raises(NotAllowed):
            answer()
    reminder.send_due(at=END)
    assert who(given, asked, END) == [True, False, False], "the delegate is asked how it went"
    longer(asked, 60, seen=1, actor=given.people.outsider, at=END)
    assert who(given, asked, END) == [False, False, False], "it has other times now, of which nobody was asked yet"


def test_that_it_has_begun_and_is_over_is_one_answer(given, asked):
    rfc = ended(asked, Outcome.SUCCESSFUL, started=START, ended=LATER, actor=given.people.change_manager, at=LATER)
    assert rfc.state == State.COMPLETED


@pytest.mark.parametrize(
    "change",
    [
        lambda rfc: rfc.sessions.update(revision=2),
        lambda rfc: RFC.objects.filter(pk=rfc.pk).update(state=State.APPROVED),
        lambda rfc: RFC.objects.filter(pk=rfc.pk).update(state=State.CANCELLED),
        lambda rfc: rfc.sessions.update(actual_start=START),
        lambda rfc: rfc.sessions.update(actual_start=START, actual_end=LATER),
    ],
    ids=["moved", "off the schedule", "cancelled", "begun", "over"],
)
def test_what_ends_the_question_ends_the_right(given, asked, change):
    change(asked.rfc)
    assert who(given, asked) == [False, False, False]


def test_whoever_is_no_manager_and_no_chair_any_more_answers_no_more(given, asked):
    given.service.manager = given.people.member
    given.service.save()
    assert who(given, asked) == [True, False, False]
    assert not may(given.people.member, asked), "was never asked"


def test_it_runs_out_with_the_last_question_and_a_day(given, asked):
    assert who(given, asked, END + timedelta(days=8, seconds=-1)) == [True, True, False]
    assert who(given, asked, END + timedelta(days=8)) == [False, False, False]


def test_it_is_about_that_session_and_about_no_other(given, asked):
    other = SessionFactory(rfc=asked.rfc, planned_start=START + timedelta(days=1), planned_end=END + timedelta(days=1))
    manager = given.people.change_manager
    assert (may(manager, asked), may(manager, other)) == (True, False)
    with pytest.raises(NotAllowed):
        move(asked.rfc, State.COMPLETED, actor=manager, at=LATER, request=Request("", Outcome.NOT_STARTED))
    rfc = ended(asked, Outcome.SUCCESSFUL, started=START, ended=LATER, actor=manager, at=LATER)
    assert rfc.state == State.IN_PROGRESS
    with pytest.raises(NotAllowed):
        begin(rfc, actor=manager, at=LATER + hours(0.1))


def test_how_the_work_is_done_stays_with_who_does_it(given, asked):
    begun(asked, START, actor=given.people.implementer, at=START + hours(0.6))
    reminder.send_due(at=END)
    delegate, rfc = given.people.outsider, RFC.objects.get(pk=asked.rfc_id)
    step = rfc.steps.first()
    assert may(delegate, asked, END)
    for other in (
        lambda: turn_back(rfc, actor=delegate, at=END),
        lambda: resume(rfc, actor=delegate, at=END),
        lambda: mark(step, done=True, actor=delegate, at=END),
    ):
        with pytest.raises(NotAllowed):
            other()
    extend(asked, 30, actor=delegate, at=END)


def test_of_an_emergency_as_of_a_major_one(given):
    rfc = rfc_in(State.SCHEDULED, given)
    RFC.objects.filter(pk=rfc.pk).update(urgency=Urgency.EMERGENCY)
    for minutes in (0, 30):
        reminder.send_due(at=START + timedelta(minutes=minutes))
    assert rfc.reminders.filter(rule=Rule.BEGUN_UNANSWERED, recipient=given.people.change_manager).exists()
    assert may(given.people.change_manager, rfc.sessions.get())
