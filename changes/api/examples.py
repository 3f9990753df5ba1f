"""Requests as a caller would write them: the schema shows them, the page about it begins with them, the tests send them as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Example:
    """What is sent, and what it is answered with. `query` and `headers` go to the parameters, `body` is JSON."""

    what: str
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


_STEPS = {
    "rollout": [
        {"instruction": "Drain the queues of HT-01", "minutes": 20, "check": "Fewer than 10 messages wait."},
        {"instruction": "Install the rollup and restart HT-01", "minutes": 40},
    ],
    "verification": [{"instruction": "Send the test mails of all routes", "minutes": 10}],
    "rollback": [{"instruction": "Remove the rollup and restart HT-01", "minutes": 30}],
    "rollback_trigger": "More than 200 messages wait after the restart.",
}
_RFC = {
    "title": "Rollup 9 on the hub transport servers of site A",
    "description": "One server after the other; mail flows over the rest.",
    "reason": "Mends the stall of the queues that was seen twice in October.",
    "urgency": "normal",
    "environment": "corporate",
    "change_type": "transport-rollup",
    "services": ["hub-transport"],
    "implementer": "implementer",
    "impact": {"sla": "none", "capacity": "low", "security": "none", "disaster_recovery": "none"},
    "planned_start": "2027-01-12T21:00:00Z",
    "planned_end": "2027-01-13T00:00:00Z",
    "outage": "none",
    **_STEPS,
    "references": [{"system": "problems", "identifier": "PRB-0815", "relation": "raised_by"}],
}
EMERGENCY = {
    "title": "Restart the queue broker in site A",
    "reason": "INC-4711: no mail has left site A since 02:10.",
    "urgency": "emergency",
    "environment": "corporate",
    "services": ["hub-transport"],
    "owner": "service-manager",
    "implementer": "implementer",
    "references": [{"system": "incidents", "identifier": "INC-4711", "relation": "raised_by"}],
    "rollout": [{"instruction": "Restart the broker", "minutes": 10}],
    "rollback": [{"instruction": "Start the standby broker", "minutes": 10}],
    "submit": True,
}
_FREEZE = {
    "name": "Audit of the archive",
    "reason": "The auditors read the journal; nothing moves below them.",
    "start": "2027-02-01T07:00:00Z",
    "end": "2027-02-05T18:00:00Z",
    "environment": "corporate",
    "service": "journal-archive",
    "waivable_by": "change-manager",
}
_WINDOW = {
    "name": "First Saturday night of a month",
    "environment": "corporate",
    "change_types": ["transport-rollup"],
    "time_zone": "Europe/Amsterdam",
    "rrule": "FREQ=MONTHLY;BYDAY=1SA",
    "first_start": "2027-01-02T22:00",
    "first_end": "2027-01-03T06:00",
}
_INCIDENT = {"system": "incidents", "identifier": "INC-4711", "suspicion": "suspected", "note": "Stalled after step 3."}
_WAIVER = {"code": "freeze.active", "reason": "The vendor ends support on the first day of it.", "until": "2027-02-06T00:00:00Z"}
_KEY = {"Idempotency-Key": "6f1f9a2e-8f3b-4a54-9d5b-2f7d5e1c0a11"}

#: By the operation's id; the first is what the page begins with.
EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "post_RFCList": (
        Example("A draft, complete enough to be submitted.", body=_RFC, status=201),
        Example("An emergency, submitted in the same call.", body=EMERGENCY, headers=_KEY, status=201),
        Example("A title is enough to begin with.", body={"title": "Rollup 9, site B"}, status=201),
    ),
    "post_RFCPreview": (Example("What raising it would find.", body=_RFC),),
    "post_Transitions": (
        Example("Submit it.", body={"to": "submitted"}, headers={"If-Match": "*"}),
        Example("Withdraw it.", body={"to": "cancelled", "reason": "No longer needed."}, headers={"If-Match": "*"}),
    ),
    "post_Waivers": (Example("Accept that it lies in a freeze.", body=_WAIVER, status=201),),
    "post_Incidents": (Example("What is suspected; later confirmed or ruled_out.", body=_INCIDENT),),
    "post_FreezeList": (Example("A week over one service.", body=_FREEZE, status=201),),
    "post_FreezePreview": (Example("Which RFCs it would hit.", body=_FREEZE),),
    "post_ChangeWindowList": (Example("A night a month.", body=_WINDOW, status=201),),
    "get_Slots": (Example("The next three times for ninety minutes.", query={"environment": "corporate", "minutes": 90, "count": 3}),),
    "get_ChangesNear": (Example("Near an incident of now.", query={"service": ["hub-transport"], "lookback": "PT6H"}),),
    "get_GateNow": (Example("May it go now?", query={"environment": "corporate", "service": "hub-transport"}),),
}


def examples_in(operation: dict[str, Any]) -> None:
    """Write the examples of an operation of the schema into it."""
    found = EXAMPLES.get(operation["operationId"], ())
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content and found:
        content["examples"] = {f"example-{place}": {"summary": one.what, "value": one.body} for place, one in enumerate(found, start=1)}
    for parameter in operation.get("parameters", ()):
        told = {**found[0].query, **found[0].headers} if found else {}
        if parameter["name"] in told:
            parameter["example"] = told[parameter["name"]]
