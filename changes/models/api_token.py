"""Tokens with which scripts and tools call the API."""

from django.db import models
from knox.models import AbstractAuthToken

from changes.choices import Scope


class ApiToken(AbstractAuthToken):
    """A named token. Its secret is shown once and kept as a hash; `expiry` is when it ends."""

    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list, help_text="The words of `Scope`.")
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute; empty: not used yet.")
    made_by = models.ForeignKey("changes.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["created", "digest"]
        verbose_name = "token"

    def __str__(self) -> str:
        return self.name

    @property
    def begins_with(self) -> str:
        """The part by which somebody knows again which of several it is; it opens nothing."""
        return self.token_key[:8]

    @property
    def scope_words(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]
