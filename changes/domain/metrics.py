"""The figures that a Prometheus reads: their names, what each counts, and by what it is told apart (DESIGN 4.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from changes.choices import Word


class Figure(Word):
    """By the name it is read by, `fsc_` before it; its label says what it counts."""

    DUE = "reminders_due", "Reminders by mail and chat that are due and unsent now: waiting, under way, or to be tried again."
    OLDEST = "reminders_oldest_due_seconds", "Seconds since the oldest of these was to go; 0 where none is due."
    HELD = "reminders_held", "Reminders by mail and chat that wait for the end of quiet hours or for a digest; they are not due yet."
    GIVEN_UP = "reminders_given_up", "Reminders by mail and chat of the last 24 hours that failed so often that nobody tries them again."
    ENDED = "reminders", "What came of each attempt by mail or chat, of each put on the page or turned off; late ones were sent as well."
    SEEN = "last_seen_seconds", "Seconds since beat, a worker, and a call of beat’s at a worker were seen."
    OVERDUE = "agendas_overdue", "Planned meetings whose cut-off has passed and whose agenda is not frozen."


@dataclass(frozen=True)
class Reading:
    """All figures at one instant. Those of reminders are by rule and channel, ended ones by their result as well."""

    at: datetime
    due: Mapping[tuple[str, str], int]
    oldest_due_at: datetime | None
    held: int
    given_up: int
    ended: Mapping[tuple[str, str, str], int]
    seen: Mapping[str, datetime]
    overdue: int

    def seconds_since(self, instant: datetime | None) -> float:
        """How long ago it was; 0 for what is still to come and for no instant at all."""
        return max(0.0, (self.at - instant).total_seconds()) if instant else 0.0
