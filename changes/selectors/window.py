"""What adding, changing or removing a change window would mean for the sessions that are planned (DESIGN 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from changes.choices import OPEN_STATES, Ground, Urgency
from changes.domain.interval import Interval
from changes.domain.window import Fit, Window, crosses, lies
from changes.models import RFC, ChangeWindow, Environment, User, WorkSession


@dataclass(frozen=True)
class Crossing:
    """A session whose lot changes; `fit` is how it would lie then."""

    session: WorkSession
    fit: Fit


@dataclass(frozen=True)
class WindowEffect:
    """The sessions that would then lie outside of the windows, and those that would come inside; by their start.

    `closes` names the environments that would be left without any window although they need one.
    """

    left: tuple[Crossing, ...] = ()
    entered: tuple[Crossing, ...] = ()
    closes: tuple[Environment, ...] = ()

    @property
    def keys(self) -> str:
        """The sessions left outside, as one word: by it a form knows that what was shown is still so."""
        return ",".join(str(one.session.pk) for one in self.left)


def window_effect(after: Window | None, *, before: Window | None = None, viewer: User, at: datetime) -> WindowEffect:
    """What `after` in the place of the stored `before` would mean for open RFCs that `viewer` sees.

    Sessions that are over by `at` or at work are left out, and so are those that need no window: emergencies, changes that
    restore service, environments that are always open. Costs a fixed number of queries.
    """
    touched = {window.environment for window in (before, after) if window}
    stored = ChangeWindow.objects.filter(environment__slug__in=touched).select_related("environment").prefetch_related("change_types")
    now = [row.as_window() for row in stored]
    then = [window for window in now if before is None or window.id != before.id] + ([after] if after else [])
    sessions = _planned(touched, viewer, at)
    left, entered = _crossings(sessions, now, then)
    served, open_to = {window.environment for window in then}, {window.environment for window in now}
    closed = Environment.objects.filter(slug__in=(touched & open_to) - served, needs_window=True)
    return WindowEffect(left, entered, tuple(closed))


def _planned(environments: set[str], viewer: User, at: datetime) -> list[WorkSession]:
    rfcs = RFC.objects.visible_to(viewer).filter(state__in=OPEN_STATES, environment__slug__in=environments, environment__needs_window=True)
    rfcs = rfcs.exclude(urgency=Urgency.EMERGENCY).exclude(ground=Ground.RESTORES_SERVICE)
    rows = WorkSession.objects.overlapping(Interval(at)).filter(rfc__in=rfcs).order_by("planned_start", "pk")
    return list(rows.select_related("rfc__environment", "rfc__change_type"))


def _crossings(
    sessions: Sequence[WorkSession], now: Sequence[Window], then: Sequence[Window]
) -> tuple[tuple[Crossing, ...], tuple[Crossing, ...]]:
    lots = [(session, _lies(session, now), _lies(session, then)) for session in sessions]
    crossed = [(Crossing(session, after), crosses(before, after)) for session, before, after in lots]
    return tuple(one for one, enters in crossed if enters is False), tuple(one for one, enters in crossed if enters)


def _lies(session: WorkSession, windows: Sequence[Window]) -> Fit:
    rfc = session.rfc
    kind = rfc.change_type.slug if rfc.change_type else None
    return lies(session.interval, windows, rfc.environment.slug if rfc.environment else None, kind)
