"""The home page: own changes over the next nights, what of others touches one's services, and the next board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, QuerySet, When

from changes import permissions
from changes.choices import MeetingState, Outage, Role, State
from changes.domain.conflict import Dependencies
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import frozen
from changes.domain.interval import Interval
from changes.domain.schedule import days_from, period_of
from changes.domain.window import permitted
from changes.models import RFC, Event, Meeting, RotaEntry, Service, User, WorkSession
from changes.models.rfc import seen_by
from changes.selectors.agenda import Agenda, agenda_of
from changes.selectors.basis import SetUp, set_up
from changes.selectors.schedule import Entry, entries_of, on_calendar

NIGHTS = 14
#: A session that begins within this time is the next one.
SOON = timedelta(hours=24)
#: So many rows of others' changes are shown; the rest are counted and linked.
OTHERS = 12


@dataclass(frozen=True)
class Row:
    """One of the reader's changes: its sessions in the period, and where it may and may not lie."""

    rfc: RFC
    entries: Sequence[Entry]
    permitted: Sequence[Interval]
    frozen: Sequence[Interval]

    @property
    def next(self) -> Entry:
        return next((entry for entry in self.entries if not entry.has_ended), self.entries[-1])


@dataclass(frozen=True)
class Touching:
    """Somebody else's change, and how it touches: directly, or along which dependency."""

    entry: Entry
    how: str


@dataclass(frozen=True)
class NextSession:
    """The reader's running session, or the one that begins next within a day, and whom to call about it."""

    entry: Entry
    phones: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Home:
    """What the home page shows besides what waits for the reader and tonight. `period` is of whole nights."""

    period: Interval
    days: Sequence[date]
    rows: Sequence[Row]
    next_session: NextSession | None
    services: Sequence[Service]
    touching: Sequence[Touching]
    more_touching: int
    meeting: Meeting | None
    agenda: Agenda | None
    own_submissions: Sequence[RFC]
    news: Sequence[Event]


def home_of(user: User, *, at: datetime, time_zone: str) -> Home:
    """The page of `user` from tonight on; a fixed number of queries."""
    zone = ZoneInfo(time_zone)
    today = (at - timedelta(hours=6)).astimezone(zone).date()
    days = days_from(today, NIGHTS)
    period = period_of(days[0], days[-1], zone)
    entries = _entries(user, period, at, time_zone)
    own = [entry for entry in entries if user.pk in (entry.rfc.owner_id, entry.rfc.requester_id, entry.rfc.implementer_id)]
    services = list(Service.objects.filter(Q(manager=user) | Q(followers=user)).distinct())
    shared = set_up(at)
    leads = user.role == Role.CHANGE_MANAGER or user.sits_on_a_board
    meeting = _next_meeting(user, at, leads=leads)
    touching = _touching([e for e in entries if e not in own], services, shared)
    return Home(
        period=period,
        days=days,
        rows=_rows(own, period, shared),
        next_session=_next_session(user, own, at),
        services=services,
        touching=touching[:OTHERS],
        more_touching=max(0, len(touching) - OTHERS),
        meeting=meeting,
        agenda=agenda_of(meeting, at=at, viewer=user, time_zone=time_zone) if meeting and leads else None,
        own_submissions=list(_submissions(user)),
        news=list(_news(user, at)),
    )


def _entries(user: User, period: Interval, at: datetime, time_zone: str) -> list[Entry]:
    """Every session ahead that the reader may see and that is not called off."""
    sessions = WorkSession.objects.overlapping(period).filter(seen_by(user, "rfc__"), planned_end__isnull=False)
    sessions = sessions.exclude(rfc__state__in=(State.CANCELLED, State.REJECTED))
    return entries_of(list(on_calendar(sessions).order_by("planned_start", "pk")), at=at, time_zone=time_zone)


def _rows(entries: Sequence[Entry], period: Interval, shared: SetUp) -> list[Row]:
    by_rfc: dict[int, list[Entry]] = {}
    for entry in entries:
        by_rfc.setdefault(entry.rfc.pk, []).append(entry)
    return [_row(found, period, shared) for found in by_rfc.values()]


