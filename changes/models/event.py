"""The history: who did what, when, and what changed. Rows are added and never altered."""

from django.conf import settings
from django.db import models

from changes.models.append_only import AppendOnly, AppendOnlyQuerySet


class Happening(AppendOnly):
    """`actor` is empty where the product itself acted; `changes` maps a field to its value before and after."""

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class Event(Happening):
    """What was done to an RFC."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="events")

    objects = AppendOnlyQuerySet["Event"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["rfc", "at"], name="event_rfc_at"), models.Index(fields=["at"], name="event_at")]


class MeetingEvent(Happening):
    """What was done to a meeting and its agenda, where no row of its own says who did it and when.

    Such rows are: `AgendaRevision` (what froze), `Vote`, `Decision`, `Condition`, `ElectronicVote`, `Addendum`, an `Attendance` that
    somebody ticked for themselves; and what moves an RFC between agendas or admits it stands in the RFC's own history. Notes for
    the minutes keep themselves while somebody types; the minutes as they were published have their last word.
    """

    meeting = models.ForeignKey("changes.Meeting", on_delete=models.PROTECT, related_name="events")

    objects = AppendOnlyQuerySet["MeetingEvent"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["meeting", "at"], name="meeting_event_at")]
