"""Every refusal as a problem document (RFC 9457), with what is wrong, where, and what would mend it."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class ProblemKind:
    """What a problem type's page tells: when it comes, and what the caller does about it."""

    status: int
    title: str
    meaning: str
    mend: str


#: The problem types by code. Codes are promises; `type` is their address.
PROBLEMS: Mapping[str, ProblemKind] = {
    "malformed": ProblemKind(
        400,
        "The request cannot be read as it is",
        "The body is not JSON, or a field, a parameter or a header is missing, not known here, or not written as it has to be.",
        "Mend what “errors” name, by JSON pointer, parameter or header. What is not known is answered with the names that are allowed.",
    ),
    "unacceptable": ProblemKind(
        400,
        "The input cannot be taken as it is",
        "It can be read, and a rule does not take it: an end before its start, a name that nobody has, a move without its reason.",
        "Mend the field that “errors” points to; “mend” says how. Nothing was written, so the whole body is sent again.",
    ),
    "unauthenticated": ProblemKind(
        401,
        "Nobody is signed in",
        "The request came without a token, or with one that is not known, has ended or was revoked.",
        "Send “Authorization: Token …”. A new token is made on the page “Tokens” of the account menu.",
    ),
    "not-allowed": ProblemKind(
        403,
        "No right to do this",
        "The account may see it and may not do this, the token lacks the scope for it, or a page sent it without its CSRF token.",
        "Let somebody do it whose part it is, or use a token with the scope that “detail” names. A scope never adds a right.",
    ),
    "not-found": ProblemKind(
        404,
        "There is nothing here that you may see",
        "There is no path like this, or what it names is not there, or it is not for this account to see; which of them is not told.",
        "Look at the number or the slug, and at the end of the path, which is a slash. openapi.json lists every path.",
    ),
    "method-not-allowed": ProblemKind(
        405,
        "This path does not take that method",
        "The path is there, and does not take this method.",
        "Use one of the methods that the header Allow names.",
    ),
    "not-acceptable": ProblemKind(
        406,
        "Only JSON is answered here",
        "The header Accept leaves out application/json, and the path answers nothing else.",
        "Send “Accept: application/json”, or no Accept.",
    ),
    "move-refused": ProblemKind(
        409,
        "The state or the findings forbid it",
        "The RFC or the meeting is in a state that does not allow it, or findings stand against it, such as a conflict or a freeze.",
        "Mend what “findings” name, or have it waived where that may be. The path transitions/ of an RFC says which moves are open.",
    ),
    "in-use": ProblemKind(
        409,
        "It is in use",
        "It cannot be removed while something else names it.",
        "Let what “detail” lists name another one first, or keep this one.",
    ),
    "in-flight": ProblemKind(
        409,
        "The same request is being worked on",
        "A request with the same Idempotency-Key is not answered yet.",
        "Send the same again after Retry-After seconds, under the same key: it is done once, and answered alike.",
    ),
    "stale": ProblemKind(
        412,
        "It has been changed meanwhile",
        "If-Match names a version that is no longer current, or If-None-Match asks for a new one that is there already.",
        "Read it again, look at what has changed, and repeat what is still wanted with the new ETag.",
    ),
    "too-large": ProblemKind(
        413,
        "The body is too large",
        "The body is larger than this site reads. Nothing of it was taken.",
        "Send less at once; long logs and drawings belong where a reference can name them.",
    ),
    "unsupported-media-type": ProblemKind(
        415,
        "Only JSON is read here",
        "Content-Type is missing, or says something other than application/json.",
        "Send the body as JSON, with “Content-Type: application/json”.",
    ),
    "key-reused": ProblemKind(
        422,
        "This Idempotency-Key came with another body",
        "Within the last 24 hours this account sent another body to this path under the same key.",
        "Send a new key with a new body. To hear the first answer again, send the first body.",
    ),
    "version-needed": ProblemKind(
        428,
        "If-Match is missing",
        "A change has to say which version it was made from, so that nobody writes over what somebody else has written meanwhile.",
        "Read it, and send its ETag as If-Match; “*” takes whatever version it is now.",
    ),
    "throttled": ProblemKind(
        429,
        "Too many requests",
        "This token has made more calls within a minute than one token may. Other tokens are not slowed down by it.",
        "Wait the seconds that Retry-After gives. Larger pages take fewer calls: “page_size” goes up to 200.",
    ),
    "failed": ProblemKind(
        500,
        "Something broke on our side",
        "A fault in this product. It has been logged, and nothing was written.",
        "Send it again once, under the same Idempotency-Key. If it fails again, tell those who run this site the time and the path.",
    ),
}

#: Code to status and title, as every problem document has them.
TITLES: Mapping[str, tuple[int, str]] = {code: (kind.status, kind.title) for code, kind in PROBLEMS.items()}


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
