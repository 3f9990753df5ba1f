"""Two people who act in one meeting at the same moment: one wins, the other is told, and nothing waits for ever."""

from functools import partial

import pytest
from django.db import connection

from changes.actions import sitting
from changes.actions.agenda import generate
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, State, Verdict
from changes.exceptions import MoveRefused
from changes.models import AgendaItem, BoardMember, Decision, Meeting, Vote
from tests.at_once import at_once, while_open
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, hours, rfc_in, session

START = NOW + hours(124)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time."),
]


@pytest.fixture
def running(given):
    for number in range(3):
        start = START + hours(48 + 12 * number)
        rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, sessions=(session(start),), configuration_items=())
    made = MeetingFactory(board=given.board, starts_at=START)
    generate(made, at=made.cut_off_at)
    BoardMember.objects.create(board=given.board, user=given.people.outsider, delegate_for=given.people.chair)
    return sitting.open_sitting(Meeting.objects.get(), actor=given.people.change_manager, at=START)


def test_two_decide_and_the_second_is_told(given, running):
    item, ruling = AgendaItem.objects.get(position=1), Ruling(Verdict.REJECT, reason="Too soon.")
    problems = while_open(
        lambda: sitting.settle_item(item, Ruling(Verdict.APPROVE), actor=given.people.chair, at=START),
        lambda: sitting.settle_item(item, ruling, actor=given.people.outsider, at=START),
    )
    assert [(type(one), str(one)) for one in problems] == [(MoveRefused, "This item is decided already: approve, by Chair.")]
    assert Decision.objects.get().verdict == "approve"
    assert Meeting.objects.get().current_item == AgendaItem.objects.get(position=2)


def test_a_decision_a_vote_and_a_turn_wait_for_one_another_and_all_hold(given, running):
    first, second, third = AgendaItem.objects.order_by("position")

    def turn_and_vote() -> None:
        sitting.turn_to(running, third, actor=given.people.change_manager, at=START)
        cast(second, Ballot.APPROVE, actor=given.people.member, at=START)

    problems = while_open(
        lambda: sitting.settle_item(first, Ruling(Verdict.APPROVE), actor=given.people.chair, at=START),
        turn_and_vote,
    )
    assert problems == []
    meeting = Meeting.objects.get()
    assert (meeting.current_item, meeting.turn, Decision.objects.count(), Vote.objects.count()) == (third, 5, 1, 1)


def test_votes_on_the_item_and_turns_away_from_it_never_wait_for_each_other(given, running):
    first, second, _ = AgendaItem.objects.order_by("position")
    problems = [
        problem
        for voted_on, turned_to in ((first, second), (second, first)) * 5
        for problem in at_once(
            [
                partial(cast, voted_on, Ballot.APPROVE, actor=given.people.member, at=START),
                partial(sitting.turn_to, running, turned_to, actor=given.people.change_manager, at=START),
            ]
        )
    ]
    assert problems == []
    assert (Vote.objects.count(), Meeting.objects.get().current_item) == (2, first)
