"""Linking an RFC to an incident by hand, as the tools do by REST."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes import permissions
from changes.actions.incident import link
from changes.choices import Suspicion
from changes.exceptions import Refusal
from changes.models import RFC, IncidentLink, User
from changes.web.refusal import status_of, words
from changes.web.rfc import detail_or_404, reader


class IncidentForm(forms.Form):
    system = forms.CharField(max_length=60, label="Where the incident is kept")
    identifier = forms.CharField(max_length=120, label="Its number there")
    url = forms.URLField(max_length=200, required=False, label="Its address, if it has one", assume_scheme="https")
    suspicion = forms.ChoiceField(
        choices=Suspicion.choices(), widget=forms.RadioSelect, initial=Suspicion.SUSPECTED, label="What is thought"
    )
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Why")


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_incidents(request: HttpRequest, number: str) -> HttpResponse:
    """A GET lists the incidents and asks; a POST says what is thought of one from now on."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    form = IncidentForm(request.POST or None, initial=request.GET.dict(), label_suffix="")
    status = 200 if request.method != "POST" else 400
    if form.is_valid():
        try:
            said = _linked(detail.rfc, form, actor=reader(request), at=at)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, words(refusal))
            status = status_of(refusal)
        else:
            messages.success(request, f"{said}: {said.get_suspicion_display().lower()}. It is noted in the history.")
            return redirect("rfc-detail", number)
    context = {"detail": detail, "rfc": detail.rfc, "form": form, "may": permissions.can_link_incident(reader(request), detail.rfc)}
    return render(request, "changes/rfc_incidents.html", context, status=status)


def _linked(rfc: RFC, form: IncidentForm, *, actor: User, at: datetime) -> IncidentLink:
    typed = form.cleaned_data
    suspicion = Suspicion(typed["suspicion"])
    return link(rfc, typed["system"], typed["identifier"], suspicion, url=typed["url"], note=typed["note"], actor=actor, at=at)
