"""The history: who did what, when, and what changed. Rows are added and never altered."""

from django.conf import settings
from django.db import models

from changes.models.append_only import AppendOnly, AppendOnlyQuerySet


class Event(AppendOnly):
    """`actor` is empty where the product itself acted; `changes` maps a field to its value before and after."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)

    objects = AppendOnlyQuerySet["Event"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["rfc", "at"], name="event_rfc_at"), models.Index(fields=["at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
