"""Calendar months in a time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from changes.domain.interval import Interval
from changes.domain.schedule import dates_of

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Month:
    """A calendar month by its first day."""

    first: date

    @property
    def before(self) -> "Month":
        return Month((self.first - _DAY).replace(day=1))

    @property
    def after(self) -> "Month":
        return Month((self.first + 31 * _DAY).replace(day=1))

    def period(self, zone: ZoneInfo, *, months: int = 1) -> Interval:
        """From midnight to midnight in `zone`, half-open; `months` counts back from this one, included."""
        start = self
        for _ in range(months - 1):
            start = start.before
        return dates_of(start.first, self.after.first - _DAY, zone)


def month_at(at: datetime, zone: ZoneInfo) -> Month:
    """The month that `at`, an aware instant, lies in by the clock of `zone`."""
    return Month(at.astimezone(zone).date().replace(day=1))
