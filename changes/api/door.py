"""What every REST view does before its own work and after it: strict parameters, and an answer that can be asked for again."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from changes.api.problems import QueryError
from changes.api.serializers.fields import Strict
from changes.api.version import conditional
from changes.choices import Scope
from changes.domain.content import Content
from changes.models import User


class NoQuery(Strict):
    """A path without parameters."""


class Door(APIView):
    """A view that says what each of its methods takes and answers; checks and the schema both read that.

    `queries` and `bodies` name a serializer per method, `answers` the status and the serializer of what
    comes back. `self.query` holds the parameters that came in; `self.at` is now, taken once.
    """

    queries: Mapping[str, type[Serializer]] = {}
    bodies: Mapping[str, type[Serializer]] = {}
    answers: Mapping[str, tuple[int, Any]] = {}
    #: The scopes of which a token needs one, for the methods that do not simply read (GET) or operate (the others).
    scopes: Mapping[str, tuple[Scope, ...]] = {}
    #: The methods that need If-Match, and those that heed it where it is sent.
    versioned: tuple[str, ...] = ()
    version_heeded: tuple[str, ...] = ()
    #: The methods whose answer has an ETag to send back; reading has one anyway.
    tagged: tuple[str, ...] = ("PATCH", "PUT")
    #: The refusals of a method that do not follow from the rest, for the schema.
    refusals: Mapping[str, tuple[int, ...]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.at = timezone.now()
        method = "GET" if request.method == "HEAD" else request.method or ""
        # A method that is not taken is told so, whatever came with it.
        self.query = read_query(request, self.queries.get(method, NoQuery)) if hasattr(self, method.lower()) else {}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        return conditional(request, answer)

    def body(self, *, partial: bool = False, stored: Content | None = None) -> dict[str, Any]:
        """The request's body in the shape of its method. Raises a `ValidationError` that says what is wrong where.

        `stored` is the content of the RFC that it writes in: what that names already may be written back.
        """
        shape = self.bodies[self.request.method or ""]
        if shape().fields and self.request.META.get("CONTENT_LENGTH") in (None, "", "0"):
            raise ValidationError("The body is empty. Send a JSON object.")
        serializer = shape(data=self.request.data, context={"request": self.request, "stored": stored})
        if partial:
            leave_out_what_is_not_given(serializer)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def located(self, path: str) -> str:
        """A path of the API by the name under which the caller has reached it, as in `next`."""
        return self.request.build_absolute_uri(path)

    @property
    def user(self) -> User:
        """Who asks; nobody comes this far without an account."""
        return cast("User", self.request.user)

    @property
    def time_zone(self) -> str:
        """The zone that sentences are told in: the caller's, or "" for the house's."""
        return self.user.time_zone


def leave_out_what_is_not_given(serializer: Serializer) -> None:
    """For a PATCH: no field of the body is needed, but a row of a list in it is whole.

    DRF's own `partial` goes down into every nested serializer, and would let half a step through.
    """
    for field in serializer.fields.values():
        field.required, field.default = False, empty


def read_query(request: Request, shape: type[Serializer]) -> dict[str, Any]:
    """The parameters in that shape. Raises `QueryError` that names each parameter that is wrong."""
    serializer = shape(context={"request": request})
    given: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    allowed = list(serializer.fields)
    for name, values in request.query_params.lists():
        if any("\x00" in value for value in values):
            wrong[name] = ["It holds a null character."]
        elif name not in serializer.fields:
            wrong[name] = [f"This parameter is not known here. Allowed: {', '.join(allowed) or 'none'}."]
        elif hasattr(serializer.fields[name], "child"):
            given[name] = values
        elif len(values) > 1:
            wrong[name] = ["Give it once."]
        else:
            given[name] = values[0]
    if wrong:
        raise QueryError(wrong)
    serializer = shape(data=given, context={"request": request})
    if not serializer.is_valid():
        raise QueryError(serializer.errors)
    return dict(serializer.validated_data)


def address(path: str) -> str:
    """A page of this site as readers find it."""
    return f"{settings.FSC_BASE_URL}{path}"
