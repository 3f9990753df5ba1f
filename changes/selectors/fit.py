"""What to put off where an agenda takes longer than its meeting (DESIGN 4.8)."""

from dataclasses import dataclass
from datetime import datetime

from changes.choices import MeetingState, Section, Severity, State
from changes.domain.fit import Proposal, Waiting, what_could_wait
from changes.models import Meeting
from changes.selectors.agenda import Agenda, Item
from changes.selectors.meeting import deferral_targets


@dataclass(frozen=True)
class Suggested:
    """An item that could wait for `to`, and why."""

    item: Item
    proposal: Proposal


@dataclass(frozen=True)
class Surplus:
    """How many minutes too long an agenda is, what could wait for the meeting `to`, how much that brings, and what remains."""

    over: int
    to: Meeting | None
    suggested: tuple[Suggested, ...] = ()
    minutes: int = 0
    left_over: int = 0


def surplus_of(agenda: Agenda, *, at: datetime) -> Surplus | None:
    """What to do about an agenda that is too long; None where it fits, or can be changed no more. One query.

    What stands on the consent list takes next to no time, so that putting it off brings nothing.
    """
    if not agenda.over or agenda.meeting.state not in (MeetingState.PLANNED, MeetingState.FROZEN):
        return None
    to = deferral_targets(agenda.meeting, at=at).first()
    if to is None:
        return Surplus(agenda.over, None, left_over=agenda.over)
    items = {item.row.pk: item for item in agenda.items if _is_undecided(item)}
    fit = what_could_wait([_waiting(item) for item in items.values()], agenda.over, to.ends_at, agenda.meeting.board.time_zone)
    suggested = tuple(Suggested(items[one.key], one) for one in fit.proposals)
    return Surplus(agenda.over, to, suggested, fit.minutes, fit.left_over)


def _is_undecided(item: Item) -> bool:
    asked = item.row.section in (Section.NEW, Section.DEFERRED) and item.decision is None and not item.is_consented
    on_its_own = asked and not item.is_consented  # what is decided by consent takes no minutes of its own
    return on_its_own and item.rfc is not None and item.rfc.state == State.SUBMITTED


def _waiting(item: Item) -> Waiting:
    rfc, row = item.rfc, item.row
    assert rfc is not None  # noqa: S101 - asked by `_is_undecided`
    was_put_off = row.pulled_from is not None and row.pulled_from.starts_at < row.meeting.starts_at
    return Waiting(row.pk, row.minutes, Severity(rfc.severity), rfc.planned_start, rfc.needed_by, was_put_off)
