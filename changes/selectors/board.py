"""Which board an RFC goes to with the reason, what the boards' remits leave open, and what stands in a board's way (DESIGN 4.8)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q

from changes.choices import MeetingState, Role, State
from changes.domain.content import Content
from changes.domain.following import Fate, Following, Made, followings
from changes.domain.meeting import Rhythm, Sitting
from changes.domain.remit import Choice, Names, choice_of, why
from changes.models import RFC, Board, Environment, Meeting, Service, User


@dataclass(frozen=True)
class Destination:
    """The board that something goes to, and why that one, in a sentence or two. `is_only`: there is no other board."""

    board: Board
    why: str
    is_only: bool


def destination_of(rfc: RFC) -> Destination | None:
    """Where a stored RFC goes; read it with `environment` and `services`. Three queries, whatever there is of boards."""
    boards = _boards()
    choice = rfc.board_choice([board.remit() for board in boards.values()])
    names = Names(rfc.environment.name if rfc.environment else "", {service.slug: service.name for service in rfc.services.all()})
    return _told(boards, choice, names)


def destination_for(content: Content) -> Destination | None:
    """Where something would go that holds this content. Five queries; three where there is one board or none."""
    boards = _boards()
    choice = choice_of([board.remit() for board in boards.values()], content.environment, content.services)
    names = _names(content.environment, content.services) if len(boards) > 1 else Names()
    return _told(boards, choice, names)


def _boards() -> dict[int, Board]:
    return {board.pk: board for board in Board.objects.prefetch_related("environments", "services").select_related("chair")}


def _told(boards: dict[int, Board], choice: Choice | None, names: Names) -> Destination | None:
    return Destination(boards[choice.remit.board], why(choice, names), choice.is_only) if choice else None


def _names(environment: str | None, services: Collection[str]) -> Names:
    place = Environment.objects.filter(slug=environment or "").values_list("name", flat=True).first()
    return Names(place or "", dict(Service.objects.filter(slug__in=services).values_list("slug", "name")))


@dataclass(frozen=True)
class Shared:
    """An environment or a service that more than one board is named for; `to` has its RFCs."""

    name: str
    boards: Sequence[Board]
    to: Board


@dataclass(frozen=True)
class Cover:
    """How the boards' remits lie beside one another: what two are named for, and what no board is.

    `rest` is the board that takes what no other is named for; `is_named` tells that it says so itself, and is not only the
    one that was made first.
    """

    shared: Sequence[Shared]
    unnamed_environments: Sequence[Environment]
    rest: Board | None
    is_named: bool


def cover_of(boards: Sequence[Board]) -> Cover:
    """The boards, read with `environments` and `services`, against all environments and services; two queries."""
    environments, services = list(Environment.objects.all()), list(Service.objects.all())
    made = sorted(boards, key=lambda board: board.pk)
    shared = [*_shared(made, environments, "environments"), *_shared(made, services, "services")]
    named = {row.pk for board in made for row in board.environments.all()}
    general = next((board for board in made if board.remit().is_general), None)
    rest = general or next(iter(made), None)
    return Cover(shared, [row for row in environments if row.pk not in named], rest, general is not None)


def _shared(made: Sequence[Board], rows: Iterable[Environment] | Iterable[Service], kind: str) -> Iterable[Shared]:
    for row in rows:
        having = [board for board in made if row in getattr(board, kind).all()]
        if len(having) > 1:
            yield Shared(row.name, having, having[0])
    general = [board for board in made if board.remit().is_general]
    if kind == "services" and len(general) > 1:
        yield Shared("what no board is named for", general, general[0])


def what_follows(board: Board, *, before: Rhythm, after: Rhythm, at: datetime) -> list[Following]:
    """What another week would make of the board's meetings from this week on, frozen ones among them; two queries."""
    today = at.astimezone(before.zone).date()
    monday = today - timedelta(days=today.weekday())
    made = board.meetings.filter(planned_for__gte=monday)
    rows = [Made(row.pk, MeetingState(row.state), _sitting(row), row.planned_for) for row in made if row.planned_for]
    beside = board.meetings.filter(planned_for=None, starts_at__gt=at).values_list("starts_at", flat=True)
    return followings(rows, before, after, taken=beside, at=at)


def _sitting(meeting: Meeting) -> Sitting:
    return Sitting(meeting.starts_at, meeting.ends_at, meeting.cut_off_at)


