"""The schedule as days that a template draws: chips, folds, markers, green headings and hatched cells (LOOK 5, 9)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse

from changes import permissions
from changes.choices import Severity
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.schedule import DAY, Cell, Run, cell, night, night_of, nights_covered, runs
from changes.domain.wording import length
from changes.formats import times
from changes.models import Meeting, User
from changes.selectors.ground import Frozen, Occurrence
from changes.selectors.schedule import Entry, Schedule

#: The reason of a finding in as few words as a row has room for; the popover says the whole sentence.
REASONS = {
    "conflict.same_item": "same item as",
    "conflict.same_implementer": "same implementer as",
    "conflict.outage": "two outages on one service, with",
    "conflict.predecessor": "not after",
    "freeze.active": "inside a freeze",
    "window.misses": "outside of its change window",
    "window.exceeds": "longer than its change window",
    "window.undefined": "no change window is defined",
    "notice.too_short": "notice too short",
}


def reason(finding: Finding) -> str:
    words = REASONS.get(finding.code, finding.message)
    size = f" by {length(finding.minutes)}" if finding.code == "window.exceeds" and finding.minutes else ""
    return f"{words}{size} {finding.other or ''}".strip()


@dataclass(frozen=True)
class Chip:
    """An entry on one night. `continues` where its work began on an earlier one."""

    entry: Entry
    on: date
    viewer: User
    continues: bool = False

    @cached_property
    def url(self) -> str:
        return reverse("session-detail", args=[self.entry.session.pk])

    @property
    def title(self) -> str:
        name = " ".join(self.entry.rfc.title.split()) or self.entry.rfc.number
        return f"… {name}" if self.continues else name

    @property
    def starts_at(self) -> datetime | None:
        """What a chip says of its time; a continuation has begun on another night."""
        return None if self.continues else self.entry.session.planned_start

    @property
    def draggable(self) -> int | None:
        """The session's key where the reader may move it by dragging: whole, not begun."""
        movable = not self.continues and self.entry.session.actual_start is None and self.entry.session.planned_end
        return self.entry.session.pk if movable and permissions.can_reschedule(self.viewer, self.entry.rfc) else None

    @property
    def reason(self) -> str:
        """The first thing that blocks it, or the waiver that lets it pass, in a few words."""
        blocking = [f for f in [*self.entry.conflicts, *self.entry.findings] if f.blocks]
        if blocking:
            return reason(blocking[0])
        waived = next((f for f in self.entry.findings if f.waived), None)
        return f"waived by {waived.waived}" if waived else ""

    @property
    def conflicts(self) -> str:
        """What is in its way, its own to mend or the other's."""
        return "; ".join(dict.fromkeys(reason(f) for f in self.entry.conflicts if not f.waived))

    @property
    def is_tall(self) -> bool:
        """Major has two lines in the month (LOOK 1.2)."""
        return self.entry.rfc.severity == Severity.MAJOR and not self.entry.has_ended

    @property
    def length(self) -> str:
        """How long it takes as a week says it: "5 h", else as everywhere; empty without an end."""
        session = self.entry.session
        if session.planned_end is None:
            return ""
        minutes = session.interval.minutes
        return times.duration(minutes) if minutes % 60 or not minutes else times.whole_hours(minutes // 60)

    @property
    def services(self) -> str:
        return ", ".join(service.name for service in self.entry.rfc.services.all())


@dataclass(frozen=True)
class Marker:
    """A board meeting or its cut-off."""

    at: datetime
    meeting: Meeting
    is_cut_off: bool


@dataclass(frozen=True)
class Lane:
    """One line of a cell that freezes lie over: the label where one begins, room below it where it goes on."""

    label: str = ""
    length: int = 0
    is_held: bool = False


@dataclass(frozen=True)
class Day:
    """One night of the calendar. `chips` are all of it, `cell` what is drawn of them, `url` opens it whole."""

    on: date
    url: str
    is_today: bool
    is_past: bool
    chips: Sequence[Chip]
    cell: Cell[Chip]
    windows: Sequence[str] = ()
    special: Sequence[str] = ()
    frozen: Sequence[Frozen] = ()
    lanes: Sequence[Lane] = ()
    markers: Sequence[Marker] = ()

    @property
    def is_roomy(self) -> bool:
        """Few enough for titles of two lines."""
        return len(self.cell.drawn) <= 3

    @property
    def has_month(self) -> bool:
        return self.on.day == 1

    @property
    def folded_done(self) -> bool:
        return bool(self.cell.folded) and all(chip.entry.has_ended for chip in self.cell.folded)

    @property
    def automatic(self) -> list[Chip]:
        """What a list folds: automatic, and neither running nor in conflict."""
        return [chip for chip in self.chips if chip.entry.rank.folds]

    @property
    def automatic_until(self) -> datetime:
        return max(chip.entry.interval.end for chip in self.automatic)

    @property
    def single(self) -> list[Chip]:
        return [chip for chip in self.chips if not chip.entry.rank.folds]

    @property
    def is_empty(self) -> bool:
        return not (self.chips or self.markers or self.frozen)


@dataclass(frozen=True)
class Grid:
    """What days are made of: the schedule, whose clock, and which dates."""

    schedule: Schedule
    dates: Sequence[date]
    zone: ZoneInfo
    viewer: User
    today: date
    url_of: Callable[[date], str]

    def days(self, *, room: int | None) -> list[Day]:
        """Each date with at most `room` chips drawn; None draws all."""
        lanes = self._lanes()
        return [self._day(on, lanes.get(on, ()), room) for on in self.dates]

    def weeks(self, *, room: int | None) -> list[list[Day]]:
        days = self.days(room=room)
        return [days[start : start + 7] for start in range(0, len(days), 7)]

    def _day(self, on: date, lanes: Sequence[Lane], room: int | None) -> Day:
        chips = self._chips.get(on, [])
        return Day(
            on=on,
            url=self.url_of(on),
            is_today=on == self.today,
            is_past=on < self.today,
            chips=chips,
            cell=cell(((chip.entry.rank, chip) for chip in chips), room=room),
            windows=self._window_labels(on, special=False),
            special=self._window_labels(on, special=True),
            frozen=[self.schedule.freezes[place] for place, dates in self._frozen.items() if on in dates],
            lanes=lanes,
            markers=self._markers.get(on, ()),
        )

    def _covered(self, interval: Interval) -> list[date]:
        return nights_covered(interval, self.dates[0], self.dates[-1], self.zone)

    @cached_property
    def _chips(self) -> dict[date, list[Chip]]:
        found: dict[date, list[Chip]] = defaultdict(list)
        for entry in self.schedule.entries:
            begins = night_of(entry.interval, self.zone)
            for on in self._covered(entry.interval):
                found[on].append(Chip(entry, on, self.viewer, continues=on > begins))
        return found

    @cached_property
    def _markers(self) -> dict[date, list[Marker]]:
        found: dict[date, list[Marker]] = defaultdict(list)
        for meeting in self.schedule.meetings:
            for at, is_cut_off in ((meeting.cut_off_at, True), (meeting.starts_at, False)):
                # Work belongs to its night; a meeting belongs to its date, wherever it is read.
                found[at.astimezone(self.zone).date()].append(Marker(at, meeting, is_cut_off))
        return {on: sorted(markers, key=lambda marker: marker.at) for on, markers in found.items()}

    @cached_property
    def _windows(self) -> dict[date, list[Occurrence]]:
        found: dict[date, list[Occurrence]] = defaultdict(list)
        for occurrence in self.schedule.windows:
            for on in self._covered(occurrence.interval):
                found[on].append(occurrence)
        return found

    def _window_labels(self, on: date, *, special: bool) -> list[str]:
        """Names and hours of the windows of a night; those that serve only some change types are special."""
        about = (one for one in self._windows.get(on, ()) if bool(one.window.change_types) == special)
        names = ((one.window.name if special else one.environment.short_name or one.environment.name, one) for one in about)
        return list(dict.fromkeys(f"{name} {_hours(one.interval, on, self.zone)}" for name, one in names))

    @cached_property
    def _frozen(self) -> dict[int, list[date]]:
        """By place in `schedule.freezes`: each night that a freeze touches, however briefly."""
        nights = [(on, night(on, self.zone)) for on in self.dates]
        return {place: [on for on, hours in nights if hours.overlaps(one.interval)] for place, one in enumerate(self.schedule.freezes)}

    def _lanes(self) -> dict[date, list[Lane]]:
        found: dict[date, list[Lane]] = {}
        for start in range(0, len(self.dates), 7):
            week = self.dates[start : start + 7]
            lying = runs(week, self._frozen)
            for place, on in enumerate(week):
                over = {run.lane: run for run in lying if run.place <= place < run.place + run.length}
                found[on] = [self._lane(over.get(lane), place, week) for lane in range(max(over, default=-1) + 1)]
        return found

    def _lane(self, run: Run[int] | None, place: int, week: Sequence[date]) -> Lane:
        if run is None or place != run.place:
            return Lane(is_held=run is not None)
        return Lane(self._freeze_label(self.schedule.freezes[run.item], week[place]), run.length, is_held=True)

    def _freeze_label(self, one: Frozen, on: date) -> str:
        start, end = one.interval.start.astimezone(self.zone), one.interval.end.astimezone(self.zone)
        begins_here = night(on, self.zone).holds(one.interval.start)
        if begins_here:
            return f"Freeze: {one.freeze.name}, {start:%a %H:%M} – {_end(end, start)}"
        if one.interval.end <= night(on, self.zone).end:
            return f"Freeze until {end:%H:%M}"
        return f"Freeze: {one.freeze.name}, to {times.day(end.date(), today=self.today)} {end:%H:%M}"


def _end(end: datetime, start: datetime) -> str:
    return f"{end:%a %H:%M}" if end - start < 6 * DAY else f"{end:%a} {end.day} {end:%b} {end:%H:%M}"


def _hours(interval: Interval, on: date, zone: ZoneInfo) -> str:
    """ "21–03"; for a window longer than a day what of it falls on this night."""
    start, end = (moment.astimezone(zone) for moment in (interval.start, interval.end))
    if interval.end - interval.start <= DAY:
        return f"{_hour(start)}–{_hour(end)}"
    here = night(on, zone)
    if here.holds(interval.start):
        return f"from {_hour(start)}"
    return f"to {_hour(end)}" if interval.end <= here.end else "open"


def _hour(local: datetime) -> str:
    return f"{local:%H}" if not local.minute else f"{local:%H:%M}"


def only_filled(days: Iterable[Day]) -> list[Day]:
    """A list names the nights on which there is something, and today."""
    return [day for day in days if not day.is_empty or day.is_today]
