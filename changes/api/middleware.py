"""Refusals that are made before a request comes to its view: a problem document too, never a page."""

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from changes.api.problems import MEDIA_TYPE, code_of, document

#: Below /api/ only this is for readers.
_PAGES = "/api/docs/"


def problems_only(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Outermost of all, so that it sees what the others answer: a host that is none, a request that cannot be trusted."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.status_code < 400 or not is_page or not request.path.startswith("/api/") or request.path.startswith(_PAGES):
            return response
        told = document(code_of(response.status_code), "It was refused before it came to its path.", request.path)
        return HttpResponse(orjson.dumps(told), status=told["status"], content_type=MEDIA_TYPE)

    return answered
