"""The session bar (LOOK 6): where rollout, verification, spare time and rollback lie in a session, in percent of it.

The same bar stands in form, detail, agenda item and meeting. All lengths are minutes, all instants aware.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from changes.formats import times

#: With their middles nearer than this (percent) the "now" label would touch the point of no return's; it then goes below the bar.
LABEL_ROOM = 34
#: Nearer than this (percent) two labels of the axis would touch.
AXIS_ROOM = 15
#: Hours between two marks on the axis: the first that gives at most six marks.
STEPS = (1, 2, 3, 4, 6, 12, 24, 48, 168)
MOST_MARKS = 6


@dataclass(frozen=True)
class Plan:
    """What the bar is drawn from. `done` are the minutes that are behind, drawn in grey under `done_label`."""

    start: datetime
    end: datetime
    rollout: int = 0
    verification: int = 0
    rollback: int = 0
    severity: str = "minor"
    done: int = 0
    done_label: str = ""
    outage_start: datetime | None = None
    outage_end: datetime | None = None

    @property
    def length(self) -> int:
        return max(1, int((self.end - self.start).total_seconds() // 60))

    @property
    def spare(self) -> int:
        """Minutes that nothing is planned for; negative where the plan exceeds the session."""
        return self.length - self.rollout - self.verification - self.rollback

    @property
    def point_of_no_return(self) -> datetime:
        """The session's end less the rollback: from here on the rollback no longer fits (DESIGN 4.2)."""
        return self.end - timedelta(minutes=self.rollback)


@dataclass(frozen=True)
class Piece:
    kind: str
    x: str
    width: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    x: str
    anchor: str
    label: str


@dataclass(frozen=True)
class Drawing:
    severity: str
    pieces: list[Piece]
    marks: list[Mark]
    words: str
    turn: Mark | None = None
    now: Mark | None = None
    now_below: bool = False
    ticks: list[str] = field(default_factory=list)


def draw(plan: Plan, *, zone: tzinfo, at: datetime | None = None) -> Drawing:
    """The bar of `plan` as readers in `zone` see it, with a now line where `at` lies inside the session."""
    now = _now(plan, at, zone)
    turn = _turn(plan, zone)
    below = bool(now and turn and abs(_centre(now) - _centre(turn)) < LABEL_ROOM)
    hours = _hours(plan, zone)
    return Drawing(
        severity=plan.severity,
        pieces=_pieces(plan),
        marks=_axis(plan, zone, hours, now if below else None),
        words=_words(plan, zone),
        turn=turn,
        now=now,
        now_below=below,
        ticks=[_percent(plan, hour) for hour in hours],
    )


def _percent(plan: Plan, at: datetime) -> str:
    share = (at - plan.start).total_seconds() / 60 / plan.length
    return f"{min(1.0, max(0.0, share)) * 100:.2f}%"


def _number(percent: str) -> float:
    return float(percent.rstrip("%"))


def _anchor(percent: str, *, edge: int = 16) -> str:
    """Labels near an edge grow inwards, so that nothing is cut off on a phone."""
    number = _number(percent)
    return "start" if number < edge else "end" if number > 100 - edge else "middle"


def _piece(plan: Plan, kind: str, start: datetime, minutes: float, label: str = "") -> Piece:
    x = _percent(plan, start)
    width = _number(_percent(plan, start + timedelta(minutes=minutes))) - _number(x)
    return Piece(kind, x, f"{width:.2f}%", label if width > 12 else "")


def _pieces(plan: Plan) -> list[Piece]:
    done = min(plan.done, plan.rollout)
    verify_at = plan.start + timedelta(minutes=plan.rollout)
    pieces = [
        _piece(plan, "spare", plan.start, plan.length),
        _piece(plan, "rollout", plan.start + timedelta(minutes=done), plan.rollout - done, f"Rollout {plan.rollout}"),
        _piece(plan, "done", plan.start, done, plan.done_label or f"{done} min done"),
        _piece(plan, "verification", verify_at, plan.verification),
        _piece(plan, "rollback", plan.point_of_no_return, plan.rollback, f"Rollback {plan.rollback}"),
    ]
    if plan.outage_start and plan.outage_end:
        minutes = (plan.outage_end - plan.outage_start).total_seconds() / 60
        pieces.append(_piece(plan, "outage", plan.outage_start, minutes))
    return [piece for piece in pieces if _number(piece.width) > 0]


def _turn(plan: Plan, zone: tzinfo) -> Mark | None:
    if not plan.rollback:
        return None
    x = _percent(plan, plan.point_of_no_return)
    return Mark(x, _anchor(x, edge=25), f"Point of no return {times.hhmm(plan.point_of_no_return, zone=zone)}")


def _now(plan: Plan, at: datetime | None, zone: tzinfo) -> Mark | None:
    if at is None or not plan.start <= at < plan.end:
        return None
    x = _percent(plan, at)
    return Mark(x, _anchor(x), f"now {times.hhmm(at, zone=zone)}")


def _hours(plan: Plan, zone: tzinfo) -> list[datetime]:
    """The whole hours inside the session, at most six."""
    first = plan.start.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(plan.start.tzinfo)
    span = plan.length / 60
    step = next((step for step in STEPS if span / step <= MOST_MARKS), STEPS[-1])
    count = min(int(span / step) + 2, 3 * MOST_MARKS)
    hours = (first + timedelta(hours=step * number) for number in range(count))
    return [hour for hour in hours if plan.start < hour < plan.end]


def _axis(plan: Plan, zone: tzinfo, hours: list[datetime], now: Mark | None) -> list[Mark]:
    """Start, whole hours and end; whatever would touch the label of now, or the ends, gives way."""
    ends = [Mark("0%", "start", times.hhmm(plan.start, zone=zone)), Mark("100%", "end", times.hhmm(plan.end, zone=zone))]
    between = [Mark(_percent(plan, hour), "middle", times.hhmm(hour, zone=zone)) for hour in hours]
    marks = [ends[0], *(mark for mark in between if not _touches(mark, ends)), ends[1]]
    return [mark for mark in marks if now is None or not _touches(mark, [now])]


def _touches(mark: Mark, others: list[Mark]) -> bool:
    return any(abs(_centre(mark) - _centre(other)) < AXIS_ROOM for other in others)


def _centre(mark: Mark) -> float:
    """Where the middle of a label comes to lie, in percent of a bar of a phone's width."""
    half = len(mark.label)
    return _number(mark.x) + {"start": half, "middle": 0, "end": -half}[mark.anchor]


def _words(plan: Plan, zone: tzinfo) -> str:
    """What the drawing says, for readers of screens and wherever pictures are off."""
    start, end = times.hhmm(plan.start, zone=zone), times.hhmm(plan.end, zone=zone)
    parts = [f"Session {start}–{end}, {times.duration(plan.length)}: rollout {times.duration(plan.rollout)}"]
    parts.append(f"verification {times.duration(plan.verification)}")
    parts.append(f"rollback {times.duration(plan.rollback)}")
    if plan.spare < 0:
        parts.append(f"which exceeds it by {times.duration(-plan.spare)}")
    else:
        parts.append(f"spare {times.duration(plan.spare)}")
    if plan.outage_start and plan.outage_end:
        parts.append(f"outage {times.hhmm(plan.outage_start, zone=zone)}–{times.hhmm(plan.outage_end, zone=zone)}")
    words = ", ".join(parts) + "."
    turn = _turn(plan, zone)
    return f"{words} {turn.label}." if turn else words
