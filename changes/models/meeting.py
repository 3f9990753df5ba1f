"""Meetings of a board."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from changes.choices import MeetingState
from changes.models.fields import WordField


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

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        return self.revision > 0

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)
