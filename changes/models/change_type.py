"""The list of changes that the organisation has done before."""

from django.db import models

from changes.choices import Phase, Severity
from changes.domain import content
from changes.models.fields import WordField


class ChangeType(models.Model):
    """A known change type (DESIGN 2): choosing one fills in severity, staged steps and windows."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    severity = WordField(Severity, blank=True, help_text="What it usually is; the impact answers can only raise it.")
    pre_approved = models.BooleanField(default=False)
    notice_hours = models.PositiveIntegerField(default=0, help_text="Between the submission and the first start.")
    rollback_trigger = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["category", "name"]

    def __str__(self) -> str:
        return self.name

    def staged(self, phase: Phase) -> tuple[content.Step, ...]:
        """The steps to start from, without ids, so that an RFC makes its own of them."""
        return tuple(
            content.Step(s.instruction, s.command, s.role, s.minutes, s.check_text, s.if_not) for s in self.steps.all() if s.phase == phase
        )
