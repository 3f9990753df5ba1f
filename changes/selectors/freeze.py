"""What declaring, changing or lifting a freeze would mean for the RFCs that are planned (DESIGN 4.5)."""

from dataclasses import dataclass
from datetime import datetime

from changes.choices import OPEN_STATES, Urgency
from changes.domain.freeze import Freeze, concerns, frozen
from changes.domain.interval import Interval, span
from changes.models import RFC, User, WorkSession


@dataclass(frozen=True)
class FreezeEffect:
    """The RFCs that a freeze newly hits, and those that it lets go; emergencies pass and are in neither."""

    hit: tuple[RFC, ...]
    freed: tuple[RFC, ...]


def freeze_effect(after: Freeze | None, *, before: Freeze | None = None, viewer: User, at: datetime) -> FreezeEffect:
    """What `after` in the place of `before` would mean for open RFCs that `viewer` sees, by their first start.

    Sessions that are over by `at` are left out. Costs a fixed number of queries.
    """
    sessions = _planned(viewer, at)
    hit, had = _touched(after, sessions), _touched(before, sessions)
    return FreezeEffect(
        hit=tuple(rfc for key, rfc in hit.items() if key not in had),
        freed=tuple(rfc for key, rfc in had.items() if key not in hit),
    )


def _planned(viewer: User, at: datetime) -> list[WorkSession]:
    planned = RFC.objects.visible_to(viewer).filter(state__in=OPEN_STATES).exclude(urgency=Urgency.EMERGENCY)
    rows = WorkSession.objects.overlapping(Interval(at)).filter(rfc__in=planned).order_by("planned_start", "pk")
    people = ("rfc__environment", "rfc__change_type", "rfc__requester", "rfc__owner", "rfc__implementer", "rfc__follows_up")
    kept = ("services", "configuration_items", "sessions", "predecessors", "steps", "contacts", "references")
    return list(rows.select_related(*people).prefetch_related(*(f"rfc__{name}" for name in kept)))


def _touched(freeze: Freeze | None, sessions: list[WorkSession]) -> dict[int, RFC]:
    concerned = [s for s in sessions if concerns(freeze, s.rfc.content())] if freeze else []
    period = span(session.interval for session in concerned)
    if freeze is None or period is None:
        return {}
    closed = frozen(freeze, period)
    return {s.rfc_id: s.rfc for s in concerned if any(one.overlaps(s.interval) for one in closed)}
