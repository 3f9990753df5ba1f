"""The parameters of `rfcs/` and of what narrows by the same filters (DESIGN 7)."""

from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework import serializers

from changes.api.pagination import PageQuery
from changes.api.serializers.fields import NUMBER_PATTERN, Instant, Named, NamedList, OneOf, Person, Strict, Text
from changes.api.serializers.rfc import RFCOut
from changes.choices import Severity, State, Urgency
from changes.models import ChangeType, ConfigurationItem, Environment, Service
from changes.models.rfc import key_of

#: Everything that a list of RFCs can be ordered by; each also downwards, with a minus sign before it.
ORDERINGS = ("number", "planned_start", "planned_end", "due_by", "created_at", "updated_at")


class RFCNumber(Text):
    """A number that need not exist: a filter that matches nothing is no error."""

    pattern = NUMBER_PATTERN

    def to_internal_value(self, data: Any) -> str:
        number = super().to_internal_value(data)
        if key_of(number) is None:
            raise serializers.ValidationError("One looks like RFC-000123.")
        return number


def _words(word: Any) -> serializers.ListField:
    return serializers.ListField(child=OneOf(word), required=False)


def _names(child: Named) -> NamedList:
    return NamedList(child=child, required=False)


class Filters(Strict):
    """A repeated parameter means OR, different ones AND."""

    state = _words(State)
    severity = _words(Severity)
    urgency = _words(Urgency)
    environment = _names(Named(Environment))
    service = _names(Named(Service))
    configuration_item = _names(Named(ConfigurationItem))
    change_type = _names(Named(ChangeType))
    owner = _names(Person())
    requester = _names(Person())
    implementer = _names(Person())
    number = serializers.ListField(child=RFCNumber(allow_blank=False), required=False)
    q = Text(required=False, max_length=200)


class Period(Strict):
    """`from` and `to`, half-open; Python's grammar keeps `from` from being an attribute."""

    are_required = False

    def get_fields(self) -> dict[str, serializers.Field]:
        ends = {name: Instant(required=self.are_required) for name in ("from", "to")}
        return {**super().get_fields(), **ends}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "from" in attrs and "to" in attrs and attrs["to"] <= attrs["from"]:
            raise serializers.ValidationError({"to": ["It lies at or before `from`."]})
        return attrs


class FieldNames(serializers.ListField):
    """Names of an RFC's fields, with commas between or the parameter repeated."""

    child = serializers.ChoiceField(choices=list(RFCOut().fields))

    def to_internal_value(self, data: Any) -> list[str]:
        allowed, names = self.child.choices, [name.strip() for given in data for name in given.split(",")]
        if unknown := [name for name in names if name not in allowed]:
            raise serializers.ValidationError([f"There is no field “{unknown[0]}”. Allowed: {', '.join(allowed)}."])
        return list(dict.fromkeys(names))


class Sparse(Strict):
    """`fields`, which a serializer has for itself under that name."""

    def get_fields(self) -> dict[str, serializers.Field]:
        asked = FieldNames(required=False, help_text="Only these fields, in this order; the fields inside of them come whole.")
        return {**super().get_fields(), "fields": asked}


def told(data: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    """The RFC's data, narrowed to the `fields` that were asked for."""
    return {name: data[name] for name in query["fields"]} if "fields" in query else data


class RFCQuery(Period, Filters, Sparse, PageQuery):
    """The parameters of `rfcs/`."""

    ordering = serializers.ChoiceField(
        choices=[sign + name for name in ORDERINGS for sign in ("", "-")],
        default="-number",
        error_messages={"invalid_choice": f"There is no order “{{input}}”. Allowed: {', '.join(ORDERINGS)}, with - downwards."},
        help_text="Rows without a value come last, whichever way.",
    )


def filter_data(query: dict[str, Any]) -> MultiValueDict[str, Any]:
    """The filters among the parameters, as the filter sets read them."""
    given = {name: query[name] for name in (*Filters().fields, "from", "to") if name in query}
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in given.items()})
