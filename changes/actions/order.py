"""What people give an agenda: the order of its items, their minutes, a note (DESIGN 4.8).

Once it is frozen the running order may still change; that makes the next revision, and the ones before stay as they were.
Notes are no part of a revision: they are taken until the meeting is over.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.agenda import locked
from changes.actions.arrangement import standing_items
from changes.actions.event import record_meeting
from changes.actions.note import noted
from changes.actions.revision import revise
from changes.choices import MeetingState
from changes.domain.order import placed
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import AgendaItem, Meeting, User
from changes.selectors.candidate import OPEN_MEETINGS

#: No item takes longer than a working day.
MOST_MINUTES = 480


@dataclass(frozen=True)
class Placed:
    """An item's number on the agenda before and after a move, out of how many."""

    item: AgendaItem
    before: int
    after: int
    total: int

    @property
    def sentence(self) -> str:
        if self.before == self.after:
            return f"Item {self.before} stays where it is."
        return f"Item {self.before} is now {self.after} of {self.total}."


@transaction.atomic
def place(item: AgendaItem, to: int, *, actor: User, at: datetime) -> Placed:
    """Put an item at a place of its section, counted from 1; past the end is the last.

    Raises `NotAllowed` for whom the agenda is not to prepare, `MoveRefused` where the item or the meeting is gone.
    """
    meeting, item = opened(item, actor, at)
    standing = list(standing_items(meeting))
    own = iter(placed([one for one in standing if one.section == item.section], item, to))
    after = [next(own) if one.section == item.section else one for one in standing]
    _renumber(after)
    moved = Placed(item, standing.index(item) + 1, after.index(item) + 1, len(after))
    if moved.before != moved.after:
        record_meeting(meeting, "item_placed", actor=actor, at=at, note=f"{item.title}. {moved.sentence}")
        revise(meeting, reason=moved.sentence, at=at)
    return moved


def _renumber(ordered: list[AgendaItem]) -> None:
    changed = [item for position, item in enumerate(ordered, start=1) if item.position != position]
    for position, item in enumerate(ordered, start=1):
        item.position = position
    AgendaItem.objects.bulk_update(changed, ["position"])


@transaction.atomic
def give_minutes(item: AgendaItem, minutes: int, *, actor: User, at: datetime) -> AgendaItem:
    """Say how long an item takes. Raises as `place` does, and `Unacceptable` for what is no number of minutes."""
    meeting, item = opened(item, actor, at)
    if item.minutes != minutes:
        check_minutes(minutes)
        before, item.minutes = item.minutes, minutes
        item.save(update_fields=["minutes"])
        record_meeting(meeting, "minutes_given", actor=actor, at=at, note=item.title, changes={"minutes": [before, minutes]})
        revise(meeting, reason=f"{item.title}: {minutes} min instead of {before}", at=at)
    return item


def check_minutes(minutes: int) -> None:
    """Raises `Unacceptable` for fewer than one or more than a working day."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise Unacceptable("An item takes between 1 minute and 8 hours.", mend="Name its minutes.", field="minutes")


@transaction.atomic
def keep(item: AgendaItem, minutes: int, note: str, *, was: str | None, actor: User, at: datetime) -> None:
    """Its minutes and its note, both or neither. Raises as `give_minutes` and `take_note` do."""
    give_minutes(item, minutes, actor=actor, at=at)
    take_note(item, note, was=was, actor=actor, at=at)


@transaction.atomic
def take_note(item: AgendaItem, note: str, *, was: str | None = None, actor: User, at: datetime) -> AgendaItem:
    """Keep a note with an item, or take it away. `was` is the note that the writer had before them.

    Raises as `place` does, and `Stale` where somebody else has written since; without `was` the last one counts.
    """
    meeting, item = opened(item, actor, at)
    before, item.note = item.note, noted(item.note, note, was=was)
    if item.note != before:
        item.save(update_fields=["note"])
        record_meeting(meeting, "item_noted", actor=actor, at=at, note=item.title, changes={"note": [before, item.note]})
    return item


def opened(item: AgendaItem, actor: User, at: datetime) -> tuple[Meeting, AgendaItem]:
    """The meeting, nobody else's until the transaction ends, and its item as it is stored now.

    Raises `NotAllowed` for whom the agenda is not to prepare, `MoveRefused` where the meeting is over or the item is off it.
    """
    meeting = locked(item.meeting)
    check_open(meeting, actor, at)
    found = standing_items(meeting).filter(pk=item.pk).select_related("rfc", "action", "owner").first()
    if found is None:
        raise MoveRefused("It is not on this agenda any more.", mend="Read the agenda again.")
    return meeting, found


def check_open(meeting: Meeting, actor: User, at: datetime) -> None:
    """Raises `NotAllowed` for whom the agenda is not to prepare, `MoveRefused` where the meeting is over."""
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair and the change manager prepare an agenda.")
    if meeting.state not in OPEN_MEETINGS:
        raise MoveRefused(f"This meeting is {MeetingState(meeting.state).label.lower()}; its agenda stays as it is.")
