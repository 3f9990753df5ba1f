"""What the votes on an item say (DESIGN 4.8; who may vote, 4.1).

A seat has one vote, whoever casts it. On a voting board the decision follows the votes: more for than against, from
at least as many seats as the quorum asks for. Who abstains is there and says neither; a vote from before an edit of what
is decided says nothing of what stands there now.
"""

from dataclasses import dataclass

from changes.choices import Verdict

#: What each verdict means to the votes; any other says neither yes nor no, and the votes do not bind it.
_SAYS_YES = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS, Verdict.RATIFY})
_SAYS_NO = frozenset({Verdict.REJECT, Verdict.UNAUTHORISED})


@dataclass(frozen=True)
class Tally:
    """How many seats say what. `outdated` are votes that an edit has left behind; they are asked for again, like the `open` ones."""

    approve: int = 0
    reject: int = 0
    abstain: int = 0
    open: int = 0
    outdated: int = 0

    @property
    def given(self) -> int:
        """Votes about what stands there now."""
        return self.approve + self.reject + self.abstain

    @property
    def asked(self) -> int:
        return self.open + self.outdated

    @property
    def words(self) -> str:
        """ "4 for, 1 against, 1 abstains"; nobody has voted is said as such."""
        counted = [(self.approve, "for"), (self.reject, "against"), (self.abstain, "abstaining")]
        return ", ".join(f"{count} {word}" for count, word in counted if count) or "nobody has voted"


@dataclass(frozen=True)
class Outcome:
    """What the votes decide, approve or reject, with its sentence; `verdict` is None where they decide nothing."""

    verdict: Verdict | None
    sentence: str


def outcome(tally: Tally, quorum: int) -> Outcome:
    """What a voting board decides by these votes; the quorum is of seats that voted, abstaining ones among them."""
    if tally.given < quorum:
        return Outcome(None, f"{_counted(tally.given, 'vote')} of the {quorum} that a quorum needs: nothing is decided.")
    if tally.approve > tally.reject:
        return Outcome(Verdict.APPROVE, f"The votes approve it: {tally.words}.")
    if tally.reject > tally.approve:
        return Outcome(Verdict.REJECT, f"The votes reject it: {tally.words}.")
    return Outcome(None, f"The votes are even, {tally.words}: nothing is decided.")


def is_against_the_votes(verdict: Verdict, said: Outcome) -> bool:
    """Whether a decision says what the votes do not; putting it off is never against them."""
    if verdict in _SAYS_YES:
        return said.verdict != Verdict.APPROVE
    return verdict in _SAYS_NO and said.verdict != Verdict.REJECT


def goes_against(verdict: Verdict, tally: Tally) -> bool:
    """Whether more of those who have voted said the opposite: nobody is to decide so without meaning it."""
    if verdict in _SAYS_YES:
        return tally.reject > tally.approve
    return verdict in _SAYS_NO and tally.approve > tally.reject


def _counted(count: int, noun: str) -> str:
    return f"{count or 'No'} {noun}{'' if count == 1 else 's'}"
