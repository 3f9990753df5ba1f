"""What differs between two contents, in words: for "approved against now" and for "theirs against yours"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from changes.domain.content import Content
from changes.domain.materiality import Difference, differences
from changes.domain.severity import QUESTIONS
from changes.formats import times

_LABELS = {"configuration_items": "items", "needed_by": "needed by", "follows_up": "follows up", "rollback_trigger": "rollback trigger"}
_STEPS = ("rollout", "verification", "rollback")
_NOTHING = "nothing"


@dataclass(frozen=True)
class Worded:
    """One field: its label, what stood in it and what stands in it now."""

    label: str
    before: str
    after: str


def between(before: Content, after: Content) -> list[Difference]:
    """The fields in which two contents differ."""
    return differences(before, after)


def label(field: str) -> str:
    """A field of the content as a sentence names it: "rollback trigger"."""
    return _LABELS.get(field, field.replace("_", " "))


def fields_in_words(changes: Mapping[str, Any]) -> str:
    """The fields that an event changed: "sessions, rollback trigger"."""
    return ", ".join(label(name) for name in changes)


def in_words(difference: Difference, *, zone: tzinfo, today: date) -> Worded:
    """A difference with both its values in words; instants in `zone`."""
    before, after = (_said(difference.field, value, zone, today) for value in (difference.before, difference.after))
    return Worded(label(difference.field).capitalize(), before, after)


def in_short(found: Iterable[Difference], *, zone: tzinfo, today: date) -> str:
    """What differs, in few words: "moved from Tue 24 Nov 22:00 to Thu 26 Nov 22:00, rollback edited"."""
    said = []
    for difference in found:
        first, last = (_first_start(value, zone, today) for value in (difference.before, difference.after))
        if difference.field != "sessions":
            said.append(f"{label(difference.field)} edited")
        elif first and last and first != last:
            said.append(f"moved from {first} to {last}")
        else:
            said.append("sessions edited" if first and last else "given a time" if last else "its time taken off")
    return ", ".join(said)


def _first_start(sessions: Any, zone: tzinfo, today: date) -> str:
    starts = sorted(one["start"] for one in sessions if one.get("start")) if isinstance(sessions, list) else []
    return times.moment(datetime.fromisoformat(starts[0]), zone=zone, today=today) if starts and isinstance(starts[0], str) else ""


def _said(field: str, value: Any, zone: tzinfo, today: date) -> str:
    if not value:
        return _NOTHING
    if field in _STEPS:
        return "; ".join(_step(number, step) for number, step in enumerate(value, start=1))
    if field == "sessions":
        return "; ".join(_session(session, zone, today) for session in value)
    if field in ("impact", "outage"):
        return _outage(value) if field == "outage" else _impact(value)
    if field == "needed_by":
        return times.moment(datetime.fromisoformat(value), zone=zone, today=today)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(item) for item in value.values() if item)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def _step(number: int, step: Mapping[str, Any]) -> str:
    minutes = f" ({step['minutes']} min)" if step.get("minutes") is not None else ""
    return f"{number} {step['instruction'] or step['command']}{minutes}"


def _session(session: Mapping[str, Any], zone: tzinfo, today: date) -> str:
    start, end = (datetime.fromisoformat(session[name]) if session[name] else None for name in ("start", "end"))
    return times.interval_words(start, end, zone=zone, today=today)


def _impact(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{QUESTIONS[name]} {answer or 'open'}" for name, answer in value.items())


def _outage(value: Mapping[str, Any]) -> str:
    planned = value.get("planned") or []
    if planned:
        return ", ".join(f"{times.duration(minutes)}, {times.duration(into)} into the session" for into, minutes in planned)
    return "none" if value.get("answered") else "not answered"
