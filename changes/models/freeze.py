"""Freezes: periods in which nothing may be scheduled, and what declaring, changing or lifting each one meant."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from changes.choices import FreezeAct
from changes.domain.freeze import Freeze as FreezeRule
from changes.models.fields import WordField


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

    def get_absolute_url(self) -> str:
        return reverse("freeze-edit", args=[self.pk])

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


class FreezeNotice(models.Model):
    """A freeze that was declared, changed or lifted and so hit or freed planned RFCs: what their owners are told, once.

    `terms` are those of the freeze afterwards, or the last ones of a lifted freeze, so that a mail says the same whatever
    has happened to the freeze since; see `selectors.freeze.terms_data`.
    """

    freeze = models.ForeignKey(Freeze, null=True, on_delete=models.SET_NULL, related_name="notices")
    act = WordField(FreezeAct)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    terms = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], name="freezenotice_at")]

    def __str__(self) -> str:
        return f"{self.terms.get('name', '')} {self.act}"


class FreezeNoticeLine(models.Model):
    """One RFC of a notice, and who owned it then. `hit` and `freed` hold its sessions as `{start, end, minutes}`, in UTC."""

    notice = models.ForeignKey(FreezeNotice, on_delete=models.CASCADE, related_name="lines")
    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="freeze_lines")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hit = models.JSONField(default=list)
    freed = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "rfc"], name="one_line_per_notice_and_rfc")]

    def __str__(self) -> str:
        return f"{self.rfc_id}"
