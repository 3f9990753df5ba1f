"""The parts of the by-service view, as its template reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from changes.choices import Severity
from changes.models import Service
from changes.selectors.service import Related
from changes.web.schedule_lane import Bar, Lanes, Stretch, Strip


@dataclass(frozen=True)
class Head:
    """A column's heading. `hours` is how long its night is where that is not ten."""

    on: date
    next: date
    url: str
    x: str
    label_x: str
    strip_x: str
    is_tonight: bool
    hours: int | None
    ticks: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Ice:
    """A freeze over a row. One that is for some change types alone does not freeze the row: it is named and not hatched."""

    at: Stretch
    label: str
    is_hatched: bool


@dataclass(frozen=True)
class Row:
    """A service in an environment. `related` is how a row unfolded from another one hangs together with that."""

    key: str
    name: str
    note: str
    lanes: Lanes
    height: int
    frozen: Sequence[Ice] = ()
    #: Those that are named in this row, each with where its words stand, in pixels.
    freezes: Sequence[tuple[Ice, int]] = ()
    folded: Sequence[tuple[str, Strip, str]] = ()
    more: Sequence[tuple[str, Strip, str]] = ()
    unfold_url: str = ""
    is_unfolded: bool = False
    needs: int = 0
    needed_by: int = 0
    related: Related | None = None

    @property
    def bars(self) -> Sequence[Bar]:
        return self.lanes.bars

    @property
    def more_y(self) -> int:
        return self.height - 6

    @property
    def path(self) -> str:
        """ "Public folders → Mailbox stores → Directory"."""
        return " → ".join(self.related.path) if self.related else ""


@dataclass(frozen=True)
class Group:
    """An environment: its windows in words, its ground (where work is permitted), and a row per service."""

    key: str
    name: str
    words: str
    special: int
    sessions: int
    url: str
    open: Sequence[Stretch]
    rows: Sequence[Row]


@dataclass(frozen=True)
class ByService:
    """The whole drawing."""

    heads: Sequence[Head]
    groups: Sequence[Group]
    idle: Sequence[Service]
    idle_shown: bool
    idle_url: str
    now_x: str | None
    lines: Sequence[str]
    strips: Sequence[Stretch]
    ticks: Sequence[str]
    folded: bool
    toggles: Sequence[tuple[str, str, bool]]
    #: Each has a hatch of its own; the last is that of what has none yet.
    severities: tuple[str, ...] = (Severity.MAJOR, Severity.MINOR, Severity.AUTOMATIC, "open")
