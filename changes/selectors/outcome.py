"""The outcomes of one night: what somebody's automatic changes did, and which of them nobody has reported on (DESIGN 4.9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from changes import permissions
from changes.choices import Severity, State
from changes.domain.schedule import night
from changes.models import RFC, Event, User, WorkSession

_LIVE = (State.SCHEDULED, State.IN_PROGRESS)
_TOLD = (*_LIVE, State.COMPLETED, State.CLOSED)
_ENDS = ("completed", "session_ended", "recorded_done")


@dataclass(frozen=True)
class Line:
    """One session of the night. `works` tells whether the reader may report it, `said` is who did and when."""

    session: WorkSession
    works: bool
    is_over: bool
    said: Event | None = None

    @property
    def is_reported(self) -> bool:
        return self.session.actual_end is not None or self.session.rfc.state not in _LIVE

    @property
    def is_open(self) -> bool:
        """Whether the reader has something to say of it."""
        return self.works and not self.is_reported


def outcomes_of(on: date, viewer: User, *, at: datetime, of: Sequence[int] = ()) -> list[Line]:
    """The automatic changes that end in the night of that evening, of the reader and of those named in `of`, by start.

    Four queries. Whoever was asked in somebody's stead reports for them.
    A night belongs to the evening it starts, in the house's zone, and ends at 06:00.
    """
    period = night(on, ZoneInfo(settings.FSC_TIME_ZONE))
    instead = permissions.asked_of_night_for(viewer, on)
    people = {viewer.pk, *of, *instead}
    rows = WorkSession.objects.filter(
        Q(rfc__owner__in=people) | Q(rfc__implementer__in=people),
        planned_end__gt=period.start,
        planned_end__lte=period.end,
        rfc__imported=False,
        rfc__severity=Severity.AUTOMATIC,
        rfc__state__in=_TOLD,
    )
    sessions = list(rows.select_related("rfc__owner", "rfc__implementer").order_by("planned_start", "pk"))
    said = _said_of(sessions)
    return [
        Line(row, _works(viewer, row.rfc, instead), bool(row.planned_end and row.planned_end <= at), said.get(row.rfc_id))
        for row in sessions
    ]


def _works(viewer: User, rfc: RFC, instead: Collection[int]) -> bool:
    return permissions.can_work(viewer, rfc) or not {rfc.owner_id, rfc.implementer_id}.isdisjoint(instead)


def _said_of(sessions: Sequence[WorkSession]) -> dict[int, Event]:
    """Who reported an RFC last."""
    told = [row.rfc_id for row in sessions if row.actual_end or row.rfc.outcome]
    events = Event.objects.filter(rfc__in=told, action__in=_ENDS) if told else Event.objects.none()
    return {event.rfc_id: event for event in events.select_related("actor").order_by("at", "pk")}
