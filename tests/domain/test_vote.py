"""What votes decide on a voting board (DESIGN 4.8)."""

import pytest

from changes.choices import Verdict
from changes.domain.vote import Outcome, Tally, is_against_the_votes, outcome

YES, NO = Verdict.APPROVE, Verdict.REJECT


@pytest.mark.parametrize(
    ("tally", "quorum", "verdict", "sentence"),
    [
        (Tally(approve=1), 1, YES, "The votes approve it: 1 for."),
        (Tally(approve=3, reject=1), 4, YES, "The votes approve it: 3 for, 1 against."),
        (Tally(approve=1, abstain=3), 4, YES, "The votes approve it: 1 for, 3 abstaining."),
        (Tally(approve=1, reject=3), 4, NO, "The votes reject it: 1 for, 3 against."),
        (Tally(reject=1, abstain=3), 4, NO, "The votes reject it: 1 against, 3 abstaining."),
        (Tally(approve=2, reject=2), 4, None, "The votes are even, 2 for, 2 against: nothing is decided."),
        (Tally(abstain=4), 4, None, "The votes are even, 4 abstaining: nothing is decided."),
        (Tally(approve=3), 4, None, "3 votes of the 4 that a quorum needs: nothing is decided."),
        (Tally(approve=3, open=3), 4, None, "3 votes of the 4 that a quorum needs: nothing is decided."),
        (Tally(approve=3, outdated=1), 4, None, "3 votes of the 4 that a quorum needs: nothing is decided."),
        (Tally(approve=1), 2, None, "1 vote of the 2 that a quorum needs: nothing is decided."),
        (Tally(), 1, None, "No votes of the 1 that a quorum needs: nothing is decided."),
    ],
)
def test_more_for_than_against_with_a_quorum_of_votes(tally, quorum, verdict, sentence):
    assert outcome(tally, quorum) == Outcome(verdict, sentence)


@pytest.mark.parametrize("said", [YES, NO, None])
@pytest.mark.parametrize(
    ("verdict", "agrees_with"),
    [
        (Verdict.APPROVE, {YES}),
        (Verdict.APPROVE_WITH_CONDITIONS, {YES}),
        (Verdict.RATIFY, {YES}),
        (Verdict.REJECT, {NO}),
        (Verdict.UNAUTHORISED, {NO}),
        (Verdict.DEFER, {YES, NO, None}),
    ],
)
def test_what_is_against_the_votes(verdict, agrees_with, said):
    assert is_against_the_votes(verdict, Outcome(said, "")) is (said not in agrees_with)
