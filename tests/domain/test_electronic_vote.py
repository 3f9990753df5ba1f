"""What comes of an item that was put to the vote between meetings (DESIGN 4.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import Verdict
from changes.domain.electronic_vote import Poll, is_void, last_call, may_close_early, settled
from changes.domain.vote import Tally

FOR, AGAINST, EVEN, FEW = Tally(approve=3, reject=1), Tally(approve=1, reject=3), Tally(approve=2, reject=2), Tally(approve=2, open=2)
STAYS = "It stays on its agenda."
BLOCKED = ("It lies in the freeze “Year end”.",)


@pytest.mark.parametrize(
    ("is_voting", "tally", "blocking", "verdict", "sentence"),
    [
        (True, FOR, (), Verdict.APPROVE, "The votes approve it: 3 for, 1 against."),
        (True, FOR, BLOCKED, None, f"The votes are for it, 3 for, 1 against; but a finding blocks it: {BLOCKED[0]} {STAYS}"),
        (True, AGAINST, (), Verdict.REJECT, "The votes reject it: 1 for, 3 against."),
        (True, AGAINST, BLOCKED, Verdict.REJECT, "The votes reject it: 1 for, 3 against."),
        (True, EVEN, (), None, f"The votes are even, 2 for, 2 against: nothing is decided. {STAYS}"),
        (True, FEW, (), None, f"2 votes of the 4 that a quorum needs: nothing is decided. {STAYS}"),
        (True, Tally(open=4), (), None, f"No votes of the 4 that a quorum needs: nothing is decided. {STAYS}"),
        (False, FOR, (), None, f"The chair had not decided by the closing: 3 for, 1 against. {STAYS}"),
        (False, AGAINST, (), None, f"The chair had not decided by the closing: 1 for, 3 against. {STAYS}"),
        (False, Tally(open=4), (), None, f"The chair had not decided by the closing: nobody has voted. {STAYS}"),
    ],
)
def test_the_closing(is_voting, tally, blocking, verdict, sentence):
    came = settled(Poll(is_voting, tally, 4, blocking))
    assert (came.verdict, came.sentence) == (verdict, sentence)


@pytest.mark.parametrize("is_voting", [True, False])
def test_what_was_changed_meanwhile_is_decided_by_no_vote(is_voting):
    poll = Poll(is_voting, FOR, 4, changed="Sessions changed by the owner, Mon 23 Nov 10:00.")
    assert is_void(poll)
    came = settled(poll)
    assert (came.verdict, came.sentence) == (None, f"{poll.changed} The votes were about something else. {STAYS}")


def test_what_is_gone_says_only_that():
    poll = Poll(True, FOR, 4, BLOCKED, changed="Steps changed.", gone="RFC-000001 is cancelled by now; there is nothing to decide.")
    assert (is_void(poll), settled(poll).verdict, settled(poll).sentence) == (True, None, poll.gone)


@pytest.mark.parametrize(
    ("is_voting", "tally", "early"),
    [(True, FOR, True), (True, EVEN, True), (True, FEW, False), (True, Tally(approve=3, outdated=1), False), (False, FOR, False)],
)
def test_it_may_close_early_once_all_have_voted_and_the_votes_decide(is_voting, tally, early):
    assert may_close_early(Poll(is_voting, tally, 4)) is early


@pytest.mark.parametrize(("hours", "before"), [(96, 24), (200, 24), (48, 12), (4, 1)])
def test_the_last_call_is_a_day_before_or_at_a_quarter(hours, before):
    opened = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    closes = opened + timedelta(hours=hours)
    assert last_call(opened, closes) == closes - timedelta(hours=before)
