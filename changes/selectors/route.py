"""What other routes would mean for the RFCs that are on their way (DESIGN 4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from changes.choices import Route, Severity, State, Urgency
from changes.domain.lifecycle import route_for
from changes.models import RFC

Routes = Mapping[str, Mapping[Severity, Route]]


@dataclass(frozen=True)
class RouteEffect:
    """How many RFCs of one environment and severity would take another route.

    `drafts` take it by themselves, at their submission at the latest. `submitted` keep the route that they were submitted
    with, until somebody writes in them.
    """

    environment: str
    name: str
    severity: Severity
    before: Route
    after: Route
    drafts: int
    submitted: int


def route_effects(now: Routes, then: Routes) -> list[RouteEffect]:
    """What `then` in the place of `now` would mean, by the slug of the environment; one query.

    An RFC is asked by the domain's own rule, so that emergencies, which have their route anyway, are counted only where it
    is theirs that changes.
    """
    open_ones = RFC.objects.filter(state__in=(State.DRAFT, State.SUBMITTED), imported=False, environment__slug__in=list(then))
    kinds = ("environment__slug", "environment__name", "severity", "urgency", "state")
    found: dict[tuple[str, str, Severity, Route, Route], dict[str, int]] = {}
    for slug, name, severity, urgency, state, count in open_ones.order_by().values_list(*kinds).annotate(Count("pk")):
        asked = (Urgency(urgency) if urgency else None, Severity(severity))
        before, after = route_for(*asked, now[slug]), route_for(*asked, then[slug])
        if before != after:
            key = (slug, name, Severity(severity), before, after)
            counted = found.setdefault(key, {State.DRAFT: 0, State.SUBMITTED: 0})
            counted[state] += count
    return [RouteEffect(*key, drafts=counted[State.DRAFT], submitted=counted[State.SUBMITTED]) for key, counted in sorted(found.items())]
