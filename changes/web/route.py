"""Routes by environment and severity, in one table that is saved as one; what it changes is shown before."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes import permissions
from changes.actions.route import Routes, choose, routes_of
from changes.choices import Route, Severity
from changes.domain.route import OFFERED
from changes.exceptions import Refusal
from changes.models import Environment
from changes.selectors.route import route_effects
from changes.web.refusal import status_of, words
from changes.web.request import Request


@dataclass(frozen=True)
class Line:
    """One environment with a field for each severity."""

    environment: Environment
    fields: list[Any]


class RouteForm(forms.Form):
    """A select for each environment and severity, with the routes that the domain offers for it."""

    def __init__(self, *args: Any, environments: list[Environment], **options: Any) -> None:
        super().__init__(*args, **options)
        self.environments = environments
        for row in environments:
            for severity, holds in routes_of(row).items():
                offered = dict.fromkeys((*OFFERED[severity], holds))
                name = f"{severity}-{row.pk}"
                self.fields[name] = forms.ChoiceField(
                    label=f"{row.name}, {severity.label.lower()}", choices=[(one.value, one.label) for one in offered], initial=holds.value
                )
                self.fields[name].widget.attrs["aria-describedby"] = f"problems-{name}"

    def lines(self) -> list[Line]:
        return [Line(row, [self[f"{severity}-{row.pk}"] for severity in Severity]) for row in self.environments]

    def routes(self) -> Routes:
        given = self.cleaned_data
        return {row.slug: {severity: Route(given[f"{severity}-{row.pk}"]) for severity in Severity} for row in self.environments}


@require_http_methods(["GET", "HEAD", "POST"])
def route_edit(request: Request) -> HttpResponse:
    """The table; a POST shows what it changes, or saves it (`act=save`)."""
    if not permissions.can_set_up(request.user):
        raise PermissionDenied("Routes belong to the administrators.")
    environments = list(Environment.objects.prefetch_related("route_rules"))
    form = RouteForm(request.POST if request.method == "POST" else None, environments=environments)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    if request.POST.get("act") != "save":
        return _page(request, form)
    try:
        changed = choose(form.routes(), actor=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, words(refusal))
        return _page(request, form, status=status_of(refusal))
    told = f"The routes of {', '.join(row.name for row in changed)} are saved." if changed else "Every route stays as it was."
    messages.success(request, told)
    return HttpResponseRedirect(reverse("setup"))


def _page(request: Request, form: RouteForm, *, status: int = 200) -> HttpResponse:
    then = form.routes() if form.is_bound and form.is_valid() else None
    now = {row.slug: routes_of(row) for row in form.environments}
    context = {"form": form, "shown": then is not None, "is_same": then == now, "effects": route_effects(now, then) if then else []}
    return render(request, "changes/route_edit.html", {**context, "severities": list(Severity)}, status=status)
