"""Who had whom asked for their votes."""

from django.conf import settings
from django.db import models


class Asking(models.Model):
    """One time that somebody had members of a meeting asked for the votes that were missing; each of them is asked once a day."""

    meeting = models.ForeignKey("changes.Meeting", on_delete=models.CASCADE, related_name="askings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="asking_at")]

    def __str__(self) -> str:
        return f"{self.meeting_id}, {self.at:%Y-%m-%d %H:%M}"
