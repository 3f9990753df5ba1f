"""The meeting, live: opened, turned from item to item, paused, taken over, ended. Its state is the server's (DESIGN 4.8).

Every act raises `Meeting.turn`, by which the pages that follow see that there is news.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.agenda import generate, locked
from changes.actions.consent import Consented, approve_consent, pull
from changes.actions.content import reread
from changes.actions.decision import decide
from changes.actions.event import record_meeting
from changes.actions.ruling import Ruling, check_item
from changes.actions.turn import stir
from changes.choices import MeetingState
from changes.domain.sitting import is_early, next_but_one, open_stops, place_of
from changes.exceptions import MoveRefused, NotAllowed
from changes.models import AgendaItem, Attendance, Decision, ItemSeen, Meeting, User
from changes.notifications.nudge import nudge
from changes.selectors.meeting import seats_of
from changes.selectors.presence import lookers_of
from changes.selectors.sitting import earlier_meeting, order_of

_STATE = ("state", "opened_at", "closed_at", "presenter", "current_item", "item_since", "paused_at", "paused_seconds", "turn")
_OVER = (MeetingState.HELD, MeetingState.CANCELLED)


@transaction.atomic
def open_sitting(meeting: Meeting, *, actor: User, at: datetime, early: bool = False) -> Meeting:
    """Open it at its first item, with `actor` as its presenter, who is present where they have a seat.

    Before its time, and before its cut-off, only where `early` says that this is meant: then its agenda freezes now, and what
    comes later is late. Raises `NotAllowed`, or `MoveRefused` with the way out.
    """
    meeting = locked(meeting)
    _check_opening(meeting, actor, at, early=early)
    if not meeting.is_frozen:
        meeting.cut_off_at = min(meeting.cut_off_at, at)
        meeting.save(update_fields=["cut_off_at"])
        meeting = generate(meeting, at=at).meeting
    meeting.state, meeting.opened_at, meeting.presenter = MeetingState.IN_SESSION, at, actor
    _seat(meeting, actor, at)
    record_meeting(meeting, "opened", actor=actor, at=at)
    order = order_of(meeting, at=at)
    return _stand_at(meeting, order[0].key if order else None, at)


def _check_opening(meeting: Meeting, actor: User, at: datetime, *, early: bool) -> None:
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager opens the meeting.")
    if meeting.state == MeetingState.IN_SESSION:
        raise MoveRefused(f"It is in session already; {meeting.presenter} presents.", mend="Take it over, or follow it.")
    if meeting.state in _OVER:
        raise MoveRefused(f"This meeting is {MeetingState(meeting.state).label.lower()}.", mend="Open the board’s next one.")
    before = earlier_meeting(meeting, at=at)
    if before:
        when = f"{meeting.board.date_at(before.starts_at):%d %B %Y}"
        raise MoveRefused(f"The board meets on {when} before that.", mend="Open that meeting, or cancel it.")
    if is_early(meeting.starts_at, at) and not early:
        raise MoveRefused("It is not the time of this meeting yet.", mend="Say that the board meets early.")
    if not meeting.is_frozen and at < meeting.cut_off_at and not early:
        raise MoveRefused("Its agenda is still open.", mend="Say that it freezes now.")


def _seat(meeting: Meeting, person: User, at: datetime) -> None:
    if any(seat.person.pk == person.pk for seat in seats_of(meeting.board, at=at)):
        _mark(meeting, person, at, is_present=True)


def _stand_at(meeting: Meeting, key: int | None, at: datetime) -> Meeting:
    """Make this the current item; whoever owns the one after the next is called, once."""
    _bank(meeting, at)
    meeting.current_item_id = key
    meeting.item_since = at if key and not meeting.paused_at else None
    _call(meeting, key, at)
    return _turned(meeting)


def _bank(meeting: Meeting, at: datetime) -> None:
    """Keep the time that the current item has had; a second at least, for it was looked at."""
    item = meeting.current_item
    if item is None or meeting.item_since is None:
        return
    item.spent_seconds += max(1, int((at - meeting.item_since).total_seconds()))
    item.save(update_fields=["spent_seconds"])
    meeting.item_since = None


def _call(meeting: Meeting, key: int | None, at: datetime) -> None:
    coming = next_but_one(order_of(meeting, at=at), key)
    if coming and AgendaItem.objects.filter(pk__in=coming.keys, called_at=None).update(called_at=at):
        nudge()


def _turned(meeting: Meeting) -> Meeting:
    meeting.turn += 1
    meeting.save(update_fields=_STATE)
    return meeting


@transaction.atomic
def turn_to(meeting: Meeting, item: AgendaItem, *, actor: User, at: datetime) -> Meeting:
    """Look at this item now. Naming the item makes a second press harmless. Raises `NotAllowed` or `MoveRefused`."""
    meeting = _presented(meeting, actor)
    if place_of(order_of(meeting, at=at), item.pk) is None:
        raise MoveRefused("It is not on the agenda.", mend="The chair admits it from the late list first.")
    return meeting if meeting.current_item_id == item.pk else _stand_at(meeting, item.pk, at)


def _presented(meeting: Meeting, actor: User) -> Meeting:
    """The meeting in session, locked, for its presenter alone."""
    meeting = _sitting(meeting)
    if meeting.presenter_id != actor.pk:
        raise NotAllowed(f"{meeting.presenter} presents.", mend="Take the meeting over first.")
    return meeting


def _sitting(meeting: Meeting) -> Meeting:
    meeting = locked(meeting)
    if meeting.state != MeetingState.IN_SESSION:
        raise MoveRefused(f"This meeting is not in session: it is {MeetingState(meeting.state).label.lower()}.", mend="Open its agenda.")
    return meeting


@transaction.atomic
def pause(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Stop the clocks; the end moves by as long. Pausing twice is pausing once."""
    meeting = _presented(meeting, actor)
    if meeting.paused_at:
        return meeting
    _bank(meeting, at)
    meeting.paused_at = at
    return _turned(meeting)


