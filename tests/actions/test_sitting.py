"""A meeting that runs: what it records, what it refuses, and what it takes back (DESIGN 4.8)."""

from datetime import timedelta

import pytest

from changes.actions import sitting
from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.lifecycle import move
from changes.actions.minutes import write_note
from changes.actions.reminder import send_due
from changes.actions.ruling import Promise, Ruling
from changes.actions.vote import cast
from changes.actions.withdrawal import withdraw_last
from changes.choices import Ballot, Manner, MeetingState, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed, Stale
from changes.models import RFC, AgendaItem, Attendance, Decision, Meeting, Reminder
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, frozen_agenda, hours, rfc_in

pytestmark = pytest.mark.django_db

START = NOW + hours(124)  # Thursday 26 November, 14:00 in Amsterdam
APPROVE = Ruling(Verdict.APPROVE)


def minutes(number):
    return timedelta(minutes=number)


@pytest.fixture
def meeting(given):
    return frozen_agenda(given, START)


@pytest.fixture
def running(given, meeting):
    return sitting.open_sitting(meeting, actor=given.people.chair, at=START)


def items():
    return list(AgendaItem.objects.order_by("position"))


def now():
    return Meeting.objects.get(state=MeetingState.IN_SESSION)


def test_decided_by_another_door_the_meeting_goes_on_too(given, running):
    first, second, _ = items()
    sitting.decide_on(first, APPROVE, actor=given.people.chair, at=START)
    assert now().current_item == second


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_opening_stands_at_the_first_item_and_who_opens_presents_and_is_there(given, running):
    assert (running.state, running.presenter, running.current_item, running.item_since) == (
        "in_session",
        given.people.chair,
        items()[0],
        START,
    )
    assert running.turn == 1
    assert list(Attendance.objects.values_list("person__username", "is_present", "came_at")) == [("chair", True, START)]


def test_the_change_manager_may_present_and_has_no_seat(given, meeting):
    opened = sitting.open_sitting(meeting, actor=given.people.change_manager, at=START)
    assert opened.presenter == given.people.change_manager
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("who", ["member", "owner", "viewer", "administrator", "outsider"])
def test_nobody_else_opens_it(given, meeting, who):
    with pytest.raises(NotAllowed):
        sitting.open_sitting(meeting, actor=getattr(given.people, who), at=START)


def test_before_its_time_it_asks_for_a_word(given, meeting):
    early = START - hours(20)
    with pytest.raises(MoveRefused, match="not the time"):
        sitting.open_sitting(meeting, actor=given.people.chair, at=early)
    assert sitting.open_sitting(meeting, actor=given.people.chair, at=early, early=True).opened_at == early


def test_before_the_cut_off_opening_freezes_the_agenda(given):
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    made = MeetingFactory(board=given.board, starts_at=START)
    opened = sitting.open_sitting(made, actor=given.people.chair, at=NOW + hours(1), early=True)
    assert (opened.revision, opened.cut_off_at, opened.revisions.count()) == (1, NOW + hours(1), 1)
    assert opened.current_item == AgendaItem.objects.get()


def test_twice_it_is_not_opened_and_an_earlier_meeting_comes_first(given, running):
    with pytest.raises(MoveRefused, match="in session already; Chair presents"):
        sitting.open_sitting(running, actor=given.people.change_manager, at=START)
    later = MeetingFactory(board=given.board, starts_at=START + hours(168))
    with pytest.raises(MoveRefused, match="meets on 26 November 2026 before that"):
        sitting.open_sitting(later, actor=given.people.chair, at=START, early=True)


# --- Turning, pausing, taking over --------------------------------------------------------------------------------------


def test_turning_keeps_the_time_that_each_item_has_had(given, running):
    first, second, _ = items()
    sitting.turn_to(running, second, actor=given.people.chair, at=START + minutes(4))
    back = sitting.turn_to(running, first, actor=given.people.chair, at=START + minutes(6))
    assert [item.spent_seconds for item in items()] == [240, 120, 0]
    assert (back.current_item, back.item_since, back.turn) == (first, START + minutes(6), 3)


def test_a_second_press_turns_nothing(given, running):
    second = items()[1]
    for _ in range(2):
        sitting.turn_to(running, second, actor=given.people.chair, at=START + minutes(4))
    assert (now().current_item, now().turn) == (second, 2)


def test_a_pause_stops_the_clocks(given, running):
    chair = given.people.chair
    paused = sitting.pause(running, actor=chair, at=START + minutes(2))
    assert (paused.item_since, paused.paused_at, items()[0].spent_seconds) == (None, START + minutes(2), 120)
    sitting.turn_to(running, items()[1], actor=chair, at=START + minutes(5))
    assert items()[1].spent_seconds == 0
    resumed = sitting.resume(running, actor=chair, at=START + minutes(12))
    assert (resumed.paused_seconds, resumed.paused_at, resumed.item_since) == (600, None, START + minutes(12))


