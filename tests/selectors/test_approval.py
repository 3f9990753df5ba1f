"""The approval in force against what stands in the RFC now (DESIGN 4.1)."""

from dataclasses import replace

import pytest

from changes.actions import lifecycle
from changes.actions.rfc import update
from changes.actions.state import settle
from changes.choices import Route, Severity, State
from changes.domain.materiality import digest
from changes.exceptions import MoveRefused
from changes.models import RFC, Step
from changes.selectors.approval import approval_of, why_uncovered
from changes.selectors.lifecycle import moves_of
from tests.factories import NOW, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db
START = NOW + hours(1)


def stored(rfc) -> RFC:
    return RFC.objects.with_content().get(pk=rfc.pk)


def scheduled():
    given = world()
    return given, rfc_in(State.SCHEDULED, given, sessions=(session(START),))


def behind_the_back(rfc):
    """A row that changes by no action: what an approval's digest is there to find out."""
    Step.objects.filter(rfc=rfc, phase="rollout").update(instruction="Format the disk of HT-01")
    return stored(rfc)


def test_what_was_approved_and_not_touched_is_unchanged():
    _, rfc = scheduled()
    approval = approval_of(stored(rfc))
    assert (approval.is_unchanged, approval.differences, why_uncovered(stored(rfc))) == (True, (), "")
    assert approval.digest == digest(stored(rfc).content())[:12]


def test_what_is_not_material_is_listed_as_such():
    given, rfc = scheduled()
    content = replace(stored(rfc).content(), title="Another title", sessions=(session(START + hours(1)),))
    update(rfc, content, actor=given.people.owner, at=NOW)
    approval = approval_of(stored(rfc))
    assert (approval.is_unchanged, approval.material, approval.immaterial) == (True, "", "title, sessions")


def test_actual_times_are_no_difference():
    given, rfc = scheduled()
    begun = lifecycle.move(rfc, State.IN_PROGRESS, actor=given.people.implementer, at=START)
    assert approval_of(stored(begun)).differences == ()


def test_nothing_begins_on_an_approval_of_something_else():
    given, rfc = scheduled()
    changed = behind_the_back(rfc)
    why = f"What stands in {rfc.number} is not what was approved: rollout."
    assert why_uncovered(changed) == why
    with pytest.raises(MoveRefused, match="is not what was approved: rollout") as refused:
        lifecycle.move(changed, State.IN_PROGRESS, actor=given.people.implementer, at=START)
    assert refused.value.mend == "Submit it again, so that what stands there is approved."
    offer = next(o for o in moves_of(changed, given.people.implementer, at=START) if o.to == State.IN_PROGRESS)
    assert (offer.allowed, offer.why) == (False, why)
    assert stored(rfc).state == State.SCHEDULED


def test_nor_is_it_scheduled_and_submitting_again_is_the_way_out():
    given, rfc = scheduled()
    RFC.objects.filter(pk=rfc.pk).update(state=State.APPROVED)
    changed = behind_the_back(rfc)
    assert settle(changed, at=NOW).state == State.APPROVED
    again = lifecycle.move(changed, State.SUBMITTED, actor=given.people.owner, at=NOW)
    assert (again.state, again.decision, approval_of(stored(again))) == (State.SUBMITTED, None, None)


def test_what_is_only_recorded_has_no_approval_to_differ_from():
    given = world(routes=dict.fromkeys(Severity, Route.RECORD))
    rfc = rfc_in(State.SCHEDULED, given, sessions=(session(START),))
    assert approval_of(stored(rfc)) is None
    assert why_uncovered(behind_the_back(rfc)) == ""
