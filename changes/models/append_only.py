"""Rows that come in and stay as they came: none is written over, none goes."""

from typing import Any, NoReturn, TypeVar

from django.db import models

ONLY_ADDED_TO = "History is only added to."
Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[Row_co]):
    """Many at once are refused what one is refused."""

    def update(self, **_: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)

    def delete(self) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)

    def bulk_create(self, *args: Any, **options: Any) -> Any:
        if options.get("update_conflicts"):
            raise TypeError(ONLY_ADDED_TO)
        return super().bulk_create(*args, **options)


class AppendOnly(models.Model):
    """A row that is inserted once."""

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        """Insert it. Raises `TypeError` for a stored row, `IntegrityError` for a key that is taken."""
        if not self._state.adding:
            raise TypeError(ONLY_ADDED_TO)
        super().save(**{**options, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)