def _row(entries: Sequence[Entry], period: Interval, shared: SetUp) -> Row:
    rfc = entries[0].rfc
    environment = rfc.environment.slug if rfc.environment else None
    kind = next((slug for slug, found in shared.change_types.items() if found.pk == rfc.change_type_id), None)
    is_open = environment in shared.always_open
    windows = [period] if is_open else permitted(shared.windows, environment, kind, period)
    return Row(rfc, entries, windows, _frozen(rfc, kind, period, shared.freezes))


def _next_session(user: User, own: Sequence[Entry], at: datetime) -> NextSession | None:
    """Of what the reader implements, or owns where nobody else is named to do it."""
    doing = [e for e in own if user.pk == (e.rfc.implementer_id or e.rfc.owner_id) and not e.has_ended]
    ready = [e for e in doing if e.rfc.state in (State.SCHEDULED, State.IN_PROGRESS) and e.session.planned_start < at + SOON]
    entry = next((e for e in ready if e.is_running), next(iter(ready), None))
    return NextSession(entry, _phones(user, entry.rfc, at)) if entry else None


def _phones(user: User, rfc: RFC, at: datetime) -> list[tuple[str, str]]:
    """Who else can be called, each number once: the RFC's contacts, its owner, who is on its approver rota."""
    rota = RotaEntry.objects.on_duty(at).filter(board=permissions.board_of(rfc)).select_related("user")
    calls = [*((contact.phone, contact.name) for contact in rfc.contacts.all()), (rfc.owner.phone, f"Owner: {rfc.owner}")]
    calls += [(entry.user.phone, f"On the rota: {entry.user}") for entry in rota]
    known: dict[str, str] = {}
    for phone, who in calls:
        known.setdefault(phone, who)
    return [(who, phone) for phone, who in known.items() if phone and phone != user.phone]


def _frozen(rfc: RFC, kind: str | None, period: Interval, freezes: Sequence[FreezeRule]) -> list[Interval]:
    services = {service.slug for service in rfc.services.all()}
    environment = rfc.environment.slug if rfc.environment else None
    return [
        interval
        for freeze in freezes
        if freeze.environment in (None, environment)
        and freeze.change_type in (None, kind)
        and (freeze.service is None or freeze.service in services)
        for interval in frozen(freeze, period)
    ]


def _touching(entries: Sequence[Entry], services: Sequence[Service], shared: SetUp) -> list[Touching]:
    """Open work of others on the reader's services, and outages of what those depend on."""
    mine = {service.slug: service.name for service in services}
    found = [(entry, _how(entry, mine, shared.dependencies, shared)) for entry in entries if not entry.has_ended]
    return [Touching(entry, how) for entry, how in found if how]


def _how(entry: Entry, mine: dict[str, str], dependencies: Dependencies, shared: SetUp) -> str:
    theirs = {service.slug for service in entry.rfc.services.all()}
    direct = sorted(mine[slug] for slug in theirs & set(mine))
    if direct:
        return f"{', '.join(direct)}, directly"
    if entry.session.outage != Outage.PLANNED:
        return ""
    for slug, name in mine.items():
        needed = sorted(theirs & dependencies.get(slug, frozenset()))
        if needed:
            return f"{name} needs {shared.names.get(('service', needed[0]), needed[0])}"
    return ""


def _next_meeting(user: User, at: datetime, *, leads: bool) -> Meeting | None:
    """The next sitting for who takes part in it, of their own boards first; for everybody else one that takes submissions still."""
    coming = Meeting.objects.filter(ends_at__gt=at).exclude(state__in=(MeetingState.HELD, MeetingState.CANCELLED))
    if not leads:
        coming = coming.filter(cut_off_at__gt=at)
    own = Q(board__chair=user) | Q(board__in=user.seats.values("board"))
    elsewhere = Case(When(own, then=0), default=1)
    return coming.select_related("board__chair").order_by(elsewhere, "starts_at").first()


def _submissions(user: User) -> QuerySet[RFC]:
    """Own RFCs that are on their way to a decision."""
    mine = Q(owner=user) | Q(requester=user)
    return RFC.objects.filter(mine, state=State.SUBMITTED).order_by("submitted_at")[:6]


def _news(user: User, at: datetime) -> QuerySet[Event]:
    """What others did lately to what is the reader's."""
    mine = Q(rfc__owner=user) | Q(rfc__requester=user) | Q(rfc__implementer=user)
    lately = Event.objects.filter(mine, at__range=(at - timedelta(days=4), at)).exclude(actor=user)
    return lately.select_related("rfc", "actor").order_by("-at", "-pk")[:6]
