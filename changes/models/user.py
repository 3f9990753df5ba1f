"""People and tools that sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from changes.choices import Role
from changes.models.fields import WordField


class User(AbstractUser):  # type: ignore[django-manager-missing] # the tokens of knox, whose manager has no types
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
        """Whether this person is a chair, or now has a seat or a turn on an approver rota.

        By the clock and not by the time that is asked about: who has left reads no drafts, of whichever week.
        """
        now = timezone.now()
        seats = self.seats.select_related("board")
        seated = self.chaired_boards.exists() or any(seat.is_current(seat.board.date_at(now)) for seat in seats)
        return seated or self.rota_entries.on_duty(now).exists()
