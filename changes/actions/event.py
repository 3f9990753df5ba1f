"""Adding to the history: of an RFC, and of what is set up and planned around it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from changes.domain.content import Content
from changes.domain.materiality import as_data, differences
from changes.models import RFC, Event, Meeting, MeetingEvent, User


def record(rfc: RFC, action: str, *, actor: User | None, at: datetime, note: str = "", changes: dict[str, Any] | None = None) -> Event:
    """Add one event. `changes` maps a field's name to `[before, after]`, both as JSON."""
    return Event.objects.create(rfc=rfc, at=at, actor=actor, action=action, note=note, changes=changes or {})


def record_meeting(
    meeting: Meeting, action: str, *, actor: User | None, at: datetime, note: str = "", changes: dict[str, Any] | None = None
) -> MeetingEvent:
    """The same of a meeting; what is not told here has a row of its own (`MeetingEvent`)."""
    return MeetingEvent.objects.create(meeting=meeting, at=at, actor=actor, action=action, note=note, changes=changes or {})


def changes_between(before: Content, after: Content) -> dict[str, Any]:
    """What an edit changed, as an event keeps it: field to `[before, after]`."""
    old, new = as_data(before), as_data(after)
    return {d.field: [old.get(d.field, d.before), new.get(d.field, d.after)] for d in differences(before, after)}


def first_words(content: Content, *, requester: str) -> dict[str, Any]:
    """What the raising of an RFC tells, as `changes_between`: its owner only where that is not who raised it."""
    return changes_between(Content(), replace(content, owner=None if content.owner == requester else content.owner))


def log(row: Model, flag: int, *, actor: User, at: datetime, message: str = "") -> LogEntry:
    """Write down what was done to a row that is no RFC, where Django's admin writes its own: `flag` is one of its three."""
    return LogEntry.objects.create(
        user=actor,
        action_time=at,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=flag,
        change_message=message,
    )


def columns_of(row: Model) -> dict[str, Any]:
    """What a row's own columns hold, by name."""
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}


def columns_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What differs, in words: "name: Lab → Laboratory; rank: 1 → 2"."""
    return "; ".join(f"{name}: {before[name]} → {value}" for name, value in after.items() if before[name] != value)


def changed_columns(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The same as an event keeps it: column to `[before, after]`, moments as text."""
    return {name: [_as_json(before[name]), _as_json(value)] for name, value in after.items() if before[name] != value}


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
