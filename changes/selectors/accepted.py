"""What has been accepted of the findings of RFCs, by whomever: the waivers that the rules apply (DESIGN 4.6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from changes import permissions
from changes.choices import Level, Route
from changes.domain.clash import LEVELS
from changes.domain.waiver import Accepted, from_the_other_side
from changes.models import RFC, Decision, Waiver
from changes.models.rfc import number_of

#: Conflicts that are of two RFCs alike, and block.
_OF_A_PAIR = frozenset(code for code, level in LEVELS.items() if level == Level.ERROR)


def accepted_for(rfcs: Sequence[RFC], near: Iterable[RFC]) -> dict[int, list[Accepted]]:
    """What is accepted of the findings of each RFC, by its key; a fixed number of queries.

    Its own waivers (prefetch them), what the approval of an emergency covered, and what the other RFC of a conflict has had
    accepted of it: a pair is agreed on once, whichever of the two carries it now. `near` are the RFCs that work at the same
    times. Nothing holds for an RFC by the word of one whose own it is.
    """
    stored = {rfc.pk: rfc for rfc in rfcs if rfc.pk}
    found: dict[int, list[Accepted]] = defaultdict(list)
    for waiver in Waiver.objects.filter(other__in=stored, code__in=_OF_A_PAIR).select_related("by"):
        waiver.other = mine = stored[waiver.other_id or 0]
        if not permissions.is_own(waiver.by, mine):
            found[mine.pk].append(from_the_other_side(waiver.as_accepted(), number_of(waiver.rfc_id)))
    _add_approved(found, stored, near)
    for rfc in stored.values():
        found[rfc.pk] += [*(waiver.as_accepted() for waiver in rfc.waivers.all()), *_covered(rfc.decision)]
    return found


def _add_approved(found: Mapping[int, list[Accepted]], stored: Mapping[int, RFC], near: Iterable[RFC]) -> None:
    """What the approvals of emergencies nearby covered of the conflicts with these."""
    numbers = {rfc.number: rfc for rfc in stored.values()}
    keys = {rfc.decision_id for rfc in near if rfc.route == Route.EMERGENCY and rfc.decision_id}
    for decision in Decision.objects.filter(pk__in=keys).select_related("by") if keys else ():
        for accepted in _covered(decision):
            mine = numbers.get(accepted.other or "")
            if mine and accepted.code in _OF_A_PAIR and not (decision.by and permissions.is_own(decision.by, mine)):
                found[mine.pk].append(from_the_other_side(accepted, number_of(decision.rfc_id)))


def _covered(decision: Decision | None) -> list[Accepted]:
    """What an emergency's approval covered."""
    if decision is None:
        return []
    by, why = str(decision.by) if decision.by else "the product", "approved as an emergency"
    return [Accepted(c["code"], c["other"], why, by, None, c["minutes"], scope=frozenset(c.get("scope", ()))) for c in decision.accepted]
