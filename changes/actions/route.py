"""The routes of several environments in one save (DESIGN 4.1)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions import set_up
from changes.choices import Route, Severity
from changes.domain.route import default_for
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import Environment, User

Routes = Mapping[str, Mapping[Severity, Route]]


@transaction.atomic
def choose(routes: Routes, *, actor: User, at: datetime) -> list[Environment]:
    """Write the routes, by the slug of their environment; gives back the environments whose routes are others now.

    All or none: raises `NotAllowed` for anybody but an administrator, and `Unacceptable` for an environment nobody knows or
    a route that its severity cannot take. What is submitted keeps its route (`actions.rfc.assess`).
    """
    if not permissions.can_set_up(actor):
        raise NotAllowed("Routes belong to the administrators.", mend="Ask one of them.")
    rows = {row.slug: row for row in Environment.objects.prefetch_related("route_rules").order_by("pk")}
    if unknown := sorted(set(routes) - set(rows)):
        raise Unacceptable(f"There is no “{unknown[0]}”.", mend="Choose one of the list.", field="environment")
    changed = [row for slug, row in rows.items() if slug in routes and dict(routes[slug]) != routes_of(row)]
    return [set_up.change(row, {"routes": {**routes_of(row), **routes[row.slug]}}, actor=actor, at=at) for row in changed]


def routes_of(row: Environment) -> dict[Severity, Route]:
    """What holds for each severity; read it with `route_rules`."""
    chosen = {Severity(rule.severity): Route(rule.route) for rule in row.route_rules.all()}
    return {severity: chosen.get(severity, default_for(severity)) for severity in Severity}
