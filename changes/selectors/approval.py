"""The approval in force against what stands in the RFC now (DESIGN 4.1, "Approval is of a content")."""

from collections.abc import Iterable
from dataclasses import dataclass

from changes.choices import Route, Verdict
from changes.domain.content import Content
from changes.domain.materiality import Difference, before_the_work, covers, differences, from_data
from changes.models import RFC, Decision

_APPROVING = (Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS)
#: Of the digest so much is shown; the whole stands in the database.
_SHOWN = 12


@dataclass(frozen=True)
class Approval:
    """The decision in force, whether it is still of what stands there, and every field that differs."""

    decision: Decision
    is_unchanged: bool
    differences: tuple[Difference, ...] = ()

    @property
    def digest(self) -> str:
        return self.decision.digest[:_SHOWN]

    @property
    def material(self) -> str:
        """What it does not cover, in words."""
        return _listed(item.field for item in self.differences if item.material)

    @property
    def immaterial(self) -> str:
        """What has changed since and asks nobody again, in words."""
        return _listed(item.field for item in self.differences if not item.material)


def _listed(fields: Iterable[str]) -> str:
    return ", ".join(field.replace("_", " ") for field in fields)


def approval_of(rfc: RFC) -> Approval | None:
    """The approval in force; None where there is none, or where changes are only recorded and nobody has to be asked.

    Give an RFC that was read `with_content()`; no query.
    """
    decision = rfc.decision
    if decision is None or decision.verdict not in _APPROVING or decision.route == Route.RECORD or not decision.content:
        return None
    was, now = before_the_work(from_data(decision.content)), before_the_work(rfc.content())
    return Approval(decision, covers(decision.digest, now, was), tuple(differences(was, now)))


def approved_content(rfc: RFC) -> Content:
    """What was approved, where an approval is in force; else what stands in the RFC."""
    approval = approval_of(rfc)
    return from_data(approval.decision.content) if approval else rfc.content()


def why_uncovered(rfc: RFC) -> str:
    """Why its approval does not carry the work: what stands there is not what was approved; empty where it does."""
    approval = approval_of(rfc)
    if approval is None or approval.is_unchanged:
        return ""
    return f"What stands in {rfc.number} is not what was approved: {approval.material or 'something material differs'}."
