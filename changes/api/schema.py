"""OpenAPI from what the views say of themselves: the same `queries`, `bodies` and `answers` that they check by."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from changes.api import schema_fields  # noqa: F401 - what is told there is found by being loaded
from changes.api.door import Door
from changes.api.examples import examples_in
from changes.api.problems import TITLES, TYPE
from changes.api.schema_headers import Operation, headers_in, headers_out
from changes.api.schema_paths import in_path
from changes.api.serializers.finding import FindingOut
from changes.api.token import scopes_of
from changes.choices import Scope

PROBLEM = "application/problem+json"


class ErrorOut(serializers.Serializer):
    """One thing that is wrong: in a body by JSON pointer, among parameters and headers by name."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    header = serializers.CharField(required=False)
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer):
    """RFC 9457."""

    type = serializers.ChoiceField([TYPE.format(code=code) for code in TITLES])
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    mend = serializers.CharField(required=False)
    # A member of RFC 9457; DRF has a property of the same name, which nobody reads of a shape.
    errors = ErrorOut(many=True, required=False)  # type: ignore[assignment]
    findings = FindingOut(many=True, required=False)


class TokenScheme(OpenApiAuthenticationExtension):
    """How a tool says who asks."""

    target_class = "changes.api.token.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")  # noqa: S106 - the word before it


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

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args)
        if operation:
            shape = self._said("bodies")
            if shape and shape().fields:  # what takes fields takes no empty body; a JSON object without any is one
                operation["requestBody"]["required"] = True
            examples_in(operation)
        return operation

    def get_operation_id(self) -> str:
        return f"{self.method.lower()}_{type(self.view).__name__}"

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").partition("/")[0]]

    def get_request_serializer(self) -> Any:
        return self._said("bodies")

    def get_override_parameters(self) -> list[Any]:
        query = self._said("queries")
        found: list[Any] = [query] if query else []
        if not isinstance(self.view, Door):
            return found
        operation = self._operation()
        return [*found, *in_path(self.path), *headers_in(operation), *headers_out(operation)]

    def get_response_serializers(self) -> Any:
        status, answer = getattr(self.view, "answers", {}).get(self.method, (204, None))
        found: dict[Any, Any] = dict.fromkeys(self._done(status), answer)
        if self.method == "GET":
            found[304] = OpenApiResponse(description="It is as you have it.")
        for number in self._problems():
            found[(number, PROBLEM)] = ProblemOut
        return found

    def _done(self, status: int) -> tuple[int, ...]:
        return (status, 201) if self.method == "PUT" else (status,)

    def _operation(self) -> Operation:
        view = cast("Door", self.view)
        status, answer = view.answers.get(self.method, (204, None))
        return Operation(
            method=self.method,
            done=self._done(status),
            needs_version=self.method in view.versioned,
            heeds_version=self.method in view.version_heeded,
            heeds_key=self._heeds_key(),
            is_tagged=self.method in (*view.tagged, "GET"),
            is_page="previous" in getattr(answer, "_declared_fields", ()),
        )

    def _heeds_key(self) -> bool:
        return getattr(getattr(self.view, self.method.lower(), None), "heeds_key", False)

    def _problems(self) -> list[int]:
        """Every refusal that the operation can answer with, and no other."""
        view = self.view
        numbers = {400, 401, 403, 406, 429, *getattr(view, "refusals", {}).get(self.method, ())}
        if "{" in self.path and self.method != "PUT":  # what is not there yet is raised
            numbers.add(404)
        if self._said("bodies"):
            numbers |= {413, 415}
        if scopes_of(view, self.method) != (Scope.READ,):
            numbers.add(409)
        if self.method in getattr(view, "versioned", ()):
            numbers |= {412, 428}
        if self.method in getattr(view, "version_heeded", ()):
            numbers.add(412)
        if self._heeds_key():
            numbers.add(422)
        return sorted(numbers)

    def _said(self, name: str) -> Any:
        said = getattr(self.view, name, {})
        return said.get(self.method) if isinstance(said, Mapping) else None
