"""Refusals fit to show: each says what is wrong and what would mend it, at whichever door."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changes.domain.finding import Finding


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """What the product will not do. `sentence` says why; `mend` says what would help.

    `code` is stable and names the problem type on the API.
    """

    code = "refused"

    def __init__(self, sentence: str, *, mend: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.mend = mend
        self.field = field


class Unacceptable(Refusal):
    """The input cannot be taken as it is: a reversed interval, a slug nobody knows (400)."""

    code = "unacceptable"


class NotAllowed(Refusal):
    """The person has no right to do this, whatever the state (403)."""

    code = "not-allowed"


class MoveRefused(Refusal):
    """The state or the findings forbid it (409)."""

    code = "move-refused"

    def __init__(self, sentence: str, *, mend: str = "", findings: "Iterable[Finding]" = ()) -> None:
        super().__init__(sentence, mend=mend)
        self.findings = list(findings)


class Stale(Refusal):
    """Somebody else has changed the RFC since it was read (412)."""

    code = "stale"


class InUse(Refusal):
    """Something else still names it, so it cannot be removed (409)."""

    code = "in-use"


class KeyReused(Refusal):
    """The same Idempotency-Key came with another body (422)."""

    code = "key-reused"


class InFlight(Refusal):
    """The same request is being worked on (409); `retry_after` seconds later it is worth another try."""

    code = "in-flight"
    retry_after = 2
