"""Which finding stands beside which field, and how each section of the form stands (LOOK 5, 6)."""

import re
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
    ("when", "When", ("slots", "nights", "needed_by")),
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
    "free_nights": "slots",
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


#: So many findings stand beside one session of several at once; errors are never folded.
FIRST = 2


@dataclass
class Cell:
    """All that stands beside one field: findings, what has no shape, what the clock makes of a time, and what is right."""

    name: str
    findings: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    good: list[Any] = field(default_factory=list)
    #: Whether it stands beside one session of several.
    is_of_many: bool = False

    @property
    def first(self) -> list[Any]:
        """What is shown at once: all, or beside one of many sessions the errors and the first of the rest."""
        return self.findings if not self.is_of_many else self.findings[: max(FIRST, self._blocking)]

    @property
    def rest(self) -> list[Any]:
        return self.findings[len(self.first) :]

    @property
    def _blocking(self) -> int:
        return sum(1 for f in self.findings if isinstance(f, Finding) and f.blocks)

    @property
    def errors(self) -> int:
        return len(self.problems) + self._blocking

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
    "slots": "session", "nights": "several nights", "needed_by": "needed by", "plan": "steps", "trigger": "rollback trigger",
    "impact": "impact", "people": "people", "contacts": "contacts",
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """The rows of sessions on the page: all of them, and those that can be read in the order of the content."""

    all: Sequence[str] = ()
    read: Sequence[str] = ()

    def beside(self, name: str) -> str:
        """The row that a finding (by its index) or a problem (by its row) is about; "" for the cell beside the free times.

        What is about the one session of a page stands beside the free times, its outage beside the outage.
        """
        indexed = _INDEXED.match(name)
        row = self.read[int(indexed[1])] if indexed and int(indexed[1]) < len(self.read) else name
        return row if row in self.all and (len(self.all) > 1 or ".outage" in name) else ""


_INDEXED = re.compile(r"sessions\[(\d+)\]")


def placed(found: Iterable[Finding], problems: Iterable[Problem], data: QueryDict, rows: Rows, *, all_at_once: bool) -> Judged:
    """Every finding beside its field. What is missing from a section that nobody has begun is asked for, not blamed,

    unless `all_at_once`: somebody has asked for a check, or the RFC is stored already.
    """
    sections = [(name, title, (*cells, *rows.all) if name == "when" else cells) for name, title, cells in SECTIONS]
    cells = {name: Cell(name, is_of_many=len(rows.all) > 1 and name in rows.all) for _, _, names in sections for name in names}
    begun = {section for section, _, _ in sections if all_at_once or _is_begun(data, section)}
    section_of = {name: section for section, _, names in sections for name in names}
    for problem in problems:
        cells[rows.beside(problem.field) or cell_of(problem.field)].problems.append(problem)
    for finding in found:
        cell = cells[rows.beside(finding.field) or cell_of(finding.field)]
        is_gap = finding.code.endswith(".missing") and (
            section_of[cell.name] not in begun or (not all_at_once and _is_first_asked(finding, data))
        )
        cell.findings.append(_asked(finding) if is_gap or _is_untriggered(finding, begun) else finding)
    told = [_section(name, title, [cells[cell] for cell in names]) for name, title, names in sections]
    tally = Tally(*(sum(getattr(s, count) for s in told) for count in ("errors", "warnings", "to_fill_in")))
    return Judged(cells, told, tally, [(_label(c.name, rows), f"beside-{c.name}") for c in cells.values() if c.errors])


def _label(name: str, rows: Rows) -> str:
    if name not in rows.all:
        return _LABELS[name]
    return "outage" if len(rows.all) == 1 else f"session {rows.all.index(name) + 1}"


def cell_of(name: str) -> str:
    """The cell beside the field that a finding, a problem or a refusal is about."""
    head = re.split(r"[.\[-]", name, maxsplit=1)[0]
    known = {cell for _, _, cells in SECTIONS for cell in cells}
    return _CELLS.get(head, head if head in known else "title")


def _is_untriggered(finding: Finding, begun: set[str]) -> bool:
    return finding.code == "rollback.no_trigger" and "plan" not in begun


def _is_first_asked(finding: Finding, data: QueryDict) -> bool:
    """Nights that have just been added have no outage yet: nobody has answered for any, so it is asked of all of them at once."""
    answers = (data.get(f"{prefix}-outage") for prefix in typed.prefixes(data, "sessions"))
    return finding.code == "outage.missing" and finding.field == "sessions" and not any(answers)


def _asked(finding: Finding) -> dict[str, Any]:
    return {"level": Level.ADVICE.value, "message": finding.message, "mend": finding.mend, "code": finding.code, "of": finding}


def _is_begun(data: QueryDict, section: str) -> bool:
    if any(value.strip() for name in _BEGUN[section] for value in data.getlist(name)):
        return True
    rows = _BEGUN_ROWS.get(section, ())
    return any(not typed.is_blank(data, prefix, names) for group, names in rows for prefix in typed.prefixes(data, group))


def _section(name: str, title: str, cells: Sequence[Cell]) -> Section:
    warnings = sum(1 for c in cells for f in c.findings if isinstance(f, Finding) and f.level == Level.WARNING)
    return Section(name, title, sum(c.errors for c in cells), sum(c.to_fill_in for c in cells), warnings)
