"""What an approval is of: the material part of a content, its digest, and what a change of it means (DESIGN 4.1).

Material are description, environment, change type, services, items, impact, steps, rollback trigger,
outage and severity. Sessions are judged apart, by `move_verdict`: so it is where the outage lies inside its
session and its length that count here. Whether it is an emergency is material as well, for that decides the route.
What an emergency had left open and is only filled in is not (`owed.reopened`).
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from changes.choices import ImpactLevel, Outage, Phase, Relation, Severity, Urgency
from changes.domain.content import Contact, Content, Impact, Reference, Session, Step
from changes.domain.interval import Interval, united
from changes.domain.owed import reopened

#: JSON-able data.
Data = dict[str, Any]

_SETS = ("services", "configuration_items")
_TEXTS = ("description", "rollback_trigger")
_SLUGS = ("environment", "change_type")
#: The fields of which a change makes it something else than what was voted on: the material ones, and when.
VOTED_ON = frozenset({*_SETS, *_TEXTS, *_SLUGS, *(phase.value for phase in Phase), "urgency", "impact", "outage", "severity", "sessions"})
#: The fields that only carry the row they are stored in; they are no part of what people wrote.
_STORED = ("id",)


class MoveVerdict(StrEnum):
    """What moving a session means for an approval."""

    SAME_OCCURRENCE = "same_occurrence"
    OTHER_OCCURRENCE = "other_occurrence"
    LEAVES = "leaves"


@dataclass(frozen=True)
class Difference:
    """One field, as approved against as it is now, as JSON-able values."""

    field: str
    before: Any
    after: Any
    material: bool


def as_data(content: Content) -> Data:
    """All of the content as plain JSON-able data, instants in UTC; `from_data` reads it back."""
    return {name: _plain(value) for name, value in asdict(content).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def from_data(data: Data) -> Content:
    """The content that `as_data` was made from. A field that is not there has its default.

    Raises ValueError for a word or an instant that nobody knows.
    """
    known = {item.name: data[item.name] for item in fields(Content) if item.name in data}
    readers: dict[str, Callable[[Any], Any]] = {
        "urgency": lambda value: Urgency(value) if value else None,
        "impact": lambda value: Impact(**{k: ImpactLevel(v) if v else None for k, v in value.items()}),
        "sessions": lambda value: tuple(_session(item) for item in value),
        "needed_by": _instant,
        "contacts": lambda value: tuple(Contact(**item) for item in value),
        "references": lambda value: tuple(
            Reference(**{**item, "relation": Relation(item.get("relation", Relation.RELATED))}) for item in value
        ),
    }
    for phase in Phase:
        readers[phase.value] = lambda value: tuple(Step(**item) for item in value)
    for name in (*_SETS, "predecessors"):
        readers[name] = tuple
    return Content(**{name: readers[name](value) if name in readers else value for name, value in known.items()})


def _session(data: Data) -> Session:
    read: Data = {name: _instant(value) for name, value in data.items() if name not in ("outage", "id")}
    return Session(**read, outage=Outage(data["outage"]) if data.get("outage") else None, id=data.get("id"))


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def digest(content: Content, severity: Severity | None = None) -> str:
    """SHA-256 in hex over the material part: the same for two contents that need no new approval."""
    canonical = json.dumps(_material(content, severity), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(canonical.encode("ascii")).hexdigest()


def covers(approved: str, content: Content, before: Content) -> bool:
    """Whether an approval of `before` with this digest is of `content` too; one that has kept none is taken at its word."""
    return not approved or approved == digest(reopened(before, content))


def before_the_work(content: Content) -> Content:
    """The content without its actual times: they come with the work, and are no part of what is approved."""
    return replace(content, sessions=tuple(_planned(session) for session in content.sessions))


def _planned(session: Session) -> Session:
    return replace(session, actual_start=None, actual_end=None, actual_outage_start=None, actual_outage_end=None)


def _material(content: Content, severity: Severity | None) -> Data:
    """The material part, free of what never counts: case and white space of texts, order of sets, stored ids."""
    return {
        **{name: _wording(getattr(content, name)) for name in _TEXTS},
        **{name: getattr(content, name) or "" for name in _SLUGS},
        **{name: sorted(set(getattr(content, name))) for name in _SETS},
        **{phase.value: [_step(step) for step in getattr(content, phase.value)] for phase in Phase},
        # An emergency goes by another route and passes what stops others, so becoming one, or ceasing to be one, counts.
        "urgency": content.is_emergency,
        "impact": _plain(content.impact.answers()),
        "outage": _outages(content.sessions),
        "severity": severity.value if severity else "",
    }


def _wording(text: str) -> str:
    return " ".join(text.split()).casefold()


def _step(step: Step) -> list[Any]:
    """The case of a command does count: it is copied, not read."""
    command = " ".join(step.command.split())
    return [_wording(step.instruction), command, _wording(step.role), step.minutes, _wording(step.check),
            _wording(step.if_not)]  # fmt: skip


def _outages(sessions: Sequence[Session]) -> Data:
    """When each outage lies inside its session, and how long it lasts; it moves along with its session unasked."""
    planned = [_outage(session) for session in sessions if session.outage == Outage.PLANNED]
    return {"planned": sorted(planned), "answered": all(session.outage is not None for session in sessions)}


def _outage(session: Session) -> list[int]:
    outage = session.outage_interval
    return [int((outage.start - session.start).total_seconds() // 60), outage.minutes] if outage else [0, 0]


def differences(
    before: Content,
    after: Content,
    *,
    severity_before: Severity | None = None,
    severity_after: Severity | None = None,
) -> list[Difference]:
    """Every field that differs, in the order of the content, with whether it is material.

    A material field that differs in case, white space or order alone is listed as not material.
    `sessions` is never material here (see `move_verdict`); the outage in them has its own row.
    Neither is what an emergency had left open in `before`.
    """
    old, new = _shown(before, severity_before), _shown(after, severity_after)
    core_old, core_new = _material(before, severity_before), _material(reopened(before, after), severity_after)
    return [Difference(name, old[name], new[name], core_old.get(name) != core_new.get(name)) for name in old if old[name] != new[name]]


def _shown(content: Content, severity: Severity | None) -> Data:
    data = as_data(content)
    for name in (*(phase.value for phase in Phase), "sessions"):
        data[name] = [{key: value for key, value in item.items() if key not in _STORED} for item in data[name]]
    return {**data, "outage": _outages(content.sessions), "severity": severity.value if severity else None}


def is_material(changes: Iterable[Difference]) -> bool:
    """Whether an edit takes the approval away."""
    return any(change.material for change in changes)


def move_verdict(before: Interval | None, after: Interval, permitted: Iterable[Interval], *, new_blocking: bool) -> MoveVerdict:
    """What it means that a session moves from `before` (None for a new one) to `after` (DESIGN 4.1).

    `permitted` are the occurrences of its windows, adjoining ones count as one; none at all means that
    there is no window to leave. Same occurrence: nobody confirms. Other occurrence: the change manager
    alone does. Leaves: it is material, as is anything with a new blocking finding.
    """
    if new_blocking:
        return MoveVerdict.LEAVES
    if before == after:
        return MoveVerdict.SAME_OCCURRENCE
    occurrences = united(permitted)
    if not occurrences:
        return MoveVerdict.OTHER_OCCURRENCE
    now = _occurrence(after, occurrences)
    if now is None:
        return MoveVerdict.LEAVES
    was = _occurrence(before, occurrences) if before else None
    return MoveVerdict.SAME_OCCURRENCE if now == was else MoveVerdict.OTHER_OCCURRENCE


def _occurrence(interval: Interval, occurrences: Iterable[Interval]) -> Interval | None:
    return next((occurrence for occurrence in occurrences if occurrence.contains(interval)), None)
