"""The ledger of reminders for those who answer for it: what failed and why, filters, and "Try again"."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from changes import permissions
from changes.actions import ledger as actions
from changes.choices import Channel, Delivery
from changes.domain.ladder_words import Rule
from changes.exceptions import Refusal
from changes.filters import ReminderFilter
from changes.models import Reminder
from changes.selectors.ledger import Place, ledger_page, tallies
from changes.web.bell import leads_to
from changes.web.refusal import tell
from changes.web.request import Request


@require_safe
def ledger(request: Request) -> HttpResponse:
    """All reminders, the latest due first, narrowed as the address says."""
    if not permissions.can_see_ledger(request.user):
        raise PermissionDenied("Administrators and change managers read the ledger.")
    filters = ReminderFilter(request.GET, queryset=Reminder.objects.all())
    before, after = (Place.read(request.GET.get(name, "")) for name in ("before", "after"))
    page = ledger_page(filters.narrowed(Reminder.objects.all()), before=before, after=after)
    context = {
        "page": page,
        "rows": [(row, leads_to(row)) for row in page.rows],
        "tallies": tallies(),
        "chosen": request.GET.getlist("state"),
        "menus": _menus(request),
        "is_narrowed": bool(filters.in_force),
        "problems": [error for errors in filters.errors.values() for error in errors],
        "kept": _kept(request),
    }
    return render(request, "changes/ledger.html", context)


def _menus(request: Request) -> list[dict[str, object]]:
    """The filter menus: each with its choices as (value, label, is chosen)."""
    choices = {
        "state": [(word.value, word.label) for word in Delivery],
        "rule": Rule.choices(),
        "channel": Channel.choices(),
    }
    return [
        {
            "name": name,
            "chosen": [label for value, label in told if value in request.GET.getlist(name)],
            "choices": [(value, label, value in request.GET.getlist(name)) for value, label in told],
        }
        for name, told in choices.items()
    ]


def _kept(request: Request) -> str:
    """The query string without where in the ledger one is, for the links that page on."""
    kept = request.GET.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return kept.urlencode()


@require_POST
def ledger_again(request: Request, pk: int) -> HttpResponse:
    """One that failed goes out once more; back to where the reader was."""
    if not permissions.can_see_ledger(request.user):
        raise PermissionDenied("Administrators and change managers have reminders sent again.")
    row = get_object_or_404(Reminder.objects.select_related("recipient"), pk=pk)
    try:
        actions.try_again(row, actor=request.user, at=timezone.now())
        messages.success(request, f"It is sent to {row.recipient} again within the minute.")
    except Refusal as refusal:
        tell(request, refusal)
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back) if is_ours else redirect("ledger")
