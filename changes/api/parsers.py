"""JSON in: strict, and no larger than the site takes."""

import json
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser


class TooLarge(APIException):
    """A body that the site does not read to its end."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too-large"


#: Deeper than any body of ours.
DEPTH = 32


class JSONParser(BaseParser):
    """RFC 8259 and nothing beyond: no NaN, no half surrogates that no database could keep, no name twice in one object."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        if _is_deep(data):
            raise ParseError(f"The body is nested more than {DEPTH} levels deep.")
        # orjson takes the last of two; which of them was meant, nobody can tell.
        json.loads(body, object_pairs_hook=_refuse_twice, parse_int=str, parse_float=str)
        return data


def _is_deep(data: Any) -> bool:
    level = [data]
    for _ in range(DEPTH + 1):
        holders = [item for item in level if isinstance(item, (dict, list))]
        level = [child for item in holders for child in (item.values() if isinstance(item, dict) else item)]
    return bool(level)


def _refuse_twice(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise ParseError(f"The body gives “{name[:80]}” twice in one object.")
        names.add(name)
