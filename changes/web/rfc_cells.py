"""Which finding stands beside which field, and how each section of the form stands (LOOK 5, 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from changes.choices import Level, Phase
from changes.domain.finding import Finding
from changes.web.forms import typed
from changes.web.forms.entry import Problem
from changes.web.forms.moment import Told

#: The sections in their order, with the cells of findings in each.
SECTIONS = (
    ("what", "What", ("title", "change_type", "reason", "description", "urgency", "references")),
    ("where", "Where", ("where", "items", "predecessors")),
    ("when", "When", ("slots", "sessions", "needed_by")),
    ("plan", "Plan", ("plan", "trigger")),
    ("impact", "Impact", ("impact",)),
    ("people", "People", ("people", "contacts")),
)
#: The cell of a field, by the API's name before a dot or a bracket.
_CELLS = {
    "follows_up": "references",
    "environment": "where",
    "services": "where",
    "configuration_items": "items",
    "sessions": "slots",
    **{phase.value: "plan" for phase in Phase},
    "rollback_trigger": "trigger",
    "owner": "people",
    "implementer": "people",
}
#: What a person would have to write before a section counts as begun.
_BEGUN: Mapping[str, tuple[str, ...]] = {
    "what": ("title", "reason", "description"),
    "where": ("environment", "services", "services_add", "configuration_items", "configuration_items_add"),
    "when": ("needed_by", "slot"),
    "plan": ("rollback_trigger",),
    "impact": ("impact_sla", "impact_capacity", "impact_security", "impact_disaster_recovery"),
    "people": (),
}
_BEGUN_ROWS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "when": (("sessions", ("start", "end", "outage")),),
    "plan": tuple((phase.value, typed.STEP) for phase in Phase),
}


@dataclass
class Cell:
    """All that stands beside one field: findings, what has no shape, what the clock makes of a time, and what is right."""

    name: str
    findings: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    good: list[Any] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return len(self.problems) + sum(1 for f in self.findings if isinstance(f, Finding) and f.blocks)

    @property
    def to_fill_in(self) -> int:
        return sum(1 for f in self.findings if isinstance(f, dict))


@dataclass(frozen=True)
class Section:
    """A section as the navigation shows it. `first` is the anchor of the first thing to mend."""

    name: str
    title: str
    errors: int
    to_fill_in: int
    warnings: int


@dataclass(frozen=True)
class Tally:
    errors: int
    warnings: int
    to_fill_in: int


@dataclass(frozen=True)
class Judged:
    """The findings on their places."""

    cells: Mapping[str, Cell]
    sections: Sequence[Section]
    tally: Tally
    #: What blocks, once per field: its label and its anchor.
    to_mend: Sequence[tuple[str, str]]


_LABELS = {
    "title": "title", "change_type": "change type", "reason": "reason", "description": "description", "urgency": "urgency",
    "references": "incident", "where": "environment and services", "items": "items", "predecessors": "predecessors",
    "slots": "session", "sessions": "outage", "needed_by": "needed by", "plan": "steps", "trigger": "rollback trigger",
    "impact": "impact", "people": "people", "contacts": "contacts",
}  # fmt: skip


def placed(found: Iterable[Finding], problems: Iterable[Problem], data: QueryDict, *, all_at_once: bool) -> Judged:
    """Every finding beside its field. What is missing from a section that nobody has begun is asked for, not blamed,

    unless `all_at_once`: somebody has asked for a check, or the RFC is stored already.
    """
    cells = {name: Cell(name) for _, _, names in SECTIONS for name in names}
    begun = {section for section, _, _ in SECTIONS if all_at_once or _is_begun(data, section)}
    section_of = {name: section for section, _, names in SECTIONS for name in names}
    for problem in problems:
        cells[cell_of(problem.field)].problems.append(problem)
    for finding in found:
        cell = cells[cell_of(finding.field)]
        is_gap = finding.code.endswith(".missing") and section_of[cell.name] not in begun
        cell.findings.append(_asked(finding) if is_gap or _is_untriggered(finding, begun) else finding)
    sections = [_section(name, title, [cells[cell] for cell in names]) for name, title, names in SECTIONS]
    tally = Tally(*(sum(getattr(s, count) for s in sections) for count in ("errors", "warnings", "to_fill_in")))
    return Judged(cells, sections, tally, [(_LABELS[c.name], f"beside-{c.name}") for c in cells.values() if c.errors])


def cell_of(name: str) -> str:
    """The cell beside the field that a finding, a problem or a refusal is about."""
    if name.startswith("sessions[") and ".outage" in name:
        return "sessions"
    head = name.partition(".")[0].partition("[")[0]
    known = {cell for _, _, cells in SECTIONS for cell in cells}
    return _CELLS.get(head, head if head in known else "title")


def _is_untriggered(finding: Finding, begun: set[str]) -> bool:
    return finding.code == "rollback.no_trigger" and "plan" not in begun


def _asked(finding: Finding) -> dict[str, str]:
    return {"level": Level.ADVICE.value, "message": finding.message, "mend": finding.mend, "code": finding.code}


def _is_begun(data: QueryDict, section: str) -> bool:
    if any(value.strip() for name in _BEGUN[section] for value in data.getlist(name)):
        return True
    rows = _BEGUN_ROWS.get(section, ())
    return any(not typed.is_blank(data, prefix, names) for group, names in rows for prefix in typed.prefixes(data, group))


def _section(name: str, title: str, cells: Sequence[Cell]) -> Section:
    warnings = sum(1 for c in cells for f in c.findings if isinstance(f, Finding) and f.level == Level.WARNING)
    return Section(name, title, sum(c.errors for c in cells), sum(c.to_fill_in for c in cells), warnings)
