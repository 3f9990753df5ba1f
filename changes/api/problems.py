"""Every refusal as a problem document (RFC 9457), with what is wrong, where, and what would mend it."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from changes.api.serializers.finding import finding_data
from changes.exceptions import InFlight, MoveRefused, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE = "/api/problems/{code}/"

log = logging.getLogger(__name__)

#: The problem types: code to status and title. Codes are promises; `type` is their address.
TITLES: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read as it is"),
    "unacceptable": (400, "The input cannot be taken as it is"),
    "unauthenticated": (401, "Nobody is signed in"),
    "not-allowed": (403, "No right to do this"),
    "not-found": (404, "There is nothing here that you may see"),
    "method-not-allowed": (405, "This path does not take that method"),
    "not-acceptable": (406, "Only JSON is answered here"),
    "move-refused": (409, "The state or the findings forbid it"),
    "in-use": (409, "It is in use"),
    "in-flight": (409, "The same request is being worked on"),
    "stale": (412, "It has been changed meanwhile"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "Only JSON is read here"),
    "key-reused": (422, "This Idempotency-Key came with another body"),
    "version-needed": (428, "If-Match is missing"),
    "throttled": (429, "Too many requests"),
    "failed": (500, "Something broke on our side"),
}


Answer = Callable[[Request, Any], Response]


class VersionNeeded(exceptions.APIException):
    """A change without the version that it was made from."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag of what you have read."
    default_code = "version-needed"


class QueryError(exceptions.ValidationError):
    """Something is wrong with the parameters; told apart from a body's errors, which have pointers."""

    place = "parameter"


class HeaderError(QueryError):
    """Something is wrong with a header."""

    place = "header"


def document(code: str, detail: str, path: str, **more: Any) -> dict[str, Any]:
    """A problem as it is told; `more` are its extension members."""
    number, title = TITLES[code]
    extensions = {name: value for name, value in more.items() if value}
    return {"type": TYPE.format(code=code), "title": title, "status": number, "detail": detail, "instance": path, **extensions}


def problem(request: Request, code: str, detail: str, **more: Any) -> Response:
    """The answer for one problem."""
    return Response(document(code, detail, request.path, **more), status=TITLES[code][0], content_type=MEDIA_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: nothing leaves the API as HTML, and no surprise stays unlogged."""
    set_rollback()
    request = context["request"]
    for kind, answer in _ANSWERS:
        if isinstance(error, kind):
            return answer(request, error)
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, "failed", "It has been logged. Nothing was written.")


def _refused(request: Request, error: Refusal) -> Response:
    errors = [{"pointer": pointer_of(error.field), "detail": error.sentence}] if error.field else []
    findings = [finding_data(finding) for finding in getattr(error, "findings", ())]
    code = error.code if error.code in TITLES else "move-refused"
    response = problem(request, code, error.sentence, mend=error.mend, errors=errors, findings=findings)
    if isinstance(error, MoveRefused):
        response.data["findings"] = findings
    if isinstance(error, InFlight):
        response["Retry-After"] = str(error.retry_after)
    return response


def pointer_of(field: str) -> str:
    """The JSON pointer (RFC 6901) of a field as the rules name it: `sessions[0].planned_end`."""
    parts = re.split(r"[.\[\]]+", field.rstrip("]"))
    return "".join(f"/{part}" for part in parts)


def _malformed(request: Request, error: exceptions.ValidationError) -> Response:
    errors, place = list(_errors(error.detail, "")), "pointer"
    if isinstance(error, QueryError):
        place = error.place
        errors = [{place: item["pointer"].split("/")[1], "detail": item["detail"]} for item in errors]
    first = errors[0]
    where = first[place]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    detail = f"{where}: {first['detail']}{more}" if where else f"{first['detail']}{more}"
    return problem(request, "malformed", detail, errors=errors)


def _errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """What a serializer found wrong, one entry each, with the pointer to it."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _errors(inner, pointer + step)
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            yield from _errors(inner, f"{pointer}/{index}" if isinstance(inner, (Mapping, list)) else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


_FRAMEWORK: Mapping[int, str] = {
    number: code for code, (number, _) in TITLES.items() if code not in ("unacceptable", "in-use", "in-flight", "move-refused")
}


def code_of(number: int) -> str:
    """The problem type of a status that the framework answers with."""
    return _FRAMEWORK.get(number, "failed")


def _of_framework(request: Request, error: exceptions.APIException) -> Response:
    response = problem(request, code_of(error.status_code), str(error.detail))
    for name in ("auth_header", "wait"):
        if value := getattr(error, name, None):
            response["WWW-Authenticate" if name == "auth_header" else "Retry-After"] = str(int(value) if name == "wait" else value)
    return response


def _said(code: str, detail: str) -> Answer:
    return lambda request, _: problem(request, code, detail)


#: What each kind of exception becomes; the first that fits answers.
_ANSWERS: tuple[tuple[type[Exception], Answer], ...] = (
    (Refusal, _refused),
    (Http404, _said("not-found", "There is no such thing, or it is not for you to see.")),
    (PermissionDenied, _said("not-allowed", "This is not yours to do.")),
    (RequestDataTooBig, _said("too-large", "The body is too large.")),
    (SuspiciousOperation, _said("malformed", "The request cannot be trusted.")),
    (exceptions.ValidationError, _malformed),
    (exceptions.APIException, _of_framework),
)
