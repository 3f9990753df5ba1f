"""A finding: what a rule says of an RFC, where, how to mend it, and under which stable code (DESIGN 4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from changes.choices import Level
from changes.domain.interval import Interval


@dataclass(frozen=True)
class Finding:
    """One answer of a rule.

    `field` is the API's name of what it is about ("title", "sessions", "rollout[3]"); `interval` is
    the time it is about, half-open; `other` is the number of the other RFC, where there is one;
    `minutes` is the size of an overlap or an excess. `possible` marks a clash with somebody's draft.
    `about` is the name of what stops it where that is no RFC: the freeze. `scope` is what
    two RFCs have in common, by slug. `kind` tells apart what one
    code stands for where its sentences do (`odd_date.Odd`); it is no part of the API.
    """

    code: str
    level: Level
    field: str
    message: str
    mend: str
    interval: Interval | None = None
    other: str | None = None
    minutes: int | None = None
    possible: bool = False
    about: str = ""
    kind: str = ""
    #: Who accepted it and until when, once somebody has; a waived error no longer blocks.
    waived: str = ""
    scope: tuple[str, ...] = ()
    #: Who had accepted it, and why that holds no longer.
    lapsed: str = ""

    @property
    def blocks(self) -> bool:
        return self.level == Level.ERROR and not self.waived


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop the step they belong to."""
    return [finding for finding in findings if finding.blocks]
