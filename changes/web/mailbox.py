"""The demo's mailbox: every mail that would have gone out, for every demo account to read. Only where DEMO is set."""

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from changes.models import DemoMail

PAGE = 50
View = Callable[..., HttpResponseBase]


def demo_only(view: View) -> View:
    """404 outside of a demo, where these rows would be other people's mail."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return answered


@require_safe
@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest mails first; `to`, `q` and `before` narrow and page."""
    to, query = request.GET.get("to", ""), request.GET.get("q", "").strip()
    everybody = DemoMail.objects.order_by().values_list("to", flat=True).distinct().order_by("to")
    mails = _older_than(request.GET.get("before", ""))
    if to:
        mails = mails.filter(to=to)
    if query:
        mails = mails.filter(Q(subject__icontains=query) | Q(text__icontains=query))
    found = list(mails.order_by("-pk").defer("html")[: PAGE + 1])
    context = {
        "mails": found[:PAGE],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "to": to,
        "query": query,
        "everybody": everybody,
        "own": getattr(request.user, "email", ""),
    }
    return render(request, "changes/mailbox_list.html", context)


def _older_than(key: str) -> Any:
    mails = DemoMail.objects.all()
    return mails.filter(pk__lt=int(key)) if key.isdecimal() and len(key) < 18 else mails


@require_safe
@demo_only
def mailbox_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: as its reader sees it, in a frame of its own, and as text."""
    return render(request, "changes/mailbox_mail.html", {"mail": get_object_or_404(DemoMail, pk=pk)})


@require_safe
@demo_only
@xframe_options_sameorigin
def mailbox_html(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The HTML part alone, for the frame. It runs nothing and loads nothing; its own style sheet is allowed by its hash."""
    mail = get_object_or_404(DemoMail.objects.exclude(html=""), pk=pk)
    answer = HttpResponse(mail.html)
    policy = {"default-src": [NONE], "style-src": [_style_hash()], "frame-ancestors": [SELF], "sandbox": _SANDBOX}
    return csp_replace(policy)(lambda _: answer)(request)


#: Links lead out of the frame when somebody follows them; nothing else is allowed.
_SANDBOX = ["allow-top-navigation-by-user-activation"]


def _style_hash() -> str:
    """The style sheet that every mail carries, as a source of the policy (CSP 3, 2.3.1)."""
    digest = hashlib.sha256(render_to_string("emails/style.css").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
