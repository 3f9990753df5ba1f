"""The waivers of a month, for everybody: what was accepted, by whom, and whether it still holds."""

from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.domain.month import Month, month_at
from changes.selectors.waiver import Wanted, granted
from changes.web.rfc import reader

#: Years in which a month can be asked for.
YEARS = range(1990, 2101)


@require_safe
def waiver_list(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11` and `code by service` narrow it; without a month it is this one in the reader's zone."""
    at, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    today = month_at(at, zone)
    month = _month(request.GET["month"]) if request.GET.get("month") else today
    wanted = Wanted(**{name: request.GET.get(name, "") for name in ("code", "by", "service")})
    found = granted(month, reader(request), wanted, at=at, zone=zone)
    context = {
        "found": found,
        "month": month,
        "is_this_month": month == today,
        "narrowed": [value for value in vars(wanted).values() if value],
        "kept": urlencode({name: value for name, value in vars(wanted).items() if value}),
        "lists": (("code", "By finding", found.codes), ("by", "By whom", found.people), ("service", "By service", found.services)),
    }
    return render(request, "changes/waiver_list.html", context)


def _month(text: str) -> Month:
    """The month asked for. Raises 404 for what is none."""
    try:
        month = Month(date.fromisoformat(f"{text}-01"))
    except ValueError as error:
        raise Http404("There is no such month.") from error
    if month.first.year not in YEARS:
        raise Http404("There is no such month.")
    return month
