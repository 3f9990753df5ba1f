"""The list of RFCs, and the search that the top bar leads to."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from changes.choices import Severity, State, Urgency
from changes.filters import ScheduleFilter
from changes.models import RFC, Environment, Service
from changes.models.rfc import key_of
from changes.selectors.rfc import Total, page_of, total_of
from changes.web.request import Request

#: The filters that the page offers as menus; others hold as well when a link brings them.
MENUS = ("state", "severity", "urgency", "environment", "service")


def rfc_list(request: Request) -> HttpResponse:
    """All RFCs that the reader may see, narrowed and searched; a whole number leads straight to its RFC."""
    visible = RFC.objects.visible_to(request.user)
    query = request.GET.get("q", "").strip()
    if key_of(query) and (found := visible.numbered(query).first()):
        return HttpResponseRedirect(found.get_absolute_url())
    filters = ScheduleFilter.of(request.GET, request.user)
    page = page_of(
        filters.narrowed(visible),
        before=key_of(request.GET.get("before", "")),
        after=key_of(request.GET.get("after", "")),
    )
    context = {
        "page": page,
        "query": query,
        "hidden": total_of(visible).without(page.total) if filters.in_force else Total(0),
        "menus": _menus(request),
        "narrowed": bool(filters.in_force),
        "problems": [error for errors in filters.errors.values() for error in errors],
        "kept": _kept(request),
    }
    return render(request, "changes/rfc_list.html", context)


def _menus(request: Request) -> list[dict[str, object]]:
    """The filter menus: each with its choices as (value, label, is chosen)."""
    choices = {
        "state": State.choices(),
        "severity": Severity.choices(),
        "urgency": Urgency.choices(),
        "environment": list(Environment.objects.values_list("slug", "name")),
        "service": list(Service.objects.values_list("slug", "name")),
    }
    return [
        {
            "name": name,
            "chosen": [label for value, label in choices[name] if value in request.GET.getlist(name)],
            "choices": [(value, label, value in request.GET.getlist(name)) for value, label in choices[name]],
        }
        for name in MENUS
    ]


def _kept(request: Request) -> str:
    """The query string without where in the list one is, for the links that page on."""
    kept = request.GET.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return kept.urlencode()
