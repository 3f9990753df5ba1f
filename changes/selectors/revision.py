"""A revision of an agenda: what of it is frozen, and how that is read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from changes.choices import Level, Section
from changes.domain.finding import Finding
from changes.domain.frozen import from_data
from changes.domain.interval import Interval
from changes.domain.kept import Kept, Past, PastItem
from changes.models import RFC, AgendaRevision, User


@dataclass(frozen=True)
class LeftOff:
    """A draft that this meeting does not see; `why` are the blocking findings, none where it was only not submitted."""

    rfc: RFC
    why: tuple[Finding, ...]


def past_of(row: AgendaRevision) -> Past:
    """A revision from what it froze and nothing else; no query."""
    told = row.snapshot
    sections = tuple(
        (Section(part["code"]), tuple(_past_item(data, Section(part["code"])) for data in part["items"])) for part in told["sections"]
    )
    late = tuple(_past_item(data, None) for data in told["late"])
    return Past(row.number, row.frozen_at, row.reason, told["minutes"], sections, late)


def _past_item(data: Mapping[str, Any], section: Section | None) -> PastItem:
    return PastItem(
        id=data["id"],
        rfc=data["rfc"] or "",
        title=data["title"],
        minutes=data["minutes"],
        reason=data["reason"],
        section=section,
        findings=tuple(_finding_from(found) for found in data["findings"]),
        verdict=data["decision"]["decision"] if data["decision"] else "",
        kept=from_data(Kept, data["kept"]) if "kept" in data else None,
    )


def consented_then(row: AgendaRevision) -> set[int]:
    """The items that stood on the consent list when a revision froze, by key; none where an older one did not keep it."""
    return {item.id for item in past_of(row).consented}


def frozen_data(row: AgendaRevision) -> dict[str, Any]:
    """A revision as the API told it when it froze."""
    whole = {name: value for name, value in row.snapshot.items() if name not in ("left_off", "sections", "late")}
    sections = [{**part, "items": [_as_told(data) for data in part["items"]]} for part in row.snapshot["sections"]]
    return {**whole, "sections": sections, "late": [_as_told(data) for data in row.snapshot["late"]]}


def _as_told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "kept"}


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
