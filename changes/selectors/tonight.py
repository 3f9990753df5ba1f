"""The rail beside the calendar: what runs, what is late, what comes next, and what moved (LOOK 5, "tonight")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from changes.choices import ENDED_STATES, MeetingState, Phase, State
from changes.domain.content import Content
from changes.domain.freeze import concerns
from changes.domain.interval import Interval
from changes.domain.schedule import night, night_of, share
from changes.models import RFC, Event, Meeting, Step, User, WorkSession
from changes.models.rfc import seen_by
from changes.selectors.ground import Frozen, freezes_in
from changes.selectors.schedule import Entry, entries_of, on_calendar

AHEAD = timedelta(days=7)
#: So many sessions that start next, and so many moves, are named; the rest are counted.
NAMED = 4


@dataclass(frozen=True)
class Work:
    """A running session: steps done of all, and in percent where the point of no return lies (None without a rollback)."""

    entry: Entry
    steps_done: int
    steps: int
    turn: int | None


@dataclass(frozen=True)
class Ahead:
    """What comes within a week: a meeting, its cut-off, or a freeze with how many sessions lie in it."""

    at: datetime
    meeting: Meeting | None = None
    is_cut_off: bool = False
    freeze: Frozen | None = None
    begun: bool = False
    sessions: int = 0


@dataclass(frozen=True)
class Moved:
    """A session that was planned anew: from when to when; `to` is empty where it was taken out."""

    rfc: RFC
    at: datetime
    was: datetime
    to: datetime | None


@dataclass(frozen=True)
class Tonight:
    """`on` is the evening in the reader's zone. `next` is in order of start; `since` is the last meeting, if one was held."""

    on: date
    ends_at: datetime
    past_end: Sequence[Work]
    running: Sequence[Work]
    next: Sequence[Entry]
    ahead: Sequence[Ahead]
    moved: Sequence[Moved]
    since: datetime | None

    @property
    def more(self) -> int:
        return max(0, len(self.next) - NAMED)

    @property
    def moves_more(self) -> int:
        return max(0, len(self.moved) - NAMED)


def tonight(*, viewer: User, at: datetime, time_zone: str) -> Tonight:
    """What concerns this night, whatever is filtered; a fixed number of queries."""
    zone = ZoneInfo(time_zone)
    on = night_of(Interval(at, at), zone)
    period = Interval(at, night(on, zone).end)
    seen = seen_by(viewer, "rfc__")
    live = (State.APPROVED, State.SCHEDULED, State.IN_PROGRESS)
    sessions = on_calendar(WorkSession.objects.overlapping(period).filter(seen, rfc__state__in=live, actual_end=None))
    entries = entries_of(list(sessions.order_by("planned_start", "pk")), at=at, time_zone=time_zone)
    working = _work([entry for entry in entries if entry.is_running])
    since = _last_meeting(at)
    return Tonight(
        on=on,
        ends_at=period.end,
        past_end=[work for work in working if work.entry.over],
        running=[work for work in working if not work.entry.over],
        next=[entry for entry in entries if not entry.is_running],
        ahead=sorted([*_meetings(at), *_freezes(at, seen)], key=lambda one: one.at),
        moved=moved_since(since or at - AHEAD, seen),
        since=since,
    )


def _work(entries: Sequence[Entry]) -> list[Work]:
    rows = (
        Step.objects.filter(rfc__in=[entry.rfc.pk for entry in entries])
        .order_by()
        .values("rfc")
        .annotate(
            steps=Count("pk", filter=~Q(phase=Phase.ROLLBACK)),
            done=Count("pk", filter=~Q(phase=Phase.ROLLBACK) & Q(done_at__isnull=False)),
            back=Sum("minutes", filter=Q(phase=Phase.ROLLBACK)),
        )
    )
    plans: dict[int, Mapping[str, Any]] = {row["rfc"]: row for row in rows}
    return [_one_work(entry, plans.get(entry.rfc.pk, {"steps": 0, "done": 0, "back": None})) for entry in entries]


def _one_work(entry: Entry, plan: Mapping[str, Any]) -> Work:
    start, end = entry.session.planned_start, entry.session.planned_end
    back = timedelta(minutes=plan["back"] or 0)
    turn = share(end - back - start, end - start) if end and back else None
    return Work(entry, plan["done"], plan["steps"], turn)


def _last_meeting(at: datetime) -> datetime | None:
    held = Meeting.objects.filter(starts_at__lt=at).exclude(state=MeetingState.CANCELLED)
    return held.order_by("-starts_at").values_list("starts_at", flat=True).first()


def _meetings(at: datetime) -> list[Ahead]:
    """Those that sit, or whose cut-off falls, within a week."""
    week = Interval(at, at + AHEAD)
    near = Q(cut_off_at__range=(week.start, week.end)) | Q(starts_at__range=(week.start, week.end))
    rows = Meeting.objects.filter(near).exclude(state__in=(MeetingState.CANCELLED, MeetingState.HELD)).select_related("board")
    moments = ((row, moment, is_cut_off) for row in rows for moment, is_cut_off in ((row.cut_off_at, True), (row.starts_at, False)))
    return [Ahead(moment, meeting, is_cut_off) for meeting, moment, is_cut_off in moments if week.holds(moment)]


def _freezes(at: datetime, seen: Q) -> list[Ahead]:
    """Those that hold or begin within a week."""
    found = freezes_in(Interval(at, at + AHEAD))
    sessions = WorkSession.objects.overlapping_any([one.interval for one in found]).filter(seen)
    inside = list(on_calendar(sessions.exclude(rfc__state__in=ENDED_STATES)).select_related("rfc__environment", "rfc__change_type"))
    return [_freeze(one, inside, at) for one in found]


def _freeze(one: Frozen, inside: Sequence[WorkSession], at: datetime) -> Ahead:
    count = sum(1 for session in inside if _lies_in(session, one))
    return Ahead(max(at, one.interval.start), freeze=one, begun=one.interval.start <= at, sessions=count)


def _lies_in(session: WorkSession, one: Frozen) -> bool:
    return session.interval.overlaps(one.interval) and concerns(one.freeze, _subject(session.rfc))


def _subject(rfc: RFC) -> Content:
    """As much of the content as says what it is about."""
    return Content(
        environment=rfc.environment.slug if rfc.environment else None,
        services=tuple(service.slug for service in rfc.services.all()),
        change_type=rfc.change_type.slug if rfc.change_type else None,
    )


def moved_since(since: datetime, seen: Q) -> list[Moved]:
    """What was planned anew after `since` of what is `seen_by` somebody: latest first, each session once, from where it stood then."""
    events = Event.objects.filter(seen, action="moved", at__gte=since).select_related("rfc").order_by("at", "pk")
    found: dict[tuple[int, int], Moved] = {}
    for event in events:
        for key, was, to in _changes(event):
            place = (event.rfc_id, key)
            first = found.pop(place, None)
            found[place] = Moved(event.rfc, event.at, first.was if first else was, to)
    return [moved for moved in reversed(found.values()) if moved.was != moved.to]


def _changes(event: Event) -> list[tuple[int, datetime, datetime | None]]:
    before, after = event.changes.get("sessions", ([], []))
    now = {session.get("id"): datetime.fromisoformat(session["start"]) for session in after}
    starts = ((session.get("id"), datetime.fromisoformat(session["start"])) for session in before)
    return [(key, was, now.get(key)) for key, was in starts if key is not None and now.get(key) != was]
