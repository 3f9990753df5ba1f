"""What follows from a content before it is stored: severity, route, due-by, and where a submission goes (DESIGN 4.1, 4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from changes.choices import MeetingState, Route, Severity, Urgency
from changes.domain.content import Content
from changes.domain.lifecycle import route_for
from changes.domain.severity import proposal
from changes.domain.urgency import due_by
from changes.models import RFC, ChangeType, Meeting, RouteRule


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
    proposed = severity_for(content, ChangeType.objects.filter(slug=content.change_type or "").first())
    severity = Severity(rfc.severity) if rfc and rfc.decision_id else proposed
    rules = RouteRule.objects.filter(environment__slug=content.environment or "").values_list("severity", "route")
    routes = {Severity(word): Route(route) for word, route in rules}
    route = route_for(content.urgency, severity, routes)
    due = due_by(content.urgency, rfc.created_at if rfc else at, limits())
    meeting = next_meeting(content, at=at) if route == Route.BOARD else None
    return Proposal(severity, proposed, route, due, meeting)


def severity_for(content: Content, kind: ChangeType | None) -> Severity:
    """The proposed severity, from the answers and the known change type."""
    usual = Severity(kind.severity) if kind and kind.severity else None
    return proposal(content, type_severity=usual, type_pre_approved=bool(kind and kind.pre_approved))


def limits() -> dict[Urgency, timedelta | None]:
    """How long each urgency leaves, from the settings; None is no date."""
    return {Urgency(word): timedelta(hours=hours) if hours else None for word, hours in settings.FSC_URGENCY_HOURS.items()}


def next_meeting(content: Content, *, at: datetime) -> Meeting | None:
    """The meeting that a submission at `at` goes to: of the boards of its environment or services, else of any."""
    ahead = Meeting.objects.filter(cut_off_at__gt=at, state=MeetingState.PLANNED).order_by("starts_at")
    meetings = list(ahead.select_related("board").prefetch_related("board__environments", "board__services")[:20])
    return next(iter(_of_its_boards(meetings, content) or meetings), None)


def _of_its_boards(meetings: Iterable[Meeting], content: Content) -> list[Meeting]:
    services = set(content.services)
    return [
        meeting
        for meeting in meetings
        if content.environment in {e.slug for e in meeting.board.environments.all()}
        or services & {s.slug for s in meeting.board.services.all()}
    ]
