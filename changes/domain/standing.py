"""How an item stands on its agenda, as plain values: what the short words beside its title are read off (DESIGN 4.8)."""

from dataclasses import dataclass

from changes.choices import Level, Section
from changes.domain.finding import Finding


@dataclass(frozen=True)
class Standing:
    """`state` and `outcome` are the RFC's, empty for an item without one; `owes` is what its owner owes after the work.

    `promised` is how late an action or a condition is, with its level; None where nothing was promised or there is time.
    """

    section: Section
    is_decided: bool = False
    state: str = ""
    outcome: str = ""
    retrospective: bool = False
    owes: str = ""
    promised: tuple[Level, str] | None = None
    findings: tuple[Finding, ...] = ()
