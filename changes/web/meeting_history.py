"""What was done to a meeting and its agenda, and by whom (DESIGN 4.8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.selectors.history import of_meeting
from changes.web.agenda import meeting_or_404


@require_safe
def meeting_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every event, newest first, for those who may see the board."""
    meeting = meeting_or_404(request, pk)
    lines = of_meeting(meeting, time_zone=timezone.get_current_timezone_name())
    return render(request, "changes/meeting_history.html", {"meeting": meeting, "lines": lines})