def test_only_the_presenter_turns_until_somebody_takes_over(given, running):
    second, manager = items()[1], given.people.change_manager
    with pytest.raises(NotAllowed, match="Chair presents"):
        sitting.turn_to(running, second, actor=manager, at=START)
    with pytest.raises(NotAllowed):
        sitting.take_over(running, actor=given.people.member, at=START)
    taken = sitting.take_over(running, actor=manager, at=START + minutes(1))
    assert (taken.presenter, taken.current_item, taken.item_since) == (manager, items()[0], START)
    assert sitting.turn_to(running, second, actor=manager, at=START + minutes(2)).current_item == second


def test_the_owner_of_the_next_but_one_is_called_once(given, running):
    called = [item.called_at for item in items()]
    assert called == [None, None, START]
    assert send_due(at=START)
    sitting.turn_to(running, items()[1], actor=given.people.chair, at=START + minutes(1))
    sitting.turn_to(running, items()[0], actor=given.people.chair, at=START + minutes(2))
    send_due(at=START + minutes(3))
    told = Reminder.objects.filter(rule="next_but_one").values_list("recipient__username", "subject", "state").distinct()
    assert set(told) == {("owner", f"call:{items()[2].pk}", "sent")}


# --- Presence and decisions ---------------------------------------------------------------------------------------------


def test_a_decision_records_who_was_there_and_the_meeting_goes_on(given, running):
    sitting.mark_presence(running, given.people.member, is_present=True, actor=given.people.member, at=START)
    decision = sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START + minutes(3))
    assert (decision.manner, decision.present, decision.quorum_met) == (Manner.MEETING, 2, True)
    assert (now().current_item, items()[0].spent_seconds) == (items()[1], 180)


def test_without_a_quorum_the_decision_says_so(given, running):
    given.board.quorum = 2
    given.board.save()
    decision = sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START)
    assert (decision.present, decision.quorum_met) == (1, False)


def test_who_has_a_hand_in_it_makes_no_quorum_for_it(given, running):
    RFC.objects.filter(agenda_items=items()[0]).update(implementer=given.people.member)
    sitting.mark_presence(running, given.people.member, is_present=True, actor=given.people.chair, at=START)
    counted = [sitting.settle_item(item, APPROVE, actor=given.people.chair, at=START).present for item in items()[:2]]
    assert counted == [1, 2]


@pytest.mark.parametrize(("who", "of", "allowed"), [("member", "member", True), ("chair", "member", True), ("member", "chair", False)])
def test_everybody_says_so_of_themselves_and_the_presenter_of_all(given, running, who, of, allowed):
    people = given.people
    if allowed:
        assert sitting.mark_presence(running, getattr(people, of), is_present=True, actor=getattr(people, who), at=START).is_present
    else:
        with pytest.raises(NotAllowed):
            sitting.mark_presence(running, getattr(people, of), is_present=False, actor=getattr(people, who), at=START)


def test_who_leaves_is_no_longer_counted_and_keeps_when_they_came(given, running):
    for is_present, at in ((True, 1), (False, 20)):
        row = sitting.mark_presence(running, given.people.member, is_present=is_present, actor=given.people.chair, at=START + minutes(at))
    assert (row.is_present, row.came_at, row.left_at) == (False, START + minutes(1), START + minutes(20))


def test_what_is_decided_or_voted_elsewhere_turns_the_page_too(given, running):
    cast(items()[1], Ballot.APPROVE, actor=given.people.member, at=START)
    assert now().turn == 2
    decide(RFC.objects.get(agenda_items=items()[1]), APPROVE, actor=given.people.chair, at=START)
    assert (now().turn, now().current_item, Decision.objects.get().manner) == (3, items()[0], Manner.MEETING)


def test_deciding_the_last_stays_there(given, running):
    for item in items():
        sitting.settle_item(item, APPROVE, actor=given.people.chair, at=START + minutes(1))
    assert now().current_item == items()[2]


def test_the_second_to_decide_is_told_what_was_decided_and_by_whom(given, running):
    sitting.settle_item(items()[0], Ruling(Verdict.REJECT, reason="Too soon."), actor=given.people.chair, at=START)
    with pytest.raises(MoveRefused, match="decided already: reject, by Chair"):
        sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START)
    assert Decision.objects.count() == 1


# --- Undo ---------------------------------------------------------------------------------------------------------------


def later_meeting(given):
    return MeetingFactory(board=given.board, starts_at=START + hours(168))


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS, Verdict.DEFER, Verdict.REJECT])
def test_taken_back_the_rfc_is_what_it_was(given, running, verdict):
    rfc = items()[0].rfc
    columns = ("state", "severity", "decision_id", "approved_until", "is_move_unconfirmed", "ratification")
    before = [getattr(rfc, name) for name in columns]
    promises = [Promise("Show a restore", given.people.owner, START + hours(4))] if verdict == Verdict.APPROVE_WITH_CONDITIONS else []
    target = later_meeting(given) if verdict == Verdict.DEFER else None
    ruling = Ruling(verdict, reason="As said.", severity="minor", conditions=promises, defer_to=target)
    decision = sitting.settle_item(items()[0], ruling, actor=given.people.chair, at=START)
    withdraw_last(running, actor=given.people.chair, at=START + minutes(1))
    rfc, decision = RFC.objects.get(pk=rfc.pk), Decision.objects.get(pk=decision.pk)
    assert [getattr(rfc, name) for name in columns] == before
    assert (decision.item, decision.withdrawn_at, decision.withdrawn_by) == (None, START + minutes(1), given.people.chair)
    assert rfc.events.last().action == "decision_withdrawn"
    again = sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START + minutes(2))
    assert again.item == items()[0]


