"""What follows from a content before it is stored: severity, route, due-by, and where a submission goes (DESIGN 2, 4.1, 4.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from changes.choices import Route, Severity, Urgency
from changes.domain.content import Content
from changes.domain.lifecycle import route_for
from changes.domain.severity import proposal
from changes.domain.urgency import due_by
from changes.models import RFC, ChangeType, Meeting, RouteRule
from changes.selectors.submission import next_meeting


@dataclass(frozen=True)
class Proposal:
    """`severity` is the assigned one of a decided RFC, else the proposed; `meeting` is set on the board's route alone."""

    severity: Severity
    proposed_severity: Severity
    route: Route
    due_by: datetime | None
    meeting: Meeting | None = None


def proposal_of(content: Content, *, rfc: RFC | None = None, at: datetime) -> Proposal:
    """What saving the content into `rfc`, or as a new RFC at `at`, would give; it writes nothing.

    `due_by` is an aware instant, counted from the creation. The meeting is the first whose cut-off is ahead.
    """
    assigned = Severity(rfc.severity) if rfc and rfc.decision_id else None
    proposed = proposal_for(content, created_at=rfc.created_at if rfc else at, assigned=assigned)
    meeting = next_meeting(content, at=at) if proposed.route == Route.BOARD else None
    return Proposal(proposed.severity, proposed.proposed_severity, proposed.route, proposed.due_by, meeting)


def proposal_for(content: Content, *, created_at: datetime, assigned: Severity | None = None) -> Proposal:
    """The same without the meeting, in two queries: what an RFC stands under once it holds this content."""
    kind = ChangeType.objects.filter(slug=content.change_type).first() if content.change_type else None
    proposed = severity_for(content, kind)
    rules = RouteRule.objects.filter(environment__slug=content.environment or "").values_list("severity", "route")
    routes = {Severity(severity): Route(route) for severity, route in rules}
    route = route_for(content.urgency, assigned or proposed, routes)
    return Proposal(assigned or proposed, proposed, route, due_by(content.urgency, created_at, limits()))


def severity_for(content: Content, kind: ChangeType | None) -> Severity:
    """The severity proposed for a content of this known change type."""
    usual = Severity(kind.severity) if kind and kind.severity else None
    return proposal(content, type_severity=usual, type_pre_approved=bool(kind and kind.pre_approved))


def limits() -> dict[Urgency, timedelta | None]:
    """How long each urgency leaves, from the settings; None is no date."""
    return {Urgency(word): timedelta(hours=hours) if hours else None for word, hours in settings.FSC_URGENCY_HOURS.items()}
