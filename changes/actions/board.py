"""What belongs to saving a board: what cannot be is refused, and the meetings already made follow its week (DESIGN 4.8).

`actions.set_up` calls both in its transaction, whichever door the board came through.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from changes.actions.event import changed_columns, columns_of, record_meeting
from changes.choices import MeetingState
from changes.domain import recurrence
from changes.domain.board import Plan, Seat, Turn, faults
from changes.domain.following import Fate, Following
from changes.domain.meeting import Rhythm
from changes.domain.recurrence import RecurrenceError
from changes.exceptions import Unacceptable
from changes.models import Board, Meeting, User
from changes.selectors.board import what_follows

_STATES = {Fate.FALLS_OUT: MeetingState.CANCELLED, Fate.RETURNS: MeetingState.PLANNED}
_WORDS = {Fate.STAYS: "stayed", Fate.MOVES: "moved", Fate.FALLS_OUT: "cancelled", Fate.RETURNS: "planned"}


def check(board: Board, values: Mapping[str, Any]) -> None:
    """Raise `Unacceptable` for the first thing that cannot be, of the columns that `board` holds and the rows that `values` bring."""
    try:
        recurrence.zone_of(board.time_zone)
    except RecurrenceError as error:
        raise Unacceptable(error.sentence, field=error.field) from error
    for fault in faults(_plan(board, values)):
        field = fault.field if fault.row is None else f"{fault.field}[{fault.row}]"
        raise Unacceptable(fault.sentence, mend=fault.mend, field=field)


def _plan(board: Board, values: Mapping[str, Any]) -> Plan:
    seats = [Seat(row["user"], row.get("delegate_for"), row.get("since"), row.get("until")) for row in values.get("members", ())]
    rota = [Turn(row["user"], row.get("since"), row.get("until")) for row in values.get("rota", ())]
    return Plan("", board.quorum, board.rhythm_with(frozenset(values.get("holidays", ()))), seats, rota)


def follow(board: Board, *, before: Rhythm, actor: User, at: datetime) -> list[Following]:
    """Let the meetings already made follow the week that `board` has now; those that change, each with its line of history.

    What was deferred to a meeting moves with it; where it falls out, it stands on the next (`domain.agenda`).
    """
    found = what_follows(board, before=before, after=board.rhythm(), at=at)
    meetings = {row.pk: row for row in Meeting.objects.select_for_update().filter(pk__in=[one.key for one in found])}
    # Two meetings may change places, and a day takes one meeting: each lets go of its own first.
    Meeting.objects.filter(pk__in=meetings).update(planned_for=None)
    for one in found:
        _write(meetings[one.key], one, actor, at)
    return found


def _write(meeting: Meeting, one: Following, actor: User, at: datetime) -> None:
    before = columns_of(meeting)
    meeting.planned_for = one.planned_for
    meeting.starts_at, meeting.ends_at, meeting.cut_off_at = one.sitting.starts_at, one.sitting.ends_at, one.sitting.cut_off_at
    meeting.state = _STATES.get(one.fate, meeting.state)
    meeting.save(update_fields=["planned_for", "starts_at", "ends_at", "cut_off_at", "state"])
    if changed := changed_columns(before, columns_of(meeting)):
        record_meeting(meeting, _WORDS[one.fate], actor=actor, at=at, note="The board’s week changed.", changes=changed)
