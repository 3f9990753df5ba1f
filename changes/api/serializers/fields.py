"""Fields that take exactly the type they promise: DRF's own turn "5" into 5 and 1 into true."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from changes.choices import Word
from changes.domain.content import Content
from changes.models import RFC, User

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?")
#: Nobody plans outside of these years; what lies beyond is a slip, and clocks run out of numbers there.
_YEARS = range(1970, 2300)
#: The same for the schema, in the full form of RFC 3339.
_INSTANT_PATTERN = (
    r"^(19[7-9]\d|2[0-2]\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
)
SLUG_PATTERN = "^[-a-zA-Z0-9_]+$"
NUMBER_PATTERN = r"^RFC-\d{6,17}$"


class Strict(serializers.Serializer):
    """A serializer that refuses what it does not know, and names what it does (DESIGN 4.10)."""

    #: What the schema says of it beyond its fields.
    said: Mapping[str, Any] = {}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict):
            allowed = [name for name, field in self.fields.items() if not field.read_only]
            unknown = [name for name in data if name not in allowed]
            if unknown:
                sentence = f"This field is unknown or read-only here. Allowed: {', '.join(allowed)}."
                raise serializers.ValidationError({name: [sentence] for name in unknown})
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class Text(serializers.CharField):
    """A string; numbers and truth values are no text. `pattern` says in the schema what is refused here."""

    #: No null character; and where it may not be blank, something that is no white space.
    pattern = r"^[^\x00]*$"
    _NOT_BLANK = r"^[^\x00]*[^\s\x00-\x1f\x85\ufeff][^\x00]*$"

    def __init__(self, **options: Any) -> None:
        if not options.setdefault("allow_blank", True):
            options.setdefault("min_length", 1)  # for the schema, which knows nothing of blanks
            if self.pattern == Text.pattern:
                self.pattern = self._NOT_BLANK
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if "\x00" in data:
            raise serializers.ValidationError("It holds a null character.")
        if self.pattern == self._NOT_BLANK and not re.match(self.pattern, data):
            self.fail("blank")  # white space that is kept says no more than white space that is trimmed
        return str(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A whole number, as JSON writes it: 5 or 5.0, which are one number there."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class WholeInQuery(serializers.IntegerField):
    """A whole number as a parameter writes it."""

    MAX_STRING_LENGTH = 9


class Flag(serializers.BooleanField):
    """`true` or `false`, nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class OneOf(serializers.ChoiceField):
    """One word of an enumeration."""

    def __init__(self, word: type[Word], **options: Any) -> None:
        self.word = word
        super().__init__(choices=word.choices(), **options)

    def to_internal_value(self, data: Any) -> Word:
        if not isinstance(data, str) or data not in self.choices:
            raise serializers.ValidationError(f"This is none of: {', '.join(str(choice) for choice in self.choices)}.")
        return self.word(data)


@extend_schema_field({"type": "string", "format": "date-time", "pattern": _INSTANT_PATTERN})
class Instant(serializers.Field):
    """An instant with its offset; a naive one is refused (DESIGN 4.10)."""

    default_error_messages = {
        "invalid": "Write it as 2026-11-21T22:00:00Z or 2026-11-21T23:00:00+01:00 (in an address, + is written %2B).",
        "naive": "It has no offset. Write it as 2026-11-21T22:00:00Z or 2026-11-21T23:00:00+01:00.",
        "year": "Its year lies outside of 1970 to 2299.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        match = _INSTANT.fullmatch(data) if isinstance(data, str) else None
        if match is None:
            self.fail("invalid")
        if not match[3]:
            self.fail("naive")
        if int(data[:4]) not in _YEARS:
            self.fail("year")
        try:
            return datetime.fromisoformat(data.upper()).astimezone(UTC)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: datetime) -> datetime:
        return value


