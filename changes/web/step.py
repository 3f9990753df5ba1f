"""Ticking off a step, from its row or from the box of the next action; htmx swaps the work, without script the page comes back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from changes.actions import session, step
from changes.exceptions import Refusal
from changes.models import Step
from changes.selectors.detail import Detail
from changes.web.forms.move import NoteForm
from changes.web.refusal import status_of, words
from changes.web.rfc import detail_or_404, page_of, reader, refused


@require_http_methods(["GET", "HEAD", "POST"])
def step_mark(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """POST `done` 1 or 0, `note`, or `roll_back`; a GET asks what was seen when a step did not work."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    row = next((row for row in detail.rfc.steps.all() if row.pk == pk), None)
    if row is None:
        raise Http404(str(pk))
    if request.method != "POST":
        context = {"detail": detail, "rfc": detail.rfc, "step": row, "form": NoteForm()}
        return render(request, "changes/step_mark.html", context)
    try:
        said = _mark(request, detail, row)
    except Refusal as refusal:
        return _answer(request, detail_or_404(request, number, at=at), refusal)
    if request.htmx:  # type: ignore[attr-defined]
        part = render(request, "changes/partials/rfc_detail/work.html", page_of(detail_or_404(request, number, at=at)))
        return trigger_client_event(part, "toast", {"value": said})
    messages.success(request, said)
    return redirect("rfc-detail", detail.rfc.number)


def _mark(request: HttpRequest, detail: Detail, row: Step) -> str:
    """Mark the step as was asked; what was done, for the toast."""
    actor, at = reader(request), detail.at
    done = {"1": True, "0": False}.get(request.POST.get("done", ""))
    note = request.POST.get("note")
    if "failed" in request.POST:
        note = f"Did not work. {note or ''}".strip()
    step.mark(row, done=done, note=note or None, actor=actor, at=at)
    if "roll_back" in request.POST:
        session.turn_back(detail.rfc, actor=actor, at=at, note=f"{row.instruction}: {note}" if note else row.instruction)
        return "The rollback has begun. Its first step stands on top."
    if done is None:
        return "Noted."
    return "Done, noted with its time." if done else "Open again."


def _answer(request: HttpRequest, detail: Detail, refusal: Refusal) -> HttpResponse:
    """A refused tick says why; the part that was swapped shows what holds."""
    if not request.htmx:  # type: ignore[attr-defined]
        return refused(request, detail, refusal)
    part = render(request, "changes/partials/rfc_detail/work.html", {**page_of(detail), "refusal": refusal, "typed": request.POST})
    part["X-Refused"] = str(status_of(refusal))  # htmx swaps answers of 200 alone
    return trigger_client_event(part, "toast", {"value": words(refusal)})
