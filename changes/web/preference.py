"""How one is told: by what, when, of what, and who stands in; and the page behind "turn this off" in a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from changes.actions import preference as actions
from changes.domain.haste import AT_ONCE, CAN_WAIT, MAY_BE_OFF
from changes.domain.ladder_words import Rule
from changes.exceptions import Refusal
from changes.models import Preference, User
from changes.notifications import chat
from changes.notifications.unsubscribe import read_token
from changes.selectors.preference import given_by, preference_of, stands_in_now
from changes.selectors.reminder_wishes import zone_of
from changes.web.forms.preference import PreferenceForm
from changes.web.refusal import status_of, words
from changes.web.request import Request

#: Seconds between two test messages of one person.
BETWEEN_TESTS = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: Request) -> HttpResponse:
    """A GET shows how one is told; a POST saves the whole page, or sends a test message and saves nothing."""
    row = preference_of(request.user)
    if request.method != "POST":
        return _page(request, row, PreferenceForm(preference=row))
    form = PreferenceForm(request.POST, preference=row)
    if not form.is_valid():
        return _page(request, row, form, status=400)
    if "test" in request.POST:
        return _tested(request, row, form)
    try:
        saved = actions.save(request.user, form.wish, actor=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, words(refusal))
        return _page(request, row, form, status=status_of(refusal))
    messages.success(request, _said(saved))
    return redirect("preference")


def _said(row: Preference) -> str:
    told = f" {row.delegate} is told." if row.delegate else ""
    return f"Saved. It holds from now on, for what is held as well.{told}"


def _tested(request: Request, row: Preference, form: PreferenceForm) -> HttpResponse:
    """Sends to the address that is typed, else to the stored one."""
    typed = form.cleaned_data["chat_url"].strip()
    url = typed or row.chat_url
    if not url or (why := chat.why_not(url)):
        form.add_error("chat_url", why if url else "There is no address to send to yet.")
        return _page(request, row, form, status=400)
    if not cache.add(f"chat-test:{request.user.pk}", 1, BETWEEN_TESTS):
        form.add_error("chat_url", f"A test was sent just now. Wait {BETWEEN_TESTS} seconds before the next.")
        return _page(request, row, form, status=400)
    if problem := chat.say(url, "Forward schedule", "This is a test. Reminders will come here."):
        form.add_error("chat_url", f"The test did not arrive: {problem}")
        return _page(request, row, form, status=400)
    messages.success(request, f"{chat.masked(url)} took the test message.{' The address is not saved yet.' if typed else ''}")
    return _page(request, row, form)


def _page(request: Request, row: Preference, form: PreferenceForm, status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = {
        "form": form,
        "preference": row,
        "chat": chat.masked(row.chat_url) if row.chat_url else "",
        "zone_name": f"{zone_of(request.user)}",
        "stands_in": row.pk and stands_in_now(row, at),
        "stood_for": [(one, stands_in_now(one, at)) for one in given_by(request.user)],
        "always": [rule.label for rule in Rule if rule not in MAY_BE_OFF],
        "at_once": [rule.label for rule in Rule if rule in AT_ONCE],
        "can_wait": [rule.label for rule in Rule if rule in CAN_WAIT],
    }
    return render(request, "changes/preference.html", context, status=status)


@login_not_required
@csrf_exempt  # a mail program posts it in one click and has no page of ours (RFC 8058, 3.1); the token says who asks
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turns one kind of reminder off for whom the token names. A GET only asks: mail programs open links by themselves."""
    told = read_token(token)
    user = User.objects.filter(pk=told[0], is_active=True).first() if told else None
    if told is None or user is None:
        return render(request, "changes/unsubscribe.html", {"is_unknown": True}, status=404)
    context = {"user_named": user, "rule": told[1].label, "token": token}
    if request.method != "POST":
        return render(request, "changes/unsubscribe.html", {**context, "is_off": told[1] in preference_of(user).muted})
    try:
        actions.mute(user, told[1].value, actor=user, at=timezone.now())
    except Refusal as refusal:
        return render(request, "changes/unsubscribe.html", {**context, "refusal": refusal}, status=status_of(refusal))
    return render(request, "changes/unsubscribe.html", {**context, "is_off": True, "is_done": True})
