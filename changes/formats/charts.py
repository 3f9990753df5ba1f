"""The small drawings of LOOK 6 beside the session bar, as percentages that SVG attributes take.

Lengths are minutes, instants aware. Nothing here knows HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from changes.formats import times


def percent(share: float) -> str:
    """A share of one as SVG takes it, kept inside the drawing."""
    return f"{min(1.0, max(0.0, share)) * 100:.2f}%"


# --- The record of a change type ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Record:
    """How long earlier changes of a type took, and whether each was successful; `plan` and `session` are this one's, 0 for no plan.

    `nine` are the minutes that nine in ten took at most, as the words beside it say.
    """

    runs: Sequence[tuple[int, bool]]
    plan: int
    session: int | None = None
    nine: int | None = None


@dataclass(frozen=True)
class Dot:
    x: str
    y: int
    good: bool


@dataclass(frozen=True)
class RecordDrawing:
    dots: list[Dot]
    low: int
    high: int
    plan: int
    plan_x: str
    plan_anchor: str
    session_x: str | None
    session: int | None
    nine_x: str | None
    nine: int | None
    words: str


def record(given: Record) -> RecordDrawing:
    """One dot per run on an axis of whole half hours; runs that would cover one another are set up and down."""
    lengths = [*(minutes for minutes, _ in given.runs), *(one for one in (given.plan, given.session, given.nine) if one)] or [0]
    low, high = min(lengths) // 30 * 30, -(-max(lengths) // 30) * 30
    reach = max(1, high - low)
    bad = sum(1 for _, good in given.runs if not good)
    nine = given.nine
    within = "" if nine is None else f", nine of ten within {nine}"
    planned = f", this plan {given.plan}" if given.plan else ""
    words = f"{len(given.runs)} done, {bad} not successful; {low} to {high} minutes{within}{planned}."
    return RecordDrawing(
        dots=_dots(sorted(given.runs), low, reach),
        low=low,
        high=high,
        plan=given.plan,
        plan_x=percent((given.plan - low) / reach),
        plan_anchor=_anchor(given.plan, low, high),
        session_x=percent((given.session - low) / reach) if given.session else None,
        session=given.session,
        nine_x=None if nine is None else percent((nine - low) / reach),
        nine=nine,
        words=words,
    )


def _anchor(minutes: int, low: int, high: int) -> str:
    """Which end of its words stands at the mark, so that they stay on the drawing."""
    edge = (high - low) / 5
    return "start" if minutes - low < edge else "end" if high - minutes < edge else "middle"


def _dots(runs: Sequence[tuple[int, bool]], low: int, reach: int) -> list[Dot]:
    levels = (14, 9, 19)
    dots: list[Dot] = []
    crowd = 0  # a dot is about a fortieth of a phone's width
    for place, (minutes, good) in enumerate(runs):
        near = place > 0 and (minutes - runs[place - 1][0]) / reach < 0.025
        crowd = crowd + 1 if near else 0
        dots.append(Dot(percent((minutes - low) / reach), levels[crowd % len(levels)], good))
    return dots


# --- The minutes of an agenda ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """A section of the agenda and its minutes; `weight` is "heavy" for what is decided, "soft" for news."""

    label: str
    minutes: int
    weight: str = ""


@dataclass(frozen=True)
class PartDrawing:
    label: str
    minutes: int
    weight: str
    x: str
    width: str
    roomy: bool
    wide: bool


@dataclass(frozen=True)
class MinutesDrawing:
    parts: list[PartDrawing]
    end_x: str
    free: int
    free_x: str
    free_width: str
    over: int
    words: str

    @property
    def narrow(self) -> list[PartDrawing]:
        """The parts whose names have no room under them on a phone; `roomy` ones have on a desk. They are named in a line below."""
        return sorted((part for part in self.parts if not part.wide), key=lambda part: part.roomy)


def minutes_bar(parts: Sequence[Part], *, length: int) -> MinutesDrawing:
    """The agenda's total held against the meeting's `length`; a total beyond it pushes the end mark inwards."""
    total = sum(part.minutes for part in parts)
    reach = max(total, length, 1)
    drawn: list[PartDrawing] = []
    before = 0
    for part in parts:
        share = part.minutes / reach
        x, width = percent(before / reach), percent(share)
        # Its name fits under it on a desk from a twentieth on, on a phone from a sixth.
        drawn.append(PartDrawing(part.label, part.minutes, part.weight, x, width, roomy=share >= 0.05, wide=share >= 0.16))
        before += part.minutes
    free = max(0, length - total)
    words = ", ".join(f"{part.label} {part.minutes}" for part in parts)
    return MinutesDrawing(
        parts=[part for part in drawn if part.minutes],
        end_x=percent(length / reach),
        free=free,
        free_x=percent(total / reach),
        free_width=percent(free / reach),
        over=max(0, total - length),
        words=f"{total} of {length} minutes: {words}.",
    )


# --- Two changes at once --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Stretch:
    """One of two sessions that overlap, as `overlap` draws it."""

    label: str
    start: datetime
    end: datetime
    severity: str = "minor"
    approved: bool = False


@dataclass(frozen=True)
class StretchDrawing:
    label: str
    x: str
    width: str
    end_x: str
    until: str
    y: int
    severity: str
    approved: bool


@dataclass(frozen=True)
class OverlapDrawing:
    bars: list[StretchDrawing]
    x: str
    end_x: str
    width: str
    middle: str
    words: str


#: Where the bars begin and how much of the drawing they take; the rest is room for names and ends.
BARS_FROM, BARS_WIDTH = 0.28, 0.6


def overlap(one: Stretch, other: Stretch, *, zone: tzinfo) -> OverlapDrawing:
    """Both sessions under one another, with the part that they share and its minutes (DESIGN 4.6)."""
    first, reach = min(one.start, other.start), max(one.end, other.end) - min(one.start, other.start)
    shared = (max(one.start, other.start), min(one.end, other.end))

    def place(at: datetime) -> float:
        return BARS_FROM + BARS_WIDTH * ((at - first) / reach if reach else 0)

    bars = [
        StretchDrawing(
            label=bar.label,
            x=percent(place(bar.start)),
            width=percent(place(bar.end) - place(bar.start)),
            end_x=percent(place(bar.end)),
            until=times.hhmm(bar.end, zone=zone),
            y=y,
            severity=bar.severity,
            approved=bar.approved,
        )
        for bar, y in ((one, 6), (other, 36))
    ]
    minutes = max(0, int((shared[1] - shared[0]).total_seconds() // 60))
    said = f"both {times.hhmm(shared[0], zone=zone)}–{times.hhmm(shared[1], zone=zone)}, {times.duration(minutes)}"
    left, right = place(shared[0]), place(shared[1])
    return OverlapDrawing(bars, percent(left), percent(right), percent(right - left), percent((left + right) / 2), said)
