"""Change windows: the recurring permitted periods of an environment."""

from django.db import models

from changes.domain.recurrence import Recurrence
from changes.domain.window import Window
from changes.models.fields import WallClockField, wall_clock


class ChangeWindow(models.Model):
    """Times are those of a clock on the wall in `time_zone`; without change types it serves all (DESIGN 4.4)."""

    name = models.CharField(max_length=120)
    environment = models.ForeignKey("changes.Environment", on_delete=models.PROTECT, related_name="change_windows")
    change_types = models.ManyToManyField("changes.ChangeType", blank=True, related_name="change_windows")
    time_zone = models.CharField(max_length=64)
    rrule = models.CharField(max_length=400, blank=True)
    first_start = WallClockField()
    first_end = WallClockField()
    exdates = models.JSONField(default=list, blank=True, help_text="Wall-clock starts that do not happen.")

    class Meta:
        ordering = ["environment__position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def recurrence(self) -> Recurrence:
        exdates = tuple(wall_clock(text) for text in self.exdates)
        return Recurrence(self.rrule, self.first_start, self.first_end, self.time_zone, exdates)

    def as_window(self) -> Window:
        """For the rules; read it with `environment` selected and `change_types` prefetched."""
        return Window(
            id=self.pk,
            name=self.name,
            environment=self.environment.slug,
            change_types=tuple(t.slug for t in self.change_types.all()),
            recurrence=self.recurrence,
        )
