"""Freezes: periods in which nothing may be scheduled."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from changes.domain.freeze import Freeze as FreezeRule


class Freeze(models.Model):
    """Scope fields that are given combine by AND; none given means everything (DESIGN 2)."""

    name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    time_zone = models.CharField(max_length=64, default="UTC")
    rrule = models.CharField(max_length=400, blank=True)
    environment = models.ForeignKey("changes.Environment", null=True, blank=True, on_delete=models.PROTECT)
    service = models.ForeignKey("changes.Service", null=True, blank=True, on_delete=models.PROTECT)
    change_type = models.ForeignKey("changes.ChangeType", null=True, blank=True, on_delete=models.PROTECT)
    waivable_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["start"]
        constraints = [models.CheckConstraint(condition=Q(end__gt=F("start")), name="freeze_ends_after_its_start")]

    def __str__(self) -> str:
        return self.name

    def as_rule(self) -> FreezeRule:
        """For the rules; read it with its foreign keys selected."""
        return FreezeRule(
            id=self.pk,
            name=self.name,
            reason=self.reason,
            start=self.start,
            end=self.end,
            time_zone=self.time_zone,
            rrule=self.rrule,
            environment=self.environment.slug if self.environment else None,
            service=self.service.slug if self.service else None,
            change_type=self.change_type.slug if self.change_type else None,
            waivable_by=str(self.waivable_by) if self.waivable_by else None,
        )
