"""The outcomes of one night: what somebody's automatic changes did, and which of them nobody has reported on (DESIGN 4.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from changes import permissions
from changes.choices import Severity, State
from changes.domain.schedule import night
from changes.models import Event, User, WorkSession
from changes.permissions.asked import AskedOfNight, asked_of_night
from changes.selectors.reminder_escalation import Turns, turns_of

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
    is_own: bool = True

    @property
    def is_reported(self) -> bool:
        return self.session.actual_end is not None or self.session.rfc.state not in _LIVE

    @property
    def is_open(self) -> bool:
        """Whether the reader has something to say of it."""
        return self.works and not self.is_reported


def outcomes_of(on: date, viewer: User, *, at: datetime, of: Sequence[int] = ()) -> list[Line]:
    """The automatic changes that end in the night of that evening, of the reader and of those named in `of`, by start.

    A fixed number of queries. Whoever was asked in somebody's stead reports for them, and whoever was asked because nobody answered.
    A night belongs to the evening it starts, in the house's zone, and ends at 06:00.
    """
    asked = asked_of_night(viewer, on, at)
    people = {viewer.pk, *of, *asked.instead_of}
    rows = _sessions_of(on)
    if not asked.above:
        rows = rows.filter(Q(rfc__owner__in=people) | Q(rfc__implementer__in=people))
    sessions = list(rows.select_related("rfc__owner", "rfc__implementer").order_by("planned_start", "pk"))
    turns = turns_of(sessions) if asked.above else {}
    shown = [row for row in sessions if not people.isdisjoint(_workers(row)) or _is_above(asked, row, turns)]
    said = _said_of(shown)
    return [_line(row, viewer, asked, turns, at, said.get(row.rfc_id)) for row in shown]


def _sessions_of(on: date) -> QuerySet[WorkSession]:
    period = night(on, ZoneInfo(settings.FSC_TIME_ZONE))
    ends = {"planned_end__gt": period.start, "planned_end__lte": period.end}
    return WorkSession.objects.filter(**ends, rfc__imported=False, rfc__severity=Severity.AUTOMATIC, rfc__state__in=_TOLD)


def _line(row: WorkSession, viewer: User, asked: AskedOfNight, turns: Turns, at: datetime, said: Event | None) -> Line:
    own = permissions.can_work(viewer, row.rfc)
    works = own or not asked.instead_of.isdisjoint(_workers(row)) or _is_above(asked, row, turns)
    return Line(row, works, bool(row.planned_end and row.planned_end <= at), said, is_own=own)


def _workers(row: WorkSession) -> set[int | None]:
    return {row.rfc.owner_id, row.rfc.implementer_id}


def _is_above(asked: AskedOfNight, row: WorkSession, turns: Turns) -> bool:
    return any(not asked.above.isdisjoint(people) for people in turns.get(row.pk, {}).values())


def _said_of(sessions: Sequence[WorkSession]) -> dict[int, Event]:
    """Who reported an RFC last."""
    told = [row.rfc_id for row in sessions if row.actual_end or row.rfc.outcome]
    events = Event.objects.filter(rfc__in=told, action__in=_ENDS) if told else Event.objects.none()
    return {event.rfc_id: event for event in events.select_related("actor").order_by("at", "pk")}
