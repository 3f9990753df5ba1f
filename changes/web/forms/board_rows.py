"""The buttons beside a board's rows: what each makes of what is typed, so that the page works without script."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

#: More rows than this nobody has on one board.
MOST_ROWS = 100
#: What the buttons are called, and of which rows they are.
_ROW_ACTS = {f"{verb}-{rows}": rows for verb in ("add", "remove", "up", "down") for rows in ("seats", "rota")}


def acted(data: QueryDict, act: str) -> QueryDict:
    """What a button of the rows makes of the typed data: a seat or a turn more, one less, or another order."""
    verb, _, place = act.partition(" ")
    prefix = _ROW_ACTS.get(verb)
    if prefix is None:
        return data
    kept = data.copy()
    rows = _taken(kept, prefix)
    _turn(rows, verb.partition("-")[0], int(place) if place.isdecimal() and len(place) < 4 else -1)
    kept[f"{prefix}-TOTAL_FORMS"], kept[f"{prefix}-INITIAL_FORMS"] = str(len(rows)), "0"
    for number, row in enumerate(rows):
        for name, value in row.items():
            kept[f"{prefix}-{number}-{name}"] = value
    return kept


def _taken(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    """The rows of one kind, taken out of the data in their order."""
    found: dict[int, dict[str, str]] = {}
    for key in list(data):
        if match := re.fullmatch(rf"{prefix}-(\d{{1,3}})-(\w+)", key):
            found.setdefault(int(match[1]), {})[match[2]] = data.get(key, "")
            del data[key]
    return [found[number] for number in sorted(found)]


def _turn(rows: list[dict[str, str]], verb: str, place: int) -> None:
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({"user": ""})
    if not 0 <= place < len(rows):
        return
    if verb == "remove":
        del rows[place]
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if verb in ("up", "down") and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]


def focus_after(data: Mapping[str, Any], act: str) -> str:
    """The name of the field that the focus goes to after a button of the rows; empty for other buttons."""
    verb, _, place = act.partition(" ")
    prefix, total = _ROW_ACTS.get(verb, ""), data.get(f"{_ROW_ACTS.get(verb, '')}-TOTAL_FORMS", "0")
    last = int(total) - 1 if total.isdecimal() else -1
    if not prefix or last < 0:
        return ""
    moved = {"up": -1, "down": 1}.get(verb.partition("-")[0], 0)
    wanted = last if verb.startswith("add") else (int(place) if place.isdecimal() else 0) + moved
    return f"{prefix}-{min(max(wanted, 0), last)}-user"
