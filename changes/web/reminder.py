"""The reminders of an RFC: what was sent to whom, and what is still to come."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.choices import Delivery
from changes.models import RFC
from changes.selectors.reminder import written_about
from changes.selectors.told import told_of
from changes.web.request import Request

_AHEAD = (Delivery.DUE, Delivery.CLAIMED)


@require_safe
def rfc_reminders(request: Request, number: str) -> HttpResponse:
    """What is to come, by when it goes, and the ledger, the latest first."""
    at = timezone.now()
    rfc = get_object_or_404(RFC.objects.visible_to(request.user).numbered(number).select_related("owner", "implementer"))
    past = written_about(rfc, at=at).exclude(state__in=_AHEAD).select_related("recipient", "on_behalf_of")
    context = {"rfc": rfc, "ahead": told_of(rfc, request.user, at=at), "past": list(past.order_by("-due_at", "-pk"))}
    return render(request, "changes/rfc_reminders.html", context)
