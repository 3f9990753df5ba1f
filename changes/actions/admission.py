"""The chair brings an RFC to another meeting: pulls it forward, or puts it off because the time does not suffice (DESIGN 4.8)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.agenda import admit, locked
from changes.actions.arrangement import arrange, number, settle, standing_items, subjects_of, take_off, with_traces
from changes.actions.carry import carry_votes
from changes.actions.event import record
from changes.actions.revision import revise
from changes.choices import MeetingState, Section, State
from changes.domain.wording import day
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, Meeting, User
from changes.notifications.nudge import nudge
from changes.selectors.admission import deferred_to
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.meeting import deferral_targets

#: What may wait for another meeting; emergencies and what failed are looked back at when they come.
PUT_OFF = (Section.NEW, Section.DEFERRED)


@transaction.atomic
def pull_forward(meeting: Meeting, rfc: RFC, *, reason: str, actor: User, at: datetime) -> AgendaItem:
    """Bring an RFC here that was deferred to a later meeting of the board, or stands on the agenda of one.

    Its votes come along. On a frozen agenda that makes the next revision, as admitting a late one does. Raises `NotAllowed`
    for anybody but the chair or a delegate, `Unacceptable` without a reason, `MoveRefused` where it waits for no later meeting.
    """
    meeting = locked(meeting)
    _check(meeting, reason, actor, at, "Pulling it forward")
    if meeting.items.filter(rfc=rfc, is_late=True).exclude(section="").exists():
        return admit(meeting, rfc, reason=reason, actor=actor, at=at)
    later = _later_meeting(meeting, rfc)
    if later is None:
        raise MoveRefused(f"{rfc.number} waits for no later meeting of this board.", mend="Read the agenda again.")
    _record(rfc, "pulled_forward", later, meeting, reason, actor, at)
    return _bring(rfc, meeting, later, reason.strip(), at)


@transaction.atomic
def put_off(item: AgendaItem, to: Meeting, *, reason: str, actor: User, at: datetime) -> AgendaItem:
    """Let an undecided RFC stand on a later agenda of the board instead of this one; its votes and its note go along.

    No decision is made: it is not deferred by the board. On a frozen agenda that makes the next revision. Raises `NotAllowed`
    for anybody but the chair or a delegate, `Unacceptable` without a reason or for a meeting that cannot take it, `MoveRefused`.
    """
    meeting = locked(item.meeting)
    _check(meeting, reason, actor, at, "Putting it off")
    RFC.objects.select_for_update(of=("self",)).filter(agenda_items=item).first()  # nobody decides it meanwhile
    found = standing_items(meeting).filter(pk=item.pk, section__in=PUT_OFF, decision=None, rfc__state=State.SUBMITTED).first()
    if found is None or found.rfc is None or meeting.state == MeetingState.IN_SESSION:
        raise MoveRefused("It cannot be put off now.", mend="In the meeting, defer it to a later one; what is decided stays.")
    if found.electronic_votes.filter(closed_at=None).exists():
        raise MoveRefused("The board is voting on it right now.", mend="Wait until that vote has closed.")
    if not deferral_targets(meeting, at=at).filter(pk=to.pk).exists():
        raise Unacceptable("That meeting cannot take it.", mend="Name a later meeting of this board whose cut-off is ahead.", field="to")
    _record(found.rfc, "put_off", meeting, to, reason, actor, at)
    return _bring(found.rfc, locked(to), meeting, reason.strip(), at)


def _check(meeting: Meeting, reason: str, actor: User, at: datetime, doing: str) -> None:
    if not permissions.can_lead(actor, meeting, at):
        raise NotAllowed("The chair, or a delegate, says which meeting looks at it.")
    if meeting.state not in OPEN_MEETINGS:
        raise MoveRefused("This meeting is over; its agenda stays as it is.")
    if not reason.strip():
        raise Unacceptable(f"{doing} needs a reason.", mend="Say why, in a sentence.", field="reason")


def _record(rfc: RFC, action: str, source: Meeting, to: Meeting, reason: str, actor: User, at: datetime) -> None:
    """Its owner is told of this at once: from which meeting to which, by whom and why (`selectors.reminder_transfer`)."""
    starts = [meeting.starts_at.isoformat() for meeting in (source, to)]
    record(rfc, action, actor=actor, at=at, note=f"to {_on(to)}: {reason.strip()}", changes={"meeting": starts})
    nudge()


def _on(meeting: Meeting) -> str:
    return day(meeting.starts_at, meeting.board.time_zone)


def _later_meeting(meeting: Meeting, rfc: RFC) -> Meeting | None:
    """The later meeting of the board for which an RFC waits: on its agenda, or deferred to it."""
    if rfc.state != State.SUBMITTED:
        return None
    later = AgendaItem.objects.filter(rfc=rfc, meeting__board=meeting.board_id, meeting__starts_at__gt=meeting.starts_at, decision=None)
    stands = later.filter(meeting__state=MeetingState.PLANNED, is_late=False).exclude(section="")
    item = stands.select_related("meeting").order_by("meeting__starts_at").first()
    return item.meeting if item else deferred_to(meeting, at_least=(rfc.pk,)).get(rfc.pk)


def _bring(rfc: RFC, to: Meeting, source: Meeting, reason: str, at: datetime) -> AgendaItem:
    """Its item on the agenda of `to`, with what people gave it, and off every other; both agendas are brought up to date."""
    before = list(with_traces(AgendaItem.objects.filter(rfc=rfc, meeting__state__in=OPEN_MEETINGS).exclude(meeting=to).exclude(section="")))
    fresh = {"section": Section.NEW, "minutes": before[0].minutes if before else to.board.item_minutes(rfc.severity)}
    item, _ = AgendaItem.objects.get_or_create(meeting=to, rfc=rfc, defaults=fresh | {"title": rfc.title, "reason": ""})
    item.section, item.is_late, item.pulled_from, item.admitted_reason = item.section or Section.NEW, False, source, reason
    item.note = item.note or next((one.note for one in before if one.note), "")
    item.save()
    carry_votes(before, item)
    _leave(before)
    _stand(to, item, at)
    for meeting, why in ((source, f"{rfc.number} put off to {_on(to)}"), (to, f"{rfc.number} pulled forward")):
        revise(meeting, reason=f"{why}: {reason}", at=at)
    item.refresh_from_db()
    return item


def _leave(before: Iterable[AgendaItem]) -> None:
    """Off the agendas that it stood on; a frozen one keeps the row for its revisions."""
    for item in before:
        item.pulled_from = None
        item.save(update_fields=["pulled_from"])
        take_off([item], keep=item.meeting.is_frozen)
        number(item.meeting, (), {})


def _stand(meeting: Meeting, item: AgendaItem, at: datetime) -> None:
    """In the section and at the place that the rules give it."""
    found = subjects_of(meeting, at)
    if not meeting.is_frozen:
        arrange(meeting, {key: one for key, one in found.items() if not one.place.is_late})
    elif subject := found.get((item.rfc_id, None)):
        settle(item, subject)
        number(meeting, {subject.key}, found)
