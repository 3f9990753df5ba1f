"""Work sessions, in and out: a list of them, or the top-level names that are short for one (DESIGN 7)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from changes.api.serializers.fields import Instant, OneOf, Strict, Whole
from changes.choices import Outage
from changes.domain.content import Session
from changes.models import WorkSession

#: The names that stand for one session at the top of a body, and what they are called in it.
SHORT = {
    "planned_start": "start",
    "planned_end": "end",
    "outage": "outage",
    "outage_start": "outage_start",
    "outage_end": "outage_end",
    "actual_start": "actual_start",
    "actual_end": "actual_end",
}
_LONG = {**SHORT, "actual_outage_start": "actual_outage_start", "actual_outage_end": "actual_outage_end", "id": "id"}


class SessionBody(Strict):
    """One session. Work that is written down afterwards may leave its planned times to its actual ones, and its end open."""

    id = Whole(required=False, min_value=1, max_value=2**53)
    planned_start = Instant(required=False)
    planned_end = Instant(required=False, allow_null=True)
    outage = OneOf(Outage, required=False, allow_null=True)
    outage_start = Instant(required=False, allow_null=True)
    outage_end = Instant(required=False, allow_null=True)
    actual_start = Instant(required=False, allow_null=True)
    actual_end = Instant(required=False, allow_null=True)
    actual_outage_start = Instant(required=False, allow_null=True)
    actual_outage_end = Instant(required=False, allow_null=True)


class SessionOut(serializers.Serializer):
    id = serializers.IntegerField()
    planned_start = Instant()
    planned_end = Instant(allow_null=True)
    outage = serializers.ChoiceField(Outage.choices(), allow_null=True)
    outage_start = Instant(allow_null=True)
    outage_end = Instant(allow_null=True)
    actual_start = Instant(allow_null=True)
    actual_end = Instant(allow_null=True)
    actual_outage_start = Instant(allow_null=True)
    actual_outage_end = Instant(allow_null=True)


_INSTANTS = (
    "planned_start", "planned_end", "outage_start", "outage_end", "actual_start", "actual_end", "actual_outage_start",
    "actual_outage_end",
)  # fmt: skip


def session_data(session: WorkSession) -> dict[str, Any]:
    return {"id": session.pk, "outage": session.outage or None, **{name: getattr(session, name) for name in _INSTANTS}}


def sessions_of(data: dict[str, Any], stored: tuple[Session, ...]) -> tuple[Session, ...]:
    """The sessions that a body asks for, in order of their start; those it does not speak of stay as stored."""
    if "sessions" in data:
        mixed = [name for name in SHORT if name in data]
        if mixed:
            raise serializers.ValidationError({mixed[0]: ["Give the sessions, or the short names of one, not both."]})
        known(data["sessions"], "sessions", {session.id for session in stored}, "session")
        by_id = {session.id: session for session in stored}
        made = [_made(_values(body), by_id.get(body.get("id")), f"sessions/{place}") for place, body in enumerate(data["sessions"])]
        return tuple(sorted(_continued(made, stored), key=lambda session: session.start))
    short = {name: data[name] for name in SHORT if name in data}
    if not short:
        return stored
    if len(stored) > 1:
        raise serializers.ValidationError({next(iter(short)): [f"It has {len(stored)} sessions; give them all in `sessions`."]})
    before = stored[0] if stored else None
    return (_made({**(vars(before) if before else {}), **_values(short)}, before, ""),)


def known(rows: Iterable[dict[str, Any]], name: str, stored: Collection[int | None], what: str) -> None:
    """Raise a `ValidationError` at each row whose id continues none of the `stored` ones."""
    gone = [place for place, row in enumerate(rows) if row.get("id") not in {None, *stored}]
    strange: Any = {place: {"id": [f"This RFC has no such {what}."]} for place in gone}
    if strange:
        raise serializers.ValidationError({name: strange})


def _values(body: dict[str, Any]) -> dict[str, Any]:
    return {_LONG[name]: value for name, value in body.items()}


def _made(values: dict[str, Any], before: Session | None, where: str) -> Session:
    """A session of these values; `before` is the stored one that it continues.

    Planned times that nobody gave are the actual ones. Only work that has begun may have no end yet, and what was stored so.
    """
    start, end = values.get("start") or values.get("actual_start"), values.get("end") or values.get("actual_end")
    was_open = before is not None and before.end is None and before.actual_start is None
    may_be_open = values.get("actual_start") or was_open
    missing = [name for name, is_missing in (("planned_start", not start), ("planned_end", not end and not may_be_open)) if is_missing]
    if missing:
        error: Any = {name: ["A session needs it."] for name in missing}
        for part in reversed(where.split("/") if where else []):
            error = {part: error}
        raise serializers.ValidationError(error)
    return Session(**{**values, "start": start, "end": end})


def _continued(made: list[Session], stored: tuple[Session, ...]) -> Iterable[Session]:
    """The sessions with the ids of those that they continue, so that reminders and history go on.

    Where a body names none, the same planned time continues a session, and then the place in the list.
    """
    free = {session.id: session for session in stored}
    for session in made:
        free.pop(session.id, None)
    by_time = {(session.start, session.end): key for key, session in free.items()}
    same = [by_time.pop((s.start, s.end), None) if s.id is None else s.id for s in made]
    left = [key for key in free if key not in same]
    for session, key in zip(made, same, strict=True):
        yield replace(session, id=key if key is not None else left.pop(0) if left else None)
