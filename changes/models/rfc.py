"""Requests for change, with their contacts and references."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from changes.choices import (
    UNENDED_STATES,
    Ground,
    ImpactLevel,
    Outcome,
    Phase,
    Ratification,
    Relation,
    Role,
    Route,
    Severity,
    State,
    Urgency,
)
from changes.domain import content
from changes.domain.remit import Choice, Remit, choice_of
from changes.models.fields import WordField
from changes.models.step import Step
from changes.models.user import User

NUMBER = re.compile(r"^RFC-(\d{6,})$", re.IGNORECASE)


def number_of(pk: int) -> str:
    """`RFC-000123`; the database hands the keys out and never hands one out twice."""
    return f"RFC-{pk:06d}"


def key_of(number: str) -> int | None:
    """The key behind a number, or None for what is no number."""
    match = NUMBER.match(number.strip())
    return int(match[1]) if match and len(match[1]) < 18 else None


def seen_by(user: User | AnonymousUser, via: str = "") -> Q:
    """What `user` may see: drafts only where they are their own or the board's (DESIGN 4.1).

    `via` is the way to the RFC from what belongs to one ("rfc__"): asked of the row beside it, where a list of
    every RFC that may be seen would be the whole history.
    """
    if isinstance(user, AnonymousUser):
        return Q(pk__in=())
    if user.is_superuser or user.role in (Role.ADMINISTRATOR, Role.CHANGE_MANAGER) or user.sits_on_a_board:
        return Q()
    own = Q(**{f"{via}requester": user}) | Q(**{f"{via}owner": user}) | Q(**{f"{via}implementer": user})
    return ~Q(**{f"{via}state": State.DRAFT}) | own


class RFCQuerySet(models.QuerySet["RFC"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What `user` may see (`seen_by`)."""
        return self.filter(seen_by(user))

    def numbered(self, *numbers: str) -> Self:
        """Those with one of the numbers; what is no number matches nothing."""
        return self.filter(pk__in=[key for number in numbers if (key := key_of(number)) is not None])

    def concerning(self, user: User) -> Self:
        """Those that `user` raised, owns or implements."""
        return self.filter(Q(requester=user) | Q(owner=user) | Q(implementer=user))

    def unended(self) -> Self:
        return self.filter(state__in=UNENDED_STATES)

    def with_content(self) -> Self:
        """With everything that `RFC.content()` reads, in a fixed number of queries."""
        people = ("requester", "owner", "implementer", "environment", "change_type", "follows_up", "decision__by")
        rows = ("services", "configuration_items", "predecessors", "sessions", "steps", "contacts", "references")
        return self.select_related(*people).prefetch_related(*rows)


