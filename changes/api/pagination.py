"""Paging by keyset (value, number): a page costs what it shows, and stays where it is while rows are added."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.problems import QueryError
from changes.api.serializers.fields import Strict, Text, WholeInQuery

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class CursorText(Text):
    """A cursor as it is given out."""

    pattern = "^[-A-Za-z0-9_]+$"


class PageQuery(Strict):
    """What every list takes."""

    page_size = WholeInQuery(min_value=1, max_value=MAX_PAGE_SIZE, default=PAGE_SIZE)
    cursor = CursorText(required=False, allow_blank=False, help_text="From `next` or `previous` of a page of this list in this order.")


@dataclass(frozen=True)
class Keyset:
    """An order over (field, pk), both up or both down, rows without a value last."""

    field: str
    is_descending: bool

    @classmethod
    def of(cls, ordering: str) -> "Keyset":
        return cls("pk" if ordering.lstrip("-") == "number" else ordering.lstrip("-"), ordering.startswith("-"))

    def order(self, *, backwards: bool) -> list[OrderBy]:
        down = self.is_descending != backwards
        nulls: dict[str, Any] = {"nulls_first": True} if backwards else {"nulls_last": True}
        orders = [F(name).desc(**nulls) if down else F(name).asc(**nulls) for name in dict.fromkeys((self.field, "pk"))]
        return orders if self.field != "pk" else [F("pk").desc() if down else F("pk").asc()]

    def beyond(self, value: Any, pk: int, *, backwards: bool) -> Q:
        """The rows that come after (value, pk) in the order, or before it when reading backwards."""
        sign = "lt" if self.is_descending != backwards else "gt"
        further = Q(**{f"pk__{sign}": pk})
        if self.field == "pk":
            return further
        empty = Q(**{f"{self.field}__isnull": True})
        if value is None:
            return (~empty | (empty & further)) if backwards else empty & further
        past = Q(**{f"{self.field}__{sign}": value}) | (Q(**{self.field: value}) & further)
        return past if backwards else past | empty


@dataclass(frozen=True)
class Cursor:
    """A place between two rows, and which way to read from there."""

    ordering: str
    backwards: bool
    value: Any
    pk: int

    def encoded(self) -> str:
        raw = orjson.dumps([self.ordering, self.backwards, self.value, self.pk], default=str)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str, ordering: str, model: type[Model]) -> "Cursor":
        """Raises `QueryError` for what this list never gave out."""
        unknown = QueryError({"cursor": ["It is not of this list and this order. Begin again without it."]})
        try:
            told, backwards, value, pk = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            field: Any = model._meta.get_field(_column(model, Keyset.of(ordering).field))
            value = None if value is None else field.to_python(value)
            is_place = told == ordering and isinstance(backwards, bool) and 0 < pk < 2**62
        except (ValueError, TypeError, binascii.Error, ValidationError) as error:
            raise unknown from error
        is_naive = isinstance(value, datetime) and value.tzinfo is None
        if not is_place or is_naive or "\x00" in str(value):
            raise unknown
        return cls(ordering, backwards, value, pk)


def _column(model: type[Model], field: str) -> str:
    return str(model._meta.pk.name) if field == "pk" and model._meta.pk else field


def page(
    request: Request, rows: QuerySet[Any], shown: Callable[[Any], dict[str, Any]], *, ordering: str, query: dict[str, Any]
) -> Response:
    """One page as `{results, next, previous}`; `ordering` is a column, with `-` for downwards."""
    keyset, size = Keyset.of(ordering), query["page_size"]
    cursor = Cursor.decoded(query["cursor"], ordering, rows.model) if query.get("cursor") else None
    backwards = cursor is not None and cursor.backwards
    if cursor:
        rows = rows.filter(keyset.beyond(cursor.value, cursor.pk, backwards=backwards))
    found = list(rows.order_by(*keyset.order(backwards=backwards))[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    to_next = found and (backwards or has_more)
    to_previous = found and (has_more if backwards else cursor is not None)
    following = (
        _link(request, Cursor(ordering, value=getattr(found[-1], keyset.field), pk=found[-1].pk, backwards=False)) if to_next else None
    )
    previous = (
        _link(request, Cursor(ordering, backwards=True, value=getattr(found[0], keyset.field), pk=found[0].pk)) if to_previous else None
    )
    response = Response({"results": [shown(row) for row in found], "next": following, "previous": previous})
    links = [f'<{link}>; rel="{name}"' for name, link in (("next", following), ("prev", previous)) if link]
    if links:
        response["Link"] = ", ".join(links)  # RFC 8288
    return response


def _link(request: Request, cursor: Cursor) -> str:
    parameters = request.query_params.copy()
    parameters["cursor"] = cursor.encoded()
    return str(request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}"))
