"""The map of a spreadsheet: which column is which field, and which of its words are which of ours (docs/import)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from changes.choices import Outage, Outcome, Severity, Urgency
from changes.exceptions import Unacceptable

#: What a map may name a column for; those of the second line have to be there.
FIELDS = frozenset(
    {"title", "reason", "start", "end", "created", "identifier", "items", "services", "site", "urgency", "severity", "outage"}
)
_NEEDED = ("title", "start", "end")
_WORDS = {"urgency": Urgency, "severity": Severity, "outage": Outage, "outcome": Outcome}


@dataclass(frozen=True)
class Map:
    """How to read a file. `values` turns a column's words into ours, by field; `constants` hold for every row."""

    source: str
    fields: Mapping[str, str]
    group_by: Sequence[str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    retrospective: Sequence[str] = ()
    environment: str = ""
    environment_name: str = ""
    owner: str = "import"
    encoding: str = "utf-8"
    delimiter: str = ","
    time_zone: str = "UTC"


def load_map(path: Path) -> Map:
    """The map in a TOML file (docs/import). Raises `Unacceptable` with one sentence for a file that cannot be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unacceptable(f"The map {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unacceptable(f"The map {path} is not TOML: {error}.") from error
    try:
        return _checked(_map_of(data))
    except Unacceptable as error:
        raise Unacceptable(f"The map {path.name}: {error.sentence}") from error


def _map_of(data: Mapping[str, Any]) -> Map:
    parts = {name: data.get(name, {}) for name in ("file", "fields", "group", "values", "separators", "constants", "set_up")}
    unknown = [name for name in data if name not in parts] + [name for name, part in parts.items() if not isinstance(part, dict)]
    if unknown:
        raise Unacceptable(f"there is no section [{unknown[0]}]; the sections are {', '.join(parts)}.")
    file, set_up, group = parts["file"], parts["set_up"], parts["group"]
    return Map(
        source=str(file.get("source", "")),
        fields=parts["fields"],
        group_by=group.get("by", []),
        retrospective=group.get("retrospective", []),
        values=parts["values"],
        separators=parts["separators"],
        constants=parts["constants"],
        environment=str(set_up.get("environment", "")),
        environment_name=str(set_up.get("environment_name", "")),
        owner=str(set_up.get("owner", "import")),
        encoding=str(file.get("encoding", "utf-8")),
        delimiter=str(file.get("delimiter", ",")),
        time_zone=str(file.get("time_zone", "UTC")),
    )


def _checked(mapping: Map) -> Map:
    missing = [name for name in _NEEDED if name not in mapping.fields]
    unknown = sorted(set(mapping.fields) - FIELDS)
    if not mapping.source:
        raise Unacceptable("[file] needs a source, the name that keys and references begin with.")
    if missing:
        raise Unacceptable(f"[fields] does not say which column is the {missing[0]}.")
    if unknown:
        raise Unacceptable(f"[fields] names {unknown[0]}, which is none of {', '.join(sorted(FIELDS))}.")
    if len(mapping.delimiter) != 1:
        raise Unacceptable("[file] delimiter is one character.")
    try:
        ZoneInfo(mapping.time_zone)
        "".encode(mapping.encoding)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unacceptable(f"[file] time_zone {mapping.time_zone} is not known.") from error
    except LookupError as error:
        raise Unacceptable(f"[file] encoding {mapping.encoding} is not known.") from error
    _check_words(mapping)
    return mapping


def _check_words(mapping: Map) -> None:
    """Every value that the map gives has to be one of the product's words."""
    given = [(name, word) for name, table in mapping.values.items() for word in table.values()]
    for name, word in [*given, *mapping.constants.items()]:
        if name not in _WORDS:
            raise Unacceptable(f"{name} takes no values; those that do are {', '.join(_WORDS)}.")
        if word not in list(_WORDS[name]):
            raise Unacceptable(f"{word} is no {name}; it is one of {', '.join(_WORDS[name])}.")
