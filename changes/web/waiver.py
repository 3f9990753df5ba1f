"""Accepting a blocking finding: the change manager says why it may be, and until when."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes.actions.waiver import waive
from changes.domain.finding import Finding
from changes.exceptions import Refusal
from changes.models import RFC, User
from changes.selectors.detail import Detail
from changes.web.forms.move import WaiverForm, waiver_value
from changes.web.refusal import status_of
from changes.web.rfc import detail_or_404, reader


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_waive(request: HttpRequest, number: str) -> HttpResponse:
    """A GET lists what can be waived, with the one that was asked for chosen; a POST waives it."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    refusal, status = None, 200
    if request.method == "POST":
        form = WaiverForm(request.POST, found=detail.waivable)
        status = 400
        if form.is_valid():
            try:
                _waive(detail.rfc, form, actor=reader(request), at=at)
            except Refusal as why:
                refusal, status = why, status_of(why)
                if why.field in form.fields:
                    form.add_error(why.field, f"{why.sentence} {why.mend}".strip())
            else:
                messages.success(request, f"Waived. It is noted in the history of {detail.rfc.number}.")
                return redirect("rfc-detail", detail.rfc.number)
    else:
        form = WaiverForm(found=detail.waivable, initial=_initial(request, detail))
    context = {"detail": detail, "rfc": detail.rfc, "form": form, "refusal": refusal}
    return render(request, "changes/rfc_waive.html", context, status=status)


def _initial(request: HttpRequest, detail: Detail) -> dict[str, object]:
    """The finding that the link named, else the first, until the end of the session that it is about."""
    asked = " ".join(filter(None, (request.GET.get(name, "") for name in ("code", "other", "freeze"))))
    fitting = [finding for finding in detail.waivable if waiver_value(finding).startswith(asked)]
    chosen = next((finding for finding in fitting if waiver_value(finding) == asked), fitting[0] if fitting else None)
    return {"finding": waiver_value(chosen) if chosen else None, "until": _end_of(detail.rfc, chosen)}


def _end_of(rfc: RFC, found: Finding | None) -> datetime | None:
    """The end of the session that a finding is about, or of all the work where it is about none."""
    ends = {f"sessions[{place}]": session.end for place, session in enumerate(rfc.content().sessions)}
    return ends.get(found.field) or rfc.planned_end if found else rfc.planned_end


def _waive(rfc: RFC, form: WaiverForm, *, actor: User, at: datetime) -> None:
    typed = form.cleaned_data
    found = form.chosen
    other = RFC.objects.numbered(found.other).first() if found.other else None
    until = typed["until"] or at
    waive(rfc, found.code, other=other, about=found.about, freeze=found.freeze, reason=typed["reason"], until=until, actor=actor, at=at)
