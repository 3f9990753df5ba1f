"""Columns that Django has no field for."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from changes.choices import Word

if TYPE_CHECKING:
    WordColumn = models.CharField[str, str]
    ClockColumn = models.Field[Any, Any]
else:  # at run time Django's fields take no parameters
    WordColumn, ClockColumn = models.CharField, models.Field


class WordField(WordColumn):
    """One word of a `changes.choices` enumeration; empty where nobody has said yet."""

    def __init__(self, word: type[Word] | None = None, **options: Any) -> None:
        if word is not None:
            options.setdefault("choices", word.choices())
        options.setdefault("max_length", 24)
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """A new label is not a new column, so migrations leave the choices out."""
        name, path, args, options = super().deconstruct()
        options.pop("choices", None)
        return name, path, args, options


def wall_clock(value: str | datetime) -> datetime:
    """A naive datetime from ISO 8601 text; raises `ValidationError` for other text and for an offset."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise ValidationError("Write it as 2026-11-21T22:00.") from error
    if moment.tzinfo is not None:
        raise ValidationError("A wall-clock time has no offset.")
    return moment


class WallClockField(ClockColumn):
    """A date and a time as a clock on the wall shows them, without an offset (DESIGN 7, "A change window").

    Django's own field would turn it into an instant, and the same rule would then mean another hour
    after a change of the zone's daylight-saving law. Stored as ISO 8601 text, read as a naive datetime.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 19)
        super().__init__(**options)

    def get_internal_type(self) -> str:
        """A column of text; its values are datetimes, so Django's checks of a text's length are not for it."""
        return "CharField"

    def from_db_value(self, value: str | None, *_: Any) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    def to_python(self, value: Any) -> datetime | None:
        return wall_clock(value) if value not in (None, "") else None

    def get_prep_value(self, value: Any) -> str | None:
        moment = self.to_python(value)
        return moment.isoformat(timespec="seconds") if moment else None

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""
