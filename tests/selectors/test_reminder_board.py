"""What a board is told of by the clock: its agenda, votes that are missing, emergencies and moves that wait, words to confirm."""

from datetime import timedelta

import pytest

from changes.actions import reminder as action
from changes.choices import Channel, Delivery, MeetingState, Ratification, Route, Section, State
from changes.domain.ladder_words import Moment, Part
from changes.models import RFC, Preference, RotaEntry, User
from changes.selectors import reminder_board
from tests.factories import (
    NOW,
    AgendaItemFactory,
    DecisionFactory,
    MeetingFactory,
    RevisionFactory,
    RFCFactory,
    VoteFactory,
    hours,
)
from tests.sweeps import by_word, told

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(given):
    row = MeetingFactory(
        board=given.board,
        starts_at=START,
        cut_off_at=START - hours(50),
        state=MeetingState.FROZEN,
        revision=1,
        published_at=START - hours(50),
    )
    RevisionFactory(meeting=row, number=1, frozen_at=START - hours(50))
    return row


def test_each_seat_gets_the_agenda(meeting):
    assert told(START - hours(50), "agenda_published") == [("meeting", "chair"), ("meeting", "member")]


def test_a_revision_that_nobody_published_is_not_told_of(meeting):
    action.send_due(at=START - hours(50))
    meeting.revision = 2
    meeting.save()
    RevisionFactory(meeting=meeting, number=2, frozen_at=START - hours(40))
    assert told(START - hours(39), "agenda_published") == []
    meeting.published_at = START - hours(39)
    meeting.save()
    assert told(START - hours(39), "agenda_published") == [("meeting", "chair"), ("meeting", "member")]


def test_a_cancelled_meeting_sends_no_agenda(meeting):
    meeting.state = MeetingState.CANCELLED
    meeting.save()
    assert told(START - hours(50), "agenda_published") == []


def test_who_has_not_voted_is_asked_a_day_before(given, meeting):
    item = AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED))
    assert told(START - hours(25), "vote_missing") == []
    assert told(START - hours(24), "vote_missing") == [("meeting", "member")]
    VoteFactory(item=item, member=given.people.member)
    assert told(START - hours(24), "vote_missing") == []


def test_nobody_is_asked_to_vote_on_an_own_or_a_decided_one(given, meeting):
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED, owner=given.people.member))
    decided = AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.APPROVED))
    DecisionFactory(rfc=decided.rfc, item=decided)
    assert told(START - hours(24), "vote_missing") == []


def test_the_owner_hears_that_it_stands_on_the_agenda(given, meeting):
    item = AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED, owner=given.people.owner))
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED), is_late=True)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.COMPLETED), section=Section.FAILED)
    assert told(START - hours(49), "on_agenda") == [("item", "owner")]
    DecisionFactory(rfc=item.rfc, item=item)
    assert told(START - hours(49), "on_agenda") == []


def test_the_rota_without_the_rfcs_own_people(given):
    people = given.people
    emergency = {"state": State.SUBMITTED, "route": Route.EMERGENCY, "submitted_at": NOW, "environment": given.environment}
    RFCFactory(owner=people.chair, **emergency)
    assert told(NOW, "emergency_waiting") == [("emergency", "change-manager")]


@pytest.mark.parametrize(
    ("chair", "chat", "called"),
    [
        ({}, "", ["chair", "change-manager"]),
        ({"is_active": False}, "", ["change-manager"]),
        ({"email": ""}, "", ["change-manager", "chair"]),
        ({"email": ""}, "slack://a/b/c", ["chair", "change-manager"]),
    ],
)
def test_the_rota_calls_nobody_who_has_left_and_last_whom_only_the_page_would_tell(given, chair, chat, called):
    User.objects.filter(pk=given.people.chair.pk).update(**chair)
    Preference.objects.create(user=given.people.chair, chat_url=chat)
    rfc = RFCFactory(state=State.SUBMITTED, route=Route.EMERGENCY, submitted_at=NOW, environment=given.environment)
    (facts,) = reminder_board.of_emergencies(NOW, [rfc.pk])
    on_rota = [User.objects.get(pk=key).username for key in facts.people[Part.ROTA]]
    assert (on_rota, facts.moments[Moment.CALLED] - NOW) == (called, len(called) * timedelta(minutes=15))