@transaction.atomic
def resume(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Let the clocks run on."""
    meeting = _presented(meeting, actor)
    if meeting.paused_at is None:
        return meeting
    _end_pause(meeting, at)
    meeting.item_since = at if meeting.current_item_id else None
    return _turned(meeting)


def _end_pause(meeting: Meeting, at: datetime) -> None:
    if meeting.paused_at:
        meeting.paused_seconds += max(0, int((at - meeting.paused_at).total_seconds()))
    meeting.paused_at = None


@transaction.atomic
def take_over(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Present in the other's place, from the item where the meeting stands."""
    meeting = _sitting(meeting)
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager presents.")
    if meeting.presenter_id == actor.pk:
        return meeting
    record_meeting(meeting, "taken_over", actor=actor, at=at, note=f"Until then {meeting.presenter} presented.")
    meeting.presenter = actor
    _seat(meeting, actor, at)
    return _turned(meeting)


@transaction.atomic
def end_sitting(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Close it. What is not decided stands on the board's next agenda, which the clock brings up to date."""
    meeting = _sitting(meeting)
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager ends the meeting.")
    _bank(meeting, at)
    _end_pause(meeting, at)
    meeting.state, meeting.closed_at, meeting.current_item = MeetingState.HELD, at, None
    record_meeting(meeting, "ended", actor=actor, at=at)
    return _turned(meeting)


def decide_on(item: AgendaItem, ruling: Ruling, *, actor: User, at: datetime, version: int | None = None) -> Decision:
    """Decide on an item from whichever door: where its meeting sits, the meeting goes on. Raises as `decide` does."""
    if item.rfc is None:
        raise MoveRefused("This item is about no RFC, so nothing is decided on it.")
    if item.meeting.state == MeetingState.IN_SESSION:
        return settle_item(item, ruling, actor=actor, at=at, version=version)
    return decide(item.rfc, ruling, actor=actor, at=at, version=version, item=item)


@transaction.atomic
def settle_item(item: AgendaItem, ruling: Ruling, *, actor: User, at: datetime, version: int | None = None) -> Decision:
    """Decide on an item in the meeting, and go on to the next that is open. Raises as `decide` does, and then nothing moves."""
    if item.rfc is None:
        raise MoveRefused("No decision is asked on it.")
    if not Meeting.objects.filter(pk=item.meeting_id, state=MeetingState.IN_SESSION).exists():
        raise MoveRefused("The meeting is over.", mend="Decide on the item’s own page, or leave it to the next meeting.")
    check_item(reread(item.rfc), item)  # whoever was slower is told what was decided, not that a version is old
    decision = decide(item.rfc, ruling, actor=actor, at=at, version=version, item=item)
    go_on(item.meeting, item.pk, at)
    return decision


def go_on(meeting: Meeting, done: int, at: datetime) -> Meeting:
    """From what has just been settled to the next that is open; stay where the meeting is at something else, or at its last."""
    meeting = locked(meeting)
    order = order_of(meeting, at=at)
    here = place_of(order, meeting.current_item_id)
    following = open_stops(order, done)
    if meeting.state != MeetingState.IN_SESSION or here is None or here != place_of(order, done) or not following:
        return meeting
    return _stand_at(meeting, following[0].key, at)


@transaction.atomic
def mark_presence(meeting: Meeting, person: User, *, is_present: bool, actor: User, at: datetime) -> Attendance:
    """Say that somebody with a vote is here, or has left: oneself, or whoever presents for anybody."""
    meeting = _sitting(meeting)
    if actor.pk not in (person.pk, meeting.presenter_id) and not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("Everybody says so of themselves; the presenter says so of all.")
    if not any(seat.person.pk == person.pk for seat in seats_of(meeting.board, at=at)):
        raise MoveRefused(f"{person} has no vote on this board.", mend="Only those with a vote count towards the quorum.")
    row, is_new = _mark(meeting, person, at, is_present=is_present)
    if is_new and actor.pk != person.pk:
        record_meeting(meeting, "marked_here" if is_present else "marked_gone", actor=actor, at=at, note=str(person))
    _turned(meeting)
    return row


def _mark(meeting: Meeting, person: User, at: datetime, *, is_present: bool) -> tuple[Attendance, bool]:
    """The row, and whether this is news."""
    row, _ = Attendance.objects.get_or_create(meeting=meeting, person=person)
    if row.is_present == is_present:
        return row, False
    row.is_present = is_present
    if is_present:
        row.came_at, row.left_at = row.came_at or at, None
    else:
        row.left_at = at
    row.save(update_fields=["is_present", "came_at", "left_at"])
    return row, True


@transaction.atomic
def look_on(meeting: Meeting, *, actor: User, at: datetime) -> None:
    """Somebody with a vote has before them what the meeting is at; whoever presents sees it once they come, without a word of theirs."""
    item = meeting.current_item
    if item is None or actor.pk in lookers_of(meeting):
        return
    came = not ItemSeen.objects.filter(item__meeting=meeting, person=actor, at__gte=meeting.opened_at).exists()
    ItemSeen.objects.update_or_create(item=item, person=actor, defaults={"at": at})
    if came:
        stir(meeting.pk)


@transaction.atomic
def pull_out(item: AgendaItem, *, actor: User, at: datetime) -> AgendaItem:
    """Take an item out of the consent list in the meeting, which stays at what is left of the list. Raises as `pull` does."""
    item = pull(item, actor=actor, at=at)
    meeting = locked(item.meeting)
    rest = next((stop for stop in order_of(meeting, at=at) if stop.is_consent and not stop.is_settled), None)
    if meeting.state == MeetingState.IN_SESSION and meeting.current_item_id == item.pk and rest:
        _stand_at(meeting, rest.key, at)
    return item


@transaction.atomic
def settle_consent(meeting: Meeting, *, actor: User, at: datetime, read: Mapping[int, int] | None = None) -> Consented:
    """Approve the consent list in one act, and go on: to what was pulled out of it, which stands before it, or to what follows.

    `read` is what stood on the page, as `approve_consent` takes it.
    """
    done = approve_consent(meeting, actor=actor, at=at, read=read)
    if done.approved and done.approved[0].item_id:
        _go_on_from_list(go_on(meeting, done.approved[0].item_id, at), done.approved[0].item_id, at)
    return done


def _go_on_from_list(meeting: Meeting, done: int, at: datetime) -> None:
    """Where nothing follows the list that holds `done`, to what was pulled out of it: its place in the order is before the list."""
    order = order_of(meeting, at=at)
    place = place_of(order, done)
    is_there = meeting.state == MeetingState.IN_SESSION and place is not None and place == place_of(order, meeting.current_item_id)
    if place is None or not is_there or not order[place].is_settled:
        return
    pulled = set(AgendaItem.objects.filter(meeting=meeting, pulled_by__isnull=False).values_list("pk", flat=True))
    following = next((stop for stop in order if stop.key in pulled and not stop.is_settled), None)
    if following:
        _stand_at(meeting, following.key, at)
