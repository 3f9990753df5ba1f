"""People and tools that sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property

from changes.choices import Role
from changes.models.fields import WordField


class User(AbstractUser):
    """An account. What somebody is on a board or on an RFC is kept there; `role` is for the whole product."""

    role = WordField(Role, default=Role.USER)
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the house's time zone.")
    phone = models.CharField(max_length=40, blank=True)
    follows = models.ManyToManyField(
        "changes.Service", blank=True, related_name="followers", help_text="Services whose outages touch this person."
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @cached_property
    def sits_on_a_board(self) -> bool:
        """Whether this person is a chair, a member, or on an approver rota."""
        return self.chaired_boards.exists() or self.seats.exists() or self.rota_entries.exists()
