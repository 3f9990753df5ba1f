"""What was typed, as the browser sends it: rows in the order of the page, and what adds to them without a script.

Rows are named `rollout-2-instruction`; the number tells rows apart and says nothing about their order,
which is the order in which they stand on the page. So a script, or nobody, may move them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.choices import Phase
from changes.domain.content import Content, Session, Step
from changes.web.forms import moment

ROWS = (*(phase.value for phase in Phase), "sessions", "contacts", "references")
STEP = ("instruction", "command", "role", "minutes", "check", "if_not")
_ROW = re.compile(rf"({'|'.join(ROWS)})-(\d{{1,6}})-\w+")
#: A step's number and its minutes in a pasted line: "3. Drain the queues (25 min)".
_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+")
_TAKES = re.compile(r"[\s(\[,;:–—-]*(\d{1,4})\s*min(?:utes)?\.?[)\]]?\s*$", re.IGNORECASE)
MOST_LINES = 200


def prefixes(data: QueryDict, group: str) -> list[str]:
    """The rows of a group in their order: `["rollout-2", "rollout-0"]`."""
    found = (match for name in data if (match := _ROW.fullmatch(name)) and match[1] == group)
    return list(dict.fromkeys(f"{match[1]}-{match[2]}" for match in found))


def is_blank(data: QueryDict, prefix: str, names: Iterable[str]) -> bool:
    return not any(data.get(f"{prefix}-{name}", "").strip() for name in names)


def reordered(data: QueryDict, group: str, order: Iterable[str]) -> QueryDict:
    """The same with the rows of a group in `order`; rows that are not in it are gone."""
    mine = prefixes(data, group)
    kept = _without(data, mine)
    for prefix in order:
        for name in [name for name in data if name.startswith(f"{prefix}-")]:
            kept.setlist(name, data.getlist(name))
    return kept


def moved(data: QueryDict, prefix: str, by: int) -> QueryDict:
    """With one row further up (-1) or down (1) within its group."""
    group = prefix.partition("-")[0]
    order = prefixes(data, group)
    if prefix not in order:
        return data
    place = order.index(prefix)
    order.insert(max(0, place + by), order.pop(place))
    return reordered(data, group, order)


def removed(data: QueryDict, prefix: str) -> QueryDict:
    group = prefix.partition("-")[0]
    return reordered(data, group, [other for other in prefixes(data, group) if other != prefix])


def added(data: QueryDict, group: str, row: Mapping[str, str]) -> QueryDict:
    """With one more row at the end of a group."""
    kept = data.copy()
    taken = [int(prefix.rpartition("-")[2]) for prefix in prefixes(data, group)]
    for name, value in row.items():
        kept[f"{group}-{max(taken, default=-1) + 1}-{name}"] = value
    return kept


def with_steps(data: QueryDict, steps: Mapping[Phase, Iterable[Step]]) -> QueryDict:
    """With these steps in the place of all that were there."""
    kept = data
    for phase in Phase:
        kept = _without(kept, prefixes(kept, phase.value))
        for step in steps.get(phase, ()):
            kept = added(kept, phase.value, _step(step))
    return kept


def pasted(data: QueryDict) -> QueryDict:
    """With every line of the paste box as a step at the end of its phase; numbers and minutes in a line are read."""
    group = data.get("paste_to", Phase.ROLLOUT)
    lines = [line for line in data.get("paste", "").splitlines() if line.strip()][:MOST_LINES]
    if group not in list(Phase):
        return data
    kept = reordered(data, group, [p for p in prefixes(data, group) if not is_blank(data, p, STEP)])
    for line in lines:
        kept = added(kept, group, _line(line))
    kept["paste"] = ""
    return kept


def _line(line: str) -> dict[str, str]:
    text = _NUMBERED.sub("", line).strip()
    takes = _TAKES.search(text)
    minutes = takes[1] if takes and takes.start() else ""
    return {**dict.fromkeys(STEP, ""), "instruction": text[: takes.start()] if takes and minutes else text, "minutes": minutes}


def _without(data: QueryDict, rows: Iterable[str]) -> QueryDict:
    gone = tuple(f"{prefix}-" for prefix in rows)
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if not (gone and name.startswith(gone)):
            kept.setlist(name, values)
    return kept


def blank() -> QueryDict:
    return QueryDict(mutable=True)


def of_content(content: Content, zone: ZoneInfo) -> QueryDict:
    """A stored content as the form would send it, with times on the clock of `zone`."""
    data = blank()
    for name in ("title", "reason", "description", "rollback_trigger"):
        data[name] = getattr(content, name)
    for name in ("urgency", "environment", "change_type", "owner", "implementer", "follows_up"):
        data[name] = getattr(content, name) or ""
    for name in ("services", "configuration_items", "predecessors"):
        data.setlist(name, list(getattr(content, name)))
    for question, answer in content.impact.answers().items():
        data[f"impact_{question}"] = answer or ""
    data["type_taken"] = content.change_type or ""
    _put_moment(data, "needed_by", content.needed_by, zone)
    for session in content.sessions:
        data = _with_session(data, session, zone)
    for contact in content.contacts:
        data = added(data, "contacts", vars(contact))
    for reference in content.references:
        data = added(data, "references", vars(reference))
    return with_steps(data, {phase: getattr(content, phase.value) for phase in Phase})


def _step(step: Step) -> dict[str, str]:
    stored = {"id": str(step.id)} if step.id else {}
    minutes = "" if step.minutes is None else str(step.minutes)
    return {**{name: getattr(step, name) for name in STEP}, "minutes": minutes, **stored}


def _with_session(data: QueryDict, session: Session, zone: ZoneInfo) -> QueryDict:
    kept = added(data, "sessions", {"id": str(session.id or "")})
    prefix = prefixes(kept, "sessions")[-1]
    kept[f"{prefix}-outage"] = session.outage or ""
    for name in ("start", "end", "outage_start", "outage_end", "actual_start", "actual_end"):
        _put_moment(kept, f"{prefix}-{name}", getattr(session, name), zone)
    return kept


def _put_moment(data: QueryDict, name: str, instant: datetime | None, zone: ZoneInfo) -> None:
    text, second = moment.shown(instant, zone)
    data[name] = text
    if second:
        data[f"{name}_second"] = "1"
