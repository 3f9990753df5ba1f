"""What waits for a person, and for nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import MeetingState, Ratification, Role, Route, Section, Severity, State, Urgency
from changes.models import RFC, User
from changes.selectors.agenda import agenda_of
from changes.selectors.item import waiting_for
from changes.selectors.need import needs_of
from tests.factories import (
    NOW,
    AgendaItemFactory,
    BoardFactory,
    ConditionFactory,
    DecisionFactory,
    EnvironmentFactory,
    MeetingFactory,
    RFCFactory,
    SessionFactory,
    UserFactory,
    hours,
)

pytestmark = pytest.mark.django_db


def told(user: User) -> list[tuple[str, str]]:
    return [(need.title, need.verb) for need in needs_of(User.objects.get(pk=user.pk), at=NOW)]


@pytest.mark.parametrize(
    ("state", "start", "length", "begun", "expected"),
    [
        (State.SCHEDULED, -1, 4, False, "Has “Rollup” begun?"),
        (State.SCHEDULED, -6, 4, False, "How did “Rollup” go?"),
        (State.IN_PROGRESS, -6, 4, True, "“Rollup” runs past its end"),
        (State.IN_PROGRESS, -1, 4, True, None),
        (State.SCHEDULED, 1, 4, False, None),
        (State.CANCELLED, -6, 4, False, None),
    ],
)
def test_owner_and_implementer_are_asked_how_the_work_stands(state, start, length, begun, expected):
    owner, implementer, other = UserFactory(), UserFactory(), UserFactory()
    rfc = RFCFactory(title="Rollup", state=state, owner=owner, implementer=implementer)
    begins = NOW + hours(start)
    SessionFactory(rfc=rfc, planned_start=begins, planned_end=begins + hours(length), actual_start=begins if begun else None)
    titles = [title for title, _ in told(owner)]
    assert (expected in titles) == bool(expected)
    assert [title for title, _ in told(implementer)] == ([expected] if expected else [])
    assert told(other) == []


def test_a_draft_says_how_much_it_lacks_and_by_when():
    owner = UserFactory()
    meeting = MeetingFactory()
    RFCFactory(title="Rollup", owner=owner)
    (need,) = needs_of(owner, at=NOW)
    assert need.title.startswith("“Rollup” is a draft with ")
    assert need.due_at == meeting.cut_off_at
    assert need.verb == "Finish the draft"


def test_the_rota_is_called_for_an_emergency_and_never_for_its_own():
    approver = UserFactory()
    BoardFactory(rota=[approver])
    emergency = {"state": State.SUBMITTED, "route": Route.EMERGENCY, "urgency": Urgency.EMERGENCY, "submitted_at": NOW}
    RFCFactory(title="Queue stall", **emergency)
    RFCFactory(title="Own", implementer=approver, **emergency)
    assert told(approver) == [("Emergency: “Queue stall” waits for an approval", "Decide now")]


def test_an_emergency_calls_the_rota_of_its_board_alone():
    here, there = UserFactory(), UserFactory()
    rfc = RFCFactory(title="Queue stall", state=State.SUBMITTED, route=Route.EMERGENCY, submitted_at=NOW, environment=EnvironmentFactory())
    BoardFactory(rota=[there])
    BoardFactory(rota=[here]).environments.add(rfc.environment)
    assert (len(told(here)), told(there)) == (1, [])


def test_what_did_not_wait_is_for_the_chair_of_its_board():
    rfc = RFCFactory(title="Logged", state=State.IN_PROGRESS, ratification=Ratification.OWED, environment=EnvironmentFactory())
    general, named = BoardFactory(), BoardFactory()
    named.environments.add(rfc.environment)
    assert (told(named.chair), told(general.chair)) == ([("“Logged” did not wait for an approval", "Look at it")], [])


@pytest.mark.parametrize(("age", "late"), [(0, False), (23.9, False), (24, True), (200, True)])
def test_a_word_waits_for_its_approver_and_after_24_hours_is_listed_as_unauthorised(age, late):
    manager, approver, board = UserFactory(role=Role.CHANGE_MANAGER), UserFactory(), BoardFactory()
    rfc = RFCFactory(title="Queue stall", state=State.CLOSED, route=Route.EMERGENCY)
    rfc.decision = DecisionFactory(rfc=rfc, by=approver, recorded_by=rfc.owner, is_verbal=True, how="Called.", at=NOW - hours(age))
    rfc.save()
    listed = [("“Queue stall” is listed as unauthorised", "Look at it")] if late else []
    assert told(approver) == [("You approved “Queue stall” by word", "Confirm it")]
    assert needs_of(approver, at=NOW)[0].is_late is late
    assert (told(manager), told(board.chair), told(rfc.owner)) == (listed, listed, [])
    rfc.decision.confirmed_at = NOW
    rfc.decision.save()
    assert (told(approver), told(manager), told(board.chair)) == ([], [], [])


def test_what_the_board_has_judged_waits_for_no_word():
    approver = UserFactory()
    rfc = RFCFactory(state=State.CLOSED, route=Route.EMERGENCY, ratification=Ratification.UNAUTHORISED)
    rfc.decision = DecisionFactory(rfc=rfc, by=approver, is_verbal=True, at=NOW - hours(30))
    rfc.save()
    assert (told(approver), told(UserFactory(role=Role.CHANGE_MANAGER))) == ([], [])


def test_the_change_manager_decides_alone_and_confirms_moves():
    manager = UserFactory(role=Role.CHANGE_MANAGER)
    RFCFactory(title="Small", state=State.SUBMITTED, route=Route.MANAGER)
    RFCFactory(title="Big", state=State.SUBMITTED, route=Route.BOARD, severity=Severity.MAJOR)
    RFCFactory(title="Moved", state=State.APPROVED, is_move_unconfirmed=True)
    RFCFactory(title="Logged", state=State.IN_PROGRESS, ratification=Ratification.OWED)
    assert {verb for _, verb in told(manager)} == {"Decide", "Confirm the move", "Look at it"}


def test_a_move_to_confirm_stands_before_what_waits_for_a_decision():
    manager = UserFactory(role=Role.CHANGE_MANAGER)
    RFCFactory(title="Small", state=State.SUBMITTED, route=Route.MANAGER, planned_start=NOW, planned_end=NOW + timedelta(hours=1))
    later = {"planned_start": NOW + timedelta(days=5), "planned_end": NOW + timedelta(days=6)}
    RFCFactory(title="Moved", state=State.APPROVED, is_move_unconfirmed=True, **later)
    assert [verb for _, verb in told(manager)] == ["Confirm the move", "Decide"]


def test_votes_are_missing_until_they_are_cast_and_never_on_an_own_rfc():
    member = UserFactory()
    board = BoardFactory(seats=[member])
    meeting = MeetingFactory(board=board, state=MeetingState.FROZEN, revision=1)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED))
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED, owner=member))
    assert ("1 vote of yours missing", "Vote") in told(member)
    item = meeting.items.first()
    item.votes.create(member=member, vote="approve", at=NOW)
    assert all(verb != "Vote" for _, verb in told(member))


def test_the_votes_missing_are_those_that_the_agenda_asks_for():
    member = UserFactory()
    meeting = MeetingFactory(board=BoardFactory(seats=[member]), state=MeetingState.FROZEN, revision=1)
    done = RFCFactory(state=State.COMPLETED, urgency=Urgency.EMERGENCY)
    for section, rfc in ((Section.NEW, RFCFactory(state=State.SUBMITTED)), (Section.EMERGENCY, done), (Section.ONGOING, RFCFactory())):
        AgendaItemFactory(meeting=meeting, section=section, rfc=rfc)
    assert len(waiting_for(member, agenda_of(meeting, at=NOW))) == 2
    assert ("2 votes of yours missing", "Vote") in told(member)


def test_a_condition_waits_for_its_owner_until_it_is_met():
    decision = DecisionFactory(rfc=RFCFactory(state=State.APPROVED))
    condition = ConditionFactory(decision=decision, text="Show the backup")
    assert told(condition.owner) == [("Show the backup", "Mark as met")]
    condition.met_at = NOW
    condition.save()
    assert told(condition.owner) == []


def test_a_major_change_owes_its_review_to_its_owner():
    rfc = RFCFactory(title="Rollup", state=State.COMPLETED, severity=Severity.MAJOR, updated_at=NOW - hours(5))
    assert told(rfc.owner) == [("Review of “Rollup”", "Write the review")]


def test_an_emergency_owes_its_permanent_change_until_there_is_one():
    over = {"urgency": Urgency.EMERGENCY, "state": State.CLOSED, "updated_at": NOW - hours(5)}
    rfc = RFCFactory(title="Fix", **over)
    assert ("“Fix” owes its permanent change", "Raise it") in told(rfc.owner)
    follow_up = RFCFactory(follows_up=rfc)
    assert told(rfc.owner) == []
    RFC.objects.filter(pk=follow_up.pk).update(state=State.REJECTED)
    assert ("“Fix” owes its permanent change", "Raise it") in told(rfc.owner)


def test_the_number_of_queries_does_not_grow_with_the_rows():
    owner = UserFactory()

    def add() -> None:
        rfc = RFCFactory(owner=owner, state=State.SCHEDULED)
        SessionFactory(rfc=rfc, planned_start=NOW - hours(6), planned_end=NOW - hours(2))
        SessionFactory(rfc=RFCFactory(owner=owner, state=State.SUBMITTED), planned_start=NOW + hours(9))
        ConditionFactory(owner=owner, decision=DecisionFactory(rfc=RFCFactory(state=State.APPROVED)))
        word = RFCFactory(state=State.CLOSED)
        word.decision = DecisionFactory(rfc=word, by=owner, recorded_by=word.owner, is_verbal=True)
        word.save()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            needs_of(User.objects.get(pk=owner.pk), at=NOW)
        return len(queries)

    add()
    once = asked()
    add()
    add()
    assert asked() == once
