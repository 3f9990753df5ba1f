"""The schema as a page reads it: operations by room, each with what it takes, an example of a body, and its answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from drf_spectacular.generators import SchemaGenerator

Json = Mapping[str, Any]

_SAMPLES = {"date-time": "2026-11-21T22:00:00Z", "date": "2026-11-21", "uri": "https://example.org/", "duration": "PT24H", "time": "14:00"}
#: A schema that nests deeper than any body of ours.
_DEPTH = 6


@dataclass(frozen=True)
class Parameter:
    """`kind` says what it takes, in words."""

    name: str
    place: str
    needed: bool
    kind: str
    example: str


@dataclass(frozen=True)
class Sample:
    """A body that is sent as it stands, as JSON text."""

    what: str
    body: str


@dataclass(frozen=True)
class Operation:
    """One method of one path. `example` is a body to begin from, as JSON text; empty where none is taken."""

    id: str
    method: str
    path: str
    what: str
    parameters: tuple[Parameter, ...]
    example: str
    examples: tuple[Sample, ...]
    answers: tuple[tuple[str, str], ...]


@cache
def rooms() -> dict[str, list[Operation]]:
    """Every operation, by the first part of its path; made once, for the code does not change while it runs."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, list[Operation]] = {}
    for operation, room in _operations(schema):
        found.setdefault(room, []).append(operation)
    return found


def _operations(schema: Json) -> Iterator[tuple[Operation, str]]:
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            example, others = _examples(said.get("requestBody", {}).get("content", {}).get("application/json", {}), schema)
            answers = tuple((status, _name(answer)) for status, answer in said["responses"].items())
            given = tuple(_parameter(one, schema) for one in said.get("parameters", ()))
            what = said.get("description", "")
            yield Operation(said["operationId"], method.upper(), path, what, given, example, others, answers), said["tags"][0]


def _examples(content: Json, schema: Json) -> tuple[str, tuple[Sample, ...]]:
    """A body to begin from, and those that the schema gives: without any, one of every field is made up."""
    if "schema" not in content:
        return "", ()
    given = tuple(Sample(one["summary"], _text(one["value"])) for one in content.get("examples", {}).values())
    return (given[0].body if given else _text(_sample(content["schema"], schema, 0))), given


def _text(body: Any) -> str:
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def _parameter(said: Json, schema: Json) -> Parameter:
    shape = said["schema"]
    inner = shape.get("items", shape)
    if "$ref" in inner:
        inner = schema["components"]["schemas"][inner["$ref"].rpartition("/")[2]]
    words = ", ".join(str(word) for word in inner.get("enum", ())) or inner.get("format") or inner.get("type", "")
    if names := inner.get("x-names"):
        words = f"one of {names}"
    several = ", several with commas between" if "items" in shape else ""
    kind = f"{said.get('description', '')} {words}{several}".strip()
    example = said.get("example", "")
    told = ", ".join(example) if isinstance(example, list) else str(example)
    return Parameter(said["name"], said["in"], said.get("required", False), kind, told)


def _name(answer: Json) -> str:
    """What comes back, in a word: the name of its schema."""
    contents: list[Json] = list(answer.get("content", {}).values())
    shape: Json = contents[0].get("schema", {}) if contents else {}
    name = (shape.get("items") or shape).get("$ref", "").rpartition("/")[2].removesuffix("Out")
    return f"list of {name}" if "items" in shape else name


def _sample(shape: Json, schema: Json, depth: int) -> Any:
    """A value of that shape."""
    if "$ref" in shape:
        return _sample(schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]], schema, depth)
    if depth > _DEPTH or shape.get("type") == "null":
        return None
    for several in ("allOf", "oneOf", "anyOf"):
        if several in shape:
            return _sample(shape[several][0], schema, depth)
    if "properties" in shape:
        wanted = ((name, inner) for name, inner in shape["properties"].items() if not inner.get("readOnly"))
        return {name: _sample(inner, schema, depth + 1) for name, inner in wanted}
    if "items" in shape:
        return [_sample(shape["items"], schema, depth + 1)]
    return _scalar(shape)


def _scalar(shape: Json) -> Any:
    kind = shape.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if "default" in shape or shape.get("enum"):
        return shape.get("default", (shape.get("enum") or [None])[0])
    if kind in ("integer", "number"):
        return shape.get("minimum", 0)
    return False if kind == "boolean" else _SAMPLES.get(shape.get("format", ""), "")
