"""Moving an RFC: who may, what each move asks for, and what it leaves behind (DESIGN 4.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions import condition, decision, lifecycle
from changes.actions.lifecycle import Request
from changes.actions.ruling import Promise, Ruling
from changes.actions.sweep import settle_schedule
from changes.choices import Outcome, Route, State, Urgency, Verdict
from changes.domain import lifecycle as rules
from changes.domain.materiality import digest
from changes.exceptions import MoveRefused, NotAllowed, Stale, Unacceptable
from changes.models import RFC, Decision, Event, User
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    EnvironmentFactory,
    UserFactory,
    WindowFactory,
    World,
    content,
    hours,
    raised,
    rfc_in,
    session,
    world,
)

pytestmark = pytest.mark.django_db
S = State

#: What each route is reached by.
CONTENT = {
    Route.MANAGER: {},
    Route.BOARD: {"impact": HIGH_IMPACT},
    Route.EMERGENCY: {"urgency": Urgency.EMERGENCY},
}
RAISERS, WORKERS = {"requester", "owner"}, {"owner", "implementer"}
#: state, route, and who may make which move from there; nobody else may.
MAKERS = [
    (S.DRAFT, Route.MANAGER, {S.SUBMITTED: RAISERS, S.CANCELLED: RAISERS}),
    *[
        (
            S.SUBMITTED,
            route,
            {S.DRAFT: RAISERS | {"change_manager"}, S.CANCELLED: RAISERS, S.APPROVED: deciding, S.REJECTED: deciding},
        )
        for route, deciding in (
            (Route.MANAGER, {"change_manager"}),
            (Route.BOARD, {"chair"}),
            (Route.EMERGENCY, {"chair", "change_manager"}),
        )
    ],
    (S.APPROVED, Route.BOARD, {S.SUBMITTED: RAISERS, S.SCHEDULED: RAISERS | {"change_manager"}, S.CANCELLED: RAISERS}),
    (S.SCHEDULED, Route.MANAGER, {S.SUBMITTED: RAISERS, S.IN_PROGRESS: WORKERS, S.COMPLETED: WORKERS, S.CANCELLED: RAISERS}),
    (S.IN_PROGRESS, Route.MANAGER, {S.COMPLETED: WORKERS}),
    (S.COMPLETED, Route.MANAGER, {S.CLOSED: {"owner", "change_manager"}}),
    (S.CLOSED, Route.MANAGER, {}),
    (S.REJECTED, Route.MANAGER, {}),
    (S.CANCELLED, Route.MANAGER, {}),
]


def everybody(given: World) -> dict[str, User]:
    """The cast under the names of the table, with a requester who is not the owner."""
    return {**vars(given.people), "requester": UserFactory(username="requester"), "stranger": UserFactory(username="stranger")}


def in_state(state: State, given: World, route: Route) -> RFC:
    without_a_time = {"sessions": (), "needed_by": NOW + hours(300)} if state == S.APPROVED else {}
    return rfc_in(state, given, **{**CONTENT[route], **without_a_time})


@pytest.mark.parametrize(("state", "route", "makers"), MAKERS, ids=[f"{state} {route}" for state, route, _ in MAKERS])
def test_a_move_is_made_by_those_whom_the_table_names_and_refused_to_everybody_else(state, route, makers):
    given = world()
    people = everybody(given)
    rfc = in_state(state, given, route)
    assert (rfc.state, rfc.route) == (state, route)
    RFC.objects.filter(pk=rfc.pk).update(requester=people["requester"])
    events = Event.objects.count()
    for after in State:
        move = rules.move_between(state, after)
        # recording afterwards is theirs as well, and waits for actual times: see below
        allowed = RAISERS if move and move.is_retrospective else makers.get(after, set())
        for name, actor in people.items():
            if name in allowed:
                continue
            with pytest.raises((NotAllowed, MoveRefused)) as refused:
                lifecycle.move(rfc, after, actor=actor, at=NOW)
            assert refused.type is (NotAllowed if move else MoveRefused), f"{name} to {after}"
    assert Event.objects.count() == events
    assert RFC.objects.get(pk=rfc.pk).state == state


REQUESTS = {
    S.COMPLETED: Request(reason="As told.", outcome=Outcome.SUCCESSFUL),
    S.CLOSED: Request(review=dict.fromkeys(rules.REVIEW_QUESTIONS, "none")),
}


@pytest.mark.parametrize(
    ("state", "route", "after", "name"),
    [
        (state, route, after, name)
        for state, route, makers in MAKERS
        for after, names in makers.items()
        for name in sorted(names)
        if (state, after) != (S.APPROVED, S.SCHEDULED)  # it has no session: see below
    ],
)
def test_whoever_the_table_names_does_make_the_move_and_the_history_says_so(state, route, after, name):
    given = world()
    people = everybody(given)
    rfc = in_state(state, given, route)
    RFC.objects.filter(pk=rfc.pk).update(requester=people["requester"])
    request = REQUESTS.get(after, Request(reason="As told."))
    if (state, after) == (S.SCHEDULED, S.COMPLETED):
        request = replace(request, outcome=Outcome.NOT_STARTED)
    at = NOW + hours(90) if state in (S.IN_PROGRESS, S.COMPLETED) else NOW

    moved = lifecycle.move(rfc, after, actor=people[name], at=at, version=RFC.objects.get(pk=rfc.pk).version, request=request)

    # what is approved, and has a session that nothing stands against, is scheduled by itself
    assert moved.state == (S.SCHEDULED if after == S.APPROVED else after)
    event = moved.events.filter(action=rules.MOVES[(state, after)].action).last()
    assert (event.actor, event.changes["state"]) == (people[name], [state, after])


def test_nobody_decides_an_rfc_of_their_own_whatever_they_are():
    given = world()
    rfc = raised(given, owner="chair", impact=HIGH_IMPACT)
    lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW)
    with pytest.raises(NotAllowed):
        lifecycle.move(rfc, S.APPROVED, actor=given.people.chair, at=NOW)


def test_an_unfinished_draft_is_not_submitted_and_says_what_is_missing():
    given = world()
    rfc = raised(given, rollout=(), reason="", rollback_trigger="")
    with pytest.raises(MoveRefused) as refused:
        lifecycle.move(rfc, S.SUBMITTED, actor=given.people.owner, at=NOW)
    assert {finding.code for finding in refused.value.findings} >= {"rollout.missing", "reason.missing", "rollback.no_trigger"}
    assert RFC.objects.get(pk=rfc.pk).state == S.DRAFT


def test_a_time_that_does_not_fit_stops_the_schedule_and_not_the_submission():
    given = world(needs_window=True)
    WindowFactory(environment=given.environment)  # Saturdays; the session is on a Tuesday
    rfc = lifecycle.move(raised(given), S.SUBMITTED, actor=given.people.owner, at=NOW)
    assert rfc.state == S.SUBMITTED
    decision.decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=NOW)
    assert RFC.objects.get(pk=rfc.pk).state == S.APPROVED
    with pytest.raises(MoveRefused) as refused:
        lifecycle.move(rfc, S.SCHEDULED, actor=given.people.owner, at=NOW)
    assert [finding.code for finding in refused.value.findings] == ["window.misses"]


def test_returning_an_rfc_of_others_and_rejecting_it_need_a_reason():
    given = world()
    rfc = rfc_in(S.SUBMITTED, given)
    for after in (S.DRAFT, S.REJECTED):
        with pytest.raises(Unacceptable) as refused:
            lifecycle.move(rfc, after, actor=given.people.change_manager, at=NOW)
        assert refused.value.field == "reason"


def test_work_waits_for_every_condition_of_the_approval():
    given = world()
    rfc = rfc_in(S.SUBMITTED, given)
    promise = Promise("Show that last night's backup can be restored", given.people.implementer, NOW + hours(24))
    decided = decision.decide(rfc, Ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=[promise]), actor=given.people.change_manager, at=NOW)
    with pytest.raises(MoveRefused, match="backup can be restored"):
        lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.implementer, at=NOW)
    condition.meet(decided.conditions.get(), met=True, actor=given.people.implementer, at=NOW, note="Restored one.")

    begun = lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.implementer, at=NOW + hours(72))

    assert begun.state == S.IN_PROGRESS
    assert begun.sessions.get().actual_start == NOW + hours(72)


def test_a_stranger_says_of_no_condition_that_it_is_met():
    given = world()
    promise = Promise("Look at the backup", given.people.implementer, NOW + hours(24))
    ruling = Ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=[promise])
    decided = decision.decide(rfc_in(S.SUBMITTED, given), ruling, actor=given.people.change_manager, at=NOW)
    with pytest.raises(NotAllowed):
        condition.meet(decided.conditions.get(), met=True, actor=given.people.outsider, at=NOW)


@pytest.mark.parametrize(
    ("outcome", "field"), [(None, "outcome"), (Outcome.NOT_STARTED, "outcome")], ids=["no outcome", "has begun, so not “not started”"]
)
def test_completing_needs_an_outcome_that_fits(outcome, field):
    given = world()
    rfc = rfc_in(S.IN_PROGRESS, given)
    with pytest.raises(Unacceptable) as refused:
        lifecycle.move(rfc, S.COMPLETED, actor=given.people.owner, at=NOW + hours(90), request=Request(outcome=outcome))
    assert refused.value.field == field


def test_completing_ends_the_running_session_and_corrects_its_begin():
    given = world()
    rfc = rfc_in(S.IN_PROGRESS, given)
    start = rfc.sessions.get().planned_start
    times = {"actual_start": start + timedelta(minutes=5), "actual_end": start + timedelta(minutes=95)}
    done = lifecycle.move(
        rfc, S.COMPLETED, actor=given.people.owner, at=start + hours(9), request=Request(outcome=Outcome.ROLLED_BACK, **times)
    )
    stored = done.sessions.get()
    assert (stored.actual_start, stored.actual_end) == (times["actual_start"], times["actual_end"])
    assert done.outcome == Outcome.ROLLED_BACK


def test_work_neither_begins_nor_ends_in_the_future():
    given = world()
    rfc = rfc_in(S.SCHEDULED, given)
    with pytest.raises(Unacceptable, match="future"):
        lifecycle.move(rfc, S.IN_PROGRESS, actor=given.people.owner, at=NOW, request=Request(actual_start=NOW + hours(1)))


@pytest.mark.parametrize(
    ("other", "outcome", "owed"),
    [
        ({}, Outcome.SUCCESSFUL, False),
        ({}, Outcome.WITH_ISSUES, True),
        ({"impact": HIGH_IMPACT}, Outcome.SUCCESSFUL, True),
        ({"urgency": Urgency.EMERGENCY}, Outcome.SUCCESSFUL, True),
    ],
)
def test_closing_waits_for_the_review_where_one_is_owed(other, outcome, owed):
    given = world()
    rfc = rfc_in(S.IN_PROGRESS, given, **other)
    at = NOW + hours(90)
    lifecycle.move(rfc, S.COMPLETED, actor=given.people.owner, at=at, request=Request(outcome=outcome))
    if owed:
        with pytest.raises(MoveRefused, match="review"):
            lifecycle.move(rfc, S.CLOSED, actor=given.people.owner, at=at)
        lifecycle.write_review(rfc, dict.fromkeys(rules.REVIEW_QUESTIONS, "none"), actor=given.people.implementer, at=at)
    assert lifecycle.move(rfc, S.CLOSED, actor=given.people.owner, at=at).state == S.CLOSED


def test_an_approval_lapses_after_28_days_if_nothing_is_scheduled():
    given = world()
    rfc = rfc_in(S.APPROVED, given, sessions=(), needed_by=NOW + hours(2000))
    assert settle_schedule(at=NOW + timedelta(days=28, seconds=-1)) == (0, 0)
    assert settle_schedule(at=NOW + timedelta(days=28)) == (1, 0)
    rfc = RFC.objects.get(pk=rfc.pk)
    assert (rfc.state, rfc.decision, rfc.approved_until) == (S.SUBMITTED, None, None)


def test_one_that_cannot_be_settled_keeps_no_other_from_the_schedule(caplog):
    given = world()
    first, second = (rfc_in(S.SCHEDULED, given, sessions=(session(NOW + hours(start)),)) for start in (72, 96))
    broken = EnvironmentFactory(needs_window=True)
    WindowFactory(environment=broken, time_zone="Europe/Atlantis")
    RFC.objects.filter(pk=first.pk).update(environment=broken)
    Decision.objects.filter(rfc=first).update(digest=digest(RFC.objects.with_content().get(pk=first.pk).content()))
    RFC.objects.update(state=S.APPROVED)
    assert settle_schedule(at=NOW) == (0, 1)
    assert RFC.objects.get(pk=second.pk).state == S.SCHEDULED
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [f"{first.number} could not be settled"]


# --- Two people ---------------------------------------------------------------------------------------------------------


def test_a_move_begun_on_an_older_version_is_refused_and_changes_nothing():
    given = world()
    rfc = rfc_in(S.SUBMITTED, given)
    seen = rfc.version
    lifecycle.move(rfc, S.DRAFT, actor=given.people.owner, at=NOW, version=seen)
    with pytest.raises(Stale) as refused:
        lifecycle.move(rfc, S.CANCELLED, actor=given.people.owner, at=NOW, version=seen)
    assert str(seen) in refused.value.sentence
    assert RFC.objects.get(pk=rfc.pk).state == S.DRAFT


def test_of_two_who_saw_the_same_version_one_decides():
    given = world()
    rfc = rfc_in(S.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    seen = rfc.version
    decision.decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW, version=seen)
    with pytest.raises(Stale):
        decision.decide(rfc, Ruling(Verdict.REJECT, reason="Not now."), actor=given.people.change_manager, at=NOW, version=seen)
    assert Decision.objects.count() == 1


def test_a_content_keeps_what_was_approved():
    given = world()
    rfc = rfc_in(S.SCHEDULED, given)
    assert rfc.decision.content["title"] == content(given).title
    assert rfc.decision.content["rollout"][0]["instruction"] == content(given).rollout[0].instruction
