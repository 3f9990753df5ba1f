"""ETags: what was read, so that nobody reads it twice (`If-None-Match`) or writes over another (`If-Match`). RFC 9110, 13.

An RFC's tag is its version. What is worked out about it (findings, moves, waivers) changes without a new
version, so its tag has a mark of the answer behind it: `"7.4f0c…"`. Every other tag is such a mark alone.
All are strong: the same tag means the same bytes.
"""

import hashlib
from typing import Any

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.problems import VersionNeeded
from changes.api.renderers import JSONRenderer
from changes.exceptions import Stale
from changes.models import RFC

#: What two readers may be told differently.
_VARY = ("Accept", "Authorization", "Cookie")
_AGAIN = "Read it again, and repeat what is still wanted."


def etag(rfc: RFC) -> str:
    return f'"{rfc.version}"'


def etag_of(data: Any) -> str:
    """The tag of an answer with this data."""
    return f'"{_mark(JSONRenderer().render(data))}"'


def _mark(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def tagged(response: Response, rfc: RFC) -> Response:
    """The answer with the RFC's version, which a change has to send back."""
    response["ETag"] = etag(rfc)
    return response


def tagged_about(response: Response, rfc: RFC) -> Response:
    """What is worked out about an RFC, with its version and the answer's own mark; a change may send either back."""
    response["ETag"] = f'"{rfc.version}.{_mark(JSONRenderer().render(response.data))}"'
    return response


def expected_version(request: Request, rfc: RFC) -> int:
    """The version that the caller has read. Raises `VersionNeeded` without If-Match, `Stale` where it is not this one."""
    tags = _sent(request)
    if not tags:
        raise VersionNeeded
    if "*" in tags or str(rfc.version) in {tag.partition(".")[0] for tag in tags}:
        return rfc.version
    raise Stale(f"{rfc.number} has been changed meanwhile; you have version {', '.join(tags)}, it is at {rfc.version}.", mend=_AGAIN)


def check_unchanged(request: Request, before: str, *, is_needed: bool = True) -> None:
    """Refuse a change that was made from another state than the one tagged `before`. Raises as `expected_version` does.

    Call it in the transaction of the change, after it: what has no right is refused for that (RFC 9110, 13.2.1).
    """
    tags = _sent(request)
    if not tags and is_needed:
        raise VersionNeeded
    if tags and "*" not in tags and before.strip('"') not in tags:
        raise Stale("It has been changed meanwhile; what you have read is no longer what it is.", mend=_AGAIN)


def _sent(request: Request) -> list[str]:
    """The tags of If-Match, bare.

    A proxy that compresses weakens ETags on their way (W/"7"); a version is none the worse for it.
    """
    header = request.headers.get("If-Match", "").strip()
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")] if header else []


def conditional(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """The answer with its tag, or 304 where the reader has it already. Whoever keeps it asks each time whether it still holds."""
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, _VARY)
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or not isinstance(response, Response):
        return response
    response.render()
    if "ETag" not in response:
        response["ETag"] = f'"{_mark(response.content)}"'
    return _not_modified(response) if _has_it(request, response["ETag"]) else response


def _has_it(request: Request, tag: str) -> bool:
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in tags or tag in {known.removeprefix("W/") for known in tags}


def _not_modified(response: Response) -> HttpResponseNotModified:
    kept = ("ETag", "Cache-Control", "Vary", "Link")
    return HttpResponseNotModified(headers={name: response[name] for name in kept if name in response})
