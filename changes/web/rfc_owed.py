"""The form of an emergency whose work has begun: only what it still owes is shown, and the rest stands as it is stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.choices import OPEN_STATES, Phase
from changes.domain.owed import listed, open_fields
from changes.models import RFC
from changes.web.forms import typed
from changes.web.rfc_cells import Cell, Judged, Section

#: Each field that may be open, with the section that shows it and the cell of findings beside it.
_PLACES = {
    "change_type": ("what", "change_type"),
    "reason": ("what", "reason"),
    "description": ("what", "description"),
    "environment": ("where", "where"),
    "configuration_items": ("where", "items"),
    "outage": ("when", "sessions-0"),
    **{phase.value: ("plan", "plan") for phase in Phase},
    "rollback_trigger": ("plan", "trigger"),
    "impact": ("impact", "impact"),
}


@dataclass(frozen=True)
class Owed:
    """What the page shows: the open fields, the same in words, the sections and the cells that hold them."""

    fields: Collection[str]
    words: str
    sections: Sequence[Section]
    cells: Sequence[Cell]

    @property
    def has_steps(self) -> bool:
        return any(phase.value in self.fields for phase in Phase)


def owed_of(rfc: RFC | None, judged: Judged) -> Owed | None:
    """None for what is still written in whole."""
    if rfc is None or rfc.state in OPEN_STATES:
        return None
    names = open_fields(rfc.content())
    places = [_PLACES[name] for name in names]
    shown, cells = {section for section, _ in places}, {cell for _, cell in places}
    kept = [cell for name, cell in judged.cells.items() if name in cells or ("outage" in names and name.startswith("sessions-"))]
    return Owed(names, listed(names), [section for section in judged.sections if section.name in shown], kept)


def whole(data: QueryDict, rfc: RFC | None, zone: ZoneInfo) -> QueryDict:
    """What was typed, and what the page did not show as it is stored."""
    if rfc is None or rfc.state in OPEN_STATES:
        return data
    kept = data.copy()
    groups = {group for group in typed.ROWS if typed.prefixes(data, group)}
    for name, values in typed.of_content(rfc.content(), zone).lists():
        if name not in data and name.partition("-")[0] not in groups:
            kept.setlist(name, values)
    return kept
