"""Lanes that need no person: recorded, automatic, and what restores a service (DESIGN 4.1, 4.3)."""

import pytest

from changes.actions import automatic, lifecycle
from changes.choices import Ground, Route, Severity, State
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC, ChangeType
from tests.factories import (
    HIGH_IMPACT,
    NO_IMPACT,
    NOW,
    EnvironmentFactory,
    UserFactory,
    raised,
    world,
)

pytestmark = pytest.mark.django_db
S = State


def test_an_environment_that_only_records_schedules_at_once_without_a_person():
    given = world()
    EnvironmentFactory(slug="pre-release", needs_window=False, routes=dict.fromkeys(Severity, Route.RECORD))
    rfc = lifecycle.move(raised(given, environment="pre-release"), S.SUBMITTED, actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.route, rfc.decision.by) == (S.SCHEDULED, Route.RECORD, None)


def test_a_pre_approved_type_without_risk_takes_the_automatic_lane():
    given = world()
    ChangeType.objects.update(pre_approved=True)
    rfc = lifecycle.move(raised(given), S.SUBMITTED, actor=given.people.owner, at=NOW)
    assert (rfc.state, rfc.severity, rfc.ground) == (S.SCHEDULED, Severity.AUTOMATIC, Ground.NO_RISK)


def test_what_fails_the_automatic_lane_stays_a_draft_that_says_why():
    given = world(needs_window=True)
    ChangeType.objects.update(pre_approved=True)
    rfc = raised(given)
    with pytest.raises(MoveRefused, match="window"):
        lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW)
    assert RFC.objects.get(pk=rfc.pk).state == S.DRAFT


@pytest.fixture
def with_approver():
    """A world without any change window, whose service has a named approver."""
    given = world(needs_window=True)
    given.service.approver = UserFactory(username="service-approver")
    given.service.save()
    return given


@pytest.mark.parametrize("impact", [NO_IMPACT, HIGH_IMPACT])
def test_the_named_approver_of_a_service_lets_through_what_restores_it(with_approver, impact):
    rfc = lifecycle.move(raised(with_approver, impact=impact), S.SUBMITTED, actor=with_approver.people.owner, at=NOW)
    rfc = automatic.restore(rfc, "Mail stands still.", actor=with_approver.service.approver, at=NOW)
    assert (rfc.state, rfc.severity, rfc.ground) == (S.SCHEDULED, Severity.AUTOMATIC, Ground.RESTORES_SERVICE)
    assert (rfc.decision.severity, rfc.decision.by) == (Severity.AUTOMATIC, with_approver.service.approver)


def test_without_that_claim_the_named_approver_approves_nothing(with_approver):
    rfc = lifecycle.move(raised(with_approver), S.SUBMITTED, actor=with_approver.people.owner, at=NOW)
    with pytest.raises(NotAllowed):
        lifecycle.move(rfc, S.APPROVED, actor=with_approver.service.approver, at=NOW)


def test_what_restores_a_service_still_waits_for_what_blocks_it(with_approver):
    raised(with_approver, title="First")
    first = lifecycle.move(raised(with_approver), S.SUBMITTED, actor=with_approver.people.owner, at=NOW)
    second = lifecycle.move(raised(with_approver), S.SUBMITTED, actor=with_approver.people.owner, at=NOW)
    with pytest.raises(MoveRefused, match="cannot take the automatic lane") as refused:
        automatic.restore(second, "Mail stands still.", actor=with_approver.service.approver, at=NOW)
    assert first.number in {finding.other for finding in refused.value.findings}


@pytest.mark.parametrize("who", ["owner", "change_manager", "chair"])
def test_nobody_else_says_that_it_restores_a_service(with_approver, who):
    rfc = lifecycle.move(raised(with_approver), S.SUBMITTED, actor=with_approver.people.owner, at=NOW)
    with pytest.raises(NotAllowed):
        automatic.restore(rfc, "Mail stands still.", actor=getattr(with_approver.people, who), at=NOW)
