"""`Idempotency-Key`: a POST that is sent again under its key is answered again, and done once (DESIGN 4.10).

Kept are the answers of what was done. A refusal has written nothing, so it gives its key back: the mended
body may come under the same one.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions import idempotency
from changes.actions.idempotency import Asked
from changes.api.door import Door
from changes.api.problems import HeaderError
from changes.api.renderers import JSONRenderer
from changes.models import IdempotencyKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_VISIBLE = re.compile(r"[!-~]{1,255}")
#: What of an answer is kept beside its body; the rest is the same on every answer.
_KEPT = ("Location", "ETag")

Handler = Callable[Concatenate[Any, Request, ...], HttpResponseBase]


def once(handler: Handler) -> Handler:
    """A POST that writes: under an `Idempotency-Key` it is done once and answered alike ever after."""

    @wraps(handler)
    def answered(door: Door, request: Request, **kwargs: Any) -> HttpResponseBase:
        asked = asked_for(request)
        if asked is None:
            return handler(door, request, **kwargs)
        claimed = idempotency.claim(asked, actor=door.user, at=door.at)
        if claimed.is_answered:
            return _replayed(claimed)
        try:
            with transaction.atomic():
                response = handler(door, request, **kwargs)
                idempotency.keep(claimed, **_answer(response))
        except Exception:
            idempotency.release(claimed)
            raise
        return response

    answered.heeds_key = True  # type: ignore[attr-defined]
    return answered


def asked_for(request: Request) -> Asked | None:
    """What is asked for under which key; None without one. Raises `HeaderError` for what is no key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _VISIBLE.fullmatch(key):
        raise HeaderError({HEADER: ["Write 1 to 255 visible ASCII characters, without spaces: a UUID serves well."]})
    return Asked(request.path[:200], key, fingerprint_of(request.data or {}))


def fingerprint_of(body: Any) -> str:
    """The same for the same body, however its names are ordered and spaced."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _answer(response: HttpResponseBase) -> dict[str, Any]:
    data = response.data if isinstance(response, Response) else None
    headers = {name: response[name] for name in _KEPT if name in response}
    return {"status": response.status_code, "headers": headers, "body": JSONRenderer().render(data).decode()}


def _replayed(kept: IdempotencyKey) -> HttpResponse:
    """The answer as it was, to the byte."""
    headers = {**kept.headers, REPLAYED: "true"}
    return HttpResponse(kept.body.encode(), status=kept.status, content_type=JSONRenderer.media_type, headers=headers)
