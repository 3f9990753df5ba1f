"""The weekly status: one line, with the last ones above it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes import permissions
from changes.actions.status import tell_status
from changes.domain.status import LONGEST, RUNS_LONG
from changes.exceptions import Refusal
from changes.selectors.status import statuses_of, was_ever_asked, why_asked_of
from changes.web.forms.move import PlainForm
from changes.web.refusal import status_of, words
from changes.web.rfc import detail_or_404, reader


class StatusForm(PlainForm):
    line = forms.CharField(label="How does it stand?", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_status(request: HttpRequest, number: str) -> HttpResponse:
    """A GET shows why it is asked and what was said; a POST keeps one more line."""
    detail = detail_or_404(request, number, at=timezone.now())
    rfc, form, status = detail.rfc, StatusForm(request.POST or None), 200
    if request.method == "POST":
        try:
            tell_status(rfc, request.POST.get("line", ""), actor=reader(request), at=detail.at)
        except Refusal as refusal:
            status = status_of(refusal)
            form = StatusForm(request.POST)
            form.add_error("line", words(refusal))
        else:
            messages.success(request, f"Kept. It stands on the agenda of the next meeting with {rfc.number}.")
            return redirect("rfc-status", rfc.number)
    context = {
        "rfc": rfc,
        "form": form,
        "why": why_asked_of(rfc, at=detail.at),
        "was_asked": was_ever_asked(rfc),
        "works": permissions.can_work(reader(request), rfc),
        "lines": statuses_of(rfc),
        "longest": LONGEST,
        "runs_long": RUNS_LONG.days,
    }
    return render(request, "changes/rfc_status.html", context, status=status)
