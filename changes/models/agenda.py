"""What the board has before it: items, votes, decisions, conditions, and the revisions that freeze."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from changes.choices import Ballot, Manner, Route, Section, Severity, Verdict
from changes.models.fields import WordField


class AgendaItem(models.Model):
    """One point of a meeting. It belongs to the meeting, so that votes and notes outlive a revision.

    It is about an RFC, about an action that was promised, or free, with no more than its title. A late
    item waits outside the agenda until the chair admits it; then `is_late` falls and `admitted_reason`
    says why. One that the chair pulled forward names the meeting for which it stood.
    """

    meeting = models.ForeignKey("changes.Meeting", on_delete=models.CASCADE, related_name="items")
    rfc = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items")
    action = models.ForeignKey("changes.Action", null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items")
    section = WordField(Section)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, help_text="Why it stands here.")
    note = models.TextField(blank=True)
    is_late = models.BooleanField(default=False)
    admitted_reason = models.TextField(blank=True)
    pulled_from = models.ForeignKey("changes.Meeting", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    #: Who pulled it out of the consent list, so that it is talked about.
    pulled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pulled_at = models.DateTimeField(null=True, blank=True)
    spent_seconds = models.PositiveIntegerField(default=0, help_text="How long the meeting has been at it, up to its last turn away.")
    #: Who speaks to a free item, where it is somebody; an RFC and an action have owners of their own.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told to be next but one.")

    class Meta:
        ordering = ["meeting", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "rfc"], condition=Q(rfc__isnull=False), name="one_item_per_rfc"),
            models.UniqueConstraint(fields=["meeting", "action"], condition=Q(action__isnull=False), name="one_item_per_action"),
            models.CheckConstraint(condition=Q(rfc__isnull=True) | Q(action__isnull=True), name="item_about_one_thing"),
        ]
        indexes = [models.Index(fields=["called_at"], condition=Q(called_at__isnull=False), name="item_called")]

    def __str__(self) -> str:
        return self.title


class Action(models.Model):
    """Something promised to the board, in a meeting or in a post-implementation review. It stands on each agenda until it is done."""

    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions")
    due_at = models.DateTimeField()
    board = models.ForeignKey("changes.Board", on_delete=models.PROTECT, related_name="actions")
    #: The meeting in which it was promised, and the RFC that it came out of, where there is one.
    meeting = models.ForeignKey("changes.Meeting", null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    rfc = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["board", "due_at"], condition=Q(done_at__isnull=True), name="action_open")]

    def __str__(self) -> str:
        return self.text


class ElectronicVote(models.Model):
    """An item put to the vote between meetings, half-open until `closes_at`. What it does not settle stays on its agenda."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="electronic_votes")
    reason = models.TextField(blank=True, help_text="Why it does not wait for the meeting.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True, help_text="What came of it, in a sentence.")

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["item"], condition=Q(closed_at__isnull=True), name="one_open_electronic_vote")]

    def __str__(self) -> str:
        return f"{self.item}, until {self.closes_at:%Y-%m-%d %H:%M}"


class ItemSeen(models.Model):
    """When somebody last looked at an item, so that they are shown what has changed since."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="seen_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.item}"


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


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> "DecisionQuerySet":
        """Those that were not taken back in their meeting."""
        return self.filter(withdrawn_at=None)


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
    present = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many with a vote were there.")
    manner = WordField(Manner, blank=True)
    accepted = models.JSONField(default=list, blank=True, help_text="Findings that an emergency approval covers.")
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    is_verbal = models.BooleanField(default=False)
    how = models.TextField(blank=True, help_text="How a verbal approval was given.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(default=dict, blank=True, help_text="What the RFC said before it, so that it can be taken back.")
    #: Taken back in the meeting that made it, before anything rested on it; then it belongs to no item any more.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["at"], name="decision_at"),
            models.Index(fields=["at"], condition=Q(is_verbal=True, confirmed_at__isnull=True), name="decision_by_word"),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="decision_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.rfc_id}: {self.verdict}"

    @property
    def whose(self) -> str:
        """Who decided, as a sentence names them: a person, the votes of the board, or the product."""
        by_votes = "the votes of the board" if self.manner == Manner.ELECTRONIC else "the product"
        return str(self.by) if self.by else by_votes

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
        indexes = [models.Index(fields=["due_at"], condition=Q(met_at__isnull=True), name="condition_open")]

    def __str__(self) -> str:
        return self.text
