"""A finding in two or three words, for the badge beside a title (LOOK, agenda)."""

from collections.abc import Sequence

from changes.choices import Level
from changes.domain.finding import Finding

#: Words that the code alone would not say well; the others are read off it: "same implementer".
_WORDS = {
    "conflict.outage": "two outages",
    "conflict.same_service": "same service",
    "freeze.active": "freeze",
    "interval.in_past": "in the past",
    "interval.unusual": "odd dates",
    "interval.open": "no end",
    "notice.too_short": "short notice",
    "window.misses": "outside its window",
    "window.exceeds": "exceeds its window",
    "window.undefined": "no window",
    "plan.exceeds_session": "plan too long",
    "plan.no_reserve": "no reserve",
    "rollback.no_trigger": "no trigger",
}


def short(code: str) -> str:
    """The code in a few words: "same implementer" for `conflict.same_implementer`, "no rollback" for `rollback.missing`."""
    family, _, rest = code.partition(".")
    if rest == "missing":
        return f"no {family.replace('_', ' ')}"
    return _WORDS.get(code) or rest.replace("_", " ")


def badge(findings: Sequence[Finding]) -> tuple[str, str] | None:
    """Level and words of the gravest finding, with how many more there are of its level; None where advice is all there is."""
    for level in (Level.ERROR, Level.WARNING):
        found = [finding for finding in findings if finding.level == level and not finding.waived]
        if found:
            kinds = list(dict.fromkeys(short(finding.code) for finding in found))
            more = f", {len(kinds) - 1} more" if len(kinds) > 1 else ""
            return level.value, kinds[0] + more
    return None
