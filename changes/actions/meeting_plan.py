"""Meetings that people plan besides the board's week, and what they make of any meeting."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from changes import permissions
from changes.actions.agenda import locked
from changes.actions.event import changed_columns, columns_of, record_meeting
from changes.actions.sitting import end_sitting, open_sitting
from changes.choices import MeetingState
from changes.domain.meeting import Sitting
from changes.domain.meeting_state import MEETING_MOVES, wrong_times
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import Board, Meeting, User


@transaction.atomic
def plan(board: Board, sitting: Sitting, *, actor: User, at: datetime) -> Meeting:
    """Plan a meeting of the board. Raises `NotAllowed` for anybody but the chair and the change manager, or `Unacceptable`."""
    meeting = Meeting(board=board, **vars(sitting))
    _check(meeting, actor, at)
    _check_times(meeting, at)
    meeting.save()
    record_meeting(meeting, "planned", actor=actor, at=at)
    return meeting


@transaction.atomic
def rearrange(meeting: Meeting, values: Mapping[str, Any], *, actor: User, at: datetime) -> Meeting:
    """Give a meeting other times while it is planned, or say that it begins, is held or is cancelled (`state`).

    Raises `NotAllowed`, `Unacceptable` for impossible times, or `MoveRefused` for what its state forbids.
    """
    meeting = locked(meeting)
    _check(meeting, actor, at)
    times = {name: value for name, value in values.items() if name != "state" and value != getattr(meeting, name)}
    if times and meeting.state != MeetingState.PLANNED:
        raise MoveRefused(f"This meeting is {MeetingState(meeting.state).label.lower()}; its times stay as they are.")
    if times:
        _move(meeting, times, actor, at)
    return _enter(meeting, values.get("state"), actor, at)


def _move(meeting: Meeting, times: Mapping[str, Any], actor: User, at: datetime) -> None:
    before = columns_of(meeting)
    for name, value in times.items():
        setattr(meeting, name, value)
    _check_times(meeting, at)
    meeting.save(update_fields=[*times])
    record_meeting(meeting, "moved", actor=actor, at=at, changes=changed_columns(before, columns_of(meeting)))


def _enter(meeting: Meeting, after: MeetingState | None, actor: User, at: datetime) -> Meeting:
    """As the page of the meeting opens and ends it, whichever door it comes through."""
    before = MeetingState(meeting.state)
    if after is None or after == before:
        return meeting
    if after not in MEETING_MOVES[before]:
        raise MoveRefused(f"This meeting is {before.label.lower()}; it cannot become {after.label.lower()}.")
    if after == MeetingState.IN_SESSION:
        return open_sitting(meeting, actor=actor, at=at, early=True)
    if before == MeetingState.IN_SESSION:
        return end_sitting(meeting, actor=actor, at=at)
    meeting.state = after
    meeting.save(update_fields=["state"])
    record_meeting(meeting, str(after), actor=actor, at=at)
    return meeting


def _check(meeting: Meeting, actor: User, at: datetime) -> None:
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair and the change manager plan meetings.")


def _check_times(meeting: Meeting, at: datetime) -> None:
    wrong = wrong_times(Sitting(meeting.starts_at, meeting.ends_at, meeting.cut_off_at), at=at)
    if wrong:
        raise Unacceptable(wrong[1], field=wrong[0])
    same_time = Meeting.objects.filter(board=meeting.board, starts_at=meeting.starts_at).exclude(pk=meeting.pk)
    if same_time.exists():
        raise Unacceptable("The board has a meeting at that time already.", field="starts_at")