@extend_schema_field(
    {
        "type": "string",
        "format": "duration",
        "pattern": r"^P(\d{1,2}D)?(T(\d{1,3}H)?(\d{1,5}M)?(\d{1,7}S)?)?$",
        "description": "At most P31D.",
    }
)
class Duration(serializers.Field):
    """A length of time as ISO 8601 writes it: PT24H, P2D, PT90M."""

    default_error_messages = {"invalid": "Write it as ISO 8601 does: PT24H, PT90M, P2D; at most P31D."}
    _FORM = re.compile(r"P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?")

    def to_internal_value(self, data: Any) -> timedelta:
        match = self._FORM.fullmatch(data) if isinstance(data, str) else None
        if match is None:
            self.fail("invalid")
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if length > timedelta(days=31):
            self.fail("invalid")
        return length

    def to_representation(self, value: Any) -> Any:
        return value


class Named(Text):
    """A row by its slug, a person by username: checked to exist, and handed on as that name."""

    key = "slug"
    pattern = SLUG_PATTERN

    def __init__(self, model: type[Model], **options: Any) -> None:
        self.model = model
        #: The path that lists what there is.
        self.names = str(model._meta.verbose_name_plural).replace(" ", "-")
        options.setdefault("allow_blank", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if unknown := self.unknown([name]):
            raise serializers.ValidationError(f"There is no “{unknown[0]}”.{self.listed}")
        return name

    @property
    def listed(self) -> str:
        """Where what there is can be read; people are in no list."""
        return f" /api/v1/{self.names}/ lists what there is." if self.key == "slug" else ""

    def unknown(self, names: list[str]) -> list[str]:
        """The names that nobody bears, in the order given; one query for all."""
        found = set(self.model._default_manager.filter(**{f"{self.key}__in": set(names)}).values_list(self.key, flat=True))
        return [name for name in names if name not in found]


def stored_content(field: serializers.Field) -> Content:
    """What the RFC says already that a body writes in: who and what it names may stay, also where nobody could name it anew."""
    return field.context.get("stored") or Content()


class Person(Named):
    """A person who can still sign in, by username, or whom the RFC names already in this field."""

    key = "username"
    pattern = r"^[^\s\x00]+$"

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 150)
        super().__init__(User, **options)
        self.names = "people"

    def unknown(self, names: list[str]) -> list[str]:
        found = set(User.objects.filter(username__in=set(names), is_active=True).values_list("username", flat=True))
        found.add(getattr(stored_content(self), self.field_name or "", None) or "")
        return [name for name in names if name not in found]


class Number(Named):
    """An RFC that the caller may see, or that the RFC names already, by its number."""

    pattern = NUMBER_PATTERN

    def __init__(self, **options: Any) -> None:
        super().__init__(RFC, **options)
        self.names = "rfcs"

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).upper()

    def unknown(self, names: list[str]) -> list[str]:
        seen = RFC.objects.visible_to(self.context["request"].user).numbered(*names)
        stored = stored_content(self)
        found = {rfc.number for rfc in seen.only("pk")} | {*stored.predecessors, stored.follows_up}
        return [name for name in names if name.upper() not in found]


class NamedList(serializers.ListField):
    """Several names of one kind, asked for together; a name given twice counts once."""

    child: Named

    def run_child_validation(self, data: Any) -> list[str]:
        if self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(f"Give at most {self.max_length}.")
        texts = [Text(allow_blank=False).run_validation(item) if isinstance(item, str) else item for item in data]
        wrong: dict[Any, Any] = {place: ["Not a valid string."] for place, item in enumerate(texts) if not isinstance(item, str)}
        if wrong:
            raise serializers.ValidationError(wrong)
        unknown = set(self.child.unknown(texts))
        wrong = {place: [f"There is no “{name}”."] for place, name in enumerate(texts) if name in unknown}
        if wrong:
            raise serializers.ValidationError(wrong)
        named = [name.upper() for name in texts] if isinstance(self.child, Number) else texts
        return list(dict.fromkeys(named))
