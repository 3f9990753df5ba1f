"""In a running meeting: the consent list in one act, one of it pulled out, actions promised, done, or given more time."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from changes.actions.action import fulfil, promise, put_off
from changes.actions.condition import meet
from changes.actions.sitting import pull_out, settle_consent
from changes.actions.turn import stir
from changes.choices import MeetingState
from changes.exceptions import Refusal, Unacceptable
from changes.models import Action, AgendaItem, Condition
from changes.web.agenda import meeting_or_404
from changes.web.consent import is_key, items_read
from changes.web.forms.board import ConditionForm
from changes.web.forms.move import moment_field
from changes.web.refusal import attempt, tell
from changes.web.rfc import reader
from changes.web.sitting_page import consent_desk
from changes.web.sitting_sure import check_sure_of_list


@require_POST
def sitting_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the items that were read, each with the version of its RFC: "item" is "12:3" once for each."""
    meeting = meeting_or_404(request, pk)
    read = items_read(request)
    try:
        if meeting.state == MeetingState.IN_SESSION and (desk := consent_desk(request, meeting, at=timezone.now())):
            check_sure_of_list(desk, request.POST)
        done = settle_consent(meeting, actor=reader(request), at=timezone.now(), read=read)
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("sitting-detail", pk)
    if done.approved:
        messages.success(request, f"Approved on the consent list: {', '.join(row.rfc.number for row in done.approved)}.")
    for item, why in done.left_out:
        messages.warning(request, f"Left out: {item.title}. {why}")
    return redirect("sitting-detail", pk)


@require_POST
def sitting_pull(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take an item out of the consent list, so that it is talked about under its section."""
    row = get_object_or_404(AgendaItem, pk=item, meeting=meeting_or_404(request, pk))

    def out() -> str:
        pull_out(row, actor=reader(request), at=timezone.now())
        return f"{row.title} is talked about under {row.get_section_display()}."

    return _done(request, pk, out)


@require_POST
def sitting_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down who promised what until when, in this meeting and about the item that is looked at."""
    meeting = meeting_or_404(request, pk)
    form = ConditionForm(request.POST, prefix="action")
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return _back(request, pk)
    key = request.POST.get("item", "")
    given, item = form.cleaned_data, meeting.items.filter(pk=key if is_key(key) else 0).select_related("rfc").first()

    def write() -> str:
        at, rfc = timezone.now(), item.rfc if item else None
        made = promise(
            meeting.board, given["text"], given["owner"], given["due_at"], actor=reader(request), at=at, meeting=meeting, rfc=rfc
        )
        return f"Written down for {made.owner}. It stands on each agenda until it is done."

    return _done(request, pk, write)


@require_POST
def sitting_condition(request: HttpRequest, pk: int, condition: int) -> HttpResponse:
    """Say of a condition on this agenda that it is met, with how that is known, or is open after all."""
    standing = meeting_or_404(request, pk).items.exclude(section="").values("rfc")
    row = get_object_or_404(Condition, pk=condition, decision__rfc__in=standing)
    is_met = request.POST.get("met") == "1"

    def say() -> str:
        meet(row, met=is_met, actor=reader(request), at=timezone.now(), note=request.POST.get("note", ""))
        stir(pk)
        return f"{'Met' if is_met else 'Open again'}: {row.text}"

    return _done(request, pk, say)


@require_POST
def sitting_action(request: HttpRequest, pk: int, action: int) -> HttpResponse:
    """Say that an action is done, with what came of it, or give it more time."""
    meeting = meeting_or_404(request, pk)
    row = get_object_or_404(Action, pk=action, board=meeting.board)

    def say() -> str:
        at, actor = timezone.now(), reader(request)
        if "later" in request.POST:
            put_off(row, _due_at(request), actor=actor, at=at)
            return f"More time for {row.owner}: {row.text}"
        fulfil(row, actor=actor, at=at, note=request.POST.get("note", ""))
        return f"Done: {row.text}"

    return _done(request, pk, say)


def _due_at(request: HttpRequest) -> datetime:
    """Raises `Unacceptable` with the words of the field."""
    try:
        due_at: datetime = moment_field("Until").clean(request.POST.get("due_at", ""))
    except ValidationError as error:
        raise Unacceptable(" ".join(error.messages), field="due_at") from error
    return due_at


def _done(request: HttpRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    attempt(request, act)
    return _back(request, pk)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the item that was looked at apart from the presenter, else to where the meeting is."""
    answer = redirect("sitting-detail", pk)
    if (shown := request.POST.get("shown", "")).isdecimal():
        answer["Location"] += f"?item={shown}"
    return answer
