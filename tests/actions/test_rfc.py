"""Raising and writing in an RFC: what is refused, what is kept, and what an edit means for an approval (DESIGN 4.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import lifecycle
from changes.actions import rfc as action
from changes.actions.decision import decide
from changes.actions.ruling import Ruling
from changes.actions.sweep import settle_schedule
from changes.choices import Outage, Role, Route, Severity, State, Urgency, Verdict
from changes.domain.content import Content
from changes.exceptions import MoveRefused, NotAllowed, Stale, Unacceptable
from changes.models import RFC, Event, WorkSession
from changes.selectors.consequence import Effect, consequence_of
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    FreezeFactory,
    ServiceFactory,
    WindowFactory,
    content,
    hours,
    raised,
    rfc_in,
    session,
    step,
    world,
)

pytestmark = pytest.mark.django_db


def stored(rfc: RFC) -> RFC:
    return RFC.objects.with_content().get(pk=rfc.pk)


def test_what_is_raised_is_read_back_whole():
    given = world()
    written = content(given)
    rfc = action.create(written, actor=given.people.owner, at=NOW)
    read = stored(rfc).content()
    for name in ("sessions", "rollout", "verification", "rollback"):
        rows = tuple(replace(row, id=None) for row in getattr(read, name))
        assert rows == getattr(written, name), name
    assert replace(read, sessions=(), rollout=(), verification=(), rollback=()) == replace(
        written, sessions=(), rollout=(), verification=(), rollback=()
    )


def test_a_new_rfc_is_a_draft_of_whoever_raised_it_with_its_proposal():
    given = world()
    rfc = action.create(content(given, owner=None, impact=HIGH_IMPACT), actor=given.people.outsider, at=NOW)
    assert (rfc.state, rfc.requester, rfc.owner) == (State.DRAFT, given.people.outsider, given.people.outsider)
    assert (rfc.proposed_severity, rfc.severity, rfc.route) == (Severity.MAJOR, Severity.MAJOR, Route.BOARD)
    assert rfc.due_by == NOW + timedelta(days=28)
    assert [event.action for event in rfc.events.all()] == ["created"]


@pytest.mark.parametrize(("name", "urgency"), [("viewer", Urgency.NORMAL), ("viewer", Urgency.EMERGENCY), ("tool", Urgency.NORMAL)])
def test_a_viewer_raises_nothing_and_a_tool_nothing_but_emergencies(name, urgency):
    given = world()
    with pytest.raises(NotAllowed):
        action.create(content(given, urgency=urgency), actor=getattr(given.people, name), at=NOW)
    assert not RFC.objects.exists()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"services": ("no-such",)}, "services"),
        ({"environment": "no-such"}, "environment"),
        ({"change_type": "no-such"}, "change_type"),
        ({"configuration_items": ("no-such",)}, "configuration_items"),
        ({"implementer": "nobody"}, "implementer"),
        ({"predecessors": ("RFC-999999",)}, "predecessors"),
        ({"follows_up": "RFC-999999"}, "follows_up"),
        ({"sessions": (session(length=hours(-1)),)}, "sessions[0].planned_end"),
        ({"sessions": (session(length=hours(0)),)}, "sessions[0].planned_end"),
        (
            {"sessions": (session(outage=Outage.PLANNED, outage_start=NOW + hours(74), outage_end=NOW + hours(73)),)},
            "sessions[0].outage_end",
        ),
        ({"sessions": (session(actual_start=NOW, actual_end=NOW - hours(1)),)}, "sessions[0].actual_end"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_impossible_is_refused_by_its_field_and_nothing_is_written(other, field):
    given = world()
    with pytest.raises(Unacceptable) as refused:
        raised(given, **other)
    assert refused.value.field == field
    assert (RFC.objects.count(), Event.objects.count(), WorkSession.objects.count()) == (0, 0, 0)


def test_an_edit_keeps_steps_and_sessions_and_tells_what_changed():
    given = world()
    rfc = stored(raised(given))
    before = rfc.content()
    kept = [s.id for s in before.rollout], [s.id for s in before.sessions]
    after = replace(before, title="Rollup 9", rollout=(*before.rollout, step("Look again")))
    rfc = action.update(rfc, after, actor=given.people.owner, at=NOW + hours(1), version=rfc.version)
    now = stored(rfc).content()
    assert ([s.id for s in now.rollout][:2], [s.id for s in now.sessions]) == kept
    event = rfc.events.last()
    assert (event.action, sorted(event.changes)) == ("edited", ["rollout", "title"])
    assert event.changes["title"] == [before.title, "Rollup 9"]


def test_saving_without_a_change_writes_nothing():
    given = world()
    rfc = stored(raised(given))
    again = action.update(rfc, rfc.content(), actor=given.people.owner, at=NOW, version=rfc.version)
    assert (again.version, again.events.count()) == (rfc.version, 1)


@pytest.mark.parametrize("name", ["outsider", "implementer", "member", "chair", "change_manager", "viewer", "administrator", "tool"])
def test_only_requester_and_owner_write_in_it(name):
    given = world()
    rfc = stored(raised(given))
    with pytest.raises(NotAllowed):
        action.update(rfc, replace(rfc.content(), title="Mine"), actor=getattr(given.people, name), at=NOW)


def test_the_change_manager_moves_it_and_changes_nothing_else():
    given = world()
    rfc = stored(rfc_in(State.SUBMITTED, given))
    moved = replace(rfc.content(), sessions=(session(NOW + hours(96)),))
    action.update(rfc, moved, actor=given.people.change_manager, at=NOW)
    assert stored(rfc).planned_start == NOW + hours(96)


def test_of_two_who_edit_the_second_is_told_and_loses_nothing_of_the_first():
    given = world()
    rfc = stored(raised(given))
    seen = rfc.version
    action.update(rfc, replace(rfc.content(), title="First"), actor=given.people.owner, at=NOW, version=seen)
    with pytest.raises(Stale):
        action.update(rfc, replace(rfc.content(), title="Second"), actor=given.people.owner, at=NOW, version=seen)
    assert stored(rfc).title == "First"


@pytest.mark.parametrize("state", [State.IN_PROGRESS, State.COMPLETED, State.CLOSED, State.REJECTED, State.CANCELLED])
def test_from_the_begin_of_the_work_on_the_content_stands(state):
    given = world()
    rfc = stored(rfc_in(state, given))
    with pytest.raises(MoveRefused):
        action.update(rfc, replace(rfc.content(), title="Later"), actor=given.people.owner, at=NOW)


# --- What an edit means for an approval ---------------------------------------------------------------------------------


def scheduled(given):
    """On the schedule on Saturday 28 November 22:00–02:00, in a window of Saturdays and one of Sundays."""
    WindowFactory(environment=given.environment)
    WindowFactory(
        environment=given.environment, rrule="FREQ=WEEKLY;BYDAY=SU", first_start="2026-11-08T22:00:00", first_end="2026-11-09T04:00:00"
    )
    return stored(rfc_in(State.SCHEDULED, given, sessions=(session(SATURDAY),)))


SATURDAY = NOW + timedelta(days=7, hours=12)
SUNDAY = SATURDAY + timedelta(days=1)


def moved_to(rfc: RFC, start):
    before = rfc.content()
    return replace(before, sessions=(replace(before.sessions[0], start=start, end=start + hours(4)),))


@pytest.mark.parametrize(
    "other",
    [
        {"description": "Another thing altogether."},
        {"services": ("other-service",)},
        {"rollout": (step("Do something else"),)},
        {"rollback_trigger": "Never."},
        {"impact": HIGH_IMPACT},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_material_edit_returns_it_for_approval(other):
    given = world(needs_window=True)
    ServiceFactory(slug="other-service")
    rfc = scheduled(given)
    after = replace(rfc.content(), **other)
    assert consequence_of(rfc, after, at=NOW).effect == Effect.RETURNS
    rfc = action.update(rfc, after, actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.decision, rfc.approved_until) == (State.SUBMITTED, None, None)
    assert rfc.events.last().action == "returned_for_approval"


@pytest.mark.parametrize("other", [{"title": "Other words"}, {"reason": "Said better."}, {"description": "ROLLUP 8  on one server."}])
def test_wording_is_not_material(other):
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc = action.update(rfc, replace(rfc.content(), **other), actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed) == (State.SCHEDULED, False)


def test_inside_the_same_occurrence_nobody_needs_to_confirm():
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc = action.update(rfc, moved_to(rfc, SATURDAY + hours(1)), actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed, rfc.planned_start) == (State.SCHEDULED, False, SATURDAY + hours(1))


def test_another_occurrence_waits_for_the_change_manager_alone():
    given = world(needs_window=True)
    rfc = scheduled(given)
    after = moved_to(rfc, SUNDAY)
    assert consequence_of(rfc, after, at=NOW).effect == Effect.CONFIRM
    rfc = action.update(rfc, after, actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed) == (State.APPROVED, True)
    for name in ("owner", "chair", "member"):
        with pytest.raises(NotAllowed):
            action.confirm_move(rfc, actor=getattr(given.people, name), at=NOW)
    rfc = action.confirm_move(rfc, actor=given.people.change_manager, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed) == (State.SCHEDULED, False)


def test_the_change_manager_who_moves_it_has_confirmed_it():
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc = action.update(rfc, moved_to(rfc, SUNDAY), actor=given.people.change_manager, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed) == (State.SCHEDULED, False)


def test_leaving_the_windows_returns_it_for_approval():
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc = action.update(rfc, moved_to(rfc, SATURDAY - hours(12)), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SUBMITTED
    assert "needs approval again" in rfc.events.last().note


def test_gaining_a_conflict_returns_it_for_approval():
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc_in(State.SUBMITTED, given, sessions=(session(SUNDAY),))  # the same item and the same implementer
    rfc = action.update(rfc, moved_to(rfc, SUNDAY), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SUBMITTED


def test_a_move_that_waits_is_not_begun():
    given = world(needs_window=True)
    rfc = scheduled(given)
    rfc = action.update(rfc, moved_to(rfc, SUNDAY), actor=given.people.owner, at=NOW)
    with pytest.raises(MoveRefused):
        lifecycle.move(rfc, State.IN_PROGRESS, actor=given.people.implementer, at=SUNDAY)


def test_a_tool_keeps_its_rfcs_emergencies():
    given = world()
    assert given.people.tool.role == Role.TOOL
    rfc = stored(raised(given, by=given.people.tool, urgency=Urgency.EMERGENCY))
    with pytest.raises(NotAllowed):
        action.update(rfc, replace(rfc.content(), urgency=Urgency.LOW), actor=given.people.tool, at=NOW)


# --- What cannot be gone around -----------------------------------------------------------------------------------------


def written(rfc: RFC) -> Content:
    return stored(rfc).content()


@pytest.mark.parametrize("state", [State.SUBMITTED, State.SCHEDULED])
@pytest.mark.parametrize("emptied", [{"rollback": ()}, {"rollout": ()}, {"services": ()}, {"reason": ""}, {"rollback_trigger": " "}])
def test_what_is_submitted_stays_complete(state, emptied):
    given = world()
    rfc = rfc_in(state, given)
    with pytest.raises(MoveRefused, match="no longer be complete") as refused:
        action.update(rfc, replace(written(rfc), **emptied), actor=given.people.owner, at=NOW)
    assert refused.value.findings
    rfc.refresh_from_db()
    assert rfc.state == state


@pytest.mark.parametrize(("before", "after"), [(Urgency.NORMAL, Urgency.EMERGENCY), (Urgency.EMERGENCY, Urgency.LOW)])
def test_becoming_an_emergency_or_ceasing_to_be_one_takes_the_approval_away(before, after):
    given = world()
    rfc = rfc_in(State.SUBMITTED, given, urgency=before)
    decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=NOW)
    rfc = action.update(rfc, replace(written(rfc), urgency=after), actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.decision) == (State.SUBMITTED, None)


def test_another_urgency_of_the_same_route_keeps_the_approval():
    given = world()
    rfc = rfc_in(State.SCHEDULED, given)
    rfc = action.update(rfc, replace(written(rfc), urgency=Urgency.HIGH), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SCHEDULED


def test_giving_an_rfc_away_makes_nobody_its_judge():
    given = world()
    manager = given.people.change_manager
    rfc = rfc_in(State.SUBMITTED, given, owner=manager.username)
    rfc = action.update(rfc, replace(written(rfc), owner=given.people.outsider.username), actor=manager, at=NOW)
    with pytest.raises(NotAllowed, match="a hand in"):
        decide(rfc, Ruling(Verdict.APPROVE), actor=manager, at=NOW)


def test_an_outage_moved_inside_its_session_is_material():
    given = world()
    night = replace(session(), outage=Outage.PLANNED, outage_start=session().start, outage_end=session().start + timedelta(minutes=10))
    rfc = rfc_in(State.SCHEDULED, given, sessions=(night,))
    (now,) = written(rfc).sessions
    later = timedelta(minutes=100)
    moved = replace(now, outage_start=now.outage_start + later, outage_end=now.outage_end + later)
    rfc = action.update(rfc, replace(written(rfc), sessions=(moved,)), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SUBMITTED


RECORDED = dict.fromkeys(Severity, Route.RECORD)


def test_what_is_only_recorded_is_edited_and_moved_without_asking_anybody():
    given = world(routes=RECORDED)
    rfc = rfc_in(State.SCHEDULED, given)
    rfc = action.update(rfc, replace(written(rfc), description="Another build."), actor=given.people.owner, at=NOW)
    (now,) = written(rfc).sessions
    day = timedelta(days=1)
    moved = replace(now, start=now.start + day, end=now.end + day)
    rfc = action.update(rfc, replace(written(rfc), sessions=(moved,)), actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.is_move_unconfirmed) == (State.SCHEDULED, False)


def test_what_is_only_recorded_comes_off_the_schedule_while_something_blocks_it():
    given = world(routes=RECORDED)
    first = rfc_in(State.SCHEDULED, given)
    later = timedelta(days=2)
    second = rfc_in(State.SCHEDULED, given, sessions=(session(session().start + later),), title="Second")
    (now,) = written(second).sessions
    moved = replace(now, start=now.start - later, end=now.end - later)
    second = action.update(second, replace(written(second), sessions=(moved,)), actor=given.people.owner, at=NOW)
    assert second.state == State.APPROVED
    assert first.number in second.events.last().note


def test_a_material_edit_in_the_automatic_lane_is_judged_again():
    given = world()
    given.change_type.pre_approved = True
    given.change_type.save()
    given.environment.needs_window = False
    given.environment.save()
    rfc = rfc_in(State.SCHEDULED, given)
    assert rfc.severity == Severity.AUTOMATIC
    rfc = action.update(rfc, replace(written(rfc), description="Another server."), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SCHEDULED


def test_a_freeze_declared_since_unschedules_nothing_silently():
    given = world()
    rfc = rfc_in(State.SCHEDULED, given)
    FreezeFactory(start=NOW, end=NOW + timedelta(days=10))
    rfc = action.update(rfc, replace(written(rfc), title="Said better"), actor=given.people.owner, at=NOW)
    assert rfc.state == State.SCHEDULED


def test_what_is_over_by_the_time_it_could_be_scheduled_is_not():
    given = world()
    freeze = FreezeFactory(start=NOW, end=NOW + timedelta(days=10))
    rfc = rfc_in(State.APPROVED, given)
    freeze.delete()
    settle_schedule(at=NOW + timedelta(days=7))
    rfc.refresh_from_db()
    assert rfc.state == State.APPROVED
