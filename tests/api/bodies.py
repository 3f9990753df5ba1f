"""Request bodies as a caller writes them."""

from datetime import timedelta
from typing import Any

from tests.factories import NOW, World


def iso(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def step(instruction: str, minutes: int = 30) -> dict[str, Any]:
    return {
        "instruction": instruction,
        "role": "Implementer",
        "minutes": minutes,
        "check": "Fewer than 10 messages wait.",
        "if_not": "Turn back.",
    }


def rfc_body(given: World, **other: Any) -> dict[str, Any]:
    """A complete RFC: 110 minutes of plan in a session of four hours, three days ahead."""
    start = NOW + timedelta(days=3)
    whole = {
        "title": "Hub transport rollup 8, site A",
        "description": "Rollup 8 on one server.",
        "reason": "Mends the queue stall; without it a restart every second day.",
        "urgency": "normal",
        "environment": given.environment.slug,
        "change_type": given.change_type.slug,
        "services": [given.service.slug],
        "configuration_items": [given.item.slug],
        "implementer": given.people.implementer.username,
        "impact": {"sla": "none", "capacity": "none", "security": "none", "disaster_recovery": "none"},
        "planned_start": iso(start),
        "planned_end": iso(start + timedelta(hours=4)),
        "outage": "none",
        "rollout": [step("Drain the queues of HT-01"), step("Install rollup 8 and restart HT-01", 40)],
        "verification": [step("Send the test mails of all six routes", 10)],
        "rollback": [step("Remove rollup 8 and restart HT-01")],
        "rollback_trigger": "More than 500 messages wait after step 2.",
    }
    return {**whole, **other}
