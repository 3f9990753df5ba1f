"""What a request is once the middleware has had it: somebody has signed in, and htmx may have asked; and whether anybody looks."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from changes.models import User


class Request(HttpRequest):
    user: User
    htmx: HtmxDetails


def is_looked_at(request: HttpRequest) -> bool:
    """Whether the page comes before somebody's eyes: not what a browser fetches ahead of its reader, nor the headers alone."""
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')} {request.headers.get('X-Moz', '')}"
    return request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead
