"""The forward view of a meeting: the weeks after it, and what has happened to them lately (DESIGN 4.8, `forward`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from changes.choices import OPEN_STATES, State
from changes.domain.interval import Interval
from changes.domain.pack import LOOKS_AHEAD, Ahead, Due, Forward, Span
from changes.models import RFC, Meeting, User, Waiver
from changes.selectors.schedule import Entry, forward_schedule

#: Since when moves and waivers are news, before the meeting.
LATELY = timedelta(days=7)


def forward_of(meeting: Meeting, *, viewer: User, at: datetime, time_zone: str = "") -> Forward:
    """What is ahead of a meeting as `viewer` may see it; a fixed number of queries."""
    period = Interval(meeting.starts_at, meeting.starts_at + LOOKS_AHEAD)
    schedule = forward_schedule(period, viewer=viewer, at=at, time_zone=time_zone)
    since = meeting.starts_at - LATELY
    visible = RFC.objects.visible_to(viewer).filter(state__in=OPEN_STATES, imported=False)
    moved = visible.exclude(state=State.DRAFT).filter(moved_at__gte=since).order_by("moved_at", "pk")
    lapsing = visible.filter(state=State.APPROVED, approved_until__gte=period.start, approved_until__lt=period.end)
    waivers = Waiver.objects.filter(created_at__gte=since, until__gt=period.start, rfc__in=visible).select_related("rfc")
    return Forward(
        period=period,
        sessions=tuple(_ahead(entry) for entry in schedule.entries if not entry.has_ended and _is_ahead(entry, period, at)),
        moved=tuple(_due(rfc, rfc.planned_start) for rfc in moved if rfc.planned_start),
        freezes=tuple(_freezes((one.freeze.name, one.interval) for one in schedule.freezes)),
        waived=tuple(Due(row.rfc.number, f"{row.rfc.title}: {row.code}", row.until) for row in waivers.order_by("created_at")),
        lapsing=tuple(_due(rfc, rfc.approved_until) for rfc in lapsing.order_by("approved_until", "pk") if rfc.approved_until),
    )


def _is_ahead(entry: Entry, period: Interval, at: datetime) -> bool:
    """Whether it is planned into the period. What goes on now and is to end before the meeting is not, until the meeting has begun."""
    ends = entry.session.planned_end
    return at >= period.start or ends is None or ends > period.start


def _ahead(entry: Entry) -> Ahead:
    session, rfc = entry.session, entry.rfc
    clash = entry.conflict == "open"
    return Ahead(rfc.number, rfc.title, rfc.severity, entry.state, session.planned_start, session.planned_end, entry.part, clash)


def _due(rfc: RFC, at: datetime) -> Due:
    return Due(rfc.number, rfc.title, at)


def _freezes(found: Iterable[tuple[str, Interval]]) -> Iterable[Span]:
    """Each by its name and time, once, in order."""
    return (Span(name, interval) for name, interval in sorted(set(found), key=lambda one: (one[1].start, one[0])))
