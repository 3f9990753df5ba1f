"""Meetings of a board."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from changes.choices import Attending, MeetingState
from changes.models.append_only import AppendOnly, AppendOnlyQuerySet
from changes.models.fields import WordField

#: What stands once it is published, whichever door somebody comes through (DESIGN 4.8).
MINUTES = frozenset({"minutes_published_at", "minutes_published_by", "minutes_snapshot"})
MINUTES_STAND = "Published minutes stand as they are; a correction is an addendum."


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Many at once are refused what one is refused: published minutes are not written over, and their meeting stays."""

    def with_minutes(self) -> "MeetingQuerySet":
        return self.filter(minutes_published_at__isnull=False)

    def update(self, **columns: Any) -> int:
        if any(name.removesuffix("_id") in MINUTES for name in columns) and self.with_minutes().exists():
            raise TypeError(MINUTES_STAND)
        return super().update(**columns)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        columns = list(fields)
        if MINUTES.intersection(columns):
            raise TypeError(MINUTES_STAND)
        return super().bulk_update(objs, columns, batch_size)

    def bulk_create(self, *args: Any, **options: Any) -> Any:
        if options.get("update_conflicts"):
            raise TypeError(MINUTES_STAND)
        return super().bulk_create(*args, **options)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.with_minutes().exists():
            raise TypeError(MINUTES_STAND)
        return super().delete()


class Meeting(models.Model):
    """One sitting. `revision` is 0 until the cut-off, 1 from then on, and rises with each admission (DESIGN 4.8)."""

    board = models.ForeignKey("changes.Board", on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cut_off_at = models.DateTimeField()
    state = WordField(MeetingState, default=MeetingState.PLANNED)
    revision = models.PositiveIntegerField(default=0)
    #: The day of the board's rhythm that it stands for, wherever it has been moved to; empty for one beside the rhythm.
    planned_for = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # The sitting itself, which is the server's: whoever opens the page sees the same item and the same clocks.
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    presenter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    current_item = models.ForeignKey("changes.AgendaItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    item_since = models.DateTimeField(null=True, blank=True, help_text="Since when the clock of the current item runs.")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    turn = models.PositiveIntegerField(default=0, help_text="Rises with everything that those who follow have to see.")
    note = models.TextField(blank=True, help_text="For the minutes, besides what belongs to an item.")
    #: The minutes as they were published, never written again; corrections are addenda.
    minutes_published_at = models.DateTimeField(null=True, blank=True)
    minutes_published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    minutes_snapshot = models.JSONField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["board", "starts_at"], name="one_meeting_per_board_and_time"),
            models.UniqueConstraint(fields=["board", "planned_for"], name="one_meeting_per_board_and_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_its_start"),
            models.CheckConstraint(condition=Q(cut_off_at__lte=F("starts_at")), name="cut_off_before_the_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.board}, {self.starts_at:%Y-%m-%d %H:%M}"

    def save(self, **options: Any) -> None:
        """Raises `TypeError` where it would write over published minutes, with an object read before they were too."""
        if not self._state.adding:
            self._check_minutes(options.get("update_fields"))
        super().save(**options)

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", args=[self.pk])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        if self._published():
            raise TypeError(MINUTES_STAND)
        return super().delete(*args, **options)

    def _check_minutes(self, columns: Collection[str] | None) -> None:
        written = MINUTES if columns is None else {name for name in columns if name.removesuffix("_id") in MINUTES}
        stored = self._published() if written else None
        if stored and any(getattr(self, name) != value for name, value in stored.items()):
            raise TypeError(MINUTES_STAND)

    def _published(self) -> dict[str, Any] | None:
        """The minutes as they are stored, once they are published."""
        columns = ("minutes_published_at", "minutes_published_by_id", "minutes_snapshot")
        return Meeting.objects.with_minutes().filter(pk=self.pk).values(*columns).first()

    @property
    def is_frozen(self) -> bool:
        return self.revision > 0

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Attendance(models.Model):
    """What a member said about coming to a meeting, and whether they were there."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    says = WordField(Attending, blank=True)
    is_present = models.BooleanField(default=False)
    came_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_attendance_per_person")]

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting}"


class Addendum(AppendOnly):
    """A correction of published minutes; rows are added and never altered."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Addendum"].as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
