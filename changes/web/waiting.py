"""What waits for an RFC where it stands now, and moving it behind: after an edit, an extension, or a move made alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes.actions import session as actions
from changes.exceptions import Refusal
from changes.models import RFC
from changes.models.rfc import key_of
from changes.selectors.waiting import line_of
from changes.web.refusal import status_of


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_waiting(request: HttpRequest, number: str) -> HttpResponse:
    """A GET shows each with where it would go; a POST moves those that were shown."""
    rfc = get_object_or_404(RFC.objects.visible_to(request.user).with_content(), pk=key_of(number) or 0)
    at, zone = timezone.now(), timezone.get_current_timezone_name()
    refusal, status = None, 200
    if request.method == "POST":
        try:
            moved = actions.move_waiting(rfc, agreed=request.POST.get("along", ""), actor=request.user, at=at, time_zone=zone)  # type: ignore[arg-type]
        except Refusal as why:
            refusal, status = why, status_of(why)
        else:
            messages.success(request, f"Moved behind {rfc.number}: {', '.join(one.number for one in moved)}.")
            return redirect("rfc-detail", rfc.number)
    line = line_of(rfc, rfc.content(), viewer=request.user, at=at, time_zone=zone)  # type: ignore[arg-type]
    return render(request, "changes/rfc_waiting.html", {"rfc": rfc, "line": line, "refusal": refusal}, status=status)
