"""Leaving a sign of life (DESIGN 4.9)."""

from datetime import datetime

from changes.domain.heartbeat import Pulse
from changes.models import Heartbeat


def leave_sign(pulse: Pulse, *, at: datetime) -> None:
    """That a part was seen at `at`. There may be many of a part: the row keeps the latest, whoever left it and in whichever order."""
    rows = Heartbeat.objects.filter(name=pulse)
    if not rows.filter(at__lt=at).update(at=at) and not rows.exists():
        Heartbeat.objects.bulk_create([Heartbeat(name=pulse, at=at)], ignore_conflicts=True)
