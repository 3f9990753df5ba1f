"""A revision of an agenda: what of it is frozen, and how that is read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from changes.choices import Level, Section
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.models import RFC, AgendaItem, User


@dataclass(frozen=True)
class LeftOff:
    """A draft that this meeting does not see; `why` are the blocking findings, none where it was only not submitted."""

    rfc: RFC
    why: tuple[Finding, ...]


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


def left_off_data(left_off: Iterable[LeftOff]) -> list[dict[str, Any]]:
    """The drafts that a cut-off left off, with their titles and what they lacked then."""
    return [{"id": one.rfc.pk, "title": one.rfc.title, "findings": [finding_data(found) for found in one.why]} for one in left_off]


def frozen_left_off(snapshot: Mapping[str, Any], viewer: User | None) -> Iterable[LeftOff]:
    """Those drafts in the words of then; only what `viewer` may see, where one is given."""
    visible = RFC.objects.visible_to(viewer) if viewer else RFC.objects.all()
    rfcs = visible.in_bulk([data["id"] for data in snapshot["left_off"]])
    for data in snapshot["left_off"]:
        if rfc := rfcs.get(data["id"]):
            rfc.title = data["title"]
            yield LeftOff(rfc, tuple(_finding_from(found) for found in data["findings"]))


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as the API and a snapshot have it: its words, and instants as ISO 8601 in UTC."""
    spans = {name: _span_data(getattr(finding, name)) for name in _SPANS}
    return {**vars(finding), "level": finding.level.value, **spans}


#: What of a finding is an interval; a snapshot of earlier days may lack some.
_SPANS = ("interval", "own_interval", "other_interval")


def _span_data(span: Interval | None) -> dict[str, str | None] | None:
    return {"start": iso(span.start), "end": None if span.is_open else iso(span.end)} if span else None


def iso(moment: datetime) -> str:
    """An aware instant in UTC as "2026-11-24T11:00:00Z"."""
    return moment.isoformat().replace("+00:00", "Z")


def _finding_from(data: Mapping[str, Any]) -> Finding:
    spans = {name: _span_from(data.get(name)) for name in _SPANS}
    return Finding(**{**data, "level": Level(data["level"]), **spans})


def _span_from(data: Mapping[str, str | None] | None) -> Interval | None:
    return Interval(*(datetime.fromisoformat(text) for text in (data["start"], data["end"]) if text)) if data else None
