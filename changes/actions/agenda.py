"""Making an agenda, freezing it at its cut-off, and letting a late RFC in (DESIGN 4.8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.arrangement import arrange, number, refresh_late, subjects_of, take_off, with_traces
from changes.actions.content import take_turn
from changes.actions.event import record
from changes.actions.revision import freeze, revise
from changes.choices import MeetingState
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, Meeting, User
from changes.selectors.candidate import OPEN_MEETINGS


@dataclass(frozen=True)
class Generated:
    """What a generation did. `frozen` tells that this one made revision 1."""

    meeting: Meeting
    added: int = 0
    removed: int = 0
    late: int = 0
    frozen: bool = False


@transaction.atomic
def generate(meeting: Meeting, *, at: datetime, actor: User | None = None) -> Generated:
    """Bring the agenda up to date: revision 0 before the cut-off; at or after it, frozen once as revision 1.

    Doing it again gives the same agenda, and keeps the order, minutes, notes and votes that people have
    given. Once frozen only the late list grows. `actor` is None where the clock does it. Raises
    `NotAllowed`, or `MoveRefused` for a meeting that is over.
    """
    meeting = locked(meeting)
    if actor is not None and not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair and the change manager prepare an agenda.")
    if meeting.state not in OPEN_MEETINGS:
        raise MoveRefused(f"This meeting is {MeetingState(meeting.state).label.lower()}; its agenda stays as it is.")
    found = subjects_of(meeting, at)
    if meeting.is_frozen:
        return Generated(meeting, late=refresh_late(meeting, found))
    added, removed = arrange(meeting, {key: one for key, one in found.items() if not one.place.is_late})
    late = refresh_late(meeting, {key: one for key, one in found.items() if one.place.is_late})
    if at < meeting.cut_off_at:
        return Generated(meeting, added, removed, late)
    meeting.state = MeetingState.FROZEN
    freeze(meeting, reason="", at=at)
    meeting.published_at = meeting.published_at or at
    meeting.save(update_fields=["state", "revision", "published_at"])
    return Generated(meeting, added, removed, late, frozen=True)


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it is stored now, nobody else's until the transaction ends.

    In turn with votes and decisions, which hold an item or an RFC when they come to the meeting: nobody who waits here
    holds what they need.
    """
    take_turn()
    return Meeting.objects.select_for_update(of=("self",)).select_related("board", "board__chair").get(pk=meeting.pk)


@transaction.atomic
def admit(meeting: Meeting, rfc: RFC, *, reason: str, actor: User, at: datetime) -> AgendaItem:
    """Let a late RFC in, at the end of its section; that makes the next revision.

    Raises `NotAllowed` for anybody but the chair or a delegate, `Unacceptable` without a reason,
    `MoveRefused` where it does not wait on the late list or the meeting is over.
    """
    meeting = locked(meeting)
    if not permissions.can_lead(actor, meeting, at):
        raise NotAllowed("The chair, or a delegate, admits a late RFC.")
    if not reason.strip():
        raise Unacceptable("Admitting a late RFC needs a reason.", mend="Say why it cannot wait for the next meeting.", field="reason")
    if meeting.state not in (MeetingState.FROZEN, MeetingState.IN_SESSION):
        raise MoveRefused("Nothing is late for this meeting: its agenda is not frozen, or the meeting is over.")
    refresh_late(meeting, subjects_of(meeting, at))
    item = meeting.items.filter(rfc=rfc, is_late=True).exclude(section="").first()
    if item is None:
        raise MoveRefused(f"{rfc.number} is not on the late list.", mend="Read the agenda again.")
    item.is_late, item.admitted_reason = False, reason
    item.save(update_fields=["is_late", "admitted_reason"])
    record(rfc, "admitted", actor=actor, at=at, note=reason)
    take_off(with_traces(AgendaItem.objects.filter(rfc=rfc, meeting__state=MeetingState.PLANNED)))
    number(meeting, {(rfc.pk, None)}, {})
    revise(meeting, reason=f"{rfc.number} admitted: {reason}", at=at)
    item.refresh_from_db()
    return item
