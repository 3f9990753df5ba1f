"""What one meeting leaves undecided comes onto the next agenda: why it stands there, and with which votes (DESIGN 4.8)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import sitting
from changes.actions.action import fulfil, promise
from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.lifecycle import Request, move
from changes.actions.rfc import update
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Section, State, Verdict
from changes.models import AgendaItem, Meeting, Vote
from changes.selectors.agenda import agenda_of
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, hours, rfc_in, session, step

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
LATER = THURSDAY + timedelta(weeks=2)


@pytest.fixture
def meetings(given):
    """Of Monday and of Thursday of one week."""
    return [MeetingFactory(board=given.board, starts_at=start, cut_off_at=start - hours(24)) for start in (MONDAY, THURSDAY)]


def submitted(given, number=0):
    return rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, sessions=(session(LATER + hours(12 * number)),), configuration_items=())


def frozen(meeting):
    generate(meeting, at=meeting.cut_off_at)
    meeting.refresh_from_db()


def voted(given, rfc, meeting, **said):
    item = meeting.items.get(rfc=rfc)
    for number, (who, ballot) in enumerate(said.items(), start=1):
        cast(item, Ballot(ballot), comment=f"by {who}", actor=getattr(given.people, who), at=meeting.cut_off_at + hours(number))


def held(given, meeting):
    """Opened at its first item and ended; what comes after the first is not reached."""
    opened = sitting.open_sitting(meeting, actor=given.people.chair, at=meeting.starts_at)
    sitting.end_sitting(opened, actor=given.people.chair, at=meeting.ends_at)
    meeting.refresh_from_db()


def words(meeting, rfc):
    return sorted(Vote.objects.filter(item__meeting=meeting, item__rfc=rfc).values_list("member__username", "vote", "comment"))


def shown(meeting, rfc, at):
    return next(item for item in agenda_of(meeting, at=at).items if item.rfc == rfc)


def test_what_was_called_and_what_was_not_reached_say_so_on_the_next_agenda(given, meetings):
    called, not_reached = submitted(given, 0), submitted(given, 1)
    frozen(meetings[0])
    held(given, meetings[0])
    generate(meetings[1], at=MONDAY + hours(2))
    reasons = [meetings[1].items.get(rfc=rfc).reason for rfc in (called, not_reached)]
    assert [reason.split(". ")[0] for reason in reasons] == ["Left undecided on Mon 23 Nov", "Not reached on Mon 23 Nov"]
    assert shown(meetings[1], called, MONDAY + hours(3)).says_why


def test_votes_cast_ahead_go_along_and_a_newer_word_stays_however_often_it_is_generated(given, meetings):
    submitted(given, 0)
    rfc = submitted(given, 1)
    frozen(meetings[0])
    voted(given, rfc, meetings[0], member="approve", chair="reject")
    held(given, meetings[0])
    generate(meetings[1], at=MONDAY + hours(2))
    assert words(meetings[1], rfc) == [("chair", "reject", "by chair"), ("member", "approve", "by member")]
    item = meetings[1].items.get(rfc=rfc)
    cast(item, Ballot.ABSTAIN, comment="", actor=given.people.member, at=MONDAY + hours(3))
    for _ in range(2):
        generate(meetings[1], at=MONDAY + hours(4))
    assert words(meetings[1], rfc) == [("chair", "reject", "by chair"), ("member", "abstain", "")]
    assert len(words(meetings[0], rfc)) == 2  # the first meeting keeps what was said in it


def test_edited_since_its_votes_are_asked_for_again(given, meetings):
    rfc = submitted(given)
    frozen(meetings[0])
    voted(given, rfc, meetings[0], member="approve")
    held(given, meetings[0])
    generate(meetings[1], at=MONDAY + hours(2))
    assert shown(meetings[1], rfc, MONDAY + hours(2)).outdated_votes == 0
    update(rfc, replace(rfc.content(), rollout=(step("Take another way"),)), actor=given.people.owner, at=MONDAY + hours(3))
    assert shown(meetings[1], rfc, MONDAY + hours(4)).outdated_votes == 1


def test_what_the_board_deferred_is_voted_on_anew(given, meetings):
    rfc = submitted(given)
    frozen(meetings[0])
    voted(given, rfc, meetings[0], member="approve")
    decide(rfc, Ruling(Verdict.DEFER, reason="Wait.", defer_to=meetings[1]), actor=given.people.chair, at=MONDAY)
    Meeting.objects.filter(pk=meetings[0].pk).update(state=MeetingState.HELD)
    generate(meetings[1], at=MONDAY + hours(2))
    assert (meetings[1].items.get(rfc=rfc).section, words(meetings[1], rfc)) == (Section.DEFERRED, [])


def test_withdrawn_and_submitted_again_it_is_voted_on_anew(given, meetings):
    rfc = submitted(given)
    frozen(meetings[0])
    voted(given, rfc, meetings[0], member="approve")
    held(given, meetings[0])
    move(rfc, State.DRAFT, request=Request("Not yet."), actor=given.people.owner, at=MONDAY + hours(2))
    move(rfc, State.SUBMITTED, actor=given.people.owner, at=MONDAY + hours(3))
    generate(meetings[1], at=MONDAY + hours(4))
    assert words(meetings[1], rfc) == []


def test_on_the_late_list_of_an_agenda_that_is_frozen_the_votes_are_there_as_well(given, meetings):
    rfc = submitted(given)
    Meeting.objects.filter(pk=meetings[1].pk).update(cut_off_at=meetings[0].cut_off_at + hours(4))
    meetings[1].refresh_from_db()
    frozen(meetings[0])
    voted(given, rfc, meetings[0], member="approve")
    frozen(meetings[1])
    held(given, meetings[0])
    generate(meetings[1], at=MONDAY + hours(2))
    item = meetings[1].items.get(rfc=rfc)
    assert (item.is_late, words(meetings[1], rfc)) == (True, [("member", "approve", "by member")])


@pytest.mark.parametrize("count", [1, 3])
def test_votes_of_any_number_of_rfcs_go_along_in_the_same_queries(given, meetings, count):
    rfcs = [submitted(given, number) for number in range(count)]
    frozen(meetings[0])
    for rfc in rfcs:
        voted(given, rfc, meetings[0], member="approve")
    held(given, meetings[0])
    with CaptureQueriesContext(connection) as queries:
        generate(meetings[1], at=MONDAY + hours(2))
    about_votes = [one["sql"] for one in queries if 'changes_vote"' in one["sql"]]
    assert (len(about_votes), Vote.objects.filter(item__meeting=meetings[1]).count()) == (4, count)


def test_an_action_stands_on_one_open_agenda_at_a_time(given, meetings):
    action = promise(given.board, "Show the restore", given.people.owner, LATER, actor=given.people.chair, at=NOW)
    frozen(meetings[0])
    generate(meetings[1], at=meetings[0].cut_off_at + hours(1))
    assert [item.meeting for item in AgendaItem.objects.filter(action=action)] == [meetings[0]]
    held(given, meetings[0])
    generate(meetings[1], at=MONDAY + hours(2))
    assert meetings[1].items.get(action=action).section == Section.ACTIONS
    fulfil(action, actor=given.people.owner, at=MONDAY + hours(3))
    generate(meetings[1], at=MONDAY + hours(4))
    assert not meetings[1].items.filter(action=action).exclude(section="").exists()


def test_a_frozen_meeting_that_nobody_held_lets_go_of_its_actions_when_its_time_is_over(given, meetings):
    action = promise(given.board, "Show the restore", given.people.owner, LATER, actor=given.people.chair, at=NOW)
    frozen(meetings[0])
    generate(meetings[1], at=meetings[0].ends_at)
    assert meetings[1].items.filter(action=action).exists()
