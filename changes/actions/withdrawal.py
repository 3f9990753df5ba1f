"""Taking back what a meeting has just decided, while nothing rests on it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.agenda import locked
from changes.actions.content import reread
from changes.actions.state import put_back
from changes.actions.turn import stir
from changes.choices import MeetingState, State, Verdict
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import RFC, Decision, Meeting, User
from changes.notifications.nudge import nudge
from changes.selectors.reminder_facts import IN_THE_WAY
from changes.selectors.sitting import last_decisions

#: Where a decision leaves an RFC; in any other state somebody has gone on from there.
_LEADS_TO = {
    Verdict.APPROVE: (State.APPROVED, State.SCHEDULED),
    Verdict.APPROVE_WITH_CONDITIONS: (State.APPROVED, State.SCHEDULED),
    Verdict.REJECT: (State.REJECTED,),
    Verdict.DEFER: (State.SUBMITTED,),
}


@transaction.atomic
def withdraw_last(meeting: Meeting, *, actor: User, at: datetime, decision: int | None = None) -> Sequence[Decision]:
    """Take back the last decision of this sitting, a consent list as the one act that it was; each item is free again.

    The RFC is what it was before: state, severity, approval, and so its place on the schedule. The decision stays, marked, and
    the history tells of both. `decision` is the key of the one that was meant: where another has come since, nothing is
    taken back. Raises `NotAllowed`, or `MoveRefused` where something rests on it already.
    """
    locked(meeting)  # so that the meeting is not ended, and its minutes not published, meanwhile
    last = _meant(meeting, decision)
    stored = [(reread(row.rfc), row) for row in sorted(last, key=lambda row: row.rfc_id)]
    for rfc, row in stored:
        _check(rfc, row, actor, at)
    for rfc, row in stored:
        _take_back(rfc, row, actor, at)
    stir(meeting.pk)
    nudge()
    return last


def _meant(meeting: Meeting, decision: int | None) -> list[Decision]:
    """What would be taken back now."""
    if Meeting.objects.filter(pk=meeting.pk).exclude(state=MeetingState.IN_SESSION).exists():
        raise MoveRefused("The meeting is over; its decisions stand.", mend="Bring it before the next one.")
    last = last_decisions(meeting)
    if not last:
        raise MoveRefused("Nothing has been decided in this meeting yet.")
    if decision is not None and decision not in {row.pk for row in last}:
        raise MoveRefused("Another decision has been made since, or this one is taken back already.", mend="Look at it, and undo again.")
    return last


def _check(rfc: RFC, decision: Decision, actor: User, at: datetime) -> None:
    if permissions.has_a_hand_in(actor, rfc) or not permissions.can_lead(actor, decision.item.meeting, at):  # type: ignore[union-attr]
        raise NotAllowed("The chair, or a delegate, takes a decision back, and never of an own RFC.")
    led_to = _LEADS_TO.get(Verdict(decision.verdict))
    if led_to and rfc.state not in led_to:
        raise MoveRefused(f"{rfc.number} is {State(rfc.state).label.lower()} meanwhile; the decision stands.")
    if (
        rfc.events.filter(at__gt=decision.at).exclude(action=IN_THE_WAY).exists()
        or decision.conditions.filter(met_at__isnull=False).exists()
    ):
        raise MoveRefused(f"Somebody has gone on with {rfc.number} since; the decision stands.", mend="Its history says who, and what.")


def _take_back(rfc: RFC, decision: Decision, actor: User, at: datetime) -> None:
    decision.item, decision.withdrawn_at, decision.withdrawn_by = None, at, actor
    decision.save(update_fields=["item", "withdrawn_at", "withdrawn_by"])
    note = f"“{Verdict(decision.verdict).label}” was taken back in the meeting."
    put_back(rfc, decision.before, actor=actor, at=at, action="decision_withdrawn", note=note)
