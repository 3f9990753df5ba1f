"""What is decided on the page of an RFC and not in a meeting: a word given on the phone, and conditions that are met."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes.actions.condition import meet
from changes.actions.decision import decide
from changes.actions.ruling import Ruling
from changes.choices import Verdict
from changes.exceptions import Refusal
from changes.web.forms.move import VerbalForm
from changes.web.lifecycle import said
from changes.web.refusal import status_of, tell
from changes.web.rfc import detail_or_404, reader


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_verbal(request: HttpRequest, number: str) -> HttpResponse:
    """Those whose emergency it is write down who approved it, and how; the approver confirms within 24 hours (DESIGN 4.1)."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    approvers = {entry.user.username: entry.user for entry in detail.on_rota}
    typed = request.POST if request.method == "POST" else None
    form = VerbalForm(typed, approvers=list(approvers.values()), initial={"version": detail.rfc.version})
    refusal, status = None, 400 if typed is not None else 200
    if form.is_valid():
        given = form.cleaned_data
        ruling = Ruling(Verdict.APPROVE, verbal_by=approvers[given["approver"]], how=given["how"])
        try:
            decided = decide(detail.rfc, ruling, actor=reader(request), at=at, version=given["version"])
        except Refusal as why:
            refusal, status = why, status_of(why)
        else:
            messages.success(request, f"{said(decided.rfc)} {decided.by} confirms it within 24 hours.")
            return redirect("rfc-detail", detail.rfc.number)
    context = {"detail": detail, "rfc": detail.rfc, "form": form, "refusal": refusal}
    return render(request, "changes/rfc_verbal.html", context, status=status)


@require_POST
def condition_meet(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Somebody who may says that a condition is met, or is not after all."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    condition = next((row for row, _ in detail.conditions if row.pk == pk), None)
    if condition is None:
        raise Http404(str(pk))
    is_met = request.POST.get("met") == "1"
    try:
        meet(condition, met=is_met, actor=reader(request), at=at, note=request.POST.get("note", ""))
        messages.success(request, f"{'Met' if is_met else 'Open again'}: {condition.text}")
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("rfc-detail", detail.rfc.number)
