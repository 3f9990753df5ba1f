"""What an edit would mean, said before it is made, and that making it does just that (DESIGN 4.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import rfc as action
from changes.choices import State
from changes.models import RFC, Event
from changes.selectors.consequence import Effect, consequence_of
from changes.selectors.finding import findings_of
from changes.selectors.session import moved_content
from tests.factories import NOW, RFCFactory, SessionFactory, WindowFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db
SATURDAY = NOW + timedelta(days=7, hours=12)


def scheduled(given, state=State.SCHEDULED):
    WindowFactory(environment=given.environment)
    return full(rfc_in(state, given, sessions=(session(SATURDAY),)))


def full(rfc):
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


def test_a_move_that_leaves_too_little_notice_goes_back():
    given = world()
    given.change_type.notice_hours = 72
    given.change_type.save()
    rfc = full(rfc_in(State.SCHEDULED, given, sessions=(session(SATURDAY),)))
    content = moved(rfc, NOW + timedelta(days=5))
    later = NOW + timedelta(days=4)  # what was notice enough when it was submitted is not any more
    assert [consequence_of(rfc, content, at=at).effect for at in (NOW, later)] == [Effect.NONE, Effect.RETURNS]
    said = consequence_of(rfc, content, at=later)
    assert [finding.code for finding in said.new_findings] == ["notice.too_short"]
    after = action.update(rfc, content, actor=given.people.owner, at=later)
    assert (after.state, [f.code for f in findings_of(full(after), at=later) if f.blocks]) == (State.SUBMITTED, ["notice.too_short"])


def test_what_is_not_moved_keeps_the_notice_that_it_was_given():
    given = world()
    given.change_type.notice_hours = 72
    given.change_type.save()
    rfc = full(rfc_in(State.SCHEDULED, given, sessions=(session(SATURDAY),)))
    said = consequence_of(rfc, replace(rfc.content(), title="Said better"), at=SATURDAY - hours(10))
    assert (said.effect, said.new_findings) == (Effect.NONE, ())


def test_a_second_session_that_comes_into_the_way_of_the_same_rfc_is_another_finding():
    given = world()
    rfc = rfc_in(State.SCHEDULED, given, sessions=(session(SATURDAY), session(SATURDAY + timedelta(days=5))))
    other = RFCFactory(state=State.SCHEDULED, items=[given.item], environment=given.environment)
    for start in (SATURDAY, SATURDAY + timedelta(days=7)):
        SessionFactory(rfc=other, planned_start=start, planned_end=start + hours(4))
    rfc = full(rfc)
    assert [(f.code, f.field) for f in findings_of(rfc, at=NOW) if f.blocks] == [("conflict.same_item", "sessions[0]")]
    first, second = rfc.content().sessions
    content = replace(rfc.content(), sessions=(first, second.moved_to(SATURDAY + timedelta(days=7))))
    said = consequence_of(rfc, content, at=NOW)
    assert (said.effect, [f.field for f in said.new_findings]) == (Effect.RETURNS, ["sessions[1]"])
    nearer = replace(rfc.content(), sessions=(first.moved_to(SATURDAY + hours(1)), second))
    assert consequence_of(rfc, nearer, at=NOW).new_findings == ()
