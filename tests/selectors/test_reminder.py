"""The ledger of an RFC, and what the sources of the ladder find on a real database."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import reminder as action
from changes.actions.action import fulfil, promise
from changes.choices import Channel, Delivery, MeetingState, Outcome, Route, Severity, State, Urgency
from changes.models import RFC, Reminder
from changes.selectors import reminder
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
    hours,
    raised,
    rfc_in,
)
from tests.sweeps import by_word, told

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


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
