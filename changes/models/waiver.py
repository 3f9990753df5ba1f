"""Waivers: recorded acceptances of blocking findings."""

from django.conf import settings
from django.db import models


class Waiver(models.Model):
    """Good for one code and one other RFC, until a time, and while the overlap does not grow (DESIGN 4.6)."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="waivers")
    code = models.CharField(max_length=60)
    other = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="The overlap that was accepted.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.code}"