@dataclass(frozen=True)
class Moved:
    """A meeting with what another week would make of it. `waiting` is how many RFCs were deferred to it and are undecided."""

    meeting: Meeting
    following: Following
    waiting: int


def week_effect(board: Board, *, after: Rhythm, at: datetime) -> list[Moved]:
    """What saving another week would do to the meetings already made, in their order; a fixed number of queries."""
    found = [one for one in what_follows(board, before=board.rhythm(), after=after, at=at) if one.fate != Fate.STAYS or one.why]
    meetings = {row.pk: row for row in Meeting.objects.filter(pk__in=[one.key for one in found])}
    waiting = waiting_by_meeting(meetings)
    return [Moved(meetings[one.key], one, waiting.get(one.key, 0)) for one in found]


def waiting_by_meeting(keys: Iterable[int]) -> dict[int, int]:
    """How many RFCs each of the meetings is to have that were deferred to it by the latest word on them; two queries."""
    wanted = set(keys)
    return dict(Counter(meeting for meeting in latest_deferrals(wanted).values() if meeting in wanted))


def latest_deferrals(keys: Collection[int] | None = None) -> dict[int, int]:
    """The meeting to which each waiting RFC was deferred by the latest word on it, by their keys; two queries.

    With `keys` only RFCs that were ever deferred to one of these meetings.
    """
    ever = {"decisions__defer_to__isnull": False} if keys is None else {"decisions__defer_to__in": keys}
    rows = RFC.objects.filter(state=State.SUBMITTED, **ever).distinct().prefetch_related("decisions")
    last = {rfc.pk: max(rfc.decisions.all(), key=lambda one: (one.at, one.pk)) for rfc in rows}
    return {rfc: one.defer_to_id for rfc, one in last.items() if one.defer_to_id}


@dataclass(frozen=True)
class People:
    """Whom a board may name, by username with what they are called; `absent` decide nothing: who has left, looks on, or is a tool."""

    names: dict[str, str]
    absent: frozenset[str]

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each is listed as: the name, and where several are called so the username behind it."""
        often = Counter(name.casefold() for name in self.names.values())
        return {who: name if often[name.casefold()] == 1 else f"{name} ({who})" for who, name in self.names.items()}

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Label and username of whom a list offers."""
        return [(label, username) for username, label in self.labels.items() if username not in self.absent]

    def meant_by(self, typed: str) -> list[str]:
        """Whom somebody means who types this, by username: as they are listed, by username, by name; several where a name is theirs."""
        word = typed.casefold()
        for found in (
            [who for who, label in self.labels.items() if label.casefold() == word],
            [who for who in self.names if who.casefold() == word],
        ):
            if len(found) == 1:
                return found
        return [who for who, name in self.names.items() if name.casefold() == word]

    def like(self, typed: str) -> list[str]:
        """Whose names hold this, as they are listed; for whoever typed a part of one."""
        return [label for label, who in self.offered if typed.casefold() in f"{label} {who}".casefold()]


def people_for_boards(kept: Collection[str] = ()) -> People:
    """Everybody who takes part in changes, and those of `kept` who do no longer; one query."""
    working = Q(is_active=True) & ~Q(role__in=(Role.VIEWER, Role.TOOL))
    rows = User.objects.filter(working | Q(username__in=kept)).order_by("first_name", "last_name", "username")
    absent = {one.username for one in rows if not one.is_active or one.role in (Role.VIEWER, Role.TOOL)}
    return People({one.username: str(one) for one in rows}, frozenset(absent))


@dataclass(frozen=True)
class Rival:
    """Another board that is named for the same; `wins` tells that it has those RFCs, for it was made first."""

    board: Board
    names: Sequence[str]
    wins: bool


def rivals_of(environments: Collection[str], services: Collection[str], *, board: Board | None) -> list[Rival]:
    """The other boards that are named for one of these environments or services, by slug; three queries. `board` is None for a new one."""
    others = Board.objects.exclude(pk=board.pk if board else 0).prefetch_related("environments", "services").order_by("pk")
    found = []
    for other in others:
        names = [row.name for row in other.environments.all() if row.slug in environments]
        names += [row.name for row in other.services.all() if row.slug in services]
        is_general = not environments and not services and other.remit().is_general
        if names or is_general:
            found.append(Rival(other, names or ["what no board is named for"], board is None or other.pk < board.pk))
    return found