class RFC(models.Model):
    """A request for change. Written by `changes.actions` alone, which also keeps `version` and the events.

    `planned_start` and `planned_end` repeat the first start and the last end of the sessions, so that
    lists can be ordered and paged without reading them.
    """

    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    state = WordField(State, default=State.DRAFT)
    severity = WordField(Severity, default=Severity.MINOR, help_text="The proposal, until somebody has assigned one.")
    proposed_severity = WordField(Severity, default=Severity.MINOR)
    ground = WordField(Ground, blank=True, help_text="Why it takes the automatic lane.")
    route = WordField(Route, default=Route.BOARD)
    urgency = WordField(Urgency, blank=True)
    due_by = models.DateTimeField(null=True, blank=True)
    needed_by = models.DateTimeField(null=True, blank=True)
    environment = models.ForeignKey("changes.Environment", null=True, blank=True, on_delete=models.PROTECT)
    change_type = models.ForeignKey("changes.ChangeType", null=True, blank=True, on_delete=models.PROTECT)
    services = models.ManyToManyField("changes.Service", blank=True, related_name="rfcs")
    configuration_items = models.ManyToManyField("changes.ConfigurationItem", blank=True, related_name="rfcs")
    predecessors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="successors")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_rfcs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_rfcs")
    implementer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="implemented_rfcs"
    )
    impact_sla = WordField(ImpactLevel, blank=True)
    impact_capacity = WordField(ImpactLevel, blank=True)
    impact_security = WordField(ImpactLevel, blank=True)
    impact_disaster_recovery = WordField(ImpactLevel, blank=True)
    rollback_trigger = models.TextField(blank=True)
    planned_start = models.DateTimeField(null=True, blank=True)
    planned_end = models.DateTimeField(null=True, blank=True)
    follows_up = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups")
    retrospective = models.BooleanField(default=False)
    #: Was over when it was imported: on no agenda and in no reminder. What was still ahead is a draft like any other.
    imported = models.BooleanField(default=False)
    import_key = models.CharField(max_length=120, blank=True, help_text="What an import knows the row by.")
    is_permanent = models.BooleanField(default=False, help_text="An emergency whose fix needs no follow-up.")
    decision = models.ForeignKey(
        "changes.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="In force."
    )
    approved_until = models.DateTimeField(null=True, blank=True)
    #: Moved to another permitted occurrence, which the change manager has yet to confirm (DESIGN 4.1).
    is_move_unconfirmed = models.BooleanField(default=False)
    #: A retrospective RFC stands on the next agenda until the board has said what it was.
    ratification = WordField(Ratification, blank=True)
    outcome = WordField(Outcome, blank=True)
    outcome_note = models.TextField(blank=True)
    review = models.JSONField(null=True, blank=True, help_text="The post-implementation review.")
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True, help_text="When its planned times last changed.")
    named_at = models.DateTimeField(null=True, blank=True, help_text="When it was last given another owner or implementer.")
    booked_at = models.DateTimeField(
        null=True, blank=True, help_text="When what it books last changed besides its times: items, services, implementer, outage."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = RFCQuerySet.as_manager()

    class Meta:
        verbose_name = "RFC"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end=None) | Q(planned_start=None) | Q(planned_end__gt=F("planned_start")),
                name="rfc_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.COMPLETED, State.CLOSED]) | ~Q(outcome=""),
                name="completed_has_an_outcome",
            ),
            models.UniqueConstraint(fields=["import_key"], condition=~Q(import_key=""), name="one_rfc_per_import_key"),
        ]
        indexes = [
            models.Index(fields=["state", "planned_start"], name="rfc_state_start"),
            models.Index(fields=["planned_start"], name="rfc_start"),
            # By end, for which there is no other index: so that one type's latest runs are never looked for among all.
            models.Index(fields=["change_type", "planned_end"], name="rfc_type_end"),
            models.Index(fields=["due_by"], name="rfc_due"),
            models.Index(fields=["updated_at"], name="rfc_updated"),
            # The few that may owe a follow-up, among all the history; each sweep asks for them.
            models.Index(fields=["state"], condition=Q(urgency=Urgency.EMERGENCY, is_permanent=False, imported=False), name="rfc_owing"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rfc-detail", args=[self.number])

    @property
    def number(self) -> str:
        return number_of(self.pk)

    @property
    def is_approved(self) -> bool:
        """Whether its sign is drawn full: nothing more has to be decided before the work."""
        return self.state not in (State.DRAFT, State.SUBMITTED, State.REJECTED)

    @property
    def judged_at(self) -> datetime | None:
        """As of when notice and past dates are judged: the latest submission or move; None for a draft (DESIGN 4.4)."""
        if self.state == State.DRAFT:
            return None
        return max((moment for moment in (self.submitted_at, self.moved_at) if moment), default=None)

    @property
    def holds_since(self) -> datetime | None:
        """Since when it has held what it books; who holds it later carries a conflict (DESIGN 4.6). None for a draft.

        What has begun was there first: it cannot be moved any more.
        """
        if self.state == State.IN_PROGRESS:
            return datetime.min.replace(tzinfo=UTC)
        judged = self.judged_at
        return max(judged, self.booked_at) if judged and self.booked_at else judged

    def phase(self, phase: Phase) -> list[Step]:
        """The stored steps of one phase, in order; reads what is prefetched."""
        return sorted((s for s in self.steps.all() if s.phase == phase), key=lambda step: step.position)

    def impact(self) -> content.Impact:
        answers = {
            "sla": self.impact_sla,
            "capacity": self.impact_capacity,
            "security": self.impact_security,
            "disaster_recovery": self.impact_disaster_recovery,
        }
        return content.Impact(**{name: ImpactLevel(answer) if answer else None for name, answer in answers.items()})

    def board_among(self, remits: Sequence[Remit]) -> int | None:
        """The key of the one board that it goes to, its items and its emergencies alike; reads environment and services."""
        choice = self.board_choice(remits)
        return choice.remit.board if choice else None

    def board_choice(self, remits: Sequence[Remit]) -> Choice | None:
        """The same with why this one."""
        environment = self.environment.slug if self.environment else None
        return choice_of(remits, environment, {service.slug for service in self.services.all()})

    def content(self) -> content.Content:
        """What stands in it, as every rule reads it; fetch the RFC `with_content()`."""
        return content.Content(
            title=self.title,
            description=self.description,
            reason=self.reason,
            urgency=Urgency(self.urgency) if self.urgency else None,
            environment=self.environment.slug if self.environment else None,
            change_type=self.change_type.slug if self.change_type else None,
            services=tuple(sorted(s.slug for s in self.services.all())),
            configuration_items=tuple(sorted(i.slug for i in self.configuration_items.all())),
            predecessors=tuple(sorted(p.number for p in self.predecessors.all())),
            owner=self.owner.username,
            implementer=self.implementer.username if self.implementer else None,
            contacts=tuple(c.content() for c in self.contacts.all()),
            impact=self.impact(),
            sessions=tuple(s.content() for s in self.sessions.all()),
            needed_by=self.needed_by,
            rollout=tuple(s.content() for s in self.phase(Phase.ROLLOUT)),
            verification=tuple(s.content() for s in self.phase(Phase.VERIFICATION)),
            rollback=tuple(s.content() for s in self.phase(Phase.ROLLBACK)),
            rollback_trigger=self.rollback_trigger,
            references=tuple(r.content() for r in self.references.all()),
            follows_up=self.follows_up.number if self.follows_up else None,
        )


class Contact(models.Model):
    """Somebody to call."""

    rfc = models.ForeignKey(RFC, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def content(self) -> content.Contact:
        return content.Contact(self.name, self.role, self.phone, self.url)


class Reference(models.Model):
    """What it has to do with an incident, a problem or another system's record."""

    rfc = models.ForeignKey(RFC, on_delete=models.CASCADE, related_name="references")
    system = models.CharField(max_length=60)
    identifier = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    relation = WordField(Relation, default=Relation.RELATED)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["system", "identifier"], name="reference_identifier")]

    def __str__(self) -> str:
        return f"{self.system} {self.identifier}"

    def content(self) -> content.Reference:
        return content.Reference(self.system, self.identifier, self.url, Relation(self.relation))
