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
    `about` is the name of what stops it where that is no RFC: the freeze, and `freeze` is its key, for two may
    have one name. `scope` is what the finding is about, for a waiver to be measured by (`domain.waiver`): what two RFCs
    have in common, by slug, or where, of what type and on which services the work is. `kind` tells apart what one
    code stands for where its sentences do (`rulebook.kinds_of`).
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
    freeze: int | None = None
    kind: str = ""
    #: Who accepted it and until when, once somebody has; a waived error no longer blocks.
    waived: str = ""
    scope: tuple[str, ...] = ()
    #: Who had accepted it, and why that holds no longer.
    lapsed: str = ""
    #: Of a conflict of two RFCs, the two times whose overlap `interval` is: sessions, outages, or one of each.
    own_interval: Interval | None = None
    other_interval: Interval | None = None

    @property
    def blocks(self) -> bool:
        return self.level == Level.ERROR and not self.waived


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop the step they belong to."""
    return [finding for finding in findings if finding.blocks]
