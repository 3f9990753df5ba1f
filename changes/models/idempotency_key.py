"""The keys under which callers repeat a request safely (DESIGN 4.10, `Idempotency-Key`)."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models

#: So long an answer is kept, and given again to whoever sends the same key.
KEPT = timedelta(hours=24)
#: So long a claim holds without an answer; longer than any request lasts. After it the work was lost with its process.
LEASE = timedelta(seconds=60)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def worn_out(self, at: datetime) -> Self:
        """Those that nobody is answered by any more."""
        return self.filter(claimed_at__lte=at - KEPT)


class IdempotencyKey(models.Model):
    """One request, by who sent it, where and under which key: claimed first, answered in the transaction of its work."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the body, its names in order.")
    claim = models.UUIDField(help_text="Who works on it; another one once the lease was taken over.")
    claimed_at = models.DateTimeField()
    #: Empty until the work is done.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    body = models.TextField(blank=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path", "key"], name="one_request_per_key")]
        indexes = [models.Index(fields=["claimed_at"], name="idempotency_key_claimed")]

    def __str__(self) -> str:
        return f"{self.key} {self.path}"

    @property
    def is_answered(self) -> bool:
        return self.status is not None

    def is_free(self, at: datetime) -> bool:
        """Whether another request may have it: its answer is no longer kept, or its work never came to an end."""
        return self.claimed_at + (KEPT if self.is_answered else LEASE) <= at
