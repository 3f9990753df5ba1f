"""The automatic changes that a meeting is told of, and the board's way to take the ground of one away (DESIGN 4.3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from changes.actions.ground import withdraw_ground
from changes.choices import State
from changes.exceptions import Refusal
from changes.models import Meeting
from changes.selectors.lane import lane_of
from changes.web.agenda import meeting_or_404
from changes.web.refusal import status_of
from changes.web.rfc import posted_rfc, reader


@require_safe
def meeting_automatic(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, meeting_or_404(request, pk))


@require_POST
def ground_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the ground of `rfc`, with the reason that was given; what is refused keeps it."""
    meeting, reason = meeting_or_404(request, pk), request.POST.get("reason", "")
    rfc = posted_rfc(request)
    try:
        rfc = withdraw_ground(meeting, rfc, reason, actor=reader(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, meeting, status=status_of(refusal), refusal=refusal, typed_rfc=rfc.pk, typed_reason=reason)
    held = f"{rfc.number} is off the schedule and waits for the board. {rfc.owner} is told."
    messages.success(
        request,
        held if rfc.state == State.SUBMITTED else f"Written down in the history of {rfc.number}; its work had begun. {rfc.owner} is told.",
    )
    return redirect("meeting-automatic", meeting.pk)


def _page(request: HttpRequest, meeting: Meeting, *, status: int = 200, **typed: Any) -> HttpResponse:
    lane = lane_of(meeting, viewer=reader(request), at=timezone.now())
    return render(request, "changes/meeting_automatic.html", {"meeting": meeting, "lane": lane, **typed}, status=status)
