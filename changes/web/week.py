"""The week at a glance, for members of a board."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes import permissions
from changes.selectors.week import glance_of
from changes.web.request import Request


@require_safe
def week(request: Request) -> HttpResponse:
    """Per board: what needs the reader's vote, what was decided, what went wrong, what is ahead."""
    if not permissions.can_see_board(request.user):
        raise PermissionDenied
    at = timezone.now()
    return render(request, "changes/week.html", {"glance": glance_of(request.user, at=at)})
