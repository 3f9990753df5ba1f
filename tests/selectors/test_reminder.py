"""The ledger of an RFC, and what the sources of the ladder find on a real database."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import reminder as action
from changes.actions.action import fulfil, promise
from changes.choices import Channel, Delivery, MeetingState, Outcome, Ratification, Route, Section, Severity, State, Urgency
from changes.domain.ladder_words import Moment, Part
from changes.models import RFC, Preference, Reminder, RotaEntry, User
from changes.selectors import reminder, reminder_board
from changes.selectors.agenda import agenda_of
from changes.selectors.told import told_of
from tests.factories import (
    NOW,
    AgendaItemFactory,
    ConditionFactory,
    DecisionFactory,
    MeetingFactory,
    RevisionFactory,
    RFCFactory,
    SessionFactory,
    VoteFactory,
    hours,
    raised,
    rfc_in,
)

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


def told(at, rule):
    """Who is due to be told by a rule, as (subject's kind, username)."""
    found = [one for one in reminder.due(at=at) if one.rung.rule == rule]
    names = User.objects.in_bulk([one.recipient for one in found])
    return [(one.facts.about.value, names[one.recipient].username) for one in found]


def ahead_of(rfc, given, at):
    """What is still to come of an RFC, as (rule, recipient, when it is due)."""
    return [(one.rule, one.recipient.username, one.due_at) for one in told_of(rfc, given.people.owner, at=at) if not one.is_written]


def test_an_rfc_shows_what_was_sent_and_what_is_still_to_come(given):
    rfc = rfc_in(State.SCHEDULED, given)
    at = START - hours(24)
    action.send_due(at=NOW)
    action.send_due(at=at)
    rows = reminder.written_about(rfc, at=at).filter(recipient=given.people.owner)
    sent = [("decided", NOW), ("before_24h", at)]
    assert [(row.rule, row.sent_at) for row in rows.filter(channel=Channel.MAIL)] == sent
    assert [(row.rule, row.sent_at) for row in rows.filter(channel=Channel.BELL)] == sent, "on the page"
    assert set(rows.values_list("state", flat=True)) == {Delivery.SENT}
    assert [one for one in ahead_of(rfc, given, at) if one[1] == "owner"] == [
        ("begun", "owner", START),
        ("outcome", "owner", START + hours(4)),
        ("outcome_missing", "owner", START + hours(28)),
    ]


def test_an_ended_rfc_has_nothing_to_come(given):
    rfc = rfc_in(State.CLOSED, given)
    at = START + hours(5)
    assert (list(reminder.written_about(rfc, at=at)), ahead_of(rfc, given, at)) == ([], [])


def test_an_automatic_rfc_shows_its_digest(given):
    rfc = RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=given.people.owner)
    SessionFactory(rfc=rfc, planned_start=START)
    SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC), planned_start=START)
    # The night in which it ends is over at 06:00 in Amsterdam.
    ended = NOW.replace(day=25, hour=5)
    assert ahead_of(rfc, given, NOW) == [
        ("outcomes_of_the_night", "owner", ended),
        ("outcomes_unanswered", "chair", ended + hours(24)),
    ]


def test_the_ledger_and_what_is_to_come_cost_the_same_for_one_and_for_three_sessions(given):
    def asked(rfc):
        with CaptureQueriesContext(connection) as queries:
            fresh = RFC.objects.select_related("owner", "implementer").get(pk=rfc.pk)
            list(reminder.written_about(fresh, at=NOW))
            told_of(fresh, given.people.owner, at=NOW)
        return len(queries)

    rfc = RFCFactory(state=State.SCHEDULED)
    SessionFactory(rfc=rfc, planned_start=START)
    asked(rfc)  # what is read once in a process
    one = asked(rfc)
    for day in (1, 2):
        SessionFactory(rfc=rfc, planned_start=START + timedelta(days=day))
    assert asked(rfc) == one


