"""What a request is once the middleware has had it: somebody has signed in, and htmx may have asked. For annotations."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from changes.models import User


class Request(HttpRequest):
    user: User
    htmx: HtmxDetails
