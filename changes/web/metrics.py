"""What a Prometheus scrapes: off until there is a token for it."""

from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from changes.formats.metrics import CONTENT_TYPE, exposition
from changes.selectors.metrics import reading


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for `Authorization: Bearer` with the token of FSC_METRICS_TOKEN; 401 for another, 404 while none is set."""
    if not settings.FSC_METRICS_TOKEN:
        raise Http404("Set FSC_METRICS_TOKEN to have figures here.")
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), f"Bearer {settings.FSC_METRICS_TOKEN}".encode()):
        return HttpResponse(
            "Send the token of FSC_METRICS_TOKEN as `Authorization: Bearer …`.\n",
            content_type="text/plain; charset=utf-8",
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(exposition(reading(at=timezone.now())), content_type=CONTENT_TYPE)