def test_an_emergency_that_nobody_of_the_rota_answers_goes_to_the_chair_and_the_change_managers(given):
    emergency = {"state": State.SUBMITTED, "route": Route.EMERGENCY, "submitted_at": NOW, "environment": given.environment}
    RFCFactory(**emergency)
    action.write_due(at=NOW)
    action.send_due(at=NOW)
    turns = RotaEntry.objects.on_duty(NOW).count() * timedelta(minutes=15)
    assert turns > timedelta(0)
    assert told(NOW + turns - timedelta(seconds=1), "emergency_unanswered") == []
    both = [("emergency", "chair"), ("emergency", "change-manager")]
    assert told(NOW + turns, "emergency_unanswered") == both
    action.send_due(at=NOW + turns)
    assert told(NOW + turns + hours(0.99), "emergency_unanswered") == []
    RotaEntry.objects.all().delete()
    RFCFactory(**emergency)
    assert told(NOW, "emergency_unanswered") == both, "with nobody on the rota they hear of it at once"


def test_it_is_told_again_each_hour_with_a_row_for_each_until_it_is_decided(given):
    rfc = RFCFactory(state=State.SUBMITTED, route=Route.EMERGENCY, submitted_at=NOW, environment=given.environment)
    RotaEntry.objects.all().delete()
    for minutes in range(0, 26 * 60, 20):
        action.send_due(at=NOW + timedelta(minutes=minutes))
    rows = rfc.reminders.filter(rule="emergency_unanswered", channel=Channel.MAIL, recipient=given.people.chair)
    assert [row.sent_at - NOW for row in rows.order_by("due_at")] == [hours(n) for n in range(24)]
    RFC.objects.filter(pk=rfc.pk).update(submitted_at=NOW + hours(30))
    for after in (30, 31):
        action.send_due(at=NOW + hours(after))
    RFC.objects.filter(pk=rfc.pk).update(state=State.APPROVED)
    action.send_due(at=NOW + hours(32))
    assert rows.count() == 26


def test_a_move_to_confirm_is_told_to_change_managers_but_not_of_their_own(given):
    moved = {"state": State.APPROVED, "is_move_unconfirmed": True, "moved_at": NOW, "planned_start": START, "planned_end": START + hours(4)}
    RFCFactory(owner=given.people.change_manager, **moved)
    assert told(NOW, "move_to_confirm") == []
    rfc = RFCFactory(**moved)
    assert told(NOW, "move_to_confirm") == [("move", "change-manager")]
    assert told(START, "move_to_confirm") == []
    RFC.objects.filter(pk=rfc.pk).update(is_move_unconfirmed=False)
    assert told(NOW, "move_to_confirm") == []


def test_who_gave_their_word_is_asked_at_once_and_after_24_hours_the_change_manager_hears_of_it(given):
    by_word(given)
    by_word(given, owner=given.people.change_manager, ratification=Ratification.RATIFIED)
    assert told(NOW, "word_to_confirm") == [("word", "chair")]
    assert told(NOW + hours(24), "word_to_confirm") == []
    assert told(NOW + hours(23.9), "word_unconfirmed") == []
    assert told(NOW + hours(24), "word_unconfirmed") == [("word", "chair"), ("word", "change-manager")]


def test_a_word_that_is_confirmed_or_judged_is_asked_for_no_more(given):
    confirmed, judged = by_word(given), by_word(given)
    action.write_due(at=NOW)
    confirmed.confirmed_at = NOW
    confirmed.save()
    RFC.objects.filter(pk=judged.rfc_id).update(ratification=Ratification.UNAUTHORISED)
    handled = action.send_due(at=NOW)
    word = [(done.state, done.detail) for done in handled if done.row.rule == "word_to_confirm"]
    assert word == [(Delivery.DROPPED, "What was asked for is done.")] * 2
    assert told(NOW + hours(24), "word_unconfirmed") == []
