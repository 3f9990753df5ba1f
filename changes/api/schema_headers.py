"""The headers of each operation, in and out, for the schema; from the same words by which the views answer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from changes.api import idempotency

Shape = type[Any] | OpenApiTypes | dict[str, Any]
KEY: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}


@dataclass(frozen=True)
class Operation:
    """What the schema asks of one method: `statuses` are all that it answers, `done` those of success."""

    method: str
    done: tuple[int, ...]
    needs_version: bool
    heeds_version: bool
    heeds_key: bool
    is_tagged: bool
    is_page: bool


def headers_in(operation: Operation) -> Iterator[OpenApiParameter]:
    if operation.needs_version or operation.heeds_version:
        what = "The ETag of what was read, or * for whatever it is now."
        yield OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=operation.needs_version, description=what)
    if operation.method == "GET":
        yield OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag that is known: 304 while it holds.")
    if operation.method == "PUT":
        yield OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, enum=["*"], description="Raise it, and never write over.")
    if operation.heeds_key:
        what = "Sent again with the same key within 24 hours, it is answered again and done once."
        yield OpenApiParameter(idempotency.HEADER, KEY, OpenApiParameter.HEADER, description=what)


def headers_out(operation: Operation) -> Iterator[OpenApiParameter]:
    is_read = operation.method == "GET"
    if operation.is_tagged:
        yield _out("ETag", str, (*operation.done, 304) if is_read else operation.done, "Send it back as If-Match or If-None-Match.")
    if is_read:
        yield _out("Cache-Control", str, (*operation.done, 304), "private, no-cache: keep it, and ask each time whether it holds.")
    if operation.is_page:
        yield _out("Link", str, operation.done, "The pages beside: rel next and prev (RFC 8288).", required=False)
    if operation.is_tagged and 201 in operation.done:
        yield _out("Location", OpenApiTypes.URI, (201,), "Where it is from now on.")
    if operation.heeds_key:
        yield _out(idempotency.REPLAYED, {"type": "string", "enum": ["true"]}, operation.done, "It is an answer of before.", required=False)
        yield _out("Retry-After", int, (409,), "Seconds, where the same request is being worked on.", required=False)
    yield _out("WWW-Authenticate", str, (401,), "How to say who asks.")
    yield _out("Retry-After", int, (429,), "Seconds until the next call counts.")


def _out(name: str, shape: Shape, statuses: Collection[int], what: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(
        name, shape, OpenApiParameter.HEADER, response=[str(status) for status in statuses], required=required, description=what
    )
