"""The forward view of a meeting: the weeks after it, what moved, freezes, waivers, approvals that lapse (DESIGN 4.8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.selectors.forward import forward_of
from changes.web.agenda import meeting_or_404
from changes.web.rfc import reader


@require_safe
def meeting_forward(request: HttpRequest, pk: int) -> HttpResponse:
    """What the agenda counts under "for information", listed."""
    meeting = meeting_or_404(request, pk)
    zone = timezone.get_current_timezone_name()
    forward = forward_of(meeting, viewer=reader(request), at=timezone.now(), time_zone=zone)
    return render(request, "changes/meeting_forward.html", {"meeting": meeting, "forward": forward})
