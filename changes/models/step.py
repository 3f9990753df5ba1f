"""Staged instructions: those of a known change type, and those of an RFC."""

from django.conf import settings
from django.db import models

from changes.choices import Phase
from changes.domain import content
from changes.models.fields import WordField


class Instruction(models.Model):
    """What a step says, wherever it stands."""

    phase = WordField(Phase)
    position = models.PositiveSmallIntegerField()
    instruction = models.TextField()
    command = models.TextField(blank=True, help_text="To copy, where there is one.")
    role = models.CharField(max_length=80, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    check_text = models.TextField(blank=True, help_text="How one sees that it worked.")
    if_not = models.TextField(blank=True, help_text="What to do if it did not.")

    class Meta:
        abstract = True
        ordering = ["phase", "position"]

    def __str__(self) -> str:
        return self.instruction

    def content(self) -> content.Step:
        return content.Step(
            instruction=self.instruction,
            command=self.command,
            role=self.role,
            minutes=self.minutes,
            check=self.check_text,
            if_not=self.if_not,
            id=self.pk,
        )


class Step(Instruction):
    """A step of an RFC; the last three columns are written while the work is in progress."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.CASCADE, related_name="steps")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)


class ChangeTypeStep(Instruction):
    """A step that an RFC of this type starts from."""

    change_type = models.ForeignKey("changes.ChangeType", on_delete=models.CASCADE, related_name="steps")
