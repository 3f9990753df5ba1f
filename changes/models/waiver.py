"""Waivers: recorded acceptances of blocking findings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from changes.domain.interval import FOREVER, Interval
from changes.domain.waiver import Accepted


def times_data(times: Iterable[Interval]) -> list[list[str | None]]:
    """Intervals as a JSON column keeps them: starts and ends, None for an open end."""
    return [[time.start.isoformat(), None if time.is_open else time.end.isoformat()] for time in times]


class Waiver(models.Model):
    """Good for one code, and one other RFC, one freeze or one time, until an instant, and while it does not grow (DESIGN 4.6)."""

    rfc = models.ForeignKey("changes.RFC", on_delete=models.PROTECT, related_name="waivers")
    code = models.CharField(max_length=60)
    other = models.ForeignKey("changes.RFC", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=200, blank=True, help_text="What the freeze was called when it was accepted.")
    #: Which freeze that is, whatever it is called now; None once it is lifted.
    freeze = models.ForeignKey("changes.Freeze", null=True, blank=True, on_delete=models.SET_NULL, related_name="waivers")
    times: Any = models.JSONField(default=list, blank=True, help_text="When what was accepted lay: starts and ends.")
    scope: Any = models.JSONField(
        default=list, blank=True, help_text="What it was about: what the two had in common, or environment, type, services and terms."
    )
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True, blank=True, help_text="The overlap that was accepted.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.code}"

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The stored times; an open end is `FOREVER`."""
        moment = datetime.fromisoformat
        return tuple(Interval(moment(start), moment(end) if end else FOREVER) for start, end in self.times)

    def as_accepted(self) -> Accepted:
        """As the rules read it; fetch it with `other` and `by`."""
        number = self.other.number if self.other else None
        return Accepted(
            code=self.code,
            other=number,
            reason=self.reason,
            by=str(self.by),
            until=self.until,
            minutes=self.minutes,
            freeze=self.freeze_id,
            times=self.intervals,
            scope=frozenset(self.scope),
        )
