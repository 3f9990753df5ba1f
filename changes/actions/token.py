"""Making and revoking tokens, and the accounts of tools that use them."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.admin.models import ADDITION, DELETION
from django.db import transaction

from changes import permissions
from changes.actions.event import log
from changes.choices import Role, Scope
from changes.exceptions import NotAllowed, Unacceptable
from changes.models import ApiToken, User

#: No token lives longer; one that is forgotten ends by itself.
LONGEST_DAYS = 365
#: What Django takes for an account's name.
_USERNAME = re.compile(r"[\w.@+-]{1,150}")


@transaction.atomic
def create(account: User, *, name: str, scopes: Iterable[Scope], days: int, actor: User, at: datetime) -> tuple[ApiToken, str]:
    """A new token of `account` that ends `days` after `at`, and its secret, which is kept nowhere.

    Raises `NotAllowed` for the token of somebody else, `Unacceptable` for a name, scopes or days that cannot be.
    """
    if not permissions.can_make_token(actor, account):
        raise NotAllowed("Everybody makes their own tokens; those of a tool are made by administrators.")
    wanted = _checked_scopes(account, scopes)
    name = " ".join(name.split())
    if not 0 < len(name) <= ApiToken._meta.get_field("name").max_length:
        raise Unacceptable("A token has a name of at most 80 letters.", mend="Name what uses it.", field="name")
    if not 0 < days <= LONGEST_DAYS:
        raise Unacceptable(f"A token lives from 1 to {LONGEST_DAYS} days.", mend="Choose a number between them.", field="days")
    token, secret = ApiToken.objects.create(account, expiry=None, name=name, scopes=[scope.value for scope in wanted], made_by=actor)
    token.expiry = at + timedelta(days=days)
    token.save(update_fields=["expiry"])
    log(token, ADDITION, actor=actor, at=at, message=f"For {account}: {', '.join(token.scopes)}")
    return token, secret


def _checked_scopes(account: User, scopes: Iterable[Scope]) -> list[Scope]:
    """In their usual order, reading always among them: whoever writes has to see what came of it."""
    wanted, offered = {Scope.READ, *scopes}, permissions.scopes_for(account)
    if beyond := sorted(wanted - set(offered)):
        raise Unacceptable(
            f"A token of {account} cannot be for “{beyond[0]}”: the account itself may not do it.",
            mend=f"Choose from {', '.join(offered)}.",
            field="scopes",
        )
    return [scope for scope in offered if scope in wanted]


@transaction.atomic
def revoke(token: ApiToken, *, actor: User, at: datetime) -> None:
    """End a token at once. Raises `NotAllowed` for whoever is neither its account nor an administrator."""
    if not permissions.can_revoke_token(actor, token.user):
        raise NotAllowed("This token is somebody else’s.", mend="Ask its owner or an administrator.")
    log(token, DELETION, actor=actor, at=at, message=f"Of {token.user}")
    token.delete()


@transaction.atomic
def add_tool(username: str, name: str, *, actor: User, at: datetime) -> User:
    """An account for a tool: it has tokens and no password, so nobody signs in with it.

    Raises `NotAllowed` for anybody but administrators, `Unacceptable` for a username that is taken or cannot be one.
    """
    if not permissions.can_set_up(actor):
        raise NotAllowed("Accounts of tools are made by administrators.", mend="Ask one of them.")
    username = username.strip()
    if not _USERNAME.fullmatch(username):
        raise Unacceptable("That cannot be an account’s name.", mend="Use letters, digits and . - _ @ +.", field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise Unacceptable(f"There is an account “{username}” already.", mend="Choose another name.", field="username")
    tool = User(username=username, first_name=" ".join(name.split())[:150], role=Role.TOOL)
    tool.set_unusable_password()
    tool.save()
    log(tool, ADDITION, actor=actor, at=at, message="An account for a tool")
    return tool
