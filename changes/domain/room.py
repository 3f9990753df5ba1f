"""Where a session that stands in the way may go: what its window and its freeze name as the way out (DESIGN 4.4, 4.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from changes.domain.content import Content, Session
from changes.domain.freeze import Freeze, concerns, frozen
from changes.domain.gate import HORIZON, open_stretches
from changes.domain.interval import Interval
from changes.domain.window import Window, judged_part, permitted

#: How far ahead is looked: to the window of the next weeks first, then as far as a gate looks.
_REACHES = (timedelta(days=15), HORIZON)


@dataclass(frozen=True)
class Rooms:
    """The rooms of one content's sessions, each looked for once.

    `windows` are those that serve it, none where it is bound to none; `earliest` is before no room: now, and its notice.
    """

    content: Content
    windows: Sequence[Window]
    freezes: Sequence[Freeze]
    earliest: datetime
    _found: dict[int, Interval | None] = field(default_factory=dict)

    def first(self, place: int) -> Interval | None:
        """The first stretch from session `place` on with room for all of it, else None: so far as three months from its start.

        It is permitted, no freeze takes any of it, and no other session of the content stands there or has been given it.
        """
        if place not in self._found:
            looked = (self._within(place, reach) for reach in _REACHES)
            self._found[place] = next((room for room in looked if room), None)
        return self._found[place]

    def _within(self, place: int, reach: timedelta) -> Interval | None:
        session = self.content.sessions[place]
        whole = judged_part(session.interval)
        begin = max(whole.start, self.earliest)
        period = Interval(begin, begin + reach)
        held = [*self._frozen(Interval(begin - reach, period.end + reach)), *self._held(place)]
        stretches = (_not_before(self.earliest, one) for one in open_stretches(self._permitted(period), held))
        ahead = (one for one in stretches if one and one.end > whole.start and one.start < period.end)
        return next((one for one in ahead if one.end - one.start >= whole.end - whole.start), None)

    def _permitted(self, period: Interval) -> list[Interval]:
        if not self.windows:
            return [Interval(period.start)]
        return permitted(self.windows, self.content.environment, self.content.change_type, period)

    def _frozen(self, period: Interval) -> list[Interval]:
        if self.content.is_emergency:
            return []
        return [one for freeze in self.freezes if concerns(freeze, self.content) for one in frozen(freeze, period)]

    def _held(self, place: int) -> list[Interval]:
        others = ((other, one) for other, one in enumerate(self.content.sessions) if other != place and one.end and not one.is_reversed)
        given = ((self.content.sessions[other], room) for other, room in self._found.items() if room)
        return [*(one.interval for _, one in others), *(_at_the_begin(session, room) for session, room in given)]


def _at_the_begin(session: Session, room: Interval) -> Interval:
    whole = judged_part(session.interval)
    return Interval(room.start, room.start + (whole.end - whole.start))


def _not_before(earliest: datetime, stretch: Interval) -> Interval | None:
    return Interval(max(earliest, stretch.start), stretch.end) if stretch.end > earliest else None
