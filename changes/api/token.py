"""Who calls: tokens with their scopes, when they were last used, and how often they may call."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from changes.choices import Scope
from changes.models import ApiToken, User

#: "Last used" is kept to the minute: a write for every call would cost more than it tells.
_USED = timedelta(minutes=1)
_READING = ("GET", "HEAD", "OPTIONS")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token …`, noting when the token was last used."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        try:
            user, found = super().authenticate_credentials(token)
        except UnicodeDecodeError as error:
            raise AuthenticationFailed("Invalid token.") from error
        at = timezone.now()
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=at - _USED)
        if found.last_used_at is None or found.last_used_at < at - _USED:
            ApiToken.objects.filter(unnoted, pk=found.pk).update(last_used_at=at)
        return user, found


class InScope(BasePermission):
    """Whether the token may be used for what the method does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        check(request, scopes_of(view, request.method or ""))
        return True


def scopes_of(view: Any, method: str) -> tuple[Scope, ...]:
    """The scopes of which one is enough for a method of a view: what the view says, else reading or operating."""
    usual = Scope.READ if method in _READING else Scope.OPERATE
    said: Mapping[str, tuple[Scope, ...]] = getattr(view, "scopes", {})
    return said.get(method, (usual,))


def check(request: Request, needed: Collection[Scope]) -> None:
    """Raises `PermissionDenied` unless the token has one of the scopes. In the browser no token comes; the account's rights count."""
    if isinstance(request.auth, ApiToken) and not set(request.auth.scopes) & set(needed):
        words = " or ".join(f"“{scope}”" for scope in needed)
        raise PermissionDenied(f"This token is not for that: it takes one with the scope {words}.")


class PerToken(SimpleRateThrottle):
    """So many calls a minute for each token, or for each person in the browser; `FSC_API_CALLS_PER_MINUTE` says how many."""

    scope = "token"

    def get_rate(self) -> str:
        return f"{settings.FSC_API_CALLS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        caller = request.auth.pk if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"
        return f"api-calls-{caller}"
