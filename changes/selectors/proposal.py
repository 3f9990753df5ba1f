"""What follows from a content before it is stored: severity, route and due-by (DESIGN 2, 4.1, 4.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from changes.choices import Route, Severity, Urgency
from changes.domain.content import Content
from changes.domain.lifecycle import route_for
from changes.domain.severity import proposal
from changes.domain.urgency import due_by
from changes.models import ChangeType, RouteRule


@dataclass(frozen=True)
class Proposal:
    """`severity` is the proposed one, whatever a decision has assigned; `due_by` is aware."""

    severity: Severity
    route: Route
    due_by: datetime | None


def proposal_for(content: Content, *, created_at: datetime, assigned: Severity | None = None) -> Proposal:
    """What an RFC with this content stands under, in two queries. `assigned` leads the route where a decision has given one."""
    kind = ChangeType.objects.filter(slug=content.change_type).first() if content.change_type else None
    proposed = severity_for(content, kind)
    rules = RouteRule.objects.filter(environment__slug=content.environment or "").values_list("severity", "route")
    routes = {Severity(severity): Route(route) for severity, route in rules}
    route = route_for(content.urgency, assigned or proposed, routes)
    return Proposal(proposed, route, due_by(content.urgency, created_at, limits()))


def severity_for(content: Content, kind: ChangeType | None) -> Severity:
    """The severity proposed for a content of this known change type."""
    type_severity = Severity(kind.severity) if kind and kind.severity else None
    return proposal(content, type_severity=type_severity, type_pre_approved=bool(kind and kind.pre_approved))


def limits() -> dict[Urgency, timedelta | None]:
    """How long each urgency leaves, from the settings; None is no date."""
    return {Urgency(word): timedelta(hours=hours) if hours else None for word, hours in settings.FSC_URGENCY_HOURS.items()}
