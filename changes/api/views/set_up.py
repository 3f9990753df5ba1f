"""Set-up data: read by everybody who is signed in, written by administrators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from changes.actions import set_up as actions
from changes.api.door import Door
from changes.api.idempotency import once
from changes.api.pagination import PageQuery, page
from changes.api.schema import page_of
from changes.api.serializers import set_up as shapes
from changes.api.serializers import set_up_data as data
from changes.api.version import check_unchanged, etag_of
from changes.choices import Scope
from changes.models import Board, ChangeType, ChangeWindow, ConfigurationItem, Environment, Freeze, Service


@dataclass(frozen=True)
class Room:
    """One kind of set-up data: its path, its shape coming in and going out, and how its rows are read."""

    path: str
    model: Any
    shape: type[serializers.Serializer]
    data: Callable[[Any], dict[str, Any]]
    related: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    key: str = "slug"
    out: type[serializers.Serializer] | None = None

    def all(self) -> QuerySet[Any]:
        rows = self.model.objects.prefetch_related(*self.rows)
        # Without a name, select_related() would follow every foreign key.
        return rows.select_related(*self.related) if self.related else rows

    def get(self, key: str | int) -> Any:
        return get_object_or_404(self.all(), **{self.key: key})

    def locked(self, key: str | int) -> Any:
        """The row as it is now, nobody else's until the transaction ends."""
        return get_object_or_404(self.all().select_for_update(of=("self",)), **{self.key: key})

    def answer(self, door: Door, row: Any, code: int = status.HTTP_200_OK) -> Response:
        """The row as it is stored now, with its tag; a new one with its address."""
        key = getattr(row, self.key)
        shown = self.data(self.get(key))
        there = {"Location": door.located(f"/api/v1/{self.path}/{key}/")} if code == status.HTTP_201_CREATED else {}
        return Response(shown, status=code, headers={**there, "ETag": etag_of(shown)})


ROOMS = (
    Room("environments", Environment, shapes.EnvironmentShape, data.environment_data, rows=("route_rules",)),
    Room("services", Service, shapes.ServiceShape, data.service_data, ("manager", "approver"), ("depends_on",)),
    Room("configuration-items", ConfigurationItem, shapes.ItemShape, data.item_data, ("service",)),
    Room("change-types", ChangeType, shapes.ChangeTypeShape, data.change_type_data, rows=("steps",)),
    Room(
        "change-windows",
        ChangeWindow,
        shapes.WindowShape,
        data.window_data,
        ("environment",),
        ("change_types",),
        key="pk",
        out=shapes.WindowOut,
    ),
    Room(
        "freezes",
        Freeze,
        shapes.FreezeShape,
        data.freeze_data,
        ("environment", "service", "change_type", "waivable_by"),
        key="pk",
        out=shapes.FreezeOut,
    ),
    Room(
        "boards",
        Board,
        shapes.BoardShape,
        data.board_data,
        ("chair",),
        ("environments", "services", "members__user", "members__delegate_for", "rota__user", "holidays"),
    ),
)


class SetUpList(Door):
    """All rows of a kind, and adding one."""

    scopes = {"POST": (Scope.ADMIN,)}

    tagged = ("POST",)
    room: Room

    def get(self, request: Request) -> Response:
        return page(request, self.room.all(), self.room.data, ordering=self.room.key, query=self.query)

    @once
    def post(self, request: Request) -> Response:
        """Add one. Administrators only."""
        row = actions.add(self.room.model, self.body(), actor=self.user, at=self.at)
        return self.room.answer(self, row, status.HTTP_201_CREATED)


class SetUpDetail(Door):
    """One row, by its slug or its number."""

    scopes = {"PATCH": (Scope.ADMIN,), "DELETE": (Scope.ADMIN,)}

    room: Room

    def get(self, request: Request, key: str | int) -> Response:
        return Response(self.room.data(self.room.get(key)))

    def patch(self, request: Request, key: str | int) -> Response:
        """Change what is given. Administrators only; the slug stays, for others name it."""
        values = self.body(partial=True)
        with transaction.atomic():
            row = self.room.locked(key)
            before = etag_of(self.room.data(row))
            row = actions.change(row, values, actor=self.user, at=self.at)
            check_unchanged(request, before)
        return self.room.answer(self, row)

    def delete(self, request: Request, key: str | int) -> Response:
        """Remove one that nothing names any more: 409 while something does. Administrators only."""
        with transaction.atomic():
            row = self.room.locked(key)
            before = etag_of(self.room.data(row))
            actions.remove(row, actor=self.user, at=self.at)
            check_unchanged(request, before, is_needed=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


def list_view(room: Room) -> Callable[..., Any]:
    out = room.out or room.shape
    said = {
        "room": room,
        "queries": {"GET": PageQuery},
        "bodies": {"POST": room.shape},
        "answers": {"GET": (200, page_of(out)), "POST": (201, out)},
    }
    made: type[SetUpList] = type(f"{room.model.__name__}List", (SetUpList,), said)
    return made.as_view()


def detail_view(room: Room) -> Callable[..., Any]:
    out = room.out or room.shape
    change = type(f"{room.model.__name__}Change", (room.shape,), {"slug": None})
    said = {
        "room": room,
        "bodies": {"PATCH": change},
        "answers": {"GET": (200, out), "PATCH": (200, out), "DELETE": (204, None)},
        "versioned": ("PATCH",),
        "version_heeded": ("DELETE",),
    }
    made: type[SetUpDetail] = type(f"{room.model.__name__}Detail", (SetUpDetail,), said)
    return made.as_view()
