"""Incidents that an RFC is suspected of."""

from django.conf import settings
from django.db import models

from changes.choices import Suspicion
from changes.models.fields import WordField


class IncidentLink(models.Model):
    """What is thought of an RFC and one incident, and who said so last; what was thought before stands in the history."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.CASCADE, related_name="incidents")
    system = models.CharField(max_length=60)
    identifier = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    suspicion = WordField(Suspicion)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rfc", "system", "identifier"], name="one_link_to_an_incident")]

    def __str__(self) -> str:
        return f"{self.system} {self.identifier}"
