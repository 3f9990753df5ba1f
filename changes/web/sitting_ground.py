"""The forward schedule around one change: eight nights, what is open, what is frozen, and who else is there (LOOK, meeting)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from changes.choices import State
from changes.domain.content import Session
from changes.domain.finding import Finding
from changes.domain.interval import united
from changes.domain.timeline import Axis, Span, lanes
from changes.formats import times
from changes.formats.signs import drawing_of
from changes.models import RFC, User
from changes.selectors.schedule import Entry, Schedule, forward_schedule
from changes.web.schedule_lane import Drawer, Stretch

#: Nights before and after the one that it is about.
BEFORE, AFTER = 3, 4
#: Pixels: a lane, a bar, what stands above the first, and the drawing's width for which labels are measured.
LANE, BAR, TOP, WIDE = 21, 13, 22, 790
MOST_LANES, LETTER, GAP, LONGEST = 5, 6.1, 6, 34
_GONE = (State.CANCELLED, State.REJECTED)


@dataclass(frozen=True)
class Bar:
    """One session: its bar, and its name beside it."""

    at: Stretch
    y: int
    label: str
    label_x: str
    dx: int
    anchor: str
    classes: str
    severity: str
    is_unapproved: bool
    is_this: bool
    is_in_conflict: bool
    words: str
    url: str

    @property
    def text_y(self) -> int:
        return self.y + BAR - 2


@dataclass(frozen=True)
class Ground:
    """The whole drawing. `more` counts what found no room; `heads` are (x, day, whether it is the night of the change)."""

    heads: Sequence[tuple[str, str, bool]]
    lines: Sequence[str]
    open: Sequence[Stretch]
    ice: Sequence[tuple[Stretch, str]]
    bars: Sequence[Bar]
    height: int
    more: int
    first: str
    severities: Sequence[str] = ("major", "minor", "automatic", "open")


@dataclass(frozen=True)
class _Asked:
    """What the drawing is about, and for whom."""

    rfc: RFC
    findings: Sequence[Finding]
    axis: Axis
    zone: ZoneInfo
    viewer: User
    at: datetime

    @property
    def blocked_by(self) -> set[str | None]:
        """The RFCs that stand in its way; what is only warned of is named, and not framed."""
        return {finding.other for finding in self.findings if finding.blocks and finding.other}

    def rank(self, entry: Entry) -> int:
        """This one first, then what it is in conflict with, then what shares people, services or the environment with it."""
        other, rfc = entry.rfc, self.rfc
        if other.pk == rfc.pk:
            return 0
        if other.number in {finding.other for finding in self.findings}:
            return 1
        services = {service.pk for service in rfc.services.all()} & {service.pk for service in other.services.all()}
        if services or (rfc.implementer_id and rfc.implementer_id == other.implementer_id):
            return 2
        return 3 if other.environment_id == rfc.environment_id else 4


def ground_around(rfc: RFC, session: Session, findings: Sequence[Finding], *, viewer: User, at: datetime, zone: ZoneInfo) -> Ground:
    """The nights around a session, in `zone`; what is of another environment and shares nothing with it is left to the schedule."""
    on = session.start.astimezone(zone).date()
    axis = Axis.of([on + timedelta(days=n) for n in range(-BEFORE, AFTER + 1)], zone)
    schedule = forward_schedule(axis.period, viewer=viewer, at=at, time_zone=str(zone))
    asked = _Asked(rfc, findings, axis, zone, viewer, at)
    bars, count, more = _bars(asked, schedule)
    return Ground(
        heads=[(_x(axis.left(place)), f"{column.on:%a} {column.on.day}", column.on == on) for place, column in enumerate(axis.columns)],
        lines=[_x(axis.left(place)) for place in range(len(axis.columns))],
        open=_open(asked, schedule),
        ice=_ice(asked, schedule),
        bars=bars,
        height=TOP + LANE * max(3, count) + 4,
        more=more,
        first=axis.columns[0].on.isoformat(),
    )


def _x(share: float) -> str:
    return f"{share * 100:.2f}%"


def _open(asked: _Asked, schedule: Schedule) -> list[Stretch]:
    place = asked.rfc.environment
    if place is None or not place.needs_window:
        stretches = [asked.axis.period]
    else:
        kind = asked.rfc.change_type
        mine = (one for one in schedule.windows if one.environment.pk == place.pk)
        fitting = (one for one in mine if not one.window.change_types or (kind and kind.slug in one.window.change_types))
        stretches = united(one.interval for one in fitting)
    return [Stretch.between(piece.start, piece.end) for one in stretches for piece in asked.axis.pieces(one)]


def _ice(asked: _Asked, schedule: Schedule) -> list[tuple[Stretch, str]]:
    axis, place = asked.axis, asked.rfc.environment
    services = {service.slug for service in asked.rfc.services.all()}
    found = []
    for one in schedule.freezes:
        rule = one.freeze
        here = rule.environment is None or (place and rule.environment == place.slug)
        if here and (rule.service is None or rule.service in services):
            until = times.moment(one.interval.end, zone=asked.zone, today=asked.at.astimezone(asked.zone).date())
            found.append((Stretch.between(axis.x(one.interval.start), axis.x(one.interval.end)), f"{rule.name}, to {until}"))
    return found


def _bars(asked: _Asked, schedule: Schedule) -> tuple[list[Bar], int, int]:
    """The bars, the lanes they take, and how many sessions found none."""
    entries = sorted((e for e in schedule.entries if e.rfc.state not in _GONE and asked.rank(e) < 4), key=asked.rank)
    placed = [(entry, pieces[0].start, pieces[-1].end) for entry in entries if (pieces := asked.axis.pieces(entry.interval))]
    spans = [_span(asked, entry, start, end) for entry, start, end in placed]
    found = lanes(spans, most=MOST_LANES)
    drawn = [_bar(asked, *one, lane) for one, lane in zip(placed, found, strict=True) if lane is not None]
    return drawn, max((lane for lane in found if lane is not None), default=-1) + 1, found.count(None)


def _span(asked: _Asked, entry: Entry, start: float, end: float) -> Span:
    room = _label_room(asked, entry)
    is_right = end + room <= 1
    return Span(start if is_right else max(0.0, start - room), end + room if is_right else end, asked.rank(entry) < 3)


def _label_room(asked: _Asked, entry: Entry) -> float:
    return (len(_label(asked, entry)) * LETTER + 2 * GAP) / WIDE


def _label(asked: _Asked, entry: Entry) -> str:
    if entry.rfc.pk == asked.rfc.pk:
        return f"this change{f', {entry.part}' if entry.part else ''}"
    name = " ".join(entry.rfc.title.split()) or entry.rfc.number
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _bar(asked: _Asked, entry: Entry, start: float, end: float, lane: int) -> Bar:
    rfc, drawn, is_this = entry.rfc, drawing_of(entry.state), entry.rfc.pk == asked.rfc.pk
    is_right = end + _label_room(asked, entry) <= 1
    at = Stretch.between(start, end, least=4 / WIDE)
    return Bar(
        at=at,
        y=TOP + lane * LANE,
        label=_label(asked, entry),
        label_x=at.end if is_right else at.x,
        dx=GAP if is_right else -GAP,
        anchor="start" if is_right else "end",
        classes=f"{rfc.severity or 'open'} {drawn}{' is-this' if is_this else ''}",
        severity=rfc.severity or "open",
        is_unapproved=drawn == "unapproved",
        is_this=is_this,
        is_in_conflict=rfc.number in asked.blocked_by or (is_this and entry.conflict == "open"),
        words=Drawer(asked.axis, asked.zone, asked.viewer, asked.at).words(entry),
        url=rfc.get_absolute_url(),
    )
