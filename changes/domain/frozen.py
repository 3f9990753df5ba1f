"""Plain values as JSON and back: what is kept as it was on the day it was made.

A dataclass becomes an object, an instant its ISO 8601 in UTC, an enumeration its value. What an older document lacks takes
the default of its field; what a newer one has besides is left out.
"""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def to_data(value: Any) -> Any:
    """`value` as JSON takes it: dataclasses, tuples and lists of them, instants, enumerations, plain values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_data(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, list | tuple):
        return [to_data(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def from_data(kind: type[Value], data: Any) -> Value:
    """What `to_data` made of a `kind`. Raises `TypeError` where a field without default is missing."""
    hints = get_type_hints(kind)
    names = (item.name for item in fields(kind) if item.name in data)  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], data[name]) for name in names})


def _value(hint: Any, data: Any) -> Any:
    if data is None:
        return None
    if get_origin(hint) is UnionType:
        hint = next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in data)
    if is_dataclass(hint):
        return from_data(hint, data) if isinstance(hint, type) else data
    if hint is datetime:
        return datetime.fromisoformat(data)
    return hint(data) if isinstance(hint, type) and issubclass(hint, Enum) else data
