"""The work of a night on the page: beginning and ending a session, more time, turning back and going on."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes.actions import session
from changes.exceptions import MoveRefused, Refusal
from changes.formats import times
from changes.models import User
from changes.selectors.detail import Detail
from changes.web.forms.move import ExtendForm, NoteForm
from changes.web.refusal import status_of
from changes.web.rfc import detail_or_404, reader


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_work(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """`act` is begin, end, extend, roll-back or resume. A GET asks first and changes nothing."""
    if act not in _ACTS:
        raise Http404(act)
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    kind = ExtendForm if act == "extend" else NoteForm
    form = kind(request.POST) if request.method == "POST" else kind()
    refusal, status = None, 400 if form.is_bound else 200
    if form.is_valid():
        try:
            said = _ACTS[act](detail, form, reader(request))
        except Refusal as why:
            refusal, status = why, status_of(why)
        else:
            messages.success(request, said)
            return redirect("rfc-detail", detail.rfc.number)
    context = {"detail": detail, "rfc": detail.rfc, "night": detail.night, "act": act, "form": form, "refusal": refusal}
    return render(request, "changes/rfc_work.html", context, status=status)


def _begin(detail: Detail, form: Form, actor: User) -> str:
    session.begin(detail.rfc, actor=actor, at=detail.at)
    return "The next session has begun."


def _end(detail: Detail, form: Form, actor: User) -> str:
    session.end(detail.rfc, actor=actor, at=detail.at, note=form.cleaned_data["note"])
    return "The session has ended. Record the outcome after the last one."


def _extend(detail: Detail, form: Form, actor: User) -> str:
    if detail.night is None:
        raise MoveRefused("There is no session to extend.")
    typed = form.cleaned_data
    rfc = session.extend(detail.night.session, typed["minutes"], actor=actor, at=detail.at, note=typed["note"])
    ends = rfc.sessions.get(pk=detail.night.session.pk).planned_end
    return f"Extended to {times.hhmm(ends, zone=timezone.get_current_timezone())}." if ends else "Extended."


def _roll_back(detail: Detail, form: Form, actor: User) -> str:
    session.turn_back(detail.rfc, actor=actor, at=detail.at, note=form.cleaned_data["note"])
    return "The rollback has begun. Its first step stands on top."


def _resume(detail: Detail, form: Form, actor: User) -> str:
    session.resume(detail.rfc, actor=actor, at=detail.at, note=form.cleaned_data["note"])
    return "The rollout goes on."


_ACTS: Mapping[str, Callable[[Detail, Form, User], str]] = {
    "begin": _begin,
    "end": _end,
    "extend": _extend,
    "roll-back": _roll_back,
    "resume": _resume,
}
