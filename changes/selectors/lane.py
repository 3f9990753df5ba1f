"""What took the automatic lane since the last cut-off, for the board to look through (DESIGN 4.3, 4.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from changes import permissions
from changes.choices import Route, Severity, State
from changes.models import RFC, Event, Meeting, User
from changes.selectors.candidate import term_of

#: The event of a ground that was withdrawn when the work had begun or was over.
GROUND_WITHDRAWN = "ground_withdrawn"


@dataclass(frozen=True)
class Taken:
    """An automatic change. `withdrawn` is the board's word that it should not have been; `has_begun` that nothing can be held back."""

    rfc: RFC
    withdrawn: Event | None
    has_begun: bool
    may_withdraw: bool


def automatic_in(meeting: Meeting) -> QuerySet[RFC]:
    """What took the lane between the cut-off before and this meeting's own, by start."""
    term = term_of(meeting)
    taken = RFC.objects.filter(severity=Severity.AUTOMATIC, route=Route.AUTOMATIC, imported=False, decision__isnull=False)
    return taken.filter(decision__at__gte=term.since, decision__at__lt=term.sitting.cut_off_at).order_by("planned_start", "pk")


def lane_of(meeting: Meeting, *, viewer: User, at: datetime) -> Sequence[Taken]:
    """Those that `viewer` may see, and of which of them they may withdraw the ground; a fixed number of queries."""
    written = ("created", "edited", "submitted")
    words = Prefetch("events", Event.objects.filter(action=GROUND_WITHDRAWN).select_related("actor"), to_attr="withdrawn")
    own = set(Event.objects.filter(actor=viewer, action__in=written, rfc__in=automatic_in(meeting)).values_list("rfc", flat=True))
    leads = permissions.can_lead(viewer, meeting, at)
    seen = RFC.objects.visible_to(viewer).filter(pk__in=automatic_in(meeting).values("pk"))
    rows = seen.select_related("owner", "implementer", "environment", "change_type").prefetch_related("services", words)
    ordered = rows.order_by("planned_start", "pk")
    return [_taken(rfc, may_judge=leads and rfc.pk not in own and not permissions.is_own(viewer, rfc)) for rfc in ordered]


def _taken(rfc: RFC, *, may_judge: bool) -> Taken:
    withdrawn: Event | None = next(iter(rfc.withdrawn), None)  # type: ignore[attr-defined]
    begun = rfc.state not in (State.APPROVED, State.SCHEDULED)
    return Taken(rfc, withdrawn, begun, may_judge and withdrawn is None and bool(rfc.ground))
