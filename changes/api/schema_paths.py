"""What stands between the slashes of a path, for the schema."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from changes.api.serializers.fields import NUMBER_PATTERN, SLUG_PATTERN, Text

_KEY: dict[str, Any] = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**53}
_SLUG: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": SLUG_PATTERN}
#: By the part before it, or by its own name.
_WHAT = {
    "meetings": "A meeting, by its id.",
    "items": "An item of its agenda, by its id.",
    "conditions": "A condition of the decision in force, by its id.",
    "steps": "A step of the plan, by its id.",
    "change-windows": "A change window, by its id.",
    "freezes": "A freeze, by its id.",
}
_OWN: dict[str, tuple[dict[str, Any], str]] = {
    "number": ({"type": "string", "pattern": NUMBER_PATTERN, "x-names": "rfcs"}, "An RFC, by its number."),
    "system": ({"type": "string", "maxLength": 60, "pattern": r"^[^/\s\x00]([^/\x00]*[^/\s\x00])?$"}, "Where the record is kept."),
    "identifier": (
        {"type": "string", "maxLength": 120, "pattern": Text(allow_blank=False).pattern},
        "Its number there; it may hold slashes.",
    ),
}


def in_path(path: str) -> Iterator[OpenApiParameter]:
    """The parameters of a path as the schema writes it: `/api/v1/boards/{slug}/meetings/`."""
    parts = path.split("/")
    for before, part in pairwise(parts):
        name = part.strip("{}")
        if part != name:
            yield _parameter(name, *(_OWN[name] if name in _OWN else _named(before)))


def _named(room: str) -> tuple[dict[str, Any], str]:
    if room in _WHAT:
        return {**_KEY, "x-names": room}, _WHAT[room]
    return {**_SLUG, "x-names": room}, "By its slug."


def _parameter(name: str, shape: dict[str, Any], what: str) -> OpenApiParameter:
    return OpenApiParameter(name, shape, OpenApiParameter.PATH, required=True, description=what)