def test_a_sweep_asks_the_same_for_one_and_for_three_of_each(given):
    def everything():
        people = given.people
        for state in (State.SCHEDULED, State.IN_PROGRESS):
            SessionFactory(rfc=RFCFactory(state=state, implementer=people.implementer), planned_start=START)
        SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC), planned_start=START - hours(24))
        RFCFactory(state=State.SUBMITTED, route=Route.EMERGENCY, submitted_at=START, environment=given.environment)
        RFCFactory(state=State.APPROVED, approved_until=START + hours(1))
        RFCFactory(state=State.DRAFT, planned_start=START + timedelta(days=4), environment=given.environment)
        over = RFCFactory(state=State.COMPLETED, outcome=Outcome.FAILED, urgency=Urgency.EMERGENCY)
        SessionFactory(rfc=over, actual_start=START - hours(30), actual_end=START - hours(26))
        decision = DecisionFactory(rfc=RFCFactory(state=State.APPROVED), at=START)
        RFC.objects.filter(pk=decision.rfc_id).update(decision=decision)
        ConditionFactory(decision=decision, due_at=START)
        AgendaItemFactory(meeting=published, rfc=RFCFactory(state=State.SUBMITTED))
        by_word(given)

    published = MeetingFactory(board=given.board, starts_at=START + hours(2), state=MeetingState.FROZEN, revision=1, published_at=START)
    RevisionFactory(meeting=published, frozen_at=START)
    MeetingFactory(board=given.board, starts_at=START + timedelta(days=7), cut_off_at=START + hours(5))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = reminder.due(at=START)
        return len(queries), {one.rung.rule for one in found}

    everything()
    one, rules = asked()
    assert len(rules) > 9, "nearly every source has something to tell"
    everything()
    everything()
    assert asked() == (one, rules)


# --- The board --------------------------------------------------------------------------------------------------------


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


def by_word(given, **other):
    """An emergency that runs on the word of the chair, given at NOW."""
    rfc = RFCFactory(state=State.IN_PROGRESS, route=Route.EMERGENCY, **other)
    decision = DecisionFactory(rfc=rfc, by=given.people.chair, recorded_by=rfc.owner, is_verbal=True, how="Called at 03:05.")
    RFC.objects.filter(pk=rfc.pk).update(decision=decision)
    return decision


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


# --- Owners -----------------------------------------------------------------------------------------------------------


def test_a_draft_that_would_miss_its_meeting(given):
    meeting = MeetingFactory(board=given.board, starts_at=START, cut_off_at=START - hours(50))
    cut_off, long_ago = meeting.cut_off_at, NOW - timedelta(days=30)
    RFCFactory(owner=given.people.owner, planned_start=START + timedelta(days=5), environment=given.environment, created_at=long_ago)
    RFCFactory(planned_start=START + timedelta(days=15), environment=given.environment, created_at=long_ago)
    RFCFactory(planned_start=None, environment=given.environment, created_at=long_ago)
    assert told(cut_off - hours(25), "incomplete_before_cut_off") == []
    assert told(cut_off - hours(24), "incomplete_before_cut_off") == [("draft", "owner")]
    assert told(cut_off, "incomplete_before_cut_off") == []


def test_whatever_draft_the_agenda_lists_as_left_off_its_owner_is_told(given):
    meeting = MeetingFactory(board=given.board, starts_at=START, cut_off_at=START - hours(50))
    since, later = meeting.cut_off_at - timedelta(days=7), START + timedelta(days=60)
    for planned_start, updated_at in (
        (None, since),
        (None, since - timedelta(seconds=1)),
        (later, since),
        (later, since - timedelta(days=9)),
        (START + timedelta(days=13), since - timedelta(days=9)),
    ):
        RFCFactory(environment=given.environment, planned_start=planned_start, created_at=since - timedelta(days=9), updated_at=updated_at)
    at = meeting.cut_off_at - hours(24)
    listed = [one.rfc.pk for one in agenda_of(meeting, at=at).left_off]
    mailed = [one.facts.rfc for one in reminder.due(at=at) if one.rung.rule == "incomplete_before_cut_off"]
    assert len(listed) == 3
    assert sorted(mailed) == sorted(listed)


def test_the_mail_about_a_draft_says_what_it_lacks_or_that_it_only_has_to_be_submitted(given):
    complete = raised(given)
    RFC.objects.filter(pk=complete.pk).update(route=Route.BOARD)
    lacking = RFCFactory(environment=given.environment, owner=given.people.owner, created_at=NOW)
    MeetingFactory(board=given.board, starts_at=START, cut_off_at=NOW + hours(20))
    action.send_due(at=NOW)
    mails = [one for one in mail.outbox if "the cut-off" in one.subject]
    said = {number: one.body for one in mails for number in (complete.number, lacking.number) if number in one.subject}
    assert "It is complete and only has to be submitted." in said[complete.number]
    assert "Before it can be submitted: " in said[lacking.number]


