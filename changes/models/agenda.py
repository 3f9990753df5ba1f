"""What the board has before it: items, votes, decisions, conditions, and the revisions that freeze."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.choices import Ballot, Route, Section, Severity, Verdict
from changes.models.fields import WordField


class AgendaItem(models.Model):
    """One point of a meeting. It belongs to the meeting, so that votes and notes outlive a revision.

    A late item waits outside the agenda until the chair admits it; then `is_late` falls and
    `admitted_reason` says why.
    """

    meeting = models.ForeignKey("changes.Meeting", on_delete=models.CASCADE, related_name="items")
    rfc = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items")
    section = WordField(Section)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, help_text="Why it stands here.")
    note = models.TextField(blank=True)
    is_late = models.BooleanField(default=False)
    admitted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "rfc"], condition=Q(rfc__isnull=False), name="one_item_per_rfc"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaRevision(models.Model):
    """What the agenda said when it froze, as the API's `sections` and `late`; never written again."""

    meeting = models.ForeignKey("changes.Meeting", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    snapshot = models.JSONField()

    class Meta:
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"revision {self.number}"


class Vote(models.Model):
    """What a member said ahead of the decision; the last word counts."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes")
    vote = WordField(Ballot)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="one_vote_per_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.vote}"


class Decision(models.Model):
    """A decision on an RFC by whichever route, with what it was about (DESIGN 4.1, "Approval is of a content").

    `by` is empty where the automatic lane approved. A verbal approval has `confirmed_at` empty until
    the approver has confirmed it. `content` and `digest` keep what was approved.
    """

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="decisions")
    item = models.OneToOneField(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="decision")
    route = WordField(Route)
    verdict = WordField(Verdict)
    severity = WordField(Severity)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    defer_to = models.ForeignKey("changes.Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="deferred_here")
    quorum_met = models.BooleanField(null=True, blank=True)
    accepted = models.JSONField(default=list, blank=True, help_text="Findings that an emergency approval covers.")
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    is_verbal = models.BooleanField(default=False)
    how = models.TextField(blank=True, help_text="How a verbal approval was given.")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.rfc_id}: {self.verdict}"

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it is an approval by word that its approver has not confirmed."""
        return self.is_verbal and self.confirmed_at is None


class Condition(models.Model):
    """What has to be done before the work may begin."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conditions")
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return self.text
