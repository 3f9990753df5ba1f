"""The clocks of a running meeting: what its item has left, when the meeting is over, and how far it is behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from changes.domain.sitting import Stop
from changes.formats.charts import percent
from changes.models import Meeting
from changes.selectors.sitting import clock_of


@dataclass(frozen=True)
class Strip:
    """The clocks as they stand now. `until` is when the item's time is up, empty while they are paused."""

    minutes: int
    left: int
    until: datetime | None
    since: datetime | None
    share: str
    over_at: datetime
    behind: int
    is_paused: bool

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def left_words(self) -> str:
        whole = abs(self.left)
        return f"{'+' if self.is_over else ''}{whole // 60}:{whole % 60:02}"

    @property
    def pace(self) -> str:
        if abs(self.behind) < 1:
            return "on time"
        return f"{abs(self.behind)} min {'behind' if self.behind > 0 else 'ahead'}"


def strip_of(meeting: Meeting, order: Sequence[Stop], here: Stop | None, at: datetime) -> Strip | None:
    """The clocks at `at`, of a meeting that was opened and is at `here`."""
    clock = clock_of(meeting)
    if clock is None:
        return None
    minutes, banked = (here.minutes, here.spent) if here else (0, 0)
    left, spent = clock.left(minutes, banked, at), clock.spent(banked, at)
    running = clock.item_since is not None
    return Strip(
        minutes=minutes,
        left=left,
        until=at + timedelta(seconds=left) if running else None,
        since=at - timedelta(seconds=spent) if running else None,
        share=percent(spent / (minutes * 60)) if minutes else "0%",
        over_at=clock.over_at(at),
        behind=clock.behind(order, meeting.current_item_id, at),
        is_paused=meeting.paused_at is not None,
    )
