"""The bell in the top bar: how much is unread, what it was, and marking it read. Without script it is a plain link."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from changes.actions import bell as actions
from changes.domain.answer import Say
from changes.domain.ladder_words import About, Rule
from changes.models import Reminder
from changes.selectors.bell import notes_of, told_on_page, unread_of
from changes.web.answer import address
from changes.web.request import Request

#: By the names of the rules; what stands in neither leads to its RFC or its meeting.
_SAYS = {
    "begun": Say.BEGUN,
    "begun_unanswered": Say.BEGUN,
    "outcome": Say.WELL,
    "outcome_missing": Say.WELL,
    "outcome_unanswered": Say.WELL,
    "overrunning": Say.HOUR,
}
_PAGES = {
    "incomplete_before_cut_off": "rfc-edit",
    "review_due": "rfc-review",
    "approval_gone": "rfc-history",
    "returned": "rfc-edit",
    "decision_withdrawn": "rfc-history",
    "ground_withdrawn": "rfc-history",
    "status_asked": "rfc-status",
}


@never_cache
@require_safe
def bell(request: Request) -> HttpResponse:
    """The latest, urgent ones first; reading the page marks nothing."""
    at = timezone.now()
    notes, older = notes_of(request.user, at=at, before=_key(request.GET.get("before", "")))
    context = {
        "notes": [(note, leads_to(note.row)) for note in notes],
        "older": older,
        "is_first": not request.GET.get("before"),
        "until": at.isoformat(),
    }
    return render(request, "changes/bell.html", context)


@never_cache
@require_safe
def bell_unread(request: Request) -> HttpResponse:
    """What the script asks each minute."""
    unread = unread_of(request.user, at=timezone.now())
    return JsonResponse({"unread": unread.number, "words": unread.words, "urgent": unread.is_urgent})


@require_POST
def bell_read(request: Request) -> HttpResponse:
    """Marks one (`key`) as read, or all that the page has shown (`until`)."""
    at, key = timezone.now(), _key(request.POST.get("key", ""))
    if key:
        actions.read(get_object_or_404(told_on_page(request.user, at=at), pk=key), actor=request.user, at=at)
    elif until := _instant(request.POST.get("until", "")):
        many = actions.read_all(until=until, actor=request.user, at=at)
        messages.success(request, f"{many} marked as read." if many else "All were read already.")
    return redirect("bell")


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _instant(text: str) -> datetime | None:
    """An instant that a page gave out; None for anything else."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo else None


def leads_to(row: Reminder) -> str:
    """The page that a reminder is about."""
    if row.subject.startswith(f"{About.NIGHT}:"):
        return reverse("night-outcomes", args=[row.subject.partition(":")[2]])
    if row.rule == Rule.DELEGATE_NAMED:
        return reverse("preference")
    if row.rule in _SAYS and row.session and row.rfc:
        return address(row.rfc, row.session, _SAYS[row.rule])
    if row.rfc:
        return reverse(_PAGES.get(row.rule, "rfc-detail"), args=[row.rfc.number])
    return reverse("meeting-detail", args=[row.meeting_id]) if row.meeting_id else reverse("home")


def unread(request: HttpRequest) -> object:
    """For the top bar, asked only where it is drawn."""
    return unread_of(request.user, at=timezone.now()) if request.user.is_authenticated else None
