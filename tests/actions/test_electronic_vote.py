"""Putting an item to the vote between meetings (DESIGN 4.8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions.agenda import generate
from changes.actions.decision import decide
from changes.actions.electronic_vote import close_due, close_early, put_to_the_vote, withdraw
from changes.actions.lifecycle import move
from changes.actions.rfc import update
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, Manner, MeetingState, State, Verdict
from changes.domain.ladder_words import Rule
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, BoardMember, Decision, Meeting
from changes.selectors.reminder import due
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, UserFactory, hours, rfc_in, session

pytestmark = pytest.mark.django_db

CLOSES = NOW + hours(48)
THEN = CLOSES + timedelta(seconds=30)


@pytest.fixture
def item(given):
    """On an open agenda, five days before its meeting."""
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, sessions=(session(NOW + timedelta(days=9)),))
    generate(MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=NOW + timedelta(days=4)), at=NOW)
    return AgendaItem.objects.get()


def votes_decide(given, *members, quorum=2):
    given.board.is_voting, given.board.quorum = True, quorum
    given.board.save()
    for member in members:
        BoardMember.objects.create(board=given.board, user=member)


def opened(given, item, **other):
    how = {"reason": "The vendor leaves on Friday.", "closes_at": CLOSES, "actor": given.people.chair, "at": NOW}
    return put_to_the_vote(item, **{**how, **other})


def all_vote(given, item, chair, member):
    for who, vote in (("chair", chair), ("member", member)):
        if vote:
            cast(item, vote, actor=getattr(given.people, who), at=NOW + hours(1))


def result(item):
    vote = item.electronic_votes.get()
    return (RFC.objects.get().state, vote.closed_at, vote.result)


FOR, AGAINST, ABSTAINS = Ballot.APPROVE, Ballot.REJECT, Ballot.ABSTAIN


@pytest.mark.parametrize(
    ("chair", "member", "state", "says"),
    [
        (FOR, FOR, State.SCHEDULED, "The votes approve it: 2 for."),
        (FOR, ABSTAINS, State.SCHEDULED, "The votes approve it: 1 for, 1 abstaining."),
        (AGAINST, AGAINST, State.REJECTED, "The votes reject it: 2 against."),
        (FOR, AGAINST, State.SUBMITTED, "The votes are even, 1 for, 1 against: nothing is decided. It stays on its agenda."),
        (FOR, None, State.SUBMITTED, "1 vote of the 2 that a quorum needs: nothing is decided. It stays on its agenda."),
    ],
)
def test_the_clock_closes_it_on_a_voting_board(given, item, chair, member, state, says):
    votes_decide(given)
    opened(given, item)
    all_vote(given, item, chair, member)
    assert close_due(at=CLOSES - timedelta(seconds=1)) == []
    assert [vote.result for vote in close_due(at=THEN)] == [says]
    assert result(item) == (state, THEN, says)
    assert close_due(at=THEN) == []
    decided = [(d.manner, d.by, d.present, d.quorum_met, d.reason) for d in Decision.objects.all()]
    assert decided == ([] if state == State.SUBMITTED else [(Manner.ELECTRONIC, None, 2, True, says)])


def test_the_owner_hears_what_the_votes_decided(given, item):
    votes_decide(given)
    opened(given, item)
    all_vote(given, item, FOR, FOR)
    close_due(at=THEN)
    assert [one.recipient for one in due(at=THEN) if one.rung.rule == Rule.DECIDED] == [given.people.owner.pk]


def test_on_an_advisory_board_the_chair_decides_with_the_votes_in_view(given, item):
    opened(given, item)
    all_vote(given, item, None, FOR)
    decision = decide(item.rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW + hours(3), item=item)
    assert (decision.manner, decision.quorum_met) == (Manner.ELECTRONIC, True)
    assert result(item) == (State.SCHEDULED, NOW + hours(3), "Approve, by Chair.")
    assert close_due(at=THEN) == []


def test_undecided_it_stays_on_its_agenda(given, item):
    opened(given, item)
    all_vote(given, item, None, FOR)
    close_due(at=THEN)
    assert result(item) == (State.SUBMITTED, THEN, "The chair had not decided by the closing: 1 for. It stays on its agenda.")
    assert AgendaItem.objects.get().section == "new"


def test_what_is_changed_while_the_vote_runs_ends_it(given, item):
    votes_decide(given)
    opened(given, item)
    all_vote(given, item, FOR, FOR)
    rfc = RFC.objects.with_content().get()
    update(rfc, replace(rfc.content(), reason="In better words."), actor=given.people.owner, at=NOW + hours(2))
    assert close_due(at=NOW + hours(2)) == []
    rfc = RFC.objects.with_content().get()
    update(rfc, replace(rfc.content(), rollback_trigger="At once."), actor=given.people.owner, at=NOW + hours(3))
    assert [vote.result for vote in close_due(at=NOW + hours(3))] == [
        "Rollback trigger changed by Owner, Sat 21 Nov 13:00. The votes were about something else. It stays on its agenda."
    ]


def test_what_blocks_it_lets_no_vote_approve_it(given, item):
    votes_decide(given)
    opened(given, item)
    all_vote(given, item, FOR, FOR)
    RFC.objects.update(reason="")
    assert "a finding blocks it" in close_due(at=THEN)[0].result
    assert RFC.objects.get().state == State.SUBMITTED


def test_what_is_cancelled_or_reached_by_its_meeting_ends_it(given, item):
    opened(given, item)
    move(RFC.objects.get(), State.CANCELLED, actor=given.people.owner, at=NOW + hours(1))
    assert "is cancelled by now; there is nothing to decide." in close_due(at=NOW + hours(1))[0].result


def test_it_closes_early_once_everybody_has_voted(given, item):
    votes_decide(given)
    vote = opened(given, item)
    cast(item, FOR, actor=given.people.chair, at=NOW)
    with pytest.raises(MoveRefused, match="1 vote still missing"):
        close_early(vote, actor=given.people.chair, at=NOW)
    cast(item, FOR, actor=given.people.member, at=NOW)
    with pytest.raises(NotAllowed):
        close_early(vote, actor=given.people.member, at=NOW)
    close_early(vote, actor=given.people.change_manager, at=NOW + hours(1))
    assert result(item)[:2] == (State.SCHEDULED, NOW + hours(1))
    with pytest.raises(MoveRefused, match="ended already"):
        close_early(vote, actor=given.people.chair, at=NOW + hours(2))


def test_on_an_advisory_board_the_chair_decides_instead(given, item):
    vote = opened(given, item)
    all_vote(given, item, FOR, FOR)
    with pytest.raises(MoveRefused, match="the chair decides"):
        close_early(vote, actor=given.people.chair, at=NOW)


def test_who_opened_it_withdraws_it_and_the_votes_stay(given, item):
    vote = opened(given, item, actor=given.people.change_manager)
    all_vote(given, item, None, FOR)
    with pytest.raises(NotAllowed):
        withdraw(vote, actor=given.people.member, at=NOW)
    withdraw(vote, reason="It can wait.", actor=given.people.change_manager, at=NOW + hours(1))
    assert result(item)[2] == "Withdrawn by Change manager. It can wait. It stays on its agenda."
    assert item.votes.count() == 1
    opened(given, item, at=NOW + hours(2))


@pytest.mark.parametrize("who", ["member", "owner", "viewer", "administrator"])
def test_chair_and_change_manager_alone_put_to_the_vote(given, item, who):
    with pytest.raises(NotAllowed):
        opened(given, item, actor=getattr(given.people, who))


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"closes_at": NOW}, "closes_at"),
        ({"closes_at": NOW + hours(0.2)}, "closes_at"),
        ({"closes_at": NOW + timedelta(days=5, seconds=1)}, "closes_at"),
    ],
)
def test_it_needs_a_reason_and_a_time_before_the_meeting(given, item, words, field):
    with pytest.raises(Unacceptable) as refused:
        opened(given, item, **words)
    assert refused.value.field == field


def test_what_does_not_wait_for_a_decision_is_not_put_to_the_vote(given, item):
    opened(given, item)
    with pytest.raises(MoveRefused, match="already"):
        opened(given, item)
    Meeting.objects.update(state=MeetingState.IN_SESSION)
    with pytest.raises(MoveRefused, match="decided there"):
        opened(given, item)
    decide(item.rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=NOW, item=item)
    with pytest.raises(MoveRefused):
        opened(given, item)


def test_a_late_one_is_voted_on_and_decided_without_being_admitted(given, item):
    votes_decide(given)
    AgendaItem.objects.update(is_late=True)
    Meeting.objects.update(state=MeetingState.FROZEN, revision=1)
    with pytest.raises(MoveRefused, match="late list"):
        cast(item, FOR, actor=given.people.member, at=NOW)
    opened(given, item)
    all_vote(given, item, FOR, FOR)
    close_due(at=THEN)
    assert result(item)[0] == State.SCHEDULED
    assert Decision.objects.get().item == item


def test_nobody_votes_once_the_time_is_up(given, item):
    opened(given, item)
    with pytest.raises(MoveRefused, match="time to vote on it is up"):
        cast(item, FOR, actor=given.people.member, at=CLOSES)


def test_who_has_not_voted_is_told_at_once_and_again_before_the_closing(given, item):
    opened(given, item)
    people = given.people

    def told(at):
        return [
            (one.rung.rule.value, one.recipient) for one in due(at=at) if one.rung.rule in (Rule.ELECTRONIC_VOTE, Rule.ELECTRONIC_LAST_CALL)
        ]

    assert told(NOW) == [("electronic_vote", people.chair.pk), ("electronic_vote", people.member.pk)]
    cast(item, FOR, actor=people.member, at=NOW + hours(1))
    assert told(CLOSES - hours(13)) == [("electronic_vote", people.chair.pk)]
    assert told(CLOSES - hours(12)) == [("electronic_last_call", people.chair.pk)]
    assert told(CLOSES) == []


def test_what_is_not_over_keeps_no_writer_waiting(given, item):
    """Every minute the clock looks at each; the turn of the writers is taken for what it closes alone."""
    opened(given, item)

    def asked(at):
        with CaptureQueriesContext(connection) as queries:
            closed = close_due(at=at)
        statements = [one["sql"] for one in queries]
        return len(closed), len(statements), any("FOR UPDATE" in one or "advisory" in one or "SAVEPOINT" in one for one in statements)

    assert asked(CLOSES - hours(1)) == (0, 4, False)  # those that run with their votes, whether it is decided, what was edited
    assert asked(CLOSES)[::2] == (1, True)


# --- Boards that decide by their votes ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("votes", "verdict", "refused"),
    [
        ((FOR, FOR), Verdict.APPROVE, False),
        ((AGAINST, AGAINST), Verdict.APPROVE, True),
        ((FOR, AGAINST), Verdict.APPROVE, True),
        ((FOR, None), Verdict.APPROVE, True),
    ],
)
def test_a_decision_against_the_votes_needs_its_reason_which_is_kept(given, item, votes, verdict, refused):
    votes_decide(given)
    all_vote(given, item, *votes)
    if refused:
        with pytest.raises(Unacceptable, match="This board decides by its votes") as why:
            decide(item.rfc, Ruling(verdict), actor=given.people.chair, at=THEN, item=item)
        assert why.value.field == "reason"
    reason = "By hand, four to one." if refused else ""
    assert decide(item.rfc, Ruling(verdict, reason=reason), actor=given.people.chair, at=THEN, item=item).reason == reason


def test_an_advisory_chair_need_not_follow_the_votes(given, item):
    all_vote(given, item, None, AGAINST)
    assert decide(item.rfc, Ruling(Verdict.APPROVE), actor=given.people.chair, at=THEN, item=item).verdict == Verdict.APPROVE


# --- One seat, one vote ---------------------------------------------------------------------------------------------
@pytest.fixture
def delegate(given):
    person = UserFactory(username="stand-in")
    BoardMember.objects.create(board=given.board, user=person, delegate_for=given.people.member, since=NOW.date(), until=NOW.date())
    return person


def squares(item, at=NOW):
    from changes.selectors.meeting import seats_of
    from changes.selectors.vote import ballots_of, traces_of

    item = AgendaItem.objects.select_related("rfc", "meeting__board__chair").get(pk=item.pk)
    found = ballots_of(item, seats_of(item.meeting.board, at=at), traces_of([item]))
    return [(b.seat.person.username, b.vote, b.by and b.by.username, b.holder) for b in found]


def test_a_delegates_vote_is_the_vote_of_the_members_seat(given, item, delegate):
    chair, member = given.people.chair, given.people.member
    assert squares(item) == [("chair", "", None, chair.pk), ("member", "", None, delegate.pk)]
    cast(item, FOR, actor=delegate, at=NOW)
    assert squares(item)[1] == ("member", "approve", "stand-in", delegate.pk)
    assert squares(item, at=NOW + timedelta(days=1))[1] == ("member", "approve", "stand-in", member.pk)
    cast(item, AGAINST, actor=member, at=NOW + hours(1))
    assert squares(item)[1] == ("member", "reject", None, delegate.pk)
    with pytest.raises(MoveRefused, match="that is the vote of this seat"):
        cast(item, FOR, actor=delegate, at=NOW + hours(2))


def test_nobody_votes_for_a_member_whose_own_it_is(given, delegate):
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, owner="member", sessions=(session(NOW + timedelta(days=9)),))
    generate(MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=NOW + timedelta(days=4)), at=NOW)
    own = AgendaItem.objects.get()
    assert squares(own)[1] == ("member", "barred", None, None)
    with pytest.raises(NotAllowed, match="You sit for Member"):
        cast(own, FOR, actor=delegate, at=NOW)
