"""Moving an RFC from its page: every move by one address, the review, and what the change manager and an approver confirm."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes.actions import automatic, decision, lifecycle
from changes.actions import rfc as rfc_actions
from changes.actions.action import Promised, promise_in_review
from changes.actions.lifecycle import Request
from changes.choices import Outcome, State
from changes.domain.lifecycle import REVIEW_QUESTIONS
from changes.exceptions import Refusal, Unacceptable
from changes.models import RFC
from changes.selectors.action import promised_in
from changes.selectors.detail import Detail
from changes.web.forms.action import ActionForm, ActionRows
from changes.web.forms.move import MoveForm
from changes.web.refusal import status_of, tell
from changes.web.rfc import detail_or_404, initial_of, reader

DONE = {
    State.DRAFT: "Returned to {owner}.",
    State.SUBMITTED: "Submitted.",
    State.APPROVED: "Approved; it is not on the schedule yet, the page says why.",
    State.SCHEDULED: "Approved, and on the schedule.",
    State.IN_PROGRESS: "Begun. The first step stands on top.",
    State.COMPLETED: "Outcome recorded: {outcome}.",
    State.CLOSED: "Closed.",
    State.REJECTED: "Rejected.",
    State.CANCELLED: "Cancelled.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_move(request: HttpRequest, number: str, state: str) -> HttpResponse:
    """A GET shows what the move asks for and changes nothing; a POST makes it, or says why not and keeps what was typed."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    after = _state_or_404(state)
    if request.method != "POST":
        form = MoveForm(rfc=detail.rfc, after=after, initial=initial_of(detail, after))
        return _ask(request, detail, after, form)
    form = MoveForm(request.POST, rfc=detail.rfc, after=after)
    if not form.is_valid():
        return _ask(request, detail, after, form, status=400)
    try:
        rfc = _move(request, detail.rfc, after, form, at)
    except Refusal as refusal:
        detail = detail_or_404(request, number, at=at)
        return _ask(request, detail, after, form, refusal=refusal, status=status_of(refusal))
    messages.success(request, said(rfc))
    return redirect("rfc-detail", rfc.number)


def _state_or_404(word: str) -> State:
    try:
        return State(word)
    except ValueError as error:
        raise Http404(word) from error


def _move(request: HttpRequest, rfc: RFC, after: State, form: MoveForm, at: datetime) -> RFC:
    typed = form.cleaned_data
    asked = Request(
        reason=typed.get("reason", ""),
        outcome=Outcome(typed["outcome"]) if typed.get("outcome") else None,
        actual_start=typed.get("actual_start"),
        actual_end=typed.get("actual_end"),
    )
    return lifecycle.move(rfc, after, actor=reader(request), at=at, version=typed.get("version"), request=asked)


def said(rfc: RFC) -> str:
    """What was done, as the toast says it: by where the RFC has come to, which may be further than was asked."""
    outcome = Outcome(rfc.outcome).label.lower() if rfc.outcome else ""
    return f"{rfc.number}: {DONE[State(rfc.state)].format(owner=rfc.owner, outcome=outcome)}"


def _ask(
    request: HttpRequest, detail: Detail, after: State, form: MoveForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    if refusal is not None and refusal.field in form.fields:
        form.add_error(refusal.field, f"{refusal.sentence} {refusal.mend}".strip())
    context = {
        "detail": detail,
        "rfc": detail.rfc,
        "after": after,
        "offer": detail.offers.get(after.value),
        "form": form,
        "refusal": refusal,
        "is_stale": status == 412,
    }
    return render(request, "changes/rfc_move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_review(request: HttpRequest, number: str) -> HttpResponse:
    """The post-implementation review: kept as far as it is written, or written and closed."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    answers = {name: request.POST.get(name, "").strip() for name in REVIEW_QUESTIONS}
    rows = ActionRows(request.POST if "promised-TOTAL_FORMS" in request.POST else None, prefix="promised")
    context = {"detail": detail, "rfc": detail.rfc, "questions": detail.review, "rows": rows, "promised": promised_in(detail.rfc)}
    if request.method != "POST":
        return render(request, "changes/rfc_review.html", context)
    refusal = None
    try:
        if not rows.is_bound or rows.is_valid():
            rfc = _review(request, detail.rfc, answers, _promises(rows), at)
            messages.success(request, said(rfc) if rfc.state == State.CLOSED else "The review is kept.")
            return redirect("rfc-detail", rfc.number)
    except Refusal as why:
        refusal = why
    typed = [(name, question, answers[name]) for name, question in REVIEW_QUESTIONS.items()]
    context |= {"questions": typed, "refusal": refusal}
    return render(request, "changes/rfc_review.html", context, status=status_of(refusal) if refusal else 400)


def _promises(rows: "BaseFormSet[ActionForm]") -> list[Promised]:
    """The rows in which something was written."""
    given = [row.cleaned_data for row in rows if row.has_changed()] if rows.is_bound else []
    return [Promised(one["text"], one["owner"], one["due_at"]) for one in given]


def _review(request: HttpRequest, rfc: RFC, answers: dict[str, str], promised: list[Promised], at: datetime) -> RFC:
    """All of it, or nothing."""
    with transaction.atomic():
        answers = promise_in_review(rfc, promised, answers, actor=reader(request), at=at)
        return _reviewed(request, rfc, answers, at)


def _reviewed(request: HttpRequest, rfc: RFC, answers: dict[str, str], at: datetime) -> RFC:
    if "close" in request.POST:
        return lifecycle.move(rfc, State.CLOSED, actor=reader(request), at=at, request=Request(review=answers))
    if not any(answers.values()):
        raise Unacceptable("Nothing is written yet.", mend="Answer at least one question.")
    return lifecycle.write_review(rfc, answers, actor=reader(request), at=at)


@require_POST
def rfc_confirm_move(request: HttpRequest, number: str) -> HttpResponse:
    """The change manager agrees to a move to another permitted night."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    try:
        rfc = rfc_actions.confirm_move(detail.rfc, actor=reader(request), at=at)
        messages.success(request, f"The move of {rfc.number} is confirmed. {said(rfc) if rfc.state == State.SCHEDULED else ''}".strip())
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("rfc-detail", detail.rfc.number)


@require_POST
def rfc_confirm_approval(request: HttpRequest, number: str) -> HttpResponse:
    """An approver stands by the word that somebody else wrote down."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    try:
        decision.confirm(detail.rfc, actor=reader(request), at=at)
        messages.success(request, f"Your approval of {detail.rfc.number} is confirmed.")
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("rfc-detail", detail.rfc.number)


@require_POST
def rfc_restore(request: HttpRequest, number: str) -> HttpResponse:
    """A service's named approver lets through what restores it."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    version = request.POST.get("version", "")
    try:
        rfc = automatic.restore(
            detail.rfc,
            request.POST.get("reason", ""),
            actor=reader(request),
            at=at,
            version=int(version) if version.isdecimal() else None,
        )
        messages.success(request, f"{said(rfc)} The board is told on its next agenda.")
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("rfc-detail", detail.rfc.number)


@require_POST
def rfc_permanent(request: HttpRequest, number: str) -> HttpResponse:
    """The owner records that an emergency's fix is permanent."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    try:
        rfc_actions.call_permanent(detail.rfc, request.POST.get("reason", ""), actor=reader(request), at=at)
        messages.success(request, f"{detail.rfc.number} is permanent; no RFC has to follow it up.")
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("rfc-detail", detail.rfc.number)
