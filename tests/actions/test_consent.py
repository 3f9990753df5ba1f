"""Deciding the consent list in one act, and pulling from it (DESIGN 4.8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from changes.actions.agenda import generate
from changes.actions.consent import approve_consent, pull, put_back
from changes.actions.decision import decide
from changes.actions.rfc import update
from changes.actions.ruling import Ruling
from changes.actions.sitting import open_sitting, pull_out, settle_consent
from changes.actions.vote import cast
from changes.choices import Ballot, Manner, Route, Severity, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC, AgendaItem, Decision, Meeting
from changes.selectors.agenda import agenda_of
from tests.factories import NOW, MeetingFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=4)


@pytest.fixture
def given():
    """A house in which the board decides on minor changes too."""
    return world(routes={Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC})


@pytest.fixture
def meeting(given):
    """Three small ones on a frozen agenda, the member for all of them."""
    for place in range(3):
        times = session(NOW + timedelta(days=9 + place))
        rfc_in(State.SUBMITTED, given, title=f"Small change {place + 1}", sessions=(times,))
    meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=NOW + timedelta(days=3))
    generate(meeting, at=NOW + timedelta(days=3))
    for item in AgendaItem.objects.all():
        cast(item, Ballot.APPROVE, actor=given.people.member, at=AFTER)
    return Meeting.objects.get()


def listed(meeting, at=AFTER):
    return [item.row.title for item in agenda_of(Meeting.objects.select_related("board__chair").get(pk=meeting.pk), at=at).consent]


def read(meeting):
    return {item.pk: item.rfc.version for item in AgendaItem.objects.select_related("rfc").filter(meeting=meeting)}


def titled(number):
    return AgendaItem.objects.select_related("rfc").get(title=f"Small change {number}")


def test_what_all_agree_on_is_listed_counted_together_and_decided_in_one_act(given, meeting):
    shown = agenda_of(meeting, at=AFTER)
    assert (len(shown.consent), shown.minutes, [group.minutes for group in shown.sections]) == (3, 3, [0])
    done = approve_consent(meeting, actor=given.people.chair, at=AFTER)
    assert [(d.verdict, d.manner, d.present, d.quorum_met, d.by) for d in done.approved] == [
        (Verdict.APPROVE, Manner.CONSENT, 2, True, given.people.chair)
    ] * 3
    assert (done.left_out, listed(meeting)) == ([], [])
    assert set(RFC.objects.values_list("state", flat=True)) == {State.SCHEDULED}


def test_again_there_is_nothing_left_to_approve(given, meeting):
    seen = read(meeting)
    approve_consent(meeting, actor=given.people.chair, at=AFTER, read=seen)
    again = approve_consent(meeting, actor=given.people.chair, at=AFTER, read=seen)
    assert (again.approved, {why for _, why in again.left_out}, Decision.objects.count()) == ([], {"Decided meanwhile: approve."}, 3)


def test_what_has_changed_since_it_was_read_is_left_out_and_said(given, meeting):
    seen = read(meeting)
    pull(titled(1), actor=given.people.member, at=AFTER)
    rfc = RFC.objects.with_content().get(pk=titled(2).rfc_id)
    update(rfc, replace(rfc.content(), title="Small change, in better words"), actor=given.people.owner, at=AFTER)
    done = approve_consent(meeting, actor=given.people.chair, at=AFTER, read=seen)
    assert [decision.rfc_id for decision in done.approved] == [titled(3).rfc_id]
    assert {item.title: why for item, why in done.left_out} == {
        "Small change 1": "Member has pulled it out, so that it is talked about.",
        "Small change 2": f"{rfc.number} has been changed meanwhile; you have version 2, it is at 3.",
    }
    assert titled(1).rfc.state == titled(2).rfc.state == State.SUBMITTED


def test_a_vote_that_came_meanwhile_and_what_came_onto_the_list_meanwhile(given, meeting):
    seen = {key: version for key, version in read(meeting).items() if key != titled(3).pk}
    cast(titled(1), Ballot.REJECT, actor=given.people.member, at=AFTER + hours(1))
    done = approve_consent(meeting, actor=given.people.chair, at=AFTER + hours(1), read=seen)
    assert [decision.item.title for decision in done.approved] == ["Small change 2"]
    assert [why for _, why in done.left_out] == ["1 vote is against it."]
    assert listed(meeting) == ["Small change 3"]


def test_an_edit_of_what_was_voted_on_asks_for_the_votes_again(given, meeting):
    rfc = RFC.objects.with_content().get(pk=titled(2).rfc_id)
    update(rfc, replace(rfc.content(), rollback_trigger="At once."), actor=given.people.owner, at=AFTER + hours(1))
    assert listed(meeting) == ["Small change 1", "Small change 3"]
    cast(titled(2), Ballot.APPROVE, actor=given.people.member, at=AFTER + hours(2))
    assert len(listed(meeting)) == 3


@pytest.mark.parametrize("who", ["member", "change_manager", "owner", "viewer"])
def test_only_who_leads_the_board_decides_it(given, meeting, who):
    with pytest.raises(NotAllowed, match="decides the consent list"):
        approve_consent(meeting, actor=getattr(given.people, who), at=AFTER)


@pytest.mark.parametrize("state", ["planned", "held", "cancelled"])
def test_only_from_the_cut_off_on_until_the_meeting_is_over(given, meeting, state):
    Meeting.objects.update(state=state)
    with pytest.raises(MoveRefused, match="from the cut-off on"):
        approve_consent(meeting, actor=given.people.chair, at=AFTER)


def test_any_member_pulls_one_out_and_who_did_puts_it_back(given, meeting):
    pulled = pull(titled(1), actor=given.people.member, at=AFTER)
    assert (pulled.pulled_by, pulled.pulled_at, listed(meeting)) == (given.people.member, AFTER, ["Small change 2", "Small change 3"])
    with pytest.raises(NotAllowed):
        pull(titled(2), actor=given.people.outsider, at=AFTER)
    with pytest.raises(NotAllowed):
        put_back(titled(1), actor=given.people.outsider, at=AFTER)
    put_back(titled(1), actor=given.people.member, at=AFTER)
    assert len(listed(meeting)) == 3
    assert [event.action for event in titled(1).rfc.events.order_by("at", "pk")][-2:] == ["pulled", "put_back"]


def test_what_is_decided_is_pulled_no_more(given, meeting):
    approve_consent(meeting, actor=given.people.chair, at=AFTER)
    with pytest.raises(MoveRefused, match="decided already"):
        pull(titled(1), actor=given.people.member, at=AFTER)


def test_what_somebody_else_decided_is_left_as_it_was_decided(given, meeting):
    seen = read(meeting)
    decide(titled(1).rfc, Ruling(Verdict.REJECT, reason="No."), actor=given.people.chair, at=AFTER, item=titled(1))
    done = approve_consent(meeting, actor=given.people.chair, at=AFTER, read=seen)
    assert (len(done.approved), [why for _, why in done.left_out]) == (2, ["Decided meanwhile: reject."])
    assert titled(1).rfc.state == State.REJECTED


# --- In the meeting -----------------------------------------------------------------------------------------------------

START = NOW + timedelta(days=5)


@pytest.fixture
def running(given, meeting):
    """Open, and at its consent list: nothing else stands on the agenda."""
    return open_sitting(meeting, actor=given.people.chair, at=START)


def current():
    return Meeting.objects.get().current_item


@pytest.mark.parametrize("number", [1, 3])
def test_a_member_stops_the_list_by_pulling_one_out_and_the_meeting_stays_at_the_rest(given, running, number):
    seen, turn = read(running), running.turn
    pull_out(titled(number), actor=given.people.member, at=START)
    rest = [f"Small change {one}" for one in (1, 2, 3) if one != number]
    assert (listed(running, START), current().title in rest, Meeting.objects.get().turn > turn) == (rest, True, True)
    done = settle_consent(running, actor=given.people.chair, at=START, read=seen)
    assert [decision.item.title for decision in done.approved] == rest
    assert [(item.title, why) for item, why in done.left_out] == [
        (f"Small change {number}", "Member has pulled it out, so that it is talked about.")
    ]
    assert current() == titled(number)  # what was pulled out is talked about next
    assert titled(number).rfc.state == State.SUBMITTED


def test_with_the_last_one_pulled_there_is_no_list_and_the_meeting_talks_about_it(given, running):
    for number in (1, 2, 3):
        pull_out(titled(number), actor=given.people.member, at=START)
    assert (listed(running, START), current()) == ([], titled(3))


def test_pulled_in_the_meeting_by_nobody_but_a_member(given, running):
    with pytest.raises(NotAllowed, match="members of the board"):
        pull_out(titled(1), actor=given.people.outsider, at=START)
    assert len(listed(running, START)) == 3


def test_in_the_meeting_only_what_is_named_is_approved_and_the_rest_stays_on_the_list(given, running):
    named = {key: version for key, version in read(running).items() if key == titled(2).pk}
    done = settle_consent(running, actor=given.people.chair, at=START, read=named)
    assert [decision.item.title for decision in done.approved] == ["Small change 2"]
    assert listed(running, START) == ["Small change 1", "Small change 3"]
    assert current().title in listed(running, START)
