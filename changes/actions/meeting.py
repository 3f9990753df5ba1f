"""Meetings as the clock makes and ends them, and their agenda's way to the members (DESIGN 4.8)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from changes import permissions
from changes.actions.agenda import Generated, generate, locked
from changes.actions.event import record_meeting
from changes.choices import MeetingState
from changes.domain.interval import Interval
from changes.domain.meeting import Sitting, sittings
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import Board, Meeting, User

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

#: So far ahead a board's meetings are made, so that an RFC can be deferred to one by name.
AHEAD = timedelta(weeks=4)


@dataclass(frozen=True)
class Done:
    """What the clock did for one meeting, in a sentence; empty where there was nothing to do."""

    meeting: Meeting
    sentence: str


def generate_due(*, at: datetime) -> list[Done]:
    """Make the meetings of the next four weeks, bring the agenda of each that is not over up to date, freeze those due, end those over.

    Each meeting in a transaction of its own; one that fails is logged and keeps up no other. Doing it again changes nothing.
    One `Done` per meeting that was attended to, in order of their start.
    """
    boards = Board.objects.prefetch_related("holidays")
    made = {meeting.pk for board in boards for meeting in _isolated(partial(make_meetings, board, at=at), f"meetings of {board}") or ()}
    unended = (MeetingState.PLANNED, MeetingState.FROZEN)
    meetings = Meeting.objects.filter(state__in=unended).select_related("board").order_by("starts_at", "pk")
    attended = (_isolated(partial(_attend, meeting, new=meeting.pk in made, at=at), f"agenda of {meeting}") for meeting in meetings)
    return [done for done in attended if done]


def _isolated(act: Callable[[], Result], what: str) -> Result | None:
    """What `act` gives. Where it fails, whoever runs this is told, and no other meeting or board waits for it."""
    try:
        return act()
    except Exception:
        logger.exception("The %s could not be brought up to date", what)
        return None


@transaction.atomic
def make_meetings(board: Board, *, at: datetime) -> list[Meeting]:
    """The board's meetings of the next four weeks that are not there yet; those that now fall on a holiday are cancelled."""
    Board.objects.select_for_update().get(pk=board.pk)  # two sweeps at once make each meeting once
    rhythm, period = board.rhythm(), Interval(at, at + AHEAD)
    today = at.astimezone(rhythm.zone).date()
    there = list(board.meetings.filter(Q(starts_at__gte=period.start) | Q(planned_for__gte=today)))
    for meeting in there:
        if meeting.state == MeetingState.PLANNED and meeting.starts_at.astimezone(rhythm.zone).date() in rhythm.holidays:
            meeting.state = MeetingState.CANCELLED
            meeting.save(update_fields=["state"])
            record_meeting(meeting, "cancelled", actor=None, at=at, note="It falls on a holiday of the board.")
    due = {sitting.starts_at.astimezone(rhythm.zone).date(): sitting for sitting in sittings(rhythm, period)}
    taken = _days_taken(there, due)
    return [Meeting.objects.create(board=board, planned_for=day, **vars(due[day])) for day in due if day not in taken]


def _days_taken(there: Sequence[Meeting], due: Mapping[date, Sitting]) -> set[date]:
    """The days of the rhythm that have their meeting: one that was moved or cancelled still stands for its day.

    One that somebody planned for exactly such a time stands for that day from now on.
    """
    taken = {meeting.planned_for for meeting in there if meeting.planned_for}
    by_start = {meeting.starts_at: meeting for meeting in there}
    for day, sitting in due.items():
        meeting = by_start.get(sitting.starts_at)
        if meeting and meeting.planned_for is None and day not in taken:
            meeting.planned_for = day
            meeting.save(update_fields=["planned_for"])
    return taken | {day for day, sitting in due.items() if sitting.starts_at in by_start}


def _attend(meeting: Meeting, *, new: bool, at: datetime) -> Done:
    if meeting.ends_at <= at:
        return Done(_hold(meeting, at), "held")
    generated = generate(meeting, at=at)
    return Done(generated.meeting, ", ".join([*(["made"] if new else []), *_words(generated)]))


def _words(generated: Generated) -> list[str]:
    told = [(generated.added, "added"), (generated.removed, "taken off"), (generated.late, "late")]
    words = [f"{count} {what}" for count, what in told if count]
    return [*words, "frozen as revision 1"] if generated.frozen else words


@transaction.atomic
def _hold(meeting: Meeting, at: datetime) -> Meeting:
    """Its time is over. A meeting in session is ended by whoever leads it."""
    meeting = locked(meeting)
    if meeting.state in (MeetingState.PLANNED, MeetingState.FROZEN):
        meeting.state = MeetingState.HELD
        meeting.save(update_fields=["state"])
        record_meeting(meeting, "held", actor=None, at=at)
    return meeting


@transaction.atomic
def publish(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Send the frozen agenda to the members: the reminders that are due from `published_at` do it, once per revision.

    Freezing publishes revision 1 by itself; this is for the revisions that admissions make. Raises `NotAllowed`
    or `MoveRefused`.
    """
    meeting = locked(meeting)
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair and the change manager send an agenda.")
    if not meeting.is_frozen:
        raise MoveRefused("The agenda is not frozen yet.", mend="At its cut-off it freezes and goes to the members by itself.")
    if meeting.state not in (MeetingState.FROZEN, MeetingState.IN_SESSION):
        raise MoveRefused(f"This meeting is {MeetingState(meeting.state).label.lower()}.", mend="Its minutes tell what was decided.")
    meeting.published_at = at
    meeting.save(update_fields=["published_at"])
    record_meeting(meeting, "agenda_sent", actor=actor, at=at, note=f"Revision {meeting.revision}")
    return meeting