def test_a_review_is_asked_for_weekly_and_once_of_the_change_managers_too(given):
    rfc = RFCFactory(state=State.COMPLETED, owner=given.people.owner, outcome=Outcome.FAILED)
    SessionFactory(rfc=rfc, actual_start=START, actual_end=START + hours(4))
    asked, day = START + hours(28), timedelta(days=1)
    both = [("review", "owner"), ("review", "change-manager")]
    assert told(asked - timedelta(seconds=1), "review_due") == []
    assert told(asked + 6 * day, "review_due") == []
    for weeks in range(1, 8):
        assert told(asked + weeks * 7 * day - timedelta(seconds=1), "review_due") == []
        assert told(asked + weeks * 7 * day, "review_due") == (both if weeks == 1 else both[:1])
    assert told(asked + 8 * 7 * day, "review_due") == []
    for at in (asked, asked + 7 * day):
        action.send_due(at=at)
        assert told(at, "review_due") == []
    bodies = [one.body for one in mail.outbox if "review is due" in one.subject]
    assert ["has been asked before" in body for body in bodies] == [False, True, True]


def test_a_review_is_asked_for_until_it_is_written(given):
    rfc = RFCFactory(state=State.COMPLETED, owner=given.people.owner, outcome=Outcome.FAILED)
    SessionFactory(rfc=rfc, actual_start=START, actual_end=START + hours(4))
    fine = RFCFactory(state=State.COMPLETED, outcome=Outcome.SUCCESSFUL)
    SessionFactory(rfc=fine, actual_start=START, actual_end=START + hours(4))
    assert told(START + hours(28), "review_due") == [("review", "owner")]
    rfc.review = dict.fromkeys(("objective_met", "deviations", "incidents", "instructions", "actions"), "Said.")
    rfc.save()
    assert told(START + hours(28), "review_due") == []


def test_an_emergency_owes_its_follow_up_until_it_is_raised(given):
    rfc = RFCFactory(state=State.CLOSED, owner=given.people.owner, urgency=Urgency.EMERGENCY)
    SessionFactory(rfc=rfc, actual_start=START, actual_end=START + hours(4))
    at = START + hours(4) + timedelta(days=5)
    assert told(at, "follow_up_owed") == [("follow_up", "owner")]
    follow_up = RFCFactory(follows_up=rfc)
    assert told(at, "follow_up_owed") == []
    RFC.objects.filter(pk=follow_up.pk).update(state=State.CANCELLED)
    assert told(at, "follow_up_owed") == [("follow_up", "owner")]


def test_a_condition_is_its_own_owners(given):
    decision = DecisionFactory(rfc=RFCFactory(state=State.APPROVED))
    RFC.objects.filter(pk=decision.rfc_id).update(decision=decision)
    condition = ConditionFactory(decision=decision, owner=given.people.outsider, due_at=START)
    ConditionFactory(decision=DecisionFactory(rfc=decision.rfc), due_at=START)
    assert told(START - hours(24), "condition_due") == [("condition", "outsider")]
    condition.met_at = NOW
    condition.save()
    assert told(START - hours(24), "condition_due") == []


def test_an_action_is_its_owners_until_it_is_done(given):
    promised = promise(given.board, "Name a second approver", given.people.owner, START, actor=given.people.chair, at=NOW)
    assert told(START - hours(24) - timedelta(seconds=1), "action_due") == []
    assert told(START - hours(24), "action_due") == [("action", "owner")]
    fulfil(promised, actor=given.people.owner, at=START - hours(23))
    assert told(START - hours(22), "action_due") == []


def test_the_mail_about_an_action_says_what_was_promised_and_leads_to_where_it_is_done(given):
    promise(given.board, "Name a second approver", given.people.owner, START, actor=given.people.chair, at=NOW)
    action.send_due(at=START - hours(24))
    sent = next(one for one in mail.outbox if "Name a second approver" in one.subject)
    assert f"You promised the {given.board}: Name a second approver" in sent.body
    assert f"/board/actions/?board={given.board.slug}#action-" in sent.body


def test_automatic_ones_of_a_night_are_one_reminder(given):
    for _ in range(3):
        rfc = RFCFactory(state=State.SCHEDULED, severity=Severity.AUTOMATIC, owner=given.people.owner)
        SessionFactory(rfc=rfc, planned_start=START)
    morning = NOW.replace(day=25, hour=5)
    assert told(morning - timedelta(minutes=1), "outcomes_of_the_night") == []
    assert told(morning, "outcomes_of_the_night") == [("night", "owner")]
    assert Reminder.objects.count() == 0, "reading writes nothing"
