"""What was done first and is written down afterwards (DESIGN 4.1)."""

import pytest

from changes.actions import decision, lifecycle
from changes.actions.lifecycle import Request
from changes.actions.ruling import Ruling
from changes.choices import Outcome, Ratification, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC
from tests.factories import (
    NOW,
    hours,
    raised,
    session,
    world,
)

pytestmark = pytest.mark.django_db
S = State


@pytest.mark.parametrize(
    ("ended", "outcome", "state"),
    [
        (None, None, S.IN_PROGRESS),
        (NOW - hours(1), None, S.IN_PROGRESS),
        (NOW - hours(1), Outcome.SUCCESSFUL, S.COMPLETED),
    ],
)
def test_logging_is_never_blocked_and_waits_for_the_board(ended, outcome, state):
    given = world()
    worked = session(NOW - hours(3), actual_start=NOW - hours(3), actual_end=ended)
    rfc = raised(given, rollout=(), rollback=(), reason="", sessions=(worked,))
    rfc = lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW, request=Request(outcome=outcome))
    assert (rfc.state, rfc.retrospective, rfc.ratification) == (state, True, Ratification.OWED)
    assert rfc.outcome == (outcome or "")


def test_logging_covers_what_has_happened_and_not_the_nights_ahead():
    given = world()
    worked = session(NOW - hours(3), actual_start=NOW - hours(3), actual_end=NOW - hours(1))
    rfc = raised(given, sessions=(worked, session()))
    with pytest.raises(Unacceptable, match="Session 2 has not begun"):
        lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW)


def test_what_did_not_wait_is_closed_only_once_the_board_has_spoken():
    given = world()
    worked = session(NOW - hours(3), actual_start=NOW - hours(3), actual_end=NOW - hours(1))
    rfc = raised(given, sessions=(worked,))
    rfc = lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW, request=Request(outcome=Outcome.SUCCESSFUL))
    with pytest.raises(MoveRefused, match="ratify"):
        lifecycle.move(rfc, S.CLOSED, actor=given.people.owner, at=NOW)
    decision.decide(rfc, Ruling(Verdict.RATIFY), actor=given.people.chair, at=NOW)
    assert lifecycle.move(rfc, S.CLOSED, actor=given.people.owner, at=NOW).state == S.CLOSED


def test_the_chair_ratifies_what_did_not_wait_or_calls_it_unauthorised_with_a_reason():
    given = world()
    worked = session(NOW - hours(3), actual_start=NOW - hours(3), actual_end=NOW - hours(1))
    rfc = lifecycle.move(raised(given, sessions=(worked,)), S.SUBMITTED, actor=given.people.owner, at=NOW)
    with pytest.raises(NotAllowed):
        decision.decide(rfc, Ruling(Verdict.RATIFY), actor=given.people.member, at=NOW)
    with pytest.raises(Unacceptable):
        decision.decide(rfc, Ruling(Verdict.UNAUTHORISED), actor=given.people.chair, at=NOW)
    decision.decide(rfc, Ruling(Verdict.RATIFY), actor=given.people.chair, at=NOW)
    assert RFC.objects.get(pk=rfc.pk).ratification == Ratification.RATIFIED


def test_without_actual_times_nothing_is_recorded_as_begun_or_done():
    given = world()
    rfc = raised(given)
    for after in (S.IN_PROGRESS, S.COMPLETED):
        with pytest.raises(MoveRefused, match="no actual times"):
            lifecycle.move(rfc, after, actor=given.people.owner, at=NOW)
