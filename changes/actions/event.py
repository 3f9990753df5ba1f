"""Adding to the history."""

from datetime import datetime
from typing import Any

from changes.domain.content import Content
from changes.domain.materiality import as_data, differences
from changes.models import RFC, Event, User


def record(rfc: RFC, action: str, *, actor: User | None, at: datetime, note: str = "", changes: dict[str, Any] | None = None) -> Event:
    """Add one event. `changes` maps a field's name to `[before, after]`, both as JSON."""
    return Event.objects.create(rfc=rfc, at=at, actor=actor, action=action, note=note, changes=changes or {})


def changes_between(before: Content, after: Content) -> dict[str, Any]:
    """What an edit changed, as an event keeps it: field to `[before, after]`."""
    old, new = as_data(before), as_data(after)
    return {d.field: [old.get(d.field, d.before), new.get(d.field, d.after)] for d in differences(before, after)}
