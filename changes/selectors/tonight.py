"""The rail beside the calendar: what runs, what is late, what comes next, and what moved (LOOK 5, "tonight")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum

from changes.choices import ENDED_STATES, MeetingState, Phase, State
from changes.domain.content import Content
from changes.domain.freeze import concerns
from changes.domain.interval import Interval
from changes.domain.schedule import night, night_of, share
from changes.models import RFC, Event, Meeting, Step, User, WorkSession
from changes.selectors.schedule import Entry, Frozen, entries_of, freezes_in, on_calendar

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
    """A freeze that begins or holds within a week, and how many sessions lie in it."""

    frozen: Frozen
    sessions: int


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
    meetings: Sequence[Meeting]
    freezes: Sequence[Ahead]
    moved: Sequence[Moved]
    since: datetime | None


def tonight(*, viewer: User, at: datetime, time_zone: str) -> Tonight:
    """What concerns this night, whatever is filtered; a fixed number of queries."""
    zone = ZoneInfo(time_zone)
    on = night_of(Interval(at, at), zone)
    period = Interval(at, night(on, zone).end)
    visible = RFC.objects.visible_to(viewer)
    live = visible.filter(state__in=(State.APPROVED, State.SCHEDULED, State.IN_PROGRESS))
    sessions = on_calendar(WorkSession.objects.overlapping(period).filter(rfc__in=live, actual_end=None))
    entries = entries_of(list(sessions.order_by("planned_start", "pk")), at=at, time_zone=time_zone)
    working = _work([entry for entry in entries if entry.is_running])
    since = _last_meeting(at)
    return Tonight(
        on=on,
        ends_at=period.end,
        past_end=[work for work in working if work.entry.over],
        running=[work for work in working if not work.entry.over],
        next=[entry for entry in entries if not entry.is_running],
        meetings=_meetings(at),
        freezes=_freezes(at, visible),
        moved=moved_since(since or at - AHEAD, visible),
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
    plans = {row["rfc"]: row for row in rows}
    return [_one_work(entry, plans.get(entry.rfc.pk, {"steps": 0, "done": 0, "back": None})) for entry in entries]


def _one_work(entry: Entry, plan: dict[str, int]) -> Work:
    start, end = entry.session.planned_start, entry.session.planned_end
    back = timedelta(minutes=plan["back"] or 0)
    turn = share(end - back - start, end - start) if end and back else None
    return Work(entry, plan["done"], plan["steps"], turn)


def _last_meeting(at: datetime) -> datetime | None:
    held = Meeting.objects.filter(starts_at__lt=at).exclude(state=MeetingState.CANCELLED)
    return held.order_by("-starts_at").values_list("starts_at", flat=True).first()


def _meetings(at: datetime) -> list[Meeting]:
    """Those that sit, or whose cut-off falls, within a week."""
    near = Q(cut_off_at__range=(at, at + AHEAD)) | Q(starts_at__range=(at, at + AHEAD))
    rows = Meeting.objects.filter(near).exclude(state__in=(MeetingState.CANCELLED, MeetingState.HELD))
    return list(rows.select_related("board").order_by("starts_at"))


def _freezes(at: datetime, visible: QuerySet[RFC]) -> list[Ahead]:
    found = freezes_in(Interval(at, at + AHEAD))
    sessions = WorkSession.objects.overlapping_any([one.interval for one in found]).filter(rfc__in=visible)
    inside = list(on_calendar(sessions.exclude(rfc__state__in=ENDED_STATES)).select_related("rfc__change_type"))
    return [Ahead(one, sum(1 for session in inside if _lies_in(session, one))) for one in found]


def _lies_in(session: WorkSession, one: Frozen) -> bool:
    return session.interval.overlaps(one.interval) and concerns(one.freeze, _subject(session.rfc))


def _subject(rfc: RFC) -> Content:
    """As much of the content as says what it is about."""
    return Content(
        environment=rfc.environment.slug if rfc.environment else None,
        services=tuple(service.slug for service in rfc.services.all()),
        change_type=rfc.change_type.slug if rfc.change_type else None,
    )


def moved_since(since: datetime, visible: QuerySet[RFC]) -> list[Moved]:
    """What was planned anew after `since`, latest first, each session once: from where it stood then to where it stands now."""
    events = Event.objects.filter(action="moved", at__gte=since, rfc__in=visible).select_related("rfc").order_by("at", "pk")
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
