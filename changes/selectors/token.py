"""Tokens as their page shows them."""

from datetime import datetime

from django.db.models import Prefetch, Q

from changes.choices import Role
from changes.models import ApiToken, User


def tokens_of(account: User, *, at: datetime) -> list[ApiToken]:
    """The tokens of an account that have not ended at `at`, in the order they were made; one query."""
    return list(ApiToken.objects.filter(Q(expiry__gt=at) | Q(expiry=None), user=account).select_related("made_by"))


def tools(*, at: datetime) -> list[User]:
    """The active accounts of tools, each with its `tokens` that have not ended at `at`; two queries."""
    alive = ApiToken.objects.filter(Q(expiry__gt=at) | Q(expiry=None)).select_related("made_by")
    rows = User.objects.filter(role=Role.TOOL, is_active=True).order_by("username")
    return list(rows.prefetch_related(Prefetch("auth_token_set", queryset=alive, to_attr="tokens")))
