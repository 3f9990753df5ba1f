"""What is typed of a board against what somebody else has stored meanwhile, in the words of the form."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django.forms import BoundField

from changes.web.forms.board_edit import BoardEntry


@dataclass(frozen=True)
class Difference:
    """One field, or one kind of rows, by its label; empty where there is nothing."""

    label: str
    stands: str
    typed: str


def differences(stored: BoardEntry, typed: BoardEntry) -> list[Difference]:
    """What is not the same in both, in the order of the form."""
    there, here = _told(stored), _told(typed)
    return [Difference(label, there[label], words) for label, words in here.items() if there.get(label, "") != words]


def _told(entry: BoardEntry) -> dict[str, str]:
    said = {str(field.label): _words(field) for field in entry.form}
    return {**said, "Seats": _rows(entry.seats), "Who answers emergencies": _rows(entry.rota)}


def _rows(rows: Any) -> str:
    lines = (", ".join(filter(None, (_words(field) for field in row))) for row in rows)
    return "; ".join(line for line in lines if line)


def _words(field: BoundField) -> str:
    value = field.value()
    choices = dict(getattr(field.field, "choices", ()))
    if choices:
        chosen = value if isinstance(value, list) else [value or ""]
        return ", ".join(str(label) for key, label in choices.items() if str(key) in {str(one) for one in chosen})
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return ", ".join(str(value).split()) if field.name == "holidays" else str("" if value is None else value).replace("T", " ")
