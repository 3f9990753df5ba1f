"""The standing cast: one person for each part that anybody plays."""

from dataclasses import dataclass

import factory
from factory.django import DjangoModelFactory

from changes.choices import (
    Role,
)
from changes.models import (
    User,
)

PASSWORD = "only for tests, where nothing is secret"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    first_name = factory.LazyAttribute(lambda user: user.username.replace("-", " ").capitalize())
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password(PASSWORD)
    role = Role.USER


@dataclass(frozen=True)
class Cast:
    """One person for each part that anybody plays; `outsider` has nothing to do with any RFC."""

    owner: User
    implementer: User
    change_manager: User
    chair: User
    member: User
    viewer: User
    administrator: User
    tool: User
    outsider: User


_ROLES = {
    "owner": Role.USER,
    "implementer": Role.USER,
    "change_manager": Role.CHANGE_MANAGER,
    "chair": Role.USER,
    "member": Role.USER,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
    "tool": Role.TOOL,
    "outsider": Role.USER,
}


def cast() -> Cast:
    """The standing cast. Chair and member sit nowhere yet: `BoardFactory(chair=…, seats=[…])` seats them."""
    return Cast(**{name: UserFactory(username=name.replace("_", "-"), role=role) for name, role in _ROLES.items()})
