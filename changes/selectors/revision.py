"""A revision of an agenda, read back from what was frozen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from changes.choices import Level, Section
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.models import AgendaItem


def as_frozen(rows: Sequence[AgendaItem], snapshot: Mapping[str, Any]) -> tuple[dict[Section, list[AgendaItem]], list[AgendaItem]]:
    """The rows in the places and words that a revision froze."""
    by_key = {row.pk: row for row in rows}

    def restored(data: Mapping[str, Any]) -> AgendaItem | None:
        row = by_key.get(data["id"])
        if row is not None:
            row.title, row.minutes, row.reason = data["title"], data["minutes"], data["reason"]
        return row

    sections = {Section(part["code"]): [row for data in part["items"] if (row := restored(data))] for part in snapshot["sections"]}
    return sections, [row for data in snapshot["late"] if (row := restored(data))]


def frozen_findings(snapshot: Mapping[str, Any], rows: Sequence[AgendaItem]) -> dict[int, list[Finding]]:
    """The findings that a revision froze with, by the keys of their RFCs."""
    told = [data for part in snapshot["sections"] for data in part["items"]] + snapshot["late"]
    by_key = {data["id"]: data["findings"] for data in told}
    return {row.rfc_id: [_finding_from(data) for data in by_key[row.pk]] for row in rows if row.rfc_id and row.pk in by_key}


def _finding_from(data: Mapping[str, Any]) -> Finding:
    span = data["interval"]
    interval = Interval(*(datetime.fromisoformat(text) for text in (span["start"], span["end"]) if text)) if span else None
    return Finding(**{**data, "level": Level(data["level"]), "interval": interval})
