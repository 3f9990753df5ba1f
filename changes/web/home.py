"""The home page: what waits for one, one's own nights ahead, tonight, and the next board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from changes import permissions
from changes.domain.interval import Interval
from changes.formats.charts import percent
from changes.formats.nights import Stretch, stretch
from changes.models import User
from changes.selectors.history import WORDS
from changes.selectors.home import NIGHTS, Home, Row, home_of
from changes.selectors.need import needs_of
from changes.selectors.schedule import Entry
from changes.selectors.tonight import tonight
from changes.selectors.waiver import waived_this_month
from changes.web.request import Request

#: A bar is at least so much of the row wide, so that an hour in fourteen nights can be seen.
LEAST = 0.012


@dataclass(frozen=True)
class Bar:
    """A session on the row, its outage inside it, and what it is called for readers of screens."""

    entry: Entry
    at: Stretch


@dataclass(frozen=True)
class Drawing:
    """One row of the timeline as its SVG takes it."""

    row: Row
    windows: Sequence[Stretch]
    freezes: Sequence[Stretch]
    bars: Sequence[Bar]


def home(request: Request) -> HttpResponse:
    """What a person needs first, by what that person is: nothing here asks for a role by name."""
    at, zone = timezone.now(), timezone.get_current_timezone_name()
    page = home_of(request.user, at=at, time_zone=zone)
    context = {
        "home": page,
        "needs": needs_of(request.user, at=at),
        "tonight": tonight(viewer=request.user, at=at, time_zone=zone),
        "days": _days(page),
        "drawings": [_drawing(row, page.period) for row in page.rows],
        "waived": _waived(request.user, at, zone),
        "news": [(event, WORDS.get(event.action, event.action)) for event in page.news],
    }
    return render(request, "changes/home.html", context)


def _waived(viewer: User, at: datetime, zone: str) -> int | None:
    """How many waivers there were this month, for those who grant them."""
    return waived_this_month(viewer, at=at, zone=ZoneInfo(zone)) if permissions.is_change_manager(viewer) else None


def _days(page: Home) -> list[tuple[date, str]]:
    """Each night with where its column begins."""
    return [(on, percent(place / NIGHTS)) for place, on in enumerate(page.days)]


def _drawing(row: Row, period: Interval) -> Drawing:
    bars = [(entry, stretch(entry.interval, period, least=LEAST)) for entry in row.entries]
    return Drawing(
        row=row,
        windows=[found for one in row.permitted if (found := stretch(one, period))],
        freezes=[found for one in row.frozen if (found := stretch(one, period))],
        bars=[Bar(entry, found) for entry, found in bars if found],
    )
