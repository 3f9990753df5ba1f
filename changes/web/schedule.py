"""The calendar: month, week, list, by service, one night, and what has no date yet; all drawn here from one schedule."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from changes.domain.interval import Interval
from changes.domain.schedule import DAY, dates_of, days_from, night_of, period_of
from changes.filters import ScheduleFilter
from changes.selectors.conflict import TOLD, conflicts_of
from changes.selectors.ground import open_hours
from changes.selectors.schedule import Schedule, forward_schedule
from changes.selectors.service import service_map
from changes.selectors.tonight import tonight
from changes.web import time_zone
from changes.web.request import Request
from changes.web.schedule_bar import VIEWS, Page, filters_of, read_date, zones
from changes.web.schedule_grid import Grid, only_filled
from changes.web.schedule_service import Rows, chosen_services, unfolded
from changes.web.schedule_slot import first_free
from changes.web.schedule_told import lines_of

#: Chips that one cell has room for; what is beyond is counted and opens with the day.
ROOM = {"month": 5, "week": 24}
#: A phone that has not chosen a view sees so many nights as a list, from today on; a link leads on.
PHONE_DAYS = 7


@dataclass(frozen=True)
class Asked:
    """A request for a part of the calendar, in the reader's zone or in that of the link."""

    request: Request
    at: datetime
    zone: ZoneInfo
    narrowing: ScheduleFilter

    @classmethod
    def by(cls, request: Request) -> "Asked":
        name = request.GET.get("tz", "")
        zone = ZoneInfo(name if time_zone.is_known(name) else timezone.get_current_timezone_name())
        return cls(request, timezone.now(), zone, ScheduleFilter.of(unfolded(request.GET), request.user))

    @property
    def tonight(self) -> date:
        return night_of(Interval(self.at, self.at), self.zone)

    def schedule(self, dates: list[date]) -> Schedule:
        period = period_of(dates[0], dates[-1], self.zone)
        return forward_schedule(
            period,
            viewer=self.request.user,
            filters=self.narrowing,
            at=self.at,
            time_zone=self.zone.key,
            sitting_in=dates_of(dates[0], dates[-1], self.zone),
        )

    def grid(self, schedule: Schedule, dates: list[date]) -> Grid:
        page = Page.of(self.request.GET, today=self.tonight)
        return Grid(schedule, dates, self.zone, self.request.user, self.tonight, page.day_url)

    def answer(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """Drawn in the zone asked for, with what every page of the calendar has."""
        shared = {"zone": self.zone.key, "at": self.at, "zone_is_linked": self.zone.key != time_zone.chosen(self.request)}
        with timezone.override(self.zone):
            response = render(self.request, template, {**shared, **context})
        patch_vary_headers(response, ["HX-Request"])
        return response


@require_safe
def schedule(request: Request) -> HttpResponse:
    """Month, week, list, by service, or what has no date; whole without script. htmx takes the calendar out of the same page."""
    asked = Asked.by(request)
    page = Page.of(request.GET, today=asked.tonight)
    found = asked.schedule(page.dates)
    context = {
        "page": page,
        "schedule": found,
        "filters": filters_of(page, found, asked.narrowing),
        "zone_choices": zones(time_zone.offered(request), current=asked.zone.key, period=found.period),
        "links": _links(page),
        "without_zone": page.url(tz=None),
        "first_free": first_free(page, asked.narrowing, at=asked.at, zone=asked.zone, today=asked.tonight),
        **_drawn(asked, page, found),
    }
    return asked.answer("changes/schedule.html", context)


def _links(page: Page) -> dict[str, Any]:
    return {
        "views": [(name, label, page.url(view=name, start=_start(page))) for name, label in VIEWS.items()],
        "earlier": page.moved(-page.step),
        "today": page.url(start=None),
        "later": page.moved(page.step),
        "shown": page.url(view="list", start=page.first.isoformat()),
        "undated": page.url(view="undated"),
        "unfiltered": page.unfiltered,
    }


def _start(page: Page) -> str | None:
    """Changing the view stays where one was; who is on today's stays on today."""
    return page.first.isoformat() if "from" in page.query else None


def _drawn(asked: Asked, page: Page, found: Schedule) -> dict[str, Any]:
    if page.view == "service":
        return _by_service(asked, page, found)
    rail = {"tonight": tonight(viewer=asked.request.user, at=asked.at, time_zone=asked.zone.key)}
    grid = asked.grid(found, page.dates)
    if page.view in ("month", "week"):
        phone = {} if page.is_chosen else _for_phone(asked, found)
        return {"weeks": grid.weeks(room=ROOM[page.view]), **phone, **rail}
    return {"nights": only_filled(grid.days(room=None)), **rail} if page.view == "list" else rail


def _by_service(asked: Asked, page: Page, found: Schedule) -> dict[str, Any]:
    """Rows of services, and below them their conflicts in words."""
    viewer = asked.request.user
    rows = Rows(found, service_map(), open_hours(), page, asked.zone, viewer, frozenset(chosen_services(asked.request.GET)))
    most = len(found.entries) ** 2 if page.has("told", "all") else TOLD
    told = conflicts_of(found, viewer=viewer, at=asked.at, time_zone=asked.zone.key, most=most)
    return {"rows": rows.drawn(), "told": lines_of(told, asked.request, asked.zone), "all_told": page.url(told="all")}


def _for_phone(asked: Asked, found: Schedule) -> dict[str, Any]:
    """The coming nights of the same schedule, for who has not chosen a view; where today is not in it, from its begin."""
    first = found.period.start.astimezone(asked.zone).date()
    inside = found.period.holds(asked.at)
    dates = days_from(asked.tonight if inside else first, PHONE_DAYS)
    period = period_of(dates[0], dates[-1], asked.zone)
    near = [entry for entry in found.entries if entry.interval.overlaps(period) or period.holds(entry.interval.start)]
    windows = [one for one in found.windows if one.interval.overlaps(period)]
    freezes = [one for one in found.freezes if one.interval.overlaps(period)]
    shown = replace(found, period=period, entries=near, windows=windows, freezes=freezes)
    return {"nights": only_filled(asked.grid(shown, dates).days(room=None)), "also_list": True, "next_nights": dates[-1] + DAY}


@require_safe
def schedule_day(request: Request, day: str) -> HttpResponse:
    """One night with everything on it: what "n more" and a fold open. htmx gets it as a dialog."""
    on = read_date(day)
    if on is None:
        raise Http404
    asked = Asked.by(request)
    found = asked.schedule([on])
    page = Page.of(request.GET, today=asked.tonight)
    context = {"schedule": found, "night": asked.grid(found, [on]).days(room=None)[0], "page": page, "back": page.url(start=on.isoformat())}
    return asked.answer("changes/partials/schedule_day.html" if request.htmx else "changes/schedule_day.html", context)
