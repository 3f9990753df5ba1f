"""What an edit would mean, said before it is made, and that making it does just that (DESIGN 4.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import rfc as action
from changes.choices import State
from changes.models import RFC, Event
from changes.selectors.consequence import Effect, consequence_of
from changes.selectors.session import moved_content
from tests.factories import NOW, WindowFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db
SATURDAY = NOW + timedelta(days=7, hours=12)


def scheduled(given, state=State.SCHEDULED):
    WindowFactory(environment=given.environment)
    rfc = rfc_in(state, given, sessions=(session(SATURDAY),))
    return RFC.objects.with_content().get(pk=rfc.pk)


def moved(rfc, start, length=4):
    return moved_content(rfc.content(), rfc.sessions.all()[0].pk, start, start + hours(length))


CASES = [
    pytest.param(lambda rfc: rfc.content(), Effect.NONE, State.SCHEDULED, id="nothing"),
    pytest.param(lambda rfc: replace(rfc.content(), title="Said better"), Effect.NONE, State.SCHEDULED, id="wording"),
    pytest.param(lambda rfc: moved(rfc, SATURDAY + hours(1)), Effect.NONE, State.SCHEDULED, id="same occurrence"),
    pytest.param(lambda rfc: moved(rfc, SATURDAY + timedelta(days=7)), Effect.CONFIRM, State.APPROVED, id="another occurrence"),
    pytest.param(lambda rfc: moved(rfc, SATURDAY + timedelta(days=2)), Effect.RETURNS, State.SUBMITTED, id="out of the windows"),
    pytest.param(lambda rfc: moved(rfc, SATURDAY, 7), Effect.RETURNS, State.SUBMITTED, id="past the end of its window"),
    pytest.param(lambda rfc: replace(rfc.content(), rollback_trigger="Never"), Effect.RETURNS, State.SUBMITTED, id="material"),
]


@pytest.mark.parametrize(("edit", "effect", "state"), CASES)
def test_what_is_said_beforehand_is_what_happens(edit, effect, state):
    given = world(needs_window=True)
    rfc = scheduled(given)
    content = edit(rfc)
    assert consequence_of(rfc, content, at=NOW).effect == effect
    assert action.update(rfc, content, actor=given.people.owner, at=NOW).state == state


def test_asking_writes_nothing():
    given = world(needs_window=True)
    rfc = scheduled(given)
    events = Event.objects.count()
    consequence_of(rfc, moved(rfc, SATURDAY + timedelta(days=2)), at=NOW)
    fresh = RFC.objects.get(pk=rfc.pk)
    assert (Event.objects.count(), fresh.version, fresh.planned_start) == (events, rfc.version, SATURDAY)


def test_it_names_what_differs_and_what_would_stand_in_the_way():
    given = world(needs_window=True)
    rfc = scheduled(given)
    said = consequence_of(rfc, moved(rfc, SATURDAY + timedelta(days=2)), at=NOW)
    assert [difference.field for difference in said.differences] == ["sessions"]
    assert [finding.code for finding in said.new_findings] == ["window.misses"]
    assert said.new_findings[0].message in said.sentence


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED])
def test_before_an_approval_nothing_can_be_lost(state):
    given = world(needs_window=True)
    rfc = scheduled(given, state)
    assert consequence_of(rfc, moved(rfc, SATURDAY + timedelta(days=2)), at=NOW).effect == Effect.NONE


def test_a_move_takes_the_outage_along():
    given = world(needs_window=True)
    rfc = scheduled(given)
    content = rfc.content()
    with_outage = replace(content.sessions[0], outage_start=SATURDAY + hours(1), outage_end=SATURDAY + hours(2))
    after = moved_content(replace(content, sessions=(with_outage,)), with_outage.id, SATURDAY + hours(24), SATURDAY + hours(28))
    assert (after.sessions[0].outage_start, after.sessions[0].outage_end) == (SATURDAY + hours(25), SATURDAY + hours(26))
