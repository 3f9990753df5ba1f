"""What the schema says of shapes beyond the types of their fields: how a text is written, what names exist, how long a list is."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework.fields import Field, ListField
from rest_framework.serializers import ListSerializer

from changes.api.serializers.fields import Named, Text

Json = dict[str, Any]


class StrictSchema(OpenApiSerializerExtension):
    """A shape that refuses what it does not know."""

    target_class = "changes.api.serializers.fields.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Json:
        shape: Json = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001 - as its documentation has it
        for name, field in self.target.fields.items():
            if name in shape.get("properties", {}):
                _tell(shape["properties"][name], field)
        if not type(self.target).__doc__:
            shape.pop("description", None)  # of the class above, which says nothing of this one
        shape |= {"additionalProperties": False, **self.target.said}
        return {key: value for key, value in shape.items() if value != []}


def _tell(shape: Json, field: Field) -> None:
    """Add to the field's shape what is not seen from its type. A name has `x-names`, the path that lists what there is."""
    # The stubs do not know what many=True passes on.
    if isinstance(field, ListSerializer) and (longest := getattr(field, "max_length", None)):
        shape["maxItems"] = longest
    if isinstance(field, ListField):
        _tell(shape["items"], field.child)
    if isinstance(field, Text):
        shape["pattern"] = field.pattern
    if isinstance(field, Named):
        shape["x-names"] = field.names
