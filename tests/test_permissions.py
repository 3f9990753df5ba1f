"""Who may what (DESIGN 4.1): the standing cast against every predicate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes import permissions
from changes.choices import Role, State, Urgency
from changes.models import RFC, BoardMember, RotaEntry
from tests.factories import (
    NOW,
    BoardFactory,
    ConditionFactory,
    DecisionFactory,
    EnvironmentFactory,
    EventFactory,
    MeetingFactory,
    RFCFactory,
    UserFactory,
    raised,
    world,
)

pytestmark = pytest.mark.django_db
EVERYBODY = {"owner", "implementer", "change_manager", "chair", "member", "viewer", "administrator", "tool", "outsider", "requester"}


def who(people, predicate) -> set[str]:
    return {name for name, user in people.items() if predicate(user)}


@pytest.fixture
def house():
    """A world, everybody in it by name, and a draft that somebody raised for its owner."""
    given = world()
    people = {**vars(given.people), "requester": UserFactory(username="requester")}
    return given, people, raised(given, by=people["requester"])


@pytest.mark.parametrize(
    ("predicate", "allowed"),
    [
        (permissions.is_own, {"requester", "owner", "implementer"}),
        (permissions.can_edit, {"requester", "owner"}),
        (permissions.can_reschedule, {"requester", "owner", "change_manager"}),
        (permissions.can_work, {"owner", "implementer"}),
        (permissions.can_review, {"owner", "implementer", "change_manager"}),
        (permissions.can_waive, {"change_manager"}),
        (permissions.can_confirm_move, {"change_manager"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_somebody_may_do_to_an_rfc(house, predicate, allowed):
    _, people, rfc = house
    assert who(people, lambda user: predicate(user, rfc)) == allowed


@pytest.mark.parametrize("predicate", [permissions.can_edit, permissions.can_work], ids=lambda predicate: predicate.__name__)
def test_the_change_manager_stands_in_for_an_owner_who_cannot_sign_in(house, predicate):
    _, people, rfc = house
    before = who(people, lambda user: predicate(user, rfc))
    rfc.owner.is_active = False
    assert who(people, lambda user: predicate(user, rfc)) == before | {"change_manager"}
    moves = (State.SUBMITTED, State.CANCELLED)
    assert all(permissions.may_move(people["change_manager"], rfc, after, NOW) for after in moves)


def test_whoever_submitted_it_does_not_judge_it(house):
    _, people, rfc = house
    EventFactory(rfc=rfc, actor=people["change_manager"], action="submitted")
    assert who(people, lambda user: permissions.can_waive(user, rfc)) == set()


@pytest.mark.parametrize(
    ("predicate", "allowed"),
    [
        (permissions.can_raise, EVERYBODY - {"viewer"}),
        (permissions.can_set_up, {"administrator"}),
        (permissions.can_see_board, EVERYBODY - {"tool"}),
        (lambda user: permissions.can_raise_urgency(user, Urgency.EMERGENCY), EVERYBODY - {"viewer"}),
        (lambda user: permissions.can_raise_urgency(user, Urgency.NORMAL), EVERYBODY - {"viewer", "tool"}),
    ],
    ids=["raise", "set up", "see the board", "raise an emergency", "raise anything else"],
)
def test_what_somebody_may_do_at_all(house, predicate, allowed):
    _, people, _ = house
    assert who(people, predicate) == allowed


def test_a_draft_is_seen_by_its_people_the_board_and_the_administrator_and_the_rest_by_all(house):
    _, people, rfc = house
    seen = lambda user: RFC.objects.visible_to(user).filter(pk=rfc.pk).exists()  # noqa: E731
    assert who(people, seen) == {"requester", "owner", "implementer", "change_manager", "chair", "member", "administrator"}
    RFC.objects.filter(pk=rfc.pk).update(state=State.SUBMITTED)
    assert who(people, seen) == EVERYBODY


def test_its_own_people_never_decide_it_waive_for_it_or_vote_on_it(house):
    given, people, rfc = house
    meeting = MeetingFactory(board=given.board)
    RFC.objects.filter(pk=rfc.pk).update(state=State.SUBMITTED, implementer=people["change_manager"], owner=people["chair"])
    rfc.refresh_from_db()
    for after in (State.APPROVED, State.REJECTED):
        assert who(people, lambda user, after=after: permissions.may_move(user, rfc, after, NOW)) == set()
    assert not permissions.can_waive(people["change_manager"], rfc)
    assert not permissions.can_confirm_move(people["change_manager"], rfc)
    assert who(people, lambda user: permissions.can_vote(user, meeting, rfc, NOW)) == {"member"}


def test_members_vote_and_the_chair_leads(house):
    given, people, rfc = house
    meeting = MeetingFactory(board=given.board)
    assert who(people, lambda user: permissions.can_vote(user, meeting, rfc, NOW)) == {"chair", "member"}
    assert who(people, lambda user: permissions.can_lead(user, meeting, NOW)) == {"chair"}
    assert who(people, lambda user: permissions.can_prepare(user, meeting, NOW)) == {"chair", "change_manager"}


@pytest.mark.parametrize(("days", "leads"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_delegate_of_the_chair_leads_between_two_dates_both_included(house, days, leads):
    given, people, _ = house
    since = NOW.date()
    BoardMember.objects.create(
        board=given.board, user=people["outsider"], delegate_for=people["chair"], since=since, until=since + timedelta(days=3)
    )
    assert permissions.is_chair(people["outsider"], given.board, NOW + timedelta(days=days)) is leads


@pytest.mark.parametrize(("hours", "answers"), [(-1, False), (0, True), (7, True), (8, False)])
def test_a_turn_on_the_rota_is_half_open(house, hours, answers):
    given, people, rfc = house
    RotaEntry.objects.create(board=given.board, user=people["outsider"], since=NOW, until=NOW + timedelta(hours=8))
    RFC.objects.filter(pk=rfc.pk).update(state=State.SUBMITTED, route="emergency")
    rfc.refresh_from_db()
    assert permissions.may_move(people["outsider"], rfc, State.APPROVED, NOW + timedelta(hours=hours)) is answers


def test_an_rfc_goes_to_one_board_the_first_named_for_it_else_the_one_for_all(house):
    given, _, rfc = house
    other = BoardFactory(name="Another board")
    other.environments.add(EnvironmentFactory())
    assert permissions.board_of(rfc) == given.board
    other.services.add(given.service)
    assert permissions.board_of(rfc) == other
    given.board.environments.add(given.environment)
    assert permissions.board_of(rfc) == other


def test_only_the_rota_and_the_chair_of_its_board_decide_its_emergency(house):
    given, people, rfc = house
    other = BoardFactory(name="Another board", rota=[people["outsider"]])
    other.services.add(given.service)
    RFC.objects.filter(pk=rfc.pk).update(state=State.SUBMITTED, route="emergency")
    rfc.refresh_from_db()
    assert who(people, lambda user: permissions.may_move(user, rfc, State.APPROVED, NOW)) == {"outsider"}
    assert not permissions.is_chair_for(people["chair"], rfc, NOW)
    assert permissions.is_chair_for(other.chair, rfc, NOW)


@pytest.mark.parametrize(
    ("zone", "hour", "sits"),
    [
        ("Pacific/Auckland", 10, False),
        ("Pacific/Auckland", 11, True),
        ("Europe/Amsterdam", 22, False),
        ("Europe/Amsterdam", 23, True),
        ("Pacific/Honolulu", 23, False),
    ],
)
def test_a_seat_begins_on_its_date_where_the_board_sits(house, zone, hour, sits):
    """The seat is for Sunday 22 November alone; the hour is one of Saturday in UTC."""
    given, people, _ = house
    given.board.time_zone, user, on = zone, people["outsider"], NOW.date() + timedelta(days=1)
    given.board.save()
    BoardMember.objects.create(board=given.board, user=user, delegate_for=people["chair"], since=on, until=on)
    at = NOW.replace(hour=hour)
    asked = (permissions.is_chair(user, given.board, at), permissions.is_member(user, given.board, at))
    assert (*asked, given.board.pk in permissions.boards_led_by(user, at)) == (sits, sits, sits)


@pytest.mark.parametrize(
    ("since", "until", "sees"), [(None, None, True), (-9, 9, True), (-9, -2, False), (2, 9, False), (None, -2, False), (-9, None, True)]
)
@pytest.mark.parametrize("part", ["seat", "rota"])
def test_who_has_left_a_board_sees_no_drafts_of_others(house, part, since, until, sees):
    """Counted from the clock, as what anybody may read is."""
    given, people, rfc = house
    today = timezone.now()
    start, end = (None if days is None else today + timedelta(days=days) for days in (since, until))
    if part == "rota":
        RotaEntry.objects.create(board=given.board, user=people["outsider"], since=start, until=end)
    else:
        dates = {"since": start and start.date(), "until": end and end.date()}
        BoardMember.objects.create(board=given.board, user=people["outsider"], **dates)
    assert RFC.objects.visible_to(people["outsider"]).filter(pk=rfc.pk).exists() is sees


def test_the_chair_of_another_board_decides_nothing_here(house):
    given, people, rfc = house
    given.board.environments.add(given.environment)
    stranger = BoardFactory()
    stranger.environments.add(EnvironmentFactory())
    RFC.objects.filter(pk=rfc.pk).update(state=State.SUBMITTED, route="board")
    rfc.refresh_from_db()
    assert permissions.may_move(people["chair"], rfc, State.APPROVED, NOW)
    assert not permissions.may_move(stranger.chair, rfc, State.APPROVED, NOW)


def test_a_condition_is_met_by_its_owner_the_rfcs_owner_and_the_change_manager(house):
    _, people, rfc = house
    condition = ConditionFactory(decision=DecisionFactory(rfc=rfc), owner=people["member"])
    assert who(people, lambda user: permissions.can_meet(user, condition)) == {"member", "owner", "change_manager"}


def test_a_tool_is_what_the_rfc_that_names_it_makes_it():
    tool = UserFactory(role=Role.TOOL)
    named, other = RFCFactory(implementer=tool), RFCFactory()
    assert (permissions.can_edit(tool, named), permissions.can_work(tool, named)) == (True, True)
    assert (permissions.can_edit(tool, other), permissions.can_work(tool, other)) == (False, False)


def test_nobody_writes_in_it_once_the_work_has_begun(house):
    _, people, rfc = house
    RFC.objects.filter(pk=rfc.pk).update(state=State.IN_PROGRESS)
    rfc.refresh_from_db()
    assert who(people, lambda user: permissions.can_edit(user, rfc)) == set()
    assert who(people, lambda user: permissions.can_reschedule(user, rfc)) == set()
