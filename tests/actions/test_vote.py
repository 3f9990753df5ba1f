"""Voting ahead of a meeting (DESIGN 4.8)."""

from datetime import date

import pytest

from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Section, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import AgendaItem, BoardMember, Vote
from tests.factories import HIGH_IMPACT, NOW, AgendaItemFactory, MeetingFactory, hours, rfc_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(given):
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
    generate(MeetingFactory(board=given.board), at=NOW)
    return AgendaItem.objects.get()


def test_the_last_word_counts(given, item):
    cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)
    cast(item, Ballot.REJECT, comment=" Not on a Friday. ", actor=given.people.member, at=NOW + hours(1))
    vote = Vote.objects.get()
    assert (vote.vote, vote.comment, vote.at) == ("reject", "Not on a Friday.", NOW + hours(1))


def test_a_vote_stands_in_the_history(given, item):
    cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)
    cast(item, Ballot.REJECT, comment="Not on a Friday.", actor=given.people.member, at=NOW + hours(1))
    voted = item.rfc.events.filter(action="voted")
    assert [(event.actor, event.at, event.note, event.changes) for event in voted] == [
        (given.people.member, NOW, "", {"vote": ["", "approve"]}),
        (given.people.member, NOW + hours(1), "Not on a Friday.", {"vote": ["approve", "reject"]}),
    ]


def test_the_chair_votes_too(given, item):
    assert cast(item, Ballot.ABSTAIN, actor=given.people.chair, at=NOW).member == given.people.chair


@pytest.mark.parametrize("who", ["outsider", "viewer", "change_manager", "administrator", "tool"])
def test_nobody_else_votes(given, item, who):
    with pytest.raises(NotAllowed):
        cast(item, Ballot.APPROVE, actor=getattr(given.people, who), at=NOW)


@pytest.mark.parametrize("who", ["owner", "implementer"])
def test_never_on_an_own_rfc(given, item, who):
    person = getattr(given.people, who)
    BoardMember.objects.create(board=given.board, user=person)
    with pytest.raises(NotAllowed, match="You own this RFC"):
        cast(item, Ballot.APPROVE, actor=person, at=NOW)


@pytest.mark.parametrize(("since", "until", "votes"), [((21,), (21,), True), ((20,), (20,), False), ((22,), (30,), False)])
def test_a_delegate_votes_between_two_dates(given, item, since, until, votes):
    delegate = given.people.outsider
    dates = {"since": date(2026, 11, *since), "until": date(2026, 11, *until)}
    BoardMember.objects.create(board=given.board, user=delegate, delegate_for=given.people.member, **dates)
    if votes:
        assert cast(item, Ballot.APPROVE, actor=delegate, at=NOW).member == delegate
    else:
        with pytest.raises(NotAllowed):
            cast(item, Ballot.APPROVE, actor=delegate, at=NOW)


def test_not_after_the_decision(given, item):
    decide(item.rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW, item=item)
    with pytest.raises(MoveRefused, match="decided"):
        cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)


def test_not_while_it_waits_on_the_late_list(given, item):
    AgendaItem.objects.update(is_late=True)
    with pytest.raises(MoveRefused, match="late list"):
        cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)


def test_not_where_no_decision_is_asked_or_the_meeting_is_over(given, item):
    news = AgendaItemFactory(meeting=item.meeting, section=Section.ONGOING, rfc=None)
    with pytest.raises(MoveRefused):
        cast(news, Ballot.APPROVE, actor=given.people.member, at=NOW)
    item.meeting.state = MeetingState.HELD
    item.meeting.save(update_fields=["state"])
    with pytest.raises(MoveRefused):
        cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)
