"""The history: who did what, when, and what changed. Rows are added and never altered."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

ONLY_ADDED_TO = "History is only added to."


class AppendOnly(models.QuerySet["Event"]):
    """Rows come in; none is written over, none goes."""

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


class Event(models.Model):
    """`actor` is empty where the product itself acted; `changes` maps a field to its value before and after."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["rfc", "at"], name="event_rfc_at"), models.Index(fields=["at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, **options: Any) -> None:
        """Insert it. Raises `TypeError` for a stored row, `IntegrityError` for a key that is taken."""
        if not self._state.adding:
            raise TypeError(ONLY_ADDED_TO)
        super().save(**{**options, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(ONLY_ADDED_TO)
