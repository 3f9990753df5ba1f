"""Sessions as bars in the lanes of a row: what the by-service view draws, in percent that SVG attributes take (LOOK 4, 5)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from changes.choices import Severity
from changes.domain.interval import Interval
from changes.domain.timeline import Axis, Piece, Span, lanes
from changes.formats import times
from changes.formats.charts import percent
from changes.formats.signs import TURNED_BACK, drawing_of
from changes.models import User
from changes.selectors.schedule import Entry
from changes.web.schedule_grid import Chip

#: So many lanes has a row; what finds no room is counted, night by night.
MOST_LANES = 6
#: Pixels: a lane, what stands above the first, a bar, and the line below a bar in which its label stands.
LANE, TOP, BAR, LABEL_LINE = 37, 6, 14, 19
#: The drawing's width in pixels on a screen of 1440, and what a label takes of it: by letter, and by sign and time together.
DRAWN_WIDE, LETTER, HEAD = 1186, 6.3, 54
#: So much of a label has to fit before the next bar of its lane, in pixels.
LABEL_ROOM = 96
#: And so much is left free between a label and what follows it.
LABEL_GAP = 4
#: No bar is narrower, in pixels, and a mark stands inside the bar from so many on.
LEAST, MARK_ROOM = 4, 13


@dataclass(frozen=True)
class Stretch:
    """Where something lies, in percent of the drawing."""

    x: str
    width: str
    end: str

    @classmethod
    def between(cls, start: float, end: float, *, least: float = 0.0) -> "Stretch":
        begin = min(start, 1 - least)
        width = max(end - begin, least)
        return cls(percent(begin), percent(width), percent(begin + width))


@dataclass(frozen=True)
class Bar:
    """One piece of a session in its lane, with everything that is drawn of it. `words` say it all for readers of screens."""

    url: str
    classes: str
    words: str
    at: Stretch
    y: int
    label: Stretch
    label_y: int
    #: How wide its words are, in pixels: what of the label answers to a finger.
    label_room: int
    time: str
    title: str
    severity: str
    approved: bool
    begins: bool
    is_unapproved: bool
    is_ended: bool
    conflict: str
    mark: str = ""
    outage: Stretch | None = None
    used: Stretch | None = None
    over: Stretch | None = None
    late: str = ""


@dataclass(frozen=True)
class Strip:
    """A folded day with something in it, or a night with more than there is room for."""

    column: int
    count: int
    is_in_conflict: bool = False


@dataclass(frozen=True)
class Lanes:
    """A row's bars, the lanes they take, what is folded by day, and what found no room."""

    bars: Sequence[Bar]
    count: int
    folded: Sequence[Strip]
    more: Sequence[Strip]


@dataclass(frozen=True)
class _Placed:
    entry: Entry
    piece: Piece
    span: Span
    label_start: float


