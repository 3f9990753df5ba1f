"""The probes that say whether this copy can do its work: one of this process, one of the clock behind it."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from changes import permissions
from changes.domain.heartbeat import Silence
from changes.selectors.heartbeat import silences_at

NO_DATABASE = "The database does not answer."


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" while the database answers, 503 with one line while it does not. For load balancers: this process can serve."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _answer(NO_DATABASE)
    return _answer()


@login_not_required
@never_cache
@require_safe
def clock(request: HttpRequest) -> HttpResponse:
    """200 "ok" while beat and a worker have been seen in the last five minutes, else 503 and a line that says which was not, since when.

    For whoever is called when something is down, not for load balancers: without its clock a copy still serves pages.
    """
    try:
        return _answer(" ".join(_sentence(silence) for silence in silences_at(timezone.now())))
    except DatabaseError:
        return _answer(NO_DATABASE)


def silences(request: HttpRequest) -> list[Silence]:
    """What the page tells an administrator of the clock; empty for everybody else, and while it runs."""
    told = request.user.is_authenticated and permissions.can_operate(request.user)
    return silences_at(timezone.now()) if told else []


def _answer(trouble: str = "") -> HttpResponse:
    return HttpResponse(trouble or "ok", content_type="text/plain", status=503 if trouble else 200)


def _sentence(silence: Silence) -> str:
    return f"{silence.fact} since {silence.since:%Y-%m-%dT%H:%MZ}." if silence.since else f"{silence.fact} yet."
