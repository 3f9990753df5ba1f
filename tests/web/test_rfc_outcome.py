"""Where "has it begun?" and "how did it go?" lead: opening it changes nothing, each answer is one press (issue 2, journey 5)."""

import pytest
import time_machine

from changes.actions import decision
from changes.actions.ruling import Promise, Ruling
from changes.choices import Outcome, State, Verdict
from changes.models import RFC, Event
from tests.factories import NOW, hours, rfc_in, world

pytestmark = pytest.mark.django_db
START = NOW + hours(72)


@pytest.fixture
def given():
    with time_machine.travel(NOW, tick=False):
        return world()


def opened(client, user, rfc, at):
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        return client.get(f"/rfcs/{rfc.number}/outcome/")


@pytest.mark.parametrize(
    ("state", "name", "words", "missing"),
    [
        (State.SCHEDULED, "owner", ["Has it begun?", "It has begun", "Record that it was not started"], []),
        (State.SCHEDULED, "implementer", ["Has it begun?", "It has begun"], []),
        (State.SCHEDULED, "outsider", ["Owner and Implementer say how it goes."], ["<form method"]),
        (State.IN_PROGRESS, "implementer", ["How did it go?", "Rolled back", "It is still going on"], ["Not started"]),
        (State.COMPLETED, "owner", ["is recorded already", "Successful"], ["Record the outcome"]),
        (State.CANCELLED, "owner", ["is cancelled", "There is no outcome to report."], ["Record the outcome"]),
    ],
)
def test_it_asks_the_question_of_the_hour_and_changes_nothing(client, given, state, name, words, missing):
    rfc = rfc_in(state, given)
    events, version = Event.objects.count(), RFC.objects.get(pk=rfc.pk).version
    response = opened(client, getattr(given.people, name), rfc, START + hours(1))
    main = response.content.decode().partition("<main")[2]
    assert [word for word in words if word not in main] == []
    assert [word for word in missing if word in main] == []
    assert (Event.objects.count(), RFC.objects.get(pk=rfc.pk).version) == (events, version)


def test_work_that_may_not_begin_says_what_is_open(client, given):
    rfc = rfc_in(State.SUBMITTED, given)
    promise = Promise("Look at the backup", given.people.implementer, NOW + hours(24))
    decision.decide(rfc, Ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=[promise]), actor=given.people.change_manager, at=NOW)
    shown = opened(client, given.people.owner, rfc, START).content.decode()
    assert "It may not begin yet" in shown
    assert "1 of its conditions is not met." in shown


def test_its_answers_lead_from_begin_to_outcome(client, given):
    rfc = rfc_in(State.SCHEDULED, given)
    owner = given.people.owner
    assert 'value="2026-11-24T10:00"' in opened(client, owner, rfc, START + hours(1)).content.decode()
    with time_machine.travel(START + hours(1), tick=False):
        client.post(f"/rfcs/{rfc.number}/moves/in_progress/", {"actual_start": "2026-11-24T10:00", "version": rfc.version})
    assert rfc.sessions.get().actual_start == START
    # opened the morning after, the end of the plan stands in it
    assert 'value="2026-11-24T14:00"' in opened(client, owner, rfc, START + hours(20)).content.decode()
    typed = {"outcome": "successful", "actual_start": "2026-11-24T10:00", "actual_end": "2026-11-24T13:10"}
    with time_machine.travel(START + hours(20), tick=False):
        client.post(f"/rfcs/{rfc.number}/moves/completed/", typed)
    rfc.refresh_from_db()
    assert (rfc.state, rfc.outcome, rfc.sessions.get().actual_end) == (State.COMPLETED, Outcome.SUCCESSFUL, START + hours(3) + hours(1 / 6))


def test_a_post_has_no_business_here(client, given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    client.force_login(given.people.owner)
    assert client.post(f"/rfcs/{rfc.number}/outcome/", {"outcome": "successful"}).status_code == 405
    assert RFC.objects.get(pk=rfc.pk).state == State.IN_PROGRESS
