"""Where the mails "has it begun?" and "how did it go?" lead: one question, its answers, and nothing changed by opening it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.choices import State
from changes.selectors.detail import Detail
from changes.web.forms.move import ExtendForm, MoveForm
from changes.web.rfc import detail_or_404


@require_safe
def rfc_outcome(request: HttpRequest, number: str) -> HttpResponse:
    """Every answer is a form that posts to the move or to the work that it is."""
    detail = detail_or_404(request, number, at=timezone.now())
    context = {
        "detail": detail,
        "rfc": detail.rfc,
        "night": detail.night,
        "begin_form": _form(detail, State.IN_PROGRESS),
        "complete_form": _form(detail, State.COMPLETED),
        "extend_form": ExtendForm(),
    }
    return render(request, "changes/rfc_outcome.html", context)


def _form(detail: Detail, after: State) -> MoveForm | None:
    """The fields of a move that the reader may make now, with the planned times: a mail may be opened the morning after."""
    offer = detail.offers.get(after.value)
    if offer is None or not offer.allowed or detail.night is None:
        return None
    session = detail.night.session
    initial = {"version": detail.rfc.version, "actual_start": session.actual_start}
    if session.planned_start <= detail.at:
        initial["actual_start"] = session.actual_start or session.planned_start
    if after == State.COMPLETED:
        initial["actual_end"] = min(session.planned_end or detail.at, detail.at)
    return MoveForm(rfc=detail.rfc, after=after, initial=initial)
