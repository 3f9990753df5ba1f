"""OpenAPI from what the views say of themselves: the same `queries`, `bodies` and `answers` that they check by."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from changes.api.serializers.finding import FindingOut

PROBLEM = "application/problem+json"


class ErrorOut(serializers.Serializer):
    """One thing that is wrong: in a body by JSON pointer, among the parameters by name."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    mend = serializers.CharField(required=False)
    # A member of RFC 9457; DRF has a property of the same name, which nobody reads of a shape.
    errors = ErrorOut(many=True, required=False)  # type: ignore[assignment]
    findings = FindingOut(many=True, required=False)


@cache
def page_of(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of a page of such rows."""
    fields = {
        "results": row(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
    }
    return type(f"{row.__name__.removesuffix('Out')}Page", (serializers.Serializer,), fields)


class AutoSchema(SpectacularSchema):
    """Reads a `Door`; views of others stay as they are."""

    def get_operation_id(self) -> str:
        return f"{self.method.lower()}_{type(self.view).__name__}"

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def get_request_serializer(self) -> Any:
        return self._said("bodies")

    def get_override_parameters(self) -> list[Any]:
        query = self._said("queries")
        found: list[Any] = [query] if query else []
        needed = self.method in getattr(self.view, "versioned", ())
        if needed or self.method in getattr(self.view, "version_heeded", ()):
            read = "The ETag of the RFC that was read."
            found.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=needed, description=read))
        return found

    def get_response_serializers(self) -> Any:
        status, answer = getattr(self.view, "answers", {}).get(self.method, (204, None))
        found: dict[Any, Any] = {status: answer}
        for number in self._problems():
            found[(number, PROBLEM)] = ProblemOut
        return found

    def _problems(self) -> list[int]:
        numbers = {400, 401, 404, 406}
        if self.method != "GET":
            numbers |= {403, 409, 413, 415}
        if self.method in getattr(self.view, "versioned", ()):
            numbers |= {412, 428}
        if self.method in getattr(self.view, "version_heeded", ()):
            numbers.add(412)
        return sorted(numbers)

    def _said(self, name: str) -> Any:
        said = getattr(self.view, name, {})
        return said.get(self.method) if isinstance(said, Mapping) else None
