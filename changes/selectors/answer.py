"""One session as the page behind the mails asks about it: what was said of it already, who was asked, what more time would cost."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from changes.choices import Channel, Delivery, State
from changes.domain.answer import longer_until
from changes.domain.finding import Finding
from changes.domain.interval import Interval, united
from changes.domain.ladder_words import About
from changes.domain.window import permitted
from changes.models import RFC, Event, Reminder, WorkSession
from changes.selectors.basis import set_up, set_up_for
from changes.selectors.consequence import AROUND
from changes.selectors.finding import findings
from changes.selectors.session import moved_content

_BEGINS = ("begun", "session_begun", "recorded_begun", "recorded_done")
_ENDS = ("session_ended", "completed", "recorded_done")
_TOLD_OF = ("window.", "freeze.", "conflict.")


@dataclass(frozen=True)
class Told:
    """One reminder to one person: as it reached them first, and by which channels, in that order."""

    first: Reminder
    channels: Sequence[Channel]


@dataclass(frozen=True)
class Answered:
    """What has been said of a session so far, by whom and when. Give an RFC that was read `with_content()`."""

    rfc: RFC
    session: WorkSession

    @cached_property
    def _events(self) -> list[Event]:
        return list(self.rfc.events.select_related("actor").order_by("at", "pk"))

    @property
    def begun(self) -> Event | None:
        return self._first_of(_BEGINS, self.session.actual_start)

    @property
    def ended(self) -> Event | None:
        return self._first_of(_ENDS, self.session.actual_end)

    @property
    def extended(self) -> Event | None:
        """The last time that it was given longer."""
        since = self.session.actual_start
        return next((e for e in reversed(self._events) if since and e.action == "extended" and e.at >= since), None)

    @property
    def last(self) -> Event | None:
        """What last happened to the RFC, where it has left the way of the work."""
        return self._events[-1] if self._events else None

    def _first_of(self, actions: Sequence[str], since: datetime | None) -> Event | None:
        return next((e for e in self._events if since and e.action in actions and e.at >= since), None)

    @cached_property
    def asked(self) -> list[Told]:
        """Who has been asked about it, the latest first."""
        rows = Reminder.objects.filter(subject=f"{About.SESSION}:{self.session.pk}", state=Delivery.SENT)
        found: dict[tuple[str, int, int], list[Reminder]] = {}
        for row in rows.select_related("recipient").order_by("-sent_at", "-pk"):
            found.setdefault((row.rule, row.revision, row.recipient_id), []).append(row)
        return [Told(ways[-1], [Channel(row.channel) for row in reversed(ways)]) for ways in found.values()]


@dataclass(frozen=True)
class Longer:
    """What so many minutes more would mean: the new end, what comes into its way, and when the window closes.

    `left` are the minutes of the window after the new end, negative where it is exceeded; None where no window holds.
    """

    minutes: int
    until: datetime
    gained: Sequence[Finding] = ()
    closes: datetime | None = None
    left: int | None = None


def longer(rfc: RFC, session: WorkSession, minutes: int, *, at: datetime, time_zone: str) -> Longer | None:
    """None for a session without a planned end. Judged as what is still to begin is, for nothing blocks what runs (DESIGN 4.1)."""
    if session.planned_end is None:
        return None
    until = longer_until(session.planned_end, minutes, at)
    before = rfc.content()
    after = moved_content(before, session.pk, session.planned_start, until)
    shared, judged = set_up_for(set_up(at), [before, after]), copy(rfc)
    judged.state = State.SCHEDULED
    had = {_key(f) for f in findings(before, rfc=judged, at=at, time_zone=time_zone, shared=shared)}
    found = findings(after, rfc=judged, at=at, time_zone=time_zone, shared=shared)
    gained = [f for f in found if f.code.startswith(_TOLD_OF) and not f.waived and _key(f) not in had]
    if before.environment in shared.always_open:
        return Longer(minutes, until, gained)
    period = Interval(session.planned_start - AROUND, until + AROUND)
    stretches = united(permitted(shared.windows, before.environment, before.change_type, period))
    closes = next((one.end for one in stretches if one.start <= session.planned_start < one.end), None)
    return Longer(minutes, until, gained, closes, int((closes - until).total_seconds() // 60) if closes else None)


def _key(finding: Finding) -> tuple[object, ...]:
    """A finding that grows with the session is told anew: an overlap, a freeze, the minutes beyond a window; outside of one is outside."""
    when = None if finding.code.startswith("window.") else finding.interval
    return finding.code, finding.other, finding.about, finding.minutes, when
