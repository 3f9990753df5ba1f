"""What a browser sends for a whole RFC, and how to read the answer."""

import re
from html import unescape
from typing import Any

#: A complete RFC, three days after the tests' moment; steps of 110 minutes in a session of four hours.
STEPS = (
    ("rollout-0", "Drain the queues of HT-01", "30"),
    ("rollout-1", "Install rollup 8 and restart HT-01", "40"),
    ("verification-0", "Send the test mails of all six routes", "10"),
    ("rollback-0", "Remove rollup 8 and restart HT-01", "30"),
)


def step_fields(prefix: str, instruction: str, minutes: str) -> dict[str, str]:
    words = {"instruction": instruction, "role": "Implementer", "minutes": minutes, "check": "Fewer than 10 wait.", "if_not": "Turn back."}
    return {f"{prefix}-{name}": value for name, value in words.items()}


def typed(**other: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "Hub transport rollup 8, site A",
        "reason": "Mends the queue stall; without it a restart every second day.",
        "description": "Rollup 8 on one server.",
        "urgency": "normal",
        "environment": "production",
        "change_type": "rollup",
        "type_taken": "rollup",
        "services": ["hub-transport"],
        "configuration_items": ["ht-01"],
        "owner": "owner",
        "implementer": "implementer",
        "sessions-0-start": "2026-11-24T22:00",
        "sessions-0-end": "2026-11-25T02:00",
        "sessions-0-outage": "none",
        "rollback_trigger": "More than 500 messages wait after step 2.",
        **{f"impact_{name}": "none" for name in ("sla", "capacity", "security", "disaster_recovery")},
    }
    for row in STEPS:
        data |= step_fields(*row)
    return {name: value for name, value in (data | other).items() if value is not None}


def text(response: Any) -> str:
    """The answer as it is read: without tags, white space folded."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def cell(response: Any, name: str) -> str:
    """What stands beside one field."""
    page = response.content.decode()
    start = page.index(f'id="beside-{name}"')
    following = re.search(r'id="beside-|<div class="form-line"|</section>|<span id="take-steps"', page[start + 10 :])
    part = page[start : start + 10 + following.start()] if following else page[start:]
    return " ".join(unescape(re.sub(r"<[^>]*>?", " ", part.partition(">")[2])).split())


def value_of(response: Any, name: str) -> str | None:
    """The value that an input of this name holds."""
    page = response.content.decode()
    tag = next((tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag), "")
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else None
