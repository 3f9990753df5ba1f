"""The ledger of reminders, and the demo's mailbox."""

from django.conf import settings
from django.db import models

from changes.choices import Channel, Delivery
from changes.models.fields import WordField


class Reminder(models.Model):
    """One row per (rule, subject, revision, recipient, channel): a second send cannot be overlooked (DESIGN 4.9).

    `subject` names the row that it is about ("session:12", "meeting:3", "rfc:7"), because a unique
    key must not hold nulls; the foreign keys say the same for joins.
    """

    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(default=1)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders")
    channel = WordField(Channel, default=Channel.MAIL)
    rfc = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="reminders")
    session = models.ForeignKey("changes.WorkSession", null=True, blank=True, on_delete=models.SET_NULL, related_name="reminders")
    meeting = models.ForeignKey("changes.Meeting", null=True, blank=True, on_delete=models.CASCADE, related_name="reminders")
    due_at = models.DateTimeField()
    state = WordField(Delivery, default=Delivery.DUE)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject", "revision", "recipient", "channel"], name="one_ledger_row_per_reminder"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="reminder_state_due")]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class DemoMail(models.Model):
    """A mail that the demo sent, kept to be read in the browser instead of going out."""

    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["to", "sent_at"], name="demomail_to")]

    def __str__(self) -> str:
        return self.subject