@dataclass(frozen=True)
class Drawer:
    """What bars are drawn with: the axis, whose clock, who reads, and when."""

    axis: Axis
    zone: ZoneInfo
    viewer: User
    at: datetime

    def lanes(self, entries: Iterable[Entry], *, home: str = "") -> Lanes:
        """The entries of one row. `home` is the environment that the row lies in: one of another says so."""
        kept = list(entries)
        placed = [self._placed(entry, piece, home) for entry in kept for piece in self.axis.pieces(self._shown(entry))]
        found = lanes([one.span for one in placed], most=MOST_LANES)
        drawn = sorted(((one, lane) for one, lane in zip(placed, found, strict=True) if lane is not None), key=_by_start)
        missed = Counter(one.piece.column for one, lane in zip(placed, found, strict=True) if lane is None)
        ends = _label_ends(drawn)
        return Lanes(
            bars=[self._bar(one, lane, end, home) for (one, lane), end in zip(drawn, ends, strict=True)],
            count=max((lane for _, lane in drawn), default=-1) + 1,
            folded=self._folded(kept),
            more=[Strip(column, count) for column, count in sorted(missed.items())],
        )

    def _shown(self, entry: Entry) -> Interval:
        """Where it lies. Work that still runs stands on nights to come as well: at the edge that it comes from, so that
        nothing that is counted cannot be seen.
        """
        begin = self.axis.drawn(0).start
        return entry.interval if entry.interval.end > self.axis.period.start else Interval(begin, begin)

    def _folded(self, entries: Sequence[Entry]) -> list[Strip]:
        counts: Counter[int] = Counter()
        blocked: set[int] = set()
        for entry in entries:
            columns = self.axis.folded_in(self._shown(entry))
            counts.update(columns)
            blocked.update(columns if entry.conflict == "open" else ())
        return [Strip(column, count, column in blocked) for column, count in sorted(counts.items())]

    def _placed(self, entry: Entry, piece: Piece, home: str) -> _Placed:
        wanted = min(_wanted(*_words_below(entry, home)), 0.5)
        room = min(wanted, LABEL_ROOM / DRAWN_WIDE)
        label = max(0.0, min(piece.start, 1 - room))
        least = max(piece.end, piece.start + LEAST / DRAWN_WIDE)
        is_pressing = entry.rank.is_pressing or entry.rank.is_major
        return _Placed(entry, piece, Span(min(piece.start, label), max(least, label + room), is_pressing), label)

    def _bar(self, one: _Placed, lane: int, end: float, home: str) -> Bar:
        entry, piece, rfc = one.entry, one.piece, one.entry.rfc
        y, drawn = TOP + lane * LANE, drawing_of(entry.state)
        late = entry.over and entry.session.planned_end
        title = _cut(*_words_below(entry, home), end - one.label_start)
        return Bar(
            url=Chip(entry, self.axis.columns[piece.column].on, self.viewer).url,
            classes=f"{rfc.severity or 'open'} {drawn}",
            words=self.words(entry),
            at=Stretch.between(piece.start, self._until(entry, piece), least=LEAST / DRAWN_WIDE),
            y=y,
            label=Stretch.between(one.label_start, end),
            label_y=y + BAR + 1,
            time=times.hhmm(entry.session.planned_start, zone=self.zone) if self._begins_in(entry, piece) else "…",
            label_room=int(HEAD + LETTER * len(title)),
            title=title,
            severity=rfc.severity or "open",
            approved=rfc.is_approved,
            begins=piece.begins,
            is_unapproved=drawn == "unapproved",
            is_ended=drawn == "ended",
            conflict=entry.conflict,
            mark=_mark(entry, piece) if drawn == "done" else "",
            outage=self._inside(_outage(entry), piece),
            used=self._inside(_used(entry), piece),
            over=self._inside(_over(entry), piece),
            late=f"+{entry.over} m" if late else "",
        )

    def _begins_in(self, entry: Entry, piece: Piece) -> bool:
        """Whether it begins on this date, be it by day: another night's bar goes on from the one before."""
        return self.axis.columns[piece.column].whole.holds(entry.session.planned_start)

    def _until(self, entry: Entry, piece: Piece) -> float:
        """The bar proper ends where it was planned to; what is past that is drawn in red."""
        end = entry.session.planned_end
        return min(piece.end, max(piece.start, self.axis.x(end))) if entry.over and end else piece.end

    def _inside(self, interval: Interval | None, piece: Piece) -> Stretch | None:
        """What of an interval lies inside a piece of its session."""
        if interval is None:
            return None
        parts = [part for part in self.axis.pieces(interval) if part.column == piece.column]
        return Stretch.between(parts[0].start, parts[0].end, least=2 / DRAWN_WIDE) if parts else None

    def words(self, entry: Entry) -> str:
        """All of a session in one line: when, what, how grave, how far, and what is in its way."""
        session, rfc = entry.session, entry.rfc
        today = self.at.astimezone(self.zone).date()
        state = "not yet approved" if drawing_of(entry.state) == "unapproved" else entry.state.label.lower()
        chip = Chip(entry, today, self.viewer)
        outage = _outage(entry)
        parts = [
            times.interval_words(session.planned_start, session.planned_end, zone=self.zone, today=today),
            chip.title,
            f"session {entry.part.replace('/', ' of ')}" if entry.part else "",
            Severity(rfc.severity).label.lower() if rfc.severity else "severity open",
            state,
            f"{times.duration(entry.over)} past its end" if entry.over else "",
            f"outage {times.hhmm(outage.start, zone=self.zone)}–{times.hhmm(outage.end, zone=self.zone)}" if outage else "",
            _conflict_words(entry, chip),
        ]
        return ", ".join(part for part in parts if part)


def _conflict_words(entry: Entry, chip: Chip) -> str:
    return f"in conflict: {chip.conflicts}" if entry.conflict == "open" else "conflict, waived" if entry.conflict else ""


def _by_start(pair: tuple[_Placed, int]) -> tuple[float, int]:
    return pair[0].piece.start, pair[1]


def _label_ends(drawn: Sequence[tuple[_Placed, int]]) -> list[float]:
    """Each label reaches to the next bar of its lane, or its label where that begins earlier."""
    following: dict[int, float] = {}
    ends = []
    for one, lane in reversed(drawn):
        ends.append(following.get(lane, 1.0))
        following[lane] = min(one.piece.start, one.label_start) - LABEL_GAP / DRAWN_WIDE
    return ends[::-1]


def _words_below(entry: Entry, home: str) -> tuple[str, str]:
    """Its title, and what is never cut off: which part it is of how many, and where, if that is another environment."""
    name = " ".join(entry.rfc.title.split()) or entry.rfc.number
    place = entry.rfc.environment
    elsewhere = f" · {place.short_name or place.name}" if home and place and place.slug != home else ""
    return name, (f" · {entry.part}" if entry.part else "") + elsewhere


def _wanted(name: str, tail: str) -> float:
    """What a label takes of the drawing, as far as that can be told without a screen."""
    return (HEAD + LETTER * len(name + tail)) / DRAWN_WIDE


def _cut(name: str, tail: str, room: float) -> str:
    letters = int((room * DRAWN_WIDE - HEAD) / LETTER) - len(tail)
    return f"{name if len(name) <= letters else name[: max(0, letters - 1)].rstrip() + '…'}{tail}"


def _mark(entry: Entry, piece: Piece) -> str:
    if (piece.end - piece.start) * DRAWN_WIDE < MARK_ROOM:
        return ""
    return "back" if entry.rfc.outcome in TURNED_BACK else "tick"


def _outage(entry: Entry) -> Interval | None:
    start, end = entry.session.outage_start, entry.session.outage_end
    return Interval(start, end) if start and end and start < end else None


def _used(entry: Entry) -> Interval | None:
    """How much of its planned time has gone by, while it runs."""
    session = entry.session
    if not entry.is_running or session.planned_end is None or entry.at <= session.planned_start:
        return None
    return Interval(session.planned_start, min(entry.at, session.planned_end))


def _over(entry: Entry) -> Interval | None:
    end = entry.session.planned_end
    return Interval(end, entry.at) if entry.over and end else None
