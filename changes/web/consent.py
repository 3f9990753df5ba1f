"""The consent list on the agenda: approved in one act, pulled apart, put back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from changes.actions.consent import Consented, approve_consent, pull, put_back
from changes.exceptions import Refusal
from changes.models import AgendaItem, Meeting
from changes.web.agenda import meeting_or_404
from changes.web.refusal import attempt, tell
from changes.web.rfc import reader


@require_POST
def consent_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the items that were read, each with the version of its RFC: "item" is "12:3" once for each."""
    meeting = meeting_or_404(request, pk)
    read = items_read(request)
    try:
        done = approve_consent(meeting, actor=reader(request), at=timezone.now(), read=read)
    except Refusal as refusal:
        tell(request, refusal)
    else:
        _say(request, done)
    return redirect("meeting-detail", pk)


def items_read(request: HttpRequest) -> dict[int, int]:
    """What stood on the list as it was read: the version of each item's RFC by the item's key; what is no such pair is left out."""
    pairs = [value.partition(":") for value in request.POST.getlist("item")]
    return {int(key): int(version) for key, _, version in pairs if is_key(key) and is_key(version)}


def is_key(text: str) -> bool:
    """Whether it can be the key of a row, so that asking for it is harmless."""
    return text.isdecimal() and len(text) < 18


def _say(request: HttpRequest, done: Consented) -> None:
    """What was approved, and each that was left out with its reason."""
    numbers = ", ".join(decision.rfc.number for decision in done.approved)
    if numbers:
        messages.success(request, f"Approved by consent: {numbers}. Their owners are told.")
    for item, why in done.left_out:
        messages.warning(request, f"Left out: {item.title}. {why}")
    if not done.approved and not done.left_out:
        messages.warning(request, "Nothing was on the list any more.")


@require_POST
def item_pull(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take it out of the consent list."""
    row = item_or_404(request, pk, item)

    def out() -> str:
        pull(row, actor=reader(request), at=timezone.now())
        return f"{row.title} is talked about under {row.get_section_display()}."

    return done(request, row, out)


@require_POST
def item_put_back(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Let it be decided by consent after all."""
    row = item_or_404(request, pk, item)

    def back() -> str:
        put_back(row, actor=reader(request), at=timezone.now())
        return f"{row.title} may be decided by consent again."

    return done(request, row, back)


def item_or_404(request: HttpRequest, pk: int, item: int) -> AgendaItem:
    """An item of a meeting, for those who may see the board."""
    meeting: Meeting = meeting_or_404(request, pk)
    found: AgendaItem = get_object_or_404(AgendaItem.objects.select_related("rfc"), pk=item, meeting=meeting)
    if found.rfc is None:
        raise Http404(f"item {item}")
    return found


def done(request: HttpRequest, row: AgendaItem, act: Callable[[], str]) -> HttpResponse:
    """Do it and say so, or say why not; then back to the item's page, or to the agenda where that was asked."""
    attempt(request, act)
    return back_from(request, row)


def back_from(request: HttpRequest, row: AgendaItem) -> HttpResponse:
    """To the agenda where the button stood there ("to" is "agenda"), at the item; else to the item's page."""
    if request.POST.get("to") == "agenda":
        answer = redirect("meeting-detail", row.meeting_id)
        answer["Location"] += f"#item-{row.pk}"
        return answer
    return redirect("item-detail", row.meeting_id, row.pk)
