"""What the form's buttons do to many sessions at once; all of it works without a script."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.domain.interval import Interval
from changes.domain.nights import Night, NotUnderstood, nights
from changes.web.forms import moment, typed

_TIMES = ("start", "end")
_OUTAGE = ("outage_start", "outage_end")
_WRITTEN = ("start", "end", "outage", "outage_start", "outage_end", "actual_start", "actual_end")


def with_nights(data: QueryDict, today: date) -> QueryDict:
    """With the sessions of the typed line as rows, and the line gone; a line that is not understood stays as it is."""
    try:
        found = nights(data.get("nights", ""), today=today)
    except NotUnderstood:
        return data
    there = starts(data)
    kept = _without_blank(data)
    for night in found:
        if night.start not in there:
            kept = typed.added(kept, "sessions", _row(night))
    kept["nights"] = ""
    return kept


def not_understood(data: QueryDict, today: date) -> str:
    """What of the typed line is not understood; empty where nothing is typed, or all of it is."""
    if not data.get("nights", "").strip():
        return ""
    try:
        nights(data.get("nights", ""), today=today)
    except NotUnderstood as refusal:
        return refusal.sentence
    return ""


def starts(data: QueryDict) -> set[datetime]:
    """When the sessions on the page begin, on the wall clock; what cannot be read is left out."""
    read = (_read(data.get(f"{prefix}-start", "")) for prefix in typed.prefixes(data, "sessions"))
    return {start for start in read if start}


def _read(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _without_blank(data: QueryDict) -> QueryDict:
    rows = typed.prefixes(data, "sessions")
    return typed.reordered(data, "sessions", [row for row in rows if not typed.is_blank(data, row, _WRITTEN)])


def _row(night: Night) -> dict[str, str]:
    times = {name: wall.strftime(moment.SHOWN) if (wall := getattr(night, name)) else "" for name in (*_TIMES, *_OUTAGE)}
    return {**times, "outage": night.outage or ""}


def with_free_nights(data: QueryDict, zone: ZoneInfo) -> QueryDict:
    """With the sessions, in order of their start, at the starts of the free nights that the page offered."""
    offered = list(_offered(data.get("free_nights", "")))
    rows = sorted(typed.prefixes(data, "sessions"), key=lambda row: data.get(f"{row}-start", "") or "~")
    kept = data.copy()
    for row, night in zip(rows, offered, strict=False):
        kept = shifted_to(kept, row, night.start, zone)
    return kept


def _offered(text: str) -> Iterable[Interval]:
    for pair in text.split():
        try:
            start, end = (datetime.fromisoformat(part) for part in pair.split("/"))
            yield Interval(start, end)
        except ValueError:
            return


def shifted_to(data: QueryDict, row: str, start: datetime, zone: ZoneInfo) -> QueryDict:
    """With one session of the page at another start: as long as it was, its outage as far from the start."""
    before = moment.instant(_read(data.get(f"{row}-start", "")), zone, second=data.get(f"{row}-start_second") == "1")
    for name in (*_OUTAGE, "end", "start"):
        at = moment.instant(_read(data.get(f"{row}-{name}", "")), zone, second=data.get(f"{row}-{name}_second") == "1")
        if before is None or at is None:
            continue
        text, is_second = moment.shown(start + (at - before), zone)
        data[f"{row}-{name}"], data[f"{row}-{name}_second"] = text, "1" if is_second else ""
    return data


def without_ticked(data: QueryDict) -> QueryDict:
    """Without the sessions that are ticked."""
    gone = set(data.getlist("ticked"))
    kept = typed.reordered(data, "sessions", [row for row in typed.prefixes(data, "sessions") if row not in gone])
    kept.setlist("ticked", [])
    return kept


def with_same_outage(data: QueryDict) -> QueryDict:
    """With the outage of the first session of the page in all: the same answer, as far from the start, as long."""
    rows = typed.prefixes(data, "sessions")
    if not rows:
        return data
    first, kept = _outage(data, rows[0]), data.copy()
    for row in rows[1:]:
        start = _read(data.get(f"{row}-start", ""))
        kept[f"{row}-outage"] = data.get(f"{rows[0]}-outage", "")
        for name, after in first.items():
            kept[f"{row}-{name}"] = (start + after).strftime(moment.SHOWN) if start else ""
    return kept


def _outage(data: QueryDict, row: str) -> Mapping[str, timedelta]:
    """How far from the start of its session an outage begins and ends, on the wall clock."""
    start = _read(data.get(f"{row}-start", ""))
    times = {name: _read(data.get(f"{row}-{name}", "")) for name in _OUTAGE}
    return {name: at - start for name, at in times.items() if at and start}
