"""Ticking off on the page: with and without script, and the work around it."""

import pytest
import time_machine

from changes.choices import Phase, State
from changes.models import RFC, Board, ChangeType, ConfigurationItem, Environment, Service
from changes.selectors.session import turned_back_at
from tests.factories import NOW, World, hours, rfc_in, world

pytestmark = pytest.mark.django_db
START = NOW + hours(72)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(START + hours(1), tick=False):
        yield


@pytest.fixture
def night():
    """An RFC at work, its first step, and its people."""
    given = world()
    with time_machine.travel(NOW, tick=False):
        rfc = rfc_in(State.IN_PROGRESS, given)
    first = RFC.objects.with_content().get(pk=rfc.pk).phase(Phase.ROLLOUT)[0]
    return rfc, first, given.people


def mark(client, user, rfc, step, data, **headers):
    client.force_login(user)
    return client.post(f"/rfcs/{rfc.number}/steps/{step.pk}/", data, follow=True, **headers)


def test_a_tick_comes_back_to_the_page_with_the_next_step_on_top(client, night):
    rfc, step, people = night
    response = mark(client, people.implementer, rfc, step, {"done": "1"})
    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (START + hours(1), people.implementer)
    assert "Now: step 2 of 3" in response.content.decode()


def test_htmx_gets_the_work_alone_and_a_toast(client, night):
    rfc, step, people = night
    response = mark(client, people.implementer, rfc, step, {"done": "1"}, **HTMX)
    shown = response.content.decode()
    assert shown.lstrip().startswith('<div class="with-rail rail-400 rfc-grid" id="work">')
    assert "toast" in response["HX-Trigger"]
    assert "Now: step 2 of 3" in shown


def test_a_step_is_opened_again(client, night):
    rfc, step, people = night
    for done in ("1", "0"):
        mark(client, people.implementer, rfc, step, {"done": done})
    step.refresh_from_db()
    assert step.done_at is None


def test_a_note_is_kept(client, night):
    rfc, step, people = night
    mark(client, people.implementer, rfc, step, {"note": "The installer waits for a lock."})
    step.refresh_from_db()
    assert (step.note, step.done_at) == ("The installer waits for a lock.", None)


def test_a_step_that_did_not_work_is_noted_and_can_start_the_rollback(client, night):
    rfc, step, people = night
    client.force_login(people.implementer)
    asked = client.get(f"/rfcs/{rfc.number}/steps/{step.pk}/")
    assert "did not work?" in asked.content.decode()
    response = mark(client, people.implementer, rfc, step, {"failed": "1", "note": "No answer.", "roll_back": "1"})
    step.refresh_from_db()
    assert step.note == "Did not work. No answer."
    assert turned_back_at(rfc, rfc.sessions.get()) == START + hours(1)
    assert "Rolling back: step R1" in response.content.decode()


def test_a_refused_tick_says_why_and_keeps_the_note(client, night):
    rfc, step, people = night
    response = mark(client, people.member, rfc, step, {"done": "1", "note": "I only watch."})
    step.refresh_from_db()
    assert (response.status_code, step.done_at) == (403, None)
    assert "Its owner and its implementer tick off steps." in response.content.decode()


def test_a_step_of_another_rfc_is_not_found(client, night):
    rfc, _, people = night
    with time_machine.travel(NOW, tick=False):
        other = rfc_in(State.DRAFT, world_of(people))
    client.force_login(people.implementer)
    step = other.steps.first()
    response = client.post(f"/rfcs/{rfc.number}/steps/{step.pk}/", {"done": "1"})
    step.refresh_from_db()
    assert (response.status_code, step.done_at) == (404, None)


def world_of(people):
    """The world that is there already, for a second RFC of the same people."""
    return World(
        people,
        Environment.objects.get(),
        Service.objects.get(),
        ConfigurationItem.objects.get(),
        ChangeType.objects.get(),
        Board.objects.get(),
    )


@pytest.mark.parametrize(("act", "action"), [("roll-back", "rollback_begun"), ("extend", "extended"), ("end", "session_ended")])
def test_the_work_is_changed_by_a_post_and_only_asked_about_by_a_get(client, night, act, action):
    rfc, _, people = night
    client.force_login(people.implementer)
    client.get(f"/rfcs/{rfc.number}/work/{act}/")
    assert rfc.events.last().action == "begun"
    client.post(f"/rfcs/{rfc.number}/work/{act}/", {"minutes": "30", "note": "Slow."})
    assert (rfc.events.last().action, rfc.events.last().note) == (action, "Slow.")


@pytest.mark.parametrize(("minutes", "status"), [("0", 400), ("", 400), ("many", 400)])
def test_an_extension_that_is_none_keeps_what_was_typed(client, night, minutes, status):
    rfc, _, people = night
    client.force_login(people.implementer)
    response = client.post(f"/rfcs/{rfc.number}/work/extend/", {"minutes": minutes, "note": "The copy is slow."})
    assert response.status_code == status
    assert "The copy is slow." in response.content.decode()
