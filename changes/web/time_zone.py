"""The reader's time zone: chosen in the menu, else the account's, else the house's."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from changes.domain.wording import place_of

SESSION_KEY = "time_zone"


class TimeZoneMiddleware:
    """Activates the reader's zone for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(ZoneInfo(chosen(request))):
            return self.get_response(request)


def chosen(request: HttpRequest) -> str:
    """The name of the zone this request is answered in; a name that is no longer known counts as none."""
    asked = [request.session.get(SESSION_KEY), getattr(request.user, "time_zone", ""), settings.FSC_TIME_ZONE]
    return next(name for name in asked if name and is_known(name))


def offered(request: HttpRequest) -> list[str]:
    """What the menu offers: the house's zones, the account's and the one in force, each once."""
    own = getattr(request.user, "time_zone", "")
    names = [settings.FSC_TIME_ZONE, *settings.FSC_TIME_ZONES, own, chosen(request)]
    return list(dict.fromkeys(name for name in names if name and is_known(name)))


def is_known(name: str) -> bool:
    """Whether the machine's time zone data knows it; text that is no name at all is refused by ZoneInfo in other ways."""
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


@login_not_required
@require_POST
def time_zone(request: HttpRequest) -> HttpResponse:
    """Keeps the zone for this session and goes back to where the reader was."""
    name = request.POST.get("zone", "")
    if is_known(name):
        request.session[SESSION_KEY] = name
        messages.success(request, f"All times are now in {place_of(name)}.")
    else:
        messages.error(request, f"No time zone is called “{name[:64]}”. Choose one from the list.")
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if allowed else "/")
