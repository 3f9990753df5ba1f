"""What will be sent if nothing changes: to me, and for those who answer for it to everybody."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes import permissions
from changes.selectors.told import WEEK, Telling, told_to
from changes.web.request import Request

#: Reminders on one page: of everybody's week there are hundreds.
SIZE = 50


@require_safe
def told(request: Request) -> HttpResponse:
    """The week from now on, by day. `?who=all` is for administrators and change managers.

    What goes only if nobody answers is counted, and shown by `?silence=1`: a chair would see little else.
    """
    at, may_see_all = timezone.now(), permissions.can_see_ledger(request.user)
    everybody = request.GET.get("who") == "all"
    if everybody and not may_see_all:
        raise PermissionDenied("Administrators and change managers see what is sent to everybody.")
    tellings, with_silence = told_to(request.user, at=at, everybody=everybody), "silence" in request.GET
    sure = [one for one in tellings if not one.if_silent]
    page = Paginator(tellings if with_silence else sure, SIZE).get_page(request.GET.get("page"))
    context = {
        "days": by_day(page.object_list),
        "page": page,
        "until": at + WEEK,
        "everybody": everybody,
        "may_see_all": may_see_all,
        "if_silent": len(tellings) - len(sure),
        "with_silence": with_silence,
    }
    return render(request, "changes/told.html", context)


def by_day(tellings: Iterable[Telling]) -> list[tuple[date, list[Telling]]]:
    """By the day on which they go, on the reader's clock."""
    grouped = groupby(tellings, key=lambda one: timezone.localtime(one.sent_at).date())
    return [(day, list(rows)) for day, rows in grouped]
