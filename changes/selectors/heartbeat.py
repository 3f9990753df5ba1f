"""When beat and the worker were last seen."""

from datetime import datetime

from changes.domain.heartbeat import Silence, silences
from changes.models import Heartbeat


def last_seen() -> dict[str, datetime]:
    """By the name of the part (`domain.heartbeat.Pulse`); what was never seen is missing."""
    return dict(Heartbeat.objects.values_list("name", "at"))


def silences_at(at: datetime) -> list[Silence]:
    """The parts that have not been seen for too long; empty while the clock runs. One query."""
    return silences(last_seen(), at)
