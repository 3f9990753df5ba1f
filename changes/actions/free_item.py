"""Free items: what the board talks about that is neither an RFC nor an action (DESIGN 4.8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from changes.actions.agenda import locked
from changes.actions.arrangement import standing_items
from changes.actions.event import changed_columns, record_meeting
from changes.actions.order import check_minutes, check_open, opened
from changes.actions.revision import revise
from changes.choices import Section
from changes.exceptions import MoveRefused, Unacceptable
from changes.models import AgendaItem, Meeting, User

_TITLE_LENGTH = 200


@dataclass(frozen=True)
class FreeItem:
    """A free item as it is written down; `owner` is who speaks to it, where that is somebody."""

    title: str
    section: Section
    minutes: int
    note: str = ""
    owner: User | None = None


@transaction.atomic
def add(meeting: Meeting, given: FreeItem, *, actor: User, at: datetime) -> AgendaItem:
    """Put it at the end of its section; on a frozen agenda that makes the next revision.

    Raises `NotAllowed` for whom the agenda is not to prepare, `MoveRefused` where the meeting is over, `Unacceptable`.
    """
    meeting = locked(meeting)
    check_open(meeting, actor, at)
    _check(given)
    made = AgendaItem(meeting=meeting, position=_after_section(meeting, given.section), reason=f"Put on by {actor}."[:300])
    _write(made, given)
    _close_up(meeting)
    record_meeting(meeting, "item_added", actor=actor, at=at, note=made.title)
    revise(meeting, reason=f"Added: {made.title}", at=at)
    return made


@transaction.atomic
def change(item: AgendaItem, given: FreeItem, *, actor: User, at: datetime) -> AgendaItem:
    """Write it anew; in another section it goes to the end. Raises as `add` does."""
    meeting, item = _opened_free(item, actor, at)
    _check(given)
    before = _words(item)
    if item.section != given.section:
        item.position = _after_section(meeting, given.section)
    _write(item, given)
    _close_up(meeting)
    if changed := changed_columns(before, _words(item)):
        record_meeting(meeting, "item_changed", actor=actor, at=at, note=item.title, changes=changed)
    if changed.keys() & {"title", "section", "minutes"}:
        revise(meeting, reason=f"Changed: {item.title}", at=at)
    return item


@transaction.atomic
def remove(item: AgendaItem, *, actor: User, at: datetime) -> None:
    """Take it off the agenda. Earlier revisions keep what they said. Raises as `add` does."""
    meeting, item = _opened_free(item, actor, at)
    if meeting.current_item_id == item.pk:
        raise MoveRefused("The meeting is at it right now.", mend="Go on to another item first.")
    if meeting.is_frozen:
        item.section = ""
        item.save(update_fields=["section"])
    else:
        item.delete()
    _close_up(meeting)
    record_meeting(meeting, "item_removed", actor=actor, at=at, note=item.title)
    revise(meeting, reason=f"Taken off: {item.title}", at=at)


def _opened_free(item: AgendaItem, actor: User, at: datetime) -> tuple[Meeting, AgendaItem]:
    meeting, found = opened(item, actor, at)
    if found.rfc_id or found.action_id:
        raise MoveRefused("It stands here by itself: it is about an RFC or an action.", mend="Only a free item is written by hand.")
    return meeting, found


def _check(given: FreeItem) -> None:
    if not given.title.strip():
        raise Unacceptable("It has no title.", mend="Say in a few words what it is about.", field="title")
    if len(given.title.strip()) > _TITLE_LENGTH:
        raise Unacceptable("The title is too long.", mend=f"Use at most {_TITLE_LENGTH} characters; a note takes the rest.", field="title")
    check_minutes(given.minutes)


def _write(item: AgendaItem, given: FreeItem) -> None:
    item.title, item.section, item.minutes = given.title.strip(), given.section, given.minutes
    item.note, item.owner = given.note.strip(), given.owner
    item.save()


def _words(item: AgendaItem) -> dict[str, Any]:
    """What is written down of it, as the history tells it."""
    speaker = str(item.owner) if item.owner else ""
    return {"title": item.title, "section": str(item.section), "minutes": item.minutes, "note": item.note, "speaker": speaker}


def _after_section(meeting: Meeting, section: Section) -> int:
    """The position behind all that stands in this section or in one before it; `_close_up` makes room."""
    before = [one for one in Section if list(Section).index(one) <= list(Section).index(section)]
    last = standing_items(meeting).filter(section__in=before).last()
    return (last.position if last else 0) + 1


def _close_up(meeting: Meeting) -> None:
    """Number what stands from 1 through the sections in their order; of two at one place the newer comes later."""
    order = list(Section)
    standing = sorted(standing_items(meeting), key=lambda one: (order.index(Section(one.section)), one.position, one.pk))
    for position, item in enumerate(standing, start=1):
        item.position = position
    AgendaItem.objects.bulk_update(standing, ["position"])
