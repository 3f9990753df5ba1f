"""Minutes: notes beside what was decided, their publication, and addenda (DESIGN 4.8)."""

from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.agenda import locked
from changes.actions.event import record_meeting
from changes.actions.note import noted
from changes.choices import MeetingState
from changes.domain.frozen import to_data
from changes.domain.minutes import why_not_noted, why_not_published
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import Addendum, AgendaItem, Meeting, User
from changes.selectors.minutes import drawn, told_of


@transaction.atomic
def write_note(meeting: Meeting, item: AgendaItem | None, text: str, *, was: str | None, actor: User, at: datetime) -> None:
    """Keep a note for the minutes, on an item or on the whole meeting. `was` is the note that the writer had before them.

    Raises `NotAllowed`; `MoveRefused` before the meeting and once its minutes are published; `Stale` where somebody
    else has written since, so that nobody's text is lost. Without `was` it takes the place of whatever stands there.
    """
    meeting = locked(meeting)
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair, a delegate or the change manager writes the notes.")
    why_not = why_not_noted(MeetingState(meeting.state), published=meeting.minutes_published_at is not None)
    if why_not:
        raise MoveRefused(why_not, mend="A correction is an addendum." if meeting.minutes_published_at else "")
    row = meeting if item is None else AgendaItem.objects.get(pk=item.pk, meeting=meeting)
    row.note = noted(row.note, text, was=was)
    row.save(update_fields=["note"])


@transaction.atomic
def publish_minutes(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """Keep the minutes as they stand now, for good, and have them sent to the members and to the owners of what was on the agenda.

    The reminders that are due from `minutes_published_at` send them, once. Raises `NotAllowed` for anybody but the
    chair, a delegate and the change manager; `MoveRefused` before the meeting is over, and the second time.
    """
    meeting = locked(meeting)
    _check_publisher(meeting, actor, at)
    why_not = why_not_published(MeetingState(meeting.state), published=meeting.minutes_published_at is not None)
    if why_not:
        raise MoveRefused(why_not, mend="A correction is an addendum." if meeting.minutes_published_at else "")
    meeting.minutes_snapshot = {"minutes": to_data(drawn(meeting)), "told": told_of(meeting)}
    meeting.minutes_published_at, meeting.minutes_published_by = at, actor
    meeting.save(update_fields=["minutes_snapshot", "minutes_published_at", "minutes_published_by"])
    record_meeting(meeting, "minutes_published", actor=actor, at=at)
    return meeting


@transaction.atomic
def add_addendum(meeting: Meeting, text: str, *, actor: User, at: datetime) -> Addendum:
    """Correct published minutes by a text below them, which goes to whom the minutes went.

    Raises `NotAllowed`, `Unacceptable` without a text, `MoveRefused` while the minutes are a draft.
    """
    meeting = locked(meeting)
    _check_publisher(meeting, actor, at)
    if meeting.minutes_published_at is None:
        raise MoveRefused("The minutes are still a draft.", mend="Write it into a note.")
    if not text.strip():
        raise Unacceptable("An addendum needs a text.", mend="Say what the minutes have wrong, and what is right.", field="text")
    return Addendum.objects.create(meeting=meeting, text=text.strip(), by=actor, at=at)


def _check_publisher(meeting: Meeting, actor: User, at: datetime) -> None:
    if not permissions.can_prepare(actor, meeting, at):
        raise NotAllowed("The chair, a delegate and the change manager publish minutes.")
