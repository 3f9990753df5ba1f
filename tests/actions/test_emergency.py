"""What cannot wait: an emergency's short way, and the word on the phone (DESIGN 4.1)."""

from datetime import timedelta

import pytest

from changes.actions import decision, lifecycle
from changes.actions.lifecycle import Request
from changes.actions.ruling import Ruling
from changes.choices import Outcome, Role, State, Urgency, Verdict
from changes.domain.content import Impact
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import RFC, Decision
from changes.selectors.approval import approval_of
from tests.factories import (
    NOW,
    World,
    hours,
    raised,
    rfc_in,
    session,
    step,
    world,
)

pytestmark = pytest.mark.django_db
S = State


def emergency(given: World, **other) -> RFC:
    least = {"impact": Impact(), "sessions": (), "verification": (), "rollback_trigger": "", "change_type": None}
    rfc = raised(given, urgency=Urgency.EMERGENCY, reason="INC-7: nobody gets mail.", **{**least, **other})
    return lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW)


def test_an_approved_emergency_without_a_session_starts_now_for_as_long_as_its_plan():
    given = world()
    rfc = emergency(given, rollout=(step(minutes=20),), rollback=(step("Go back", 25),))
    decision.decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=NOW)
    rfc.refresh_from_db()
    made = rfc.sessions.get()
    assert rfc.state == S.SCHEDULED
    assert (made.planned_start, made.planned_end) == (NOW, NOW + timedelta(minutes=45))
    assert (rfc.planned_start, rfc.planned_end) == (made.planned_start, made.planned_end)


def test_what_stands_against_an_emergency_that_starts_now_is_covered_too():
    given = world()
    rfc_in(S.SCHEDULED, given, sessions=(session(NOW, hours(2)),), at=NOW - hours(48))  # same implementer, same item, now
    rfc = emergency(given)
    decided = decision.decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW)
    assert {entry["code"] for entry in decided.accepted} == {"conflict.same_item", "conflict.same_implementer"}
    stored = RFC.objects.with_content().get(pk=rfc.pk)
    assert (stored.state, approval_of(stored).is_unchanged) == (S.SCHEDULED, True)


def test_approving_an_emergency_covers_the_findings_that_stand_then():
    given = world()
    start = NOW + hours(1)
    rfc_in(S.SCHEDULED, given, sessions=(session(start),))  # same implementer, same item, the same hours
    rfc = emergency(given, sessions=(session(start, hours(2)),))
    decided = decision.decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW)
    assert {entry["code"] for entry in decided.accepted} == {"conflict.same_item", "conflict.same_implementer"}
    assert RFC.objects.get(pk=rfc.pk).state == S.SCHEDULED


def test_a_word_on_the_phone_lets_work_begin_and_only_its_approver_confirms_it():
    given = world()
    people = given.people
    rfc = emergency(given)
    ruling = Ruling(Verdict.APPROVE, verbal_by=people.change_manager, how="Called at 03:05.")
    with pytest.raises(NotAllowed):
        decision.decide(rfc, ruling, actor=people.outsider, at=NOW)
    decided = decision.decide(rfc, ruling, actor=people.owner, at=NOW)
    assert (decided.by, decided.recorded_by, decided.is_verbal, decided.confirmed_at) == (people.change_manager, people.owner, True, None)
    assert lifecycle.move(rfc, S.IN_PROGRESS, actor=people.implementer, at=NOW).state == S.IN_PROGRESS
    with pytest.raises(NotAllowed):
        decision.confirm(rfc, actor=people.chair, at=NOW)
    decision.confirm(rfc, actor=people.change_manager, at=NOW + hours(3))
    assert Decision.objects.get().confirmed_at == NOW + hours(3)


@pytest.mark.parametrize(("verbal_by", "how", "refusal"), [("change_manager", " ", Unacceptable), ("member", "Called.", NotAllowed)])
def test_a_word_counts_only_from_the_rota_and_only_if_it_says_how(verbal_by, how, refusal):
    given = world()
    ruling = Ruling(Verdict.APPROVE, verbal_by=getattr(given.people, verbal_by), how=how)
    with pytest.raises(refusal):
        decision.decide(emergency(given), ruling, actor=given.people.owner, at=NOW)


def test_a_verbal_approval_is_for_emergencies_alone():
    given = world()
    ruling = Ruling(Verdict.APPROVE, verbal_by=given.people.change_manager, how="Called.")
    with pytest.raises(NotAllowed):
        decision.decide(rfc_in(S.SUBMITTED, given), ruling, actor=given.people.owner, at=NOW)


def test_an_incident_tool_raises_an_emergency_and_carries_it_through_without_ever_approving_it():
    given = world()
    tool = given.people.tool
    assert tool.role == Role.TOOL
    rfc = raised(given, by=tool, urgency=Urgency.EMERGENCY, sessions=())
    rfc = lifecycle.move(rfc, S.SUBMITTED, actor=tool, at=NOW)
    with pytest.raises(NotAllowed):
        lifecycle.move(rfc, S.APPROVED, actor=tool, at=NOW)
    lifecycle.move(rfc, S.APPROVED, actor=given.people.chair, at=NOW)
    lifecycle.move(rfc, S.IN_PROGRESS, actor=tool, at=NOW)
    done = lifecycle.move(rfc, S.COMPLETED, actor=tool, at=NOW + hours(1), request=Request(outcome=Outcome.SUCCESSFUL))
    assert done.state == S.COMPLETED
