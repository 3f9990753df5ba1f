"""Two people who act in one meeting at the same moment: one wins, the other is told, and nothing waits for ever."""

import threading

import pytest
from django.db import connection, connections, transaction

from changes.actions import sitting
from changes.actions.agenda import generate
from changes.actions.decision import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, State, Verdict
from changes.exceptions import MoveRefused
from changes.models import AgendaItem, BoardMember, Decision, Meeting, Vote
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, hours, rfc_in, session, world

START = NOW + hours(124)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time."),
]


@pytest.fixture
def given():
    return world()


@pytest.fixture
def running(given):
    for number in range(3):
        start = START + hours(48 + 12 * number)
        rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, sessions=(session(start),), configuration_items=())
    made = MeetingFactory(board=given.board, starts_at=START)
    generate(made, at=made.cut_off_at)
    BoardMember.objects.create(board=given.board, user=given.people.outsider, delegate_for=given.people.chair)
    return sitting.open_sitting(Meeting.objects.get(), actor=given.people.change_manager, at=START)


def at_once(one, other) -> list[Exception]:
    """Do `one` in a transaction that stays open until `other` waits for it, or is done; gives back what was refused."""
    is_written, other_is_done, problems = threading.Event(), threading.Event(), []

    def first() -> None:
        with transaction.atomic():
            one()
            is_written.set()
            other_is_done.wait(timeout=1)

    def second() -> None:
        is_written.wait(timeout=20)
        other()
        other_is_done.set()

    def run(work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told by the thread that asserts
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_two_decide_and_the_second_is_told(given, running):
    item, ruling = AgendaItem.objects.get(position=1), Ruling(Verdict.REJECT, reason="Too soon.")
    problems = at_once(
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

    problems = at_once(
        lambda: sitting.settle_item(first, Ruling(Verdict.APPROVE), actor=given.people.chair, at=START),
        turn_and_vote,
    )
    assert problems == []
    meeting = Meeting.objects.get()
    assert (meeting.current_item, meeting.turn, Decision.objects.count(), Vote.objects.count()) == (third, 5, 1, 1)


def test_votes_on_the_item_and_turns_away_from_it_never_wait_for_each_other(given, running):
    first, second, _ = AgendaItem.objects.order_by("position")
    problems: list[Exception] = []
    ready = threading.Barrier(2)

    def ten_times(act) -> None:
        try:
            for turn in range(10):
                ready.wait(timeout=20)
                act(turn)
        except Exception as error:  # noqa: BLE001 - told by the thread that asserts
            problems.append(error)
            ready.abort()
        finally:
            connections.close_all()

    acts = [
        lambda turn: cast((first, second)[turn % 2], Ballot.APPROVE, actor=given.people.member, at=START),
        lambda turn: sitting.turn_to(running, (second, first)[turn % 2], actor=given.people.change_manager, at=START),
    ]
    threads = [threading.Thread(target=ten_times, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (Vote.objects.count(), Meeting.objects.get().current_item) == (2, first)