def test_what_was_deferred_and_taken_back_stands_nowhere_else(given, running):
    sitting.settle_item(items()[0], Ruling(Verdict.DEFER, defer_to=later_meeting(given)), actor=given.people.chair, at=START)
    withdraw_last(running, actor=given.people.chair, at=START + minutes(1))
    sitting.end_sitting(running, actor=given.people.chair, at=START + minutes(2))
    later = Meeting.objects.get(state=MeetingState.PLANNED)
    generate(later, at=START + minutes(3))
    assert {item.section for item in AgendaItem.objects.filter(meeting=later)} == {"new"}


def test_nothing_is_taken_back_once_somebody_has_gone_on(given, running):
    item = items()[0]
    sitting.settle_item(item, APPROVE, actor=given.people.chair, at=START)
    move(RFC.objects.get(pk=item.rfc_id), State.CANCELLED, actor=given.people.owner, at=START + minutes(1))
    with pytest.raises(MoveRefused, match="cancelled meanwhile"):
        withdraw_last(running, actor=given.people.chair, at=START + minutes(2))


def test_only_the_last_one_and_only_by_who_leads(given, running):
    first = sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START)
    sitting.settle_item(items()[1], APPROVE, actor=given.people.chair, at=START + minutes(1))
    with pytest.raises(MoveRefused, match="Another decision"):
        withdraw_last(running, actor=given.people.chair, at=START + minutes(2), decision=first.pk)
    with pytest.raises(NotAllowed):
        withdraw_last(running, actor=given.people.change_manager, at=START + minutes(2))
    sitting.end_sitting(running, actor=given.people.chair, at=START + minutes(3))
    with pytest.raises(MoveRefused, match="over"):
        withdraw_last(running, actor=given.people.chair, at=START + minutes(4))


def test_who_was_not_told_of_it_hears_nothing_and_who_was_is_told_once(given, running):
    chair = given.people.chair
    sitting.settle_item(items()[0], APPROVE, actor=chair, at=START)
    send_due(at=START + minutes(1))
    withdraw_last(running, actor=chair, at=START + minutes(2))
    send_due(at=START + minutes(30))
    assert not Reminder.objects.filter(rule__in=("decided", "decision_withdrawn")).exists()
    sitting.settle_item(items()[0], APPROVE, actor=chair, at=START + minutes(31))
    send_due(at=START + minutes(37))
    withdraw_last(running, actor=chair, at=START + minutes(38))
    send_due(at=START + minutes(39))
    told = Reminder.objects.filter(rule__in=("decided", "decision_withdrawn")).order_by("pk").values_list("rule", "recipient__username")
    assert list(dict.fromkeys(told)) == [("decided", "owner"), ("decision_withdrawn", "owner")]


# --- Ending, notes ------------------------------------------------------------------------------------------------------


def test_ended_it_is_held_and_what_is_left_stands_on_the_next_agenda(given, running):
    sitting.settle_item(items()[0], APPROVE, actor=given.people.chair, at=START + minutes(3))
    ended = sitting.end_sitting(running, actor=given.people.chair, at=START + minutes(10))
    assert (ended.state, ended.closed_at, ended.current_item, items()[1].spent_seconds) == ("held", START + minutes(10), None, 420)
    left, following = items()[1:], later_meeting(given)
    generate(following, at=START + minutes(11))
    assert [item.rfc_id for item in AgendaItem.objects.filter(meeting=following)] == [item.rfc_id for item in left]
    with pytest.raises(MoveRefused, match="over"):
        sitting.settle_item(left[0], APPROVE, actor=given.people.chair, at=START + minutes(12))


def test_a_note_is_kept_and_never_written_over_unseen(given, running):
    item, manager = items()[0], given.people.change_manager
    write_note(running, item, "Asked for a restore.\r\nShown.", was="", actor=given.people.chair, at=START)
    with pytest.raises(Stale, match="Asked for a restore"):
        write_note(running, item, "Other words.", was="", actor=manager, at=START)
    write_note(running, item, "Both.", was="Asked for a restore.\r\nShown.", actor=manager, at=START)
    write_note(running, None, "Began in time.", was="", actor=manager, at=START)
    assert (items()[0].note, now().note, now().turn) == ("Both.", "Began in time.", 1)
    with pytest.raises(NotAllowed):
        write_note(running, item, "Mine.", was="Both.", actor=given.people.member, at=START)
