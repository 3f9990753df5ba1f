"""The reminders of an RFC: what was sent to whom, and what is still to come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.choices import Delivery
from changes.models import RFC
from changes.selectors.reminder import ledger_of

_AHEAD = (Delivery.PLANNED, Delivery.DUE, Delivery.CLAIMED)


@require_safe
def rfc_reminders(request: HttpRequest, number: str) -> HttpResponse:
    """The ledger in two parts, both by when they are due."""
    rfc = get_object_or_404(RFC.objects.visible_to(request.user).numbered(number).select_related("owner", "implementer"))
    entries = ledger_of(rfc, at=timezone.now())
    context = {
        "rfc": rfc,
        "ahead": [entry for entry in entries if entry.state in _AHEAD],
        "past": [entry for entry in reversed(entries) if entry.state not in _AHEAD],
    }
    return render(request, "changes/rfc_reminders.html", context)
