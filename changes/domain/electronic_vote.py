"""What comes of an item that was put to the vote between meetings (DESIGN 4.8, "electronically").

A voting board decides by its votes when the time is up, or as soon as everybody has voted. On an advisory board the
chair decides, with the votes in view, at any time before; what nobody has decided stays on its agenda.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import Verdict
from changes.domain.vote import Tally, outcome

#: So long before the closing those whose vote is missing are asked again, of a vote that runs long enough.
LAST_CALL = timedelta(hours=24)
#: Shorter than this nobody could answer.
SHORTEST = timedelta(minutes=15)
_STAYS = "It stays on its agenda."


@dataclass(frozen=True)
class Poll:
    """A vote at its closing. `changed` says what was changed of it meanwhile, `gone` why nothing is left to decide; both are sentences."""

    is_voting: bool
    tally: Tally
    quorum: int
    blocking: Sequence[str] = ()
    changed: str = ""
    gone: str = ""


@dataclass(frozen=True)
class Settlement:
    """What came of it: approve, reject or, None, nothing; and why, in words."""

    verdict: Verdict | None
    sentence: str


def settled(poll: Poll) -> Settlement:
    """What a poll comes to when it closes. A finding that blocks lets nothing be approved while nobody talks about it."""
    if poll.gone or poll.changed:
        return Settlement(None, poll.gone or f"{poll.changed} The votes were about something else. {_STAYS}")
    if not poll.is_voting:
        return Settlement(None, f"The chair had not decided by the closing: {poll.tally.words}. {_STAYS}")
    said = outcome(poll.tally, poll.quorum)
    if said.verdict is None:
        return Settlement(None, f"{said.sentence} {_STAYS}")
    if said.verdict == Verdict.APPROVE and poll.blocking:
        return Settlement(None, f"The votes are for it, {poll.tally.words}; but a finding blocks it: {poll.blocking[0]} {_STAYS}")
    return Settlement(said.verdict, said.sentence)


def last_call(opened_at: datetime, closes_at: datetime) -> datetime:
    """When those whose vote is missing are asked again: a day before the closing, of a short vote when a quarter of it is left."""
    return closes_at - min(LAST_CALL, (closes_at - opened_at) / 4)


def is_void(poll: Poll) -> bool:
    """Whether there is nothing left to vote on, so that it ends before its time."""
    return bool(poll.gone or poll.changed)


def may_close_early(poll: Poll) -> bool:
    """Whether it need not wait for its closing: the votes decide, and everybody has given theirs."""
    return poll.is_voting and not poll.tally.asked
