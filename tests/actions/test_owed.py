"""What an emergency owes is written until it is closed, and costs nothing (DESIGN 4.1, 4.2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import lifecycle
from changes.actions import rfc as actions
from changes.actions.decision import decide
from changes.actions.lifecycle import Request
from changes.actions.ruling import Ruling
from changes.choices import ImpactLevel, Outage, Outcome, State, Urgency, Verdict
from changes.domain.content import Impact
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC
from changes.selectors.approval import approval_of, why_uncovered
from changes.selectors.finding import findings_of
from tests.factories import HIGH_IMPACT, NO_IMPACT, NOW, hours, raised, rfc_in, session, step

pytestmark = pytest.mark.django_db
S = State
LEAST = {
    "urgency": Urgency.EMERGENCY, "reason": "INC-7: nobody gets mail.", "description": "", "impact": Impact(), "sessions": (),
    "verification": (), "rollback_trigger": "", "change_type": None, "configuration_items": (),
}  # fmt: skip
ALL = {"description": "The broker hangs.", "impact": HIGH_IMPACT, "rollback_trigger": "It hangs.", "verification": (step("Look", 5),)}


def emergency(given, state, **other):
    rfc = lifecycle.move(raised(given, **{**LEAST, **other}), S.SUBMITTED, actor=given.people.owner, at=NOW)
    if state == S.SUBMITTED:
        return stored(rfc)
    decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW)
    if state in (S.IN_PROGRESS, S.COMPLETED, S.CLOSED):
        lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.implementer, at=NOW)
    if state in (S.COMPLETED, S.CLOSED):
        done = Request(outcome=Outcome.SUCCESSFUL, actual_end=NOW + hours(1))
        lifecycle.move(rfc, S.COMPLETED, actor=given.people.implementer, at=NOW + hours(1), request=done)
    if state == S.CLOSED:
        said = dict.fromkeys(("objective_met", "deviations", "incidents", "instructions", "actions"), "Nothing.")
        lifecycle.move(rfc, S.CLOSED, actor=given.people.owner, at=NOW + hours(2), request=Request(review=said))
    return stored(rfc)


def stored(rfc):
    return RFC.objects.with_content().get(pk=rfc.pk)


def written(rfc, *, actor, **fields):
    return actions.update(rfc, replace(rfc.content(), **fields), actor=actor, at=NOW + hours(2))


@pytest.mark.parametrize("state", [S.SUBMITTED, S.SCHEDULED, S.IN_PROGRESS, S.COMPLETED])
def test_what_it_owes_is_filled_in_and_changes_nothing_else_of_it(given, state):
    rfc = emergency(given, state)
    written(rfc, actor=given.people.owner, **ALL)
    after = stored(rfc)
    assert (after.state, after.decision_id, after.version) == (state, rfc.decision_id, rfc.version + 1)
    assert (after.content().impact, after.content().rollback_trigger) == (HIGH_IMPACT, "It hangs.")
    assert (after.severity, after.route, after.due_by) == (rfc.severity if rfc.decision_id else "major", rfc.route, rfc.due_by)
    event = after.events.latest("pk")
    assert (event.action, event.actor, set(event.changes)) == ("edited", given.people.owner, set(ALL))
    assert why_uncovered(after) == ""


def test_the_approval_stays_of_what_was_approved_and_says_what_was_filled_in(given):
    rfc = emergency(given, S.SCHEDULED)
    written(rfc, actor=given.people.owner, **ALL)
    approval = approval_of(stored(rfc))
    assert (approval.is_unchanged, approval.material) == (True, "")
    assert approval.immaterial == "description, impact, verification, rollback trigger"
    assert lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.implementer, at=NOW + hours(2)).state == S.IN_PROGRESS


def test_the_outage_of_a_session_that_began_at_once_is_stated_with_its_times(given):
    rfc = emergency(given, S.IN_PROGRESS)
    (before,) = rfc.content().sessions
    planned = replace(before, outage=Outage.PLANNED, outage_start=before.start, outage_end=before.start + timedelta(minutes=10))
    written(rfc, actor=given.people.owner, sessions=(planned,))
    (after,) = stored(rfc).content().sessions
    assert (after.id, after.outage, after.actual_start) == (before.id, Outage.PLANNED, before.actual_start)


def test_before_the_work_more_than_filling_in_still_asks_again(given):
    rfc = emergency(given, S.SCHEDULED)
    assert written(rfc, actor=given.people.owner, **ALL, rollback=(step("Reinstall it"),)).state == S.SUBMITTED


def test_what_is_filled_in_and_meets_something_new_asks_again(given):
    rfc = emergency(given, S.SCHEDULED, implementer=None)
    other = session(NOW, hours(4))
    rfc_in(S.SCHEDULED, given, at=NOW - hours(48), sessions=(other,))
    after = written(rfc, actor=given.people.owner, configuration_items=(given.item.slug,))
    assert after.state == S.SUBMITTED
    assert after.events.latest("pk").note.startswith("Its approval does not cover this: RFC-")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": "Another"}, "title"),
        ({"services": ()}, "services"),
        ({"rollout": (step("Reinstall it"), step("Install rollup 8 and restart HT-01", 40))}, "rollout"),
        ({"rollback": ()}, "rollback"),
        ({"implementer": None, "sessions": ()}, "implementer and sessions"),
    ],
)
@pytest.mark.parametrize("state", [S.IN_PROGRESS, S.COMPLETED])
def test_anything_else_is_refused_and_told_what_may_be_written(given, state, fields, named):
    rfc = emergency(given, state)
    with pytest.raises(MoveRefused) as refusal:
        written(rfc, actor=given.people.owner, **fields, **ALL)
    left = "description, rollback trigger, change type, items, outage, verification and impact"
    label = State(state).label.lower()
    assert refusal.value.sentence == f"{rfc.number} is {label}, and only what was left open may still be written: {left}."
    assert refusal.value.mend == f"Leave {named} as before, and note on its page what went differently."
    assert (stored(rfc).version, stored(rfc).content()) == (rfc.version, rfc.content())


def test_what_is_written_stands_once_the_work_has_begun(given):
    rfc = emergency(given, S.IN_PROGRESS)
    written(rfc, actor=given.people.owner, impact=replace(Impact(), sla=ImpactLevel.LOW))
    with pytest.raises(MoveRefused):
        written(stored(rfc), actor=given.people.owner, impact=NO_IMPACT)
    assert written(stored(rfc), actor=given.people.owner, impact=replace(NO_IMPACT, sla=ImpactLevel.LOW)).impact_security == "none"


@pytest.mark.parametrize(
    ("urgency", "state"), [(Urgency.EMERGENCY, S.CLOSED), (Urgency.NORMAL, S.IN_PROGRESS), (Urgency.NORMAL, S.COMPLETED)]
)
def test_closed_or_no_emergency_it_stands_as_it_is(given, urgency, state):
    rfc = emergency(given, state) if urgency == Urgency.EMERGENCY else rfc_in(state, given, description="")
    with pytest.raises(MoveRefused, match="its content stands as it is"):
        written(stored(rfc), actor=given.people.owner, description="Afterwards.")


@pytest.mark.parametrize(("person", "may"), [("owner", True), ("change_manager", False), ("implementer", False), ("viewer", False)])
def test_its_own_people_write_it(given, person, may):
    rfc = emergency(given, S.IN_PROGRESS)
    if may:
        assert written(rfc, actor=getattr(given.people, person), **ALL).rollback_trigger == "It hangs."
        return
    with pytest.raises(NotAllowed):
        written(rfc, actor=getattr(given.people, person), **ALL)


def test_the_tool_that_raised_it_writes_it_too(given):
    rfc = raised(given, by=given.people.tool, **LEAST)
    lifecycle.move(rfc, S.SUBMITTED, actor=given.people.tool, at=NOW)
    lifecycle.move(rfc, S.APPROVED, actor=given.people.chair, at=NOW)
    lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.tool, at=NOW)
    assert written(stored(rfc), actor=given.people.tool, **ALL).state == S.IN_PROGRESS


@pytest.mark.parametrize(("state", "owes"), [(S.SCHEDULED, True), (S.IN_PROGRESS, True), (S.COMPLETED, True), (S.CLOSED, False)])
def test_the_findings_tell_what_it_owes_until_it_is_written_or_closed(given, state, owes):
    rfc = emergency(given, state)
    told = {finding.code: finding.level for finding in findings_of(rfc, at=NOW + hours(3))}
    wanted = {"impact.missing", "verification.missing", "rollback.no_trigger", "outage.missing"}
    assert (wanted <= set(told)) is owes
    assert {told[code] for code in wanted if code in told} == ({"warning"} if owes else set())
    if owes:
        written(rfc, actor=given.people.owner, **ALL)
        left = {finding.code for finding in findings_of(stored(rfc), at=NOW + hours(3))}
        assert wanted & left == {"outage.missing"}
