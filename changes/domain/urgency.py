"""Urgency and the time by which it asks for the change (DESIGN 2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from changes.choices import Urgency

#: The limits that hold unless the settings say otherwise; None is no date.
LIMITS: Mapping[Urgency, timedelta | None] = {
    Urgency.EMERGENCY: timedelta(hours=24),
    Urgency.HIGH: timedelta(days=7),
    Urgency.NORMAL: timedelta(days=28),
    Urgency.LOW: None,
}


def due_by(
    urgency: Urgency | None,
    created_at: datetime,
    limits: Mapping[Urgency, timedelta | None] = LIMITS,
) -> datetime | None:
    """The instant by which an RFC is to be implemented, counted from when it was created.

    None where the urgency is not stated or has no limit. Days are of 24 hours.
    """
    limit = limits.get(urgency) if urgency else None
    return created_at + limit if limit is not None else None
