"""The ledger of reminders, and the demo's mailbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.choices import Channel, Delivery, Hold, Result
from changes.models.fields import WordField

_ONCE = ["rule", "subject", "revision", "recipient", "channel"]


class Reminder(models.Model):
    """One row per (rule, subject, revision, recipient, channel): a second send cannot be overlooked (DESIGN 4.9).

    `subject` names the row that it is about ("session:12", "meeting:3", "rfc:7"), because a unique
    key must not hold nulls; the foreign keys say the same for joins. Whoever stands in for somebody has a row for
    each of them and one of their own, because what a night or a freeze means differs by whom it is for.
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
    #: When it may go: `due_at`, or later where the recipient is quiet or has a digest, which `held_for` says.
    send_at = models.DateTimeField()
    held_for = WordField(Hold, blank=True)
    #: For whom the recipient stands in, where the mail is somebody else's.
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = WordField(Delivery, default=Delivery.DUE)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was read on the page.")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            # Two, because a database calls no null the same as another.
            models.UniqueConstraint(fields=_ONCE, condition=Q(on_behalf_of=None), name="one_ledger_row_per_reminder"),
            models.UniqueConstraint(fields=[*_ONCE, "on_behalf_of"], name="one_ledger_row_in_somebodys_stead"),
        ]
        indexes = [
            models.Index(fields=["state", "send_at"], name="reminder_state_send"),
            models.Index(fields=["recipient", "due_at"], name="reminder_recipient_due"),
            models.Index(fields=["subject"], name="reminder_subject"),
            models.Index(fields=["due_at"], name="reminder_due"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class Preference(models.Model):
    """How somebody wants to be told; without a row it is by mail and on the page, at once (DESIGN 4.9).

    Hours are those of a clock on the wall in the person's zone. Dates are the person's, both included.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    by_mail = models.BooleanField(default=True)
    on_page = models.BooleanField(default=True)
    chat_url = models.CharField(max_length=400, blank=True, help_text="Where to chat, as apprise writes it; it holds a secret.")
    digest_at = models.TimeField(null=True, blank=True, help_text="Once a day, all in one; what cannot wait comes at once.")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    #: The rules that this person has turned off, of those that may be.
    muted = models.JSONField(default=list, blank=True)
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in_for")
    delegate_since = models.DateField(null=True, blank=True)
    delegate_until = models.DateField(null=True, blank=True)
    #: When the delegate was named, with these dates; they are told of each naming once.
    delegate_named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class Heartbeat(models.Model):
    """When a part of the product was last seen at work: "beat", "worker"."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.at:%Y-%m-%d %H:%M}"


class Tally(models.Model):
    """How often reminders of a rule by a channel came to an end so far, counted as they do: nobody has to read the ledger for it."""

    rule = models.CharField(max_length=40)
    channel = WordField(Channel)
    result = WordField(Result)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["rule", "channel", "result"]
        constraints = [models.UniqueConstraint(fields=["rule", "channel", "result"], name="one_tally_per_rule_channel_and_result")]

    def __str__(self) -> str:
        return f"{self.rule} by {self.channel}, {self.result}: {self.count}"


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
