"""By service: a row per service under its environment, a column per night, sessions as bars in lanes (LOOK 5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from changes.domain.interval import Interval, united
from changes.domain.recurrence import describe
from changes.domain.schedule import night
from changes.domain.timeline import Axis
from changes.domain.wording import place_of
from changes.filters import with_dependents
from changes.formats import times
from changes.formats.charts import percent
from changes.models import Service, User
from changes.selectors.ground import Frozen, OpenHours
from changes.selectors.schedule import Entry, Schedule
from changes.selectors.service import Related, ServiceMap, service_map
from changes.web.schedule_bar import Page
from changes.web.schedule_lane import LANE, TOP, Drawer, Stretch, Strip
from changes.web.schedule_rows import ByService, Group, Head, Ice, Row

#: Pixels: the lowest row, and the line that the name of a freeze takes below the lanes.
LEAST_HEIGHT, FREEZE_LINE = 56, 20
#: The group of what names no environment yet.
NOWHERE = ""


@dataclass(frozen=True)
class Rows:
    """What the view is made of: the schedule, the services and environments, which nights, whose clock, which link."""

    schedule: Schedule
    services: ServiceMap
    hours: Sequence[OpenHours]
    page: Page
    zone: ZoneInfo
    viewer: User
    #: The slugs of the services filtered for, with what depends on them; empty shows all.
    chosen: frozenset[str] = field(default_factory=frozenset)

    def drawn(self) -> ByService:
        axis, at = self.axis, self.schedule.at
        return ByService(
            heads=[self._head(place) for place in range(len(axis.columns))],
            groups=self._groups(),
            idle=self._idle,
            idle_shown=self._shows_idle,
            idle_url=self.page.url(idle=None if self._shows_idle else "1"),
            now_x=percent(axis.x(at)) if axis.period.holds(at) else None,
            lines=[percent(axis.left(place)) for place in range(len(axis.columns))],
            strips=[Stretch.between(axis.left(p), axis.left(p) + axis.strip) for p in range(len(axis.columns))] if axis.folded else [],
            ticks=[percent(x) for place in range(len(axis.columns)) for _, x in axis.ticks(place)],
            folded=axis.folded,
            toggles=self._toggles(),
        )

    def _toggles(self) -> list[tuple[str, str, bool]]:
        folded = self.axis.folded
        return [("Nights 20–06", self.page.url(hours=None), folded), ("Whole days", self.page.url(hours="whole"), not folded)]

    @cached_property
    def axis(self) -> Axis:
        return Axis.of(self.page.dates, self.zone, folded=not self.page.has("hours", "whole"))

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self.axis, self.zone, self.viewer, self.schedule.at)

    def _head(self, place: int) -> Head:
        column, left = self.axis.columns[place], self.axis.left(place)
        hours = column.night_hours if column.night_hours != 10 else None
        marks = [(percent(x), f"{hour.astimezone(self.zone):%H}") for hour, x in self.axis.ticks(place)]
        return Head(
            on=column.on,
            next=column.night.end.astimezone(self.zone).date(),
            url=self.page.day_url(column.on),
            x=percent(left),
            label_x=percent(left + self.axis.strip),
            strip_x=percent(left + self.axis.strip / 2),
            is_tonight=column.on == self.page.today,
            hours=hours,
            ticks=marks,
        )

    @cached_property
    def _by_place(self) -> Mapping[str, Mapping[str, list[Entry]]]:
        """The entries by environment and service; without one of them under an empty slug."""
        found: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        for entry in self.schedule.entries:
            place = entry.rfc.environment.slug if entry.rfc.environment else NOWHERE
            for slug in [service.slug for service in entry.rfc.services.all()] or [""]:
                if not self.chosen or slug in self.chosen:
                    found[place][slug].append(entry)
        return found

    @cached_property
    def _by_service(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.schedule.entries:
            for service in entry.rfc.services.all():
                found[service.slug].append(entry)
        return found

    @cached_property
    def _idle(self) -> list[Service]:
        busy = {slug for rows in self._by_place.values() for slug in rows}
        return [s for slug, s in self.services.services.items() if slug not in busy and (not self.chosen or slug in self.chosen)]

    @property
    def _shows_idle(self) -> bool:
        return self.page.has("idle", "1")

    def _groups(self) -> list[Group]:
        groups = [self._group(hours) for hours in self.hours if self._by_place.get(hours.environment.slug)]
        if self._by_place.get(NOWHERE):
            groups.append(Group("nowhere", "No environment named yet", "", 0, self._count(NOWHERE), "", [], self._rows(NOWHERE)))
        if self._shows_idle and self._idle:
            rows = [row for service in self._idle for row in self._unfolding(service.slug, service, NOWHERE, [])]
            groups.append(Group("idle", "Nothing planned", "on these nights", 0, 0, "", [], rows))
        return groups

    def _group(self, hours: OpenHours) -> Group:
        place = hours.environment
        return Group(
            key=place.slug,
            name=place.name,
            words=self._words(hours),
            special=len(hours.special),
            sessions=self._count(place.slug),
            url=self.page.url(view="list", environment=place.slug, start=self.page.first.isoformat()),
            open=self._open(hours),
            rows=self._rows(place.slug),
        )

    def _count(self, place: str) -> int:
        return len({entry.session.pk for entries in self._by_place[place].values() for entry in entries})

    def _words(self, hours: OpenHours) -> str:
        """ "windows every Tue and Thu 21:00–03:00; tonight is one", in the windows' own clock where that is another."""
        rest = ", no approval needed" if hours.is_recorded else ""
        if not hours.environment.needs_window:
            return f"always open{rest}"
        if not hours.windows:
            return f"no change window is defined{rest}" if not hours.special else f"windows for some change types alone{rest}"
        said = [self._said(window.recurrence.time_zone, describe(window.recurrence)) for window in hours.windows]
        tonight = night(self.page.today, self.zone)
        is_one = any(one.interval.overlaps(tonight) and self._is_general(one.window.id, hours) for one in self.schedule.windows)
        return f"window{'s' if len(said) > 1 else ''} {', and '.join(said)}{', tonight is one' if is_one else ''}{rest}"

    def _said(self, zone: str, words: str) -> str:
        return words if zone == self.zone.key else f"{words} {place_of(zone)}"

    @staticmethod
    def _is_general(window: int, hours: OpenHours) -> bool:
        return window in {one.id for one in hours.windows}

    def _open(self, hours: OpenHours) -> list[Stretch]:
        if not hours.environment.needs_window:
            stretches = [self.axis.period]
        else:
            stretches = united(one.interval for one in self.schedule.windows if self._is_general(one.window.id, hours))
        return [Stretch.between(piece.start, piece.end) for one in stretches for piece in self.axis.pieces(one)]

    def _rows(self, place: str) -> list[Row]:
        by_service = self._by_place[place]
        known = [(slug, service) for slug, service in self.services.services.items() if slug in by_service]
        rows = [
            row for slug, service in known for row in self._unfolding(slug, service, place, by_service[slug], first=slug == known[0][0])
        ]
        return rows + ([self._row("", None, place, by_service[""], first=not known)] if "" in by_service else [])

    def _unfolding(self, slug: str, service: Service, place: str, entries: Iterable[Entry], *, first: bool = False) -> list[Row]:
        """A service's row, and below it, where asked for, what it needs and what needs it."""
        row = self._row(slug, service, place, entries, first=first)
        related = self.services.related(slug) if row.is_unfolded else []
        return [row, *(self._row(one.service.slug, one.service, place, self._by_service[one.service.slug], one) for one in related)]

    def _row(
        self,
        slug: str,
        service: Service | None,
        place: str,
        entries: Iterable[Entry],
        related: Related | None = None,
        *,
        first: bool = False,
    ) -> Row:
        """`first` of its group: a freeze over all of them is named once."""
        lanes = self._drawer.lanes(entries, home=place if related else "")
        frozen = [one for one in self.schedule.freezes if _lies_over(one, place, slug)]
        named = [one for one in frozen if first or one.freeze.service]
        height = max(LEAST_HEIGHT, TOP + LANE * lanes.count + 4) + FREEZE_LINE * len(named) + (16 if lanes.more else 0)
        filters = {name: value for name, value in (("service", slug), ("environment", "" if related else place)) if value}
        return Row(
            key=f"{place}-{slug}",
            name=service.name if service else "No service named",
            note=service.description if service else "",
            lanes=lanes,
            height=height,
            frozen=[self._ice(one) for one in frozen],
            freezes=[(self._ice(one), height - FREEZE_LINE * (len(named) - n) + 13) for n, one in enumerate(named)],
            folded=[self._linked(strip, filters, self.axis.strip / 2) for strip in lanes.folded],
            more=[self._linked(strip, filters, self.axis.strip) for strip in lanes.more],
            related=related,
            **({} if related or not service else self._unfold(slug)),
        )

    def _unfold(self, slug: str) -> dict[str, Any]:
        needs = len(self.services.dependencies.get(slug, ()))
        needed_by = len(self.services.needed_by.get(slug, ()))
        url = self.page.toggled("unfold", slug) if needs or needed_by else ""
        return {"unfold_url": url, "is_unfolded": self.page.has("unfold", slug), "needs": needs, "needed_by": needed_by}

    def _linked(self, strip: Strip, filters: Mapping[str, str], shift: float) -> tuple[str, Strip, str]:
        """Where a count stands, and the night that it opens."""
        url = self.page.day_url(self.axis.columns[strip.column].on, **filters)
        return percent(self.axis.left(strip.column) + shift), strip, url

    def _ice(self, one: Frozen) -> Ice:
        axis = self.axis
        shown = Interval(max(one.interval.start, axis.period.start), min(one.interval.end, axis.period.end))
        rule, end = one.freeze, self._moment(one.interval.end)
        kind = " for one change type" if rule.change_type else ""
        label = f"Freeze{kind}: {rule.name}, to {end}"
        return Ice(Stretch.between(axis.x(shown.start), axis.x(shown.end)), label, not rule.change_type)

    def _moment(self, at: datetime) -> str:
        return times.moment(at, zone=self.zone, today=self.page.today)


def chosen_services(data: QueryDict) -> set[str]:
    """The services that a link narrows to, with what cannot work without them where it says so."""
    chosen = set(filter(None, data.getlist("service")))
    return with_dependents(chosen) if chosen and data.get("dependents") else chosen


def unfolded(data: QueryDict) -> QueryDict:
    """The link's parameters with the services that it unfolds: what is shown below a service passes its filter too."""
    opened, chosen = data.getlist("unfold"), chosen_services(data)
    if data.get("view") != "service" or not opened or not chosen:
        return data
    services = service_map()
    below = {one.service.slug for slug in opened if slug in services.services for one in services.related(slug)}
    widened = data.copy()
    widened.setlist("service", sorted(chosen | below))
    widened.pop("dependents", None)
    return widened


def _lies_over(one: Frozen, place: str, slug: str) -> bool:
    rule = one.freeze
    return (rule.environment is None or rule.environment == place) and (rule.service is None or rule.service == slug)
