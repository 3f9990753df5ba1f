"""What changed near an incident: in progress, overrunning, just ended, about to start; the likeliest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.choices import State
from changes.domain.interval import Interval
from changes.domain.near import AGREED, WORKED, Near, near, paths
from changes.models import RFC, Service, User, WorkSession
from changes.models.rfc import seen_by


@dataclass(frozen=True)
class NearChange:
    """A session near the instant. `path` leads from the service asked for to the one that was changed."""

    session: WorkSession
    near: Near
    path: tuple[str, ...] = ()


def changes_near(
    viewer: User, *, at: datetime, lookback: timedelta, lookahead: timedelta, services: list[str] | None = None
) -> list[NearChange]:
    """The sessions near `at`, ranked: by nearness, then by how far the service lies away, then by the distance in time.

    `services` (slugs) keep what changes one of them, or what they need. Costs a fixed number of queries.
    """
    ways = _ways(services) if services else {}
    found = []
    for session in _sessions(viewer, Interval(at - lookback, at + lookahead), set(ways) if services else None):
        how = near(session.content(), State(session.rfc.state), at=at, lookback=lookback, lookahead=lookahead)
        if how is not None:
            slugs = (service.slug for service in session.rfc.services.all())
            path = min((ways[slug] for slug in slugs if slug in ways), key=len, default=())
            found.append(NearChange(session, how, path))
    return sorted(found, key=lambda one: (one.near.rank[0], len(one.path), one.near.minutes, one.session.rfc_id))


def _ways(services: list[str]) -> dict[str, tuple[str, ...]]:
    rows = Service.objects.prefetch_related("depends_on")
    return paths(services, {row.slug: frozenset(needed.slug for needed in row.depends_on.all()) for row in rows})


def _sessions(viewer: User, period: Interval, services: set[str] | None) -> list[WorkSession]:
    rows = WorkSession.objects.overlapping(Interval(period.start, period.end + timedelta(seconds=1)))
    rows = rows.filter(seen_by(viewer, "rfc__"), rfc__state__in=AGREED | WORKED)
    if services is not None:
        touching = RFC.services.through.objects.filter(service__slug__in=services).values("rfc_id")
        rows = rows.filter(rfc__in=touching)
    people = ("rfc__environment", "rfc__change_type", "rfc__requester", "rfc__owner", "rfc__implementer")
    lists = ("rfc__services", "rfc__configuration_items", "rfc__sessions", "rfc__incidents__by")
    return list(rows.select_related(*people).prefetch_related(*lists))
