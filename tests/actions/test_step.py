"""Ticking off steps while the work goes on."""

import pytest

from changes.actions import step as action
from changes.choices import State
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC
from tests.factories import NOW, hours, rfc_in, world

pytestmark = pytest.mark.django_db
LATER = NOW + hours(73)


def test_a_tick_keeps_who_and_when_and_a_second_one_changes_neither():
    given = world()
    rfc = rfc_in(State.IN_PROGRESS, given)
    step = rfc.steps.first()
    action.mark(step, done=True, note="Took a while.", actor=given.people.implementer, at=LATER)
    again = action.mark(step, done=True, actor=given.people.owner, at=LATER + hours(1))
    assert (again.done_at, again.done_by, again.note) == (LATER, given.people.implementer, "Took a while.")
    assert [event.action for event in rfc.events.all()][-2:] == ["step_done", "step_done"]


def test_a_step_is_opened_again_and_keeps_its_note():
    given = world()
    step = rfc_in(State.IN_PROGRESS, given).steps.first()
    action.mark(step, done=True, note="Looked right.", actor=given.people.implementer, at=LATER)
    step = action.mark(step, done=False, actor=given.people.implementer, at=LATER)
    assert (step.done_at, step.done_by, step.note) == (None, None, "Looked right.")


def test_a_note_alone_ticks_nothing_off():
    given = world()
    rfc = rfc_in(State.IN_PROGRESS, given)
    step = action.mark(rfc.steps.first(), note="The installer waits.", actor=given.people.owner, at=LATER)
    event = rfc.events.last()
    assert (step.done_at, event.action) == (None, "step_noted")
    assert event.note == f"{step.instruction}: The installer waits."


def test_every_tick_makes_a_new_version():
    given = world()
    rfc = rfc_in(State.IN_PROGRESS, given)
    action.mark(rfc.steps.first(), done=True, actor=given.people.owner, at=LATER)
    assert RFC.objects.get(pk=rfc.pk).version == rfc.version + 1


@pytest.mark.parametrize("name", ["outsider", "change_manager", "chair", "member", "viewer", "administrator", "tool"])
def test_nobody_else_ticks_off(name):
    given = world()
    step = rfc_in(State.IN_PROGRESS, given).steps.first()
    with pytest.raises(NotAllowed):
        action.mark(step, done=True, actor=getattr(given.people, name), at=LATER)


@pytest.mark.parametrize("state", [State.DRAFT, State.SCHEDULED, State.COMPLETED])
def test_steps_are_ticked_off_while_it_is_in_progress_alone(state):
    given = world()
    step = rfc_in(state, given).steps.first()
    with pytest.raises(MoveRefused):
        action.mark(step, done=True, actor=given.people.implementer, at=LATER)
    step.refresh_from_db()
    assert step.done_at is None
