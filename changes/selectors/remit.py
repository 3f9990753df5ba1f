"""What changing a board's remit would do: the open RFCs that go to another board, and the meetings that they leave (DESIGN 4.8)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from changes.choices import OPEN_STATES, MeetingState, Route, State
from changes.domain.remit import Held, Remit, handed_over
from changes.models import RFC, AgendaItem, Board, Meeting
from changes.selectors.board import latest_deferrals

#: By RFC, from which board to which.
Ways = Mapping[int, tuple[int | None, int | None]]


@dataclass(frozen=True)
class Handed:
    """Open RFCs that go from one board to another, by the boards' names; "" where there is none. `drafts` of them are not submitted."""

    before: str
    after: str
    rfcs: tuple[int, ...]
    drafts: int


@dataclass(frozen=True)
class Left:
    """A meeting that some of them stand on or were deferred to. A frozen one keeps them."""

    meeting: Meeting
    rfcs: int

    @property
    def stays(self) -> bool:
        return self.meeting.state != MeetingState.PLANNED


@dataclass(frozen=True)
class RemitEffect:
    """All that saving a remit would do; nothing where it stays as it is."""

    handed: tuple[Handed, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def keys(self) -> str:
        """What was shown, so that saving can tell whether it still is that."""
        return ",".join(str(key) for one in self.handed for key in sorted(one.rfcs))


def remit_effect(board: Board | None, name: str, environments: Collection[str], services: Collection[str], *, at: datetime) -> RemitEffect:
    """Of a stored board, or of a new one, with these environments and services by slug; eight queries, whatever there is of RFCs.

    `at` is when it would be saved: meetings that are over keep what they had.
    """
    rows = list(Board.objects.prefetch_related("environments", "services").order_by("pk"))
    before = [row.remit() for row in rows]
    key = board.pk if board else max((one.board for one in before), default=0) + 1
    mine = Remit(key, frozenset(environments), frozenset(services), name)
    after = [*(one for one in before if one.board != key), mine]
    if mine in before:
        return RemitEffect()
    states, held = _open()
    moved = handed_over(held, before, after)
    names = {**{row.pk: row.name for row in rows}, key: name}
    return RemitEffect(tuple(_handed(moved, states, names)), tuple(_left(moved, at)))


def _open() -> tuple[dict[int, str], list[Held]]:
    """The open RFCs on the board's route: the state of each by key, and what a board has them by; two queries."""
    rows = RFC.objects.filter(state__in=OPEN_STATES, route=Route.BOARD, imported=False)
    services: dict[int, set[str]] = defaultdict(set)
    for rfc, slug in rows.filter(services__isnull=False).values_list("pk", "services__slug"):
        services[rfc].add(slug)
    told = list(rows.order_by("pk").values_list("pk", "state", "environment__slug"))
    return {rfc: state for rfc, state, _ in told}, [Held(rfc, slug, frozenset(services[rfc])) for rfc, _, slug in told]


def _handed(moved: Ways, states: Mapping[int, str], names: Mapping[int, str]) -> Iterable[Handed]:
    ways: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for rfc, way in moved.items():
        ways[way].append(rfc)
    for (before, after), rfcs in ways.items():
        drafts = sum(1 for rfc in rfcs if states[rfc] == State.DRAFT)
        yield Handed(names.get(before or 0, ""), names.get(after or 0, ""), tuple(rfcs), drafts)


def _left(moved: Ways, at: datetime) -> Iterable[Left]:
    """The coming meetings of the board before on which they stand undecided, or to which they were deferred, by start."""
    stand = AgendaItem.objects.filter(decision=None, meeting__starts_at__gt=at).exclude(section="")
    places = {(meeting, rfc) for meeting, rfc in stand.values_list("meeting", "rfc") if rfc in moved}
    places |= {(meeting, rfc) for rfc, meeting in latest_deferrals().items() if rfc in moved}
    counted = Counter(meeting for meeting, _ in places)
    coming = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)
    for meeting in Meeting.objects.filter(pk__in=counted, state__in=coming).select_related("board").order_by("starts_at"):
        if any(moved[rfc][0] == meeting.board_id for key, rfc in places if key == meeting.pk):
            yield Left(meeting, counted[meeting.pk])
