"""The set-up data, for everybody to read; administrators change it in Django's admin."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from changes import permissions
from changes.selectors import set_up
from changes.web.request import Request


def setup(request: Request) -> HttpResponse:
    """Environments with routes and windows, freezes, known change types, services, boards."""
    at = timezone.now()
    context = {
        "environments": set_up.environment_rows(at=at),
        "freezes": set_up.freeze_rows(at=at),
        "change_types": set_up.change_type_rows(),
        "services": set_up.service_rows(),
        "boards": set_up.board_rows(),
        "may_set_up": permissions.can_set_up(request.user),
        "may_change": permissions.can_set_up(request.user) and request.user.is_staff,
    }
    return render(request, "changes/setup.html", context)
