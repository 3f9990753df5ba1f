"""Deciding on an item of an agenda (DESIGN 4.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.actions.condition import meet
from changes.actions.decision import decide
from changes.actions.lifecycle import Request, move
from changes.actions.meeting import generate_due
from changes.actions.ruling import Promise, Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Outcome, Severity, State, Urgency, Verdict
from changes.domain.content import Reference
from changes.exceptions import MoveRefused, NotAllowed, Stale, Unacceptable
from changes.models import RFC, AgendaItem, Board, Decision, Meeting
from tests.factories import HIGH_IMPACT, NOW, BoardFactory, MeetingFactory, UserFactory, hours, raised, rfc_in, session, world

pytestmark = pytest.mark.django_db

DUE = NOW + hours(24)


@pytest.fixture
def given():
    found = world()
    found.board.quorum = 2
    found.board.save(update_fields=["quorum"])
    return found


@pytest.fixture
def item(given):
    """On the agenda of Thursday, whose meetings are made four weeks ahead."""
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    generate_due(at=NOW)
    return AgendaItem.objects.get()


def ruled(item, given, verdict=Verdict.APPROVE, by="chair", **other):
    return decide(item.rfc, Ruling(verdict, **other), actor=getattr(given.people, by), at=NOW, item=item)


def test_approving_moves_the_rfc_and_stands_in_its_history(given, item):
    decision = ruled(item, given, severity=Severity.MINOR, reason="Tried at the other site.")
    rfc = RFC.objects.get()
    assert (rfc.state, rfc.severity, rfc.decision) == (State.SCHEDULED, Severity.MINOR, decision)
    assert (decision.item, decision.by) == (item, given.people.chair)
    assert [event.action for event in rfc.events.all()][-2:] == ["approved", "scheduled"]


def test_a_decision_from_the_rfcs_own_page_counts_for_its_item(given, item):
    move(item.rfc, State.APPROVED, actor=given.people.chair, at=NOW)
    assert Decision.objects.get().item == item


def test_work_begins_only_once_every_condition_is_met(given, item):
    promises = [
        Promise("GC-06 moves to another night", given.people.owner, DUE),
        Promise("The vendor is on the phone", given.people.implementer, DUE),
    ]
    decision = ruled(item, given, Verdict.APPROVE_WITH_CONDITIONS, conditions=promises)
    rfc, starts = RFC.objects.get(), NOW + timedelta(days=3)
    with pytest.raises(MoveRefused, match="GC-06 moves to another night"):
        move(rfc, State.IN_PROGRESS, actor=given.people.implementer, at=starts)
    for condition in decision.conditions.all():
        meet(condition, met=True, actor=given.people.change_manager, at=NOW)
    assert move(rfc, State.IN_PROGRESS, actor=given.people.implementer, at=starts).state == State.IN_PROGRESS


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.APPROVE_WITH_CONDITIONS, Verdict.DEFER])
def test_what_a_decision_needs(given, item, verdict):
    with pytest.raises(Unacceptable):
        ruled(item, given, verdict)
    assert (Decision.objects.count(), RFC.objects.get().state) == (0, State.SUBMITTED)


def test_a_condition_that_is_due_in_the_past_is_refused(given, item):
    promises = [Promise("Show the restore", given.people.owner, due) for due in (DUE, NOW)]
    with pytest.raises(Unacceptable) as refused:
        ruled(item, given, Verdict.APPROVE_WITH_CONDITIONS, conditions=promises)
    assert (refused.value.field, Decision.objects.count()) == ("conditions[1].due_at", 0)


def test_rejecting_with_a_reason(given, item):
    ruled(item, given, Verdict.REJECT, reason="The freeze is on.")
    assert RFC.objects.get().state == State.REJECTED


def test_a_deferred_rfc_waits_for_its_meeting(given, item):
    target = Meeting.objects.order_by("starts_at")[2]
    decision = ruled(item, given, Verdict.DEFER, defer_to=target)
    assert (RFC.objects.get().state, decision.defer_to) == (State.SUBMITTED, target)


def test_a_deferral_names_the_day_where_the_board_sits(given, item):
    Board.objects.update(time_zone="Pacific/Auckland")
    target = MeetingFactory(board=Board.objects.get(), starts_at=datetime(2026, 12, 2, 13, 30, tzinfo=UTC))
    ruled(item, given, Verdict.DEFER, defer_to=target, reason="The restore is not shown.")
    assert RFC.objects.get().events.get(action="deferred").note == "to 2026-12-03. The restore is not shown."


@pytest.mark.parametrize("why", ["the same meeting", "its cut-off has passed", "cancelled", "of another board"])
def test_a_meeting_that_cannot_take_it_is_refused(given, item, why):
    target = {
        "the same meeting": lambda: item.meeting,
        "its cut-off has passed": lambda: MeetingFactory(board=given.board, starts_at=NOW + hours(2), cut_off_at=NOW),
        "cancelled": lambda: MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=9), state=MeetingState.CANCELLED),
        "of another board": lambda: MeetingFactory(board=BoardFactory(), starts_at=NOW + timedelta(days=9)),
    }[why]()
    with pytest.raises(Unacceptable) as refused:
        ruled(item, given, Verdict.DEFER, defer_to=target)
    assert refused.value.field == "meeting"


@pytest.mark.parametrize(
    ("voters", "told", "met"),
    [([], None, False), (["member"], None, True), (["chair"], None, False), ([], True, True), (["member"], False, False)],
)
def test_the_quorum_is_recorded(given, item, voters, told, met):
    """Those who voted count as present, with the one who decides, unless that person says otherwise."""
    for voter in voters:
        cast(item, Ballot.APPROVE, actor=getattr(given.people, voter), at=NOW)
    assert ruled(item, given, quorum_met=told).quorum_met is met


def test_of_two_who_decide_the_second_is_told_by_whom(given, item):
    ruled(item, given, Verdict.DEFER, defer_to=Meeting.objects.order_by("starts_at")[1])
    with pytest.raises(MoveRefused, match="decided already: defer, by Chair"):
        ruled(item, given, Verdict.REJECT, reason="No.")
    assert Decision.objects.count() == 1


def test_one_who_read_an_older_version_is_told(given, item):
    with pytest.raises(Stale):
        decide(item.rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW, item=item, version=item.rfc.version - 1)


@pytest.mark.parametrize("who", ["member", "change_manager", "administrator", "outsider"])
def test_only_the_chair_decides(given, item, who):
    with pytest.raises(NotAllowed):
        ruled(item, given, by=who)


def test_the_chair_never_decides_an_own_rfc(given):
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, implementer=given.people.chair.username)
    generate_due(at=NOW)
    with pytest.raises(NotAllowed, match="never decides it"):
        ruled(AgendaItem.objects.get(), given)


def test_what_is_late_is_not_decided(given, item):
    AgendaItem.objects.update(is_late=True)
    item.refresh_from_db()
    with pytest.raises(MoveRefused, match="not on the agenda"):
        ruled(item, given)


def test_an_item_decides_only_its_own_rfc(given, item):
    other = rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    with pytest.raises(Unacceptable):
        decide(other, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW, item=item)


def afterwards(given):
    past = session(NOW - hours(5), hours(1), actual_start=NOW - hours(5), actual_end=NOW - hours(4))
    rfc = raised(given, sessions=(past,))
    move(rfc, State.COMPLETED, actor=given.people.owner, at=NOW, request=Request(outcome=Outcome.SUCCESSFUL))


def approved_emergency(given):
    rfc = raised(given, urgency=Urgency.EMERGENCY, references=(Reference("incidents", "INC-20417"),))
    rfc = move(rfc, State.SUBMITTED, actor=given.people.owner, at=NOW)
    decide(rfc, Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=NOW)


@pytest.mark.parametrize("made", [afterwards, approved_emergency])
@pytest.mark.parametrize(
    ("verdict", "reason", "word"), [(Verdict.RATIFY, "", "ratified"), (Verdict.UNAUTHORISED, "It could have waited.", "unauthorised")]
)
def test_the_board_says_afterwards_what_it_was_and_only_once(given, made, verdict, reason, word):
    made(given)
    before = RFC.objects.get()
    generate_due(at=NOW + hours(1))
    item = AgendaItem.objects.get()
    ruled(item, given, verdict, reason=reason)
    rfc = RFC.objects.get()
    assert (rfc.ratification, rfc.state) == (word, before.state)
    if before.decision:  # an approval keeps what it covers
        assert rfc.decision == before.decision
    with pytest.raises(MoveRefused):
        decide(rfc, Ruling(verdict, reason=reason), actor=given.people.chair, at=NOW)


def test_the_chair_is_a_person_with_a_delegate(given, item):
    delegate = UserFactory()
    given.board.members.create(user=delegate, delegate_for=given.people.chair, since=NOW.date(), until=NOW.date())
    assert decide(item.rfc, Ruling(Verdict.APPROVE), actor=delegate, at=NOW, item=item).by == delegate
