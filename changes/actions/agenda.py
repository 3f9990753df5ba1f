"""Making an agenda, freezing it at its cut-off, and letting a late RFC in (DESIGN 4.8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from changes import permissions
from changes.actions.event import record
from changes.choices import MeetingState, Section
from changes.domain.agenda import DECIDED, Allowance, Candidate, Place, merged, minutes_for, place_of, rank
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, AgendaItem, AgendaRevision, Meeting, User
from changes.selectors.agenda import agenda_of, as_snapshot
from changes.selectors.candidate import OPEN_MEETINGS, candidates, term_of

Found = Mapping[int, tuple[RFC, Candidate, Place]]


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
    found = _places(meeting, at)
    if meeting.is_frozen:
        return Generated(meeting, late=_refresh_late(meeting, found))
    added, removed = _arrange(meeting, {key: row for key, row in found.items() if not row[2].is_late})
    late = _refresh_late(meeting, {key: row for key, row in found.items() if row[2].is_late})
    if at < meeting.cut_off_at:
        return Generated(meeting, added, removed, late)
    meeting.state = MeetingState.FROZEN
    _freeze(meeting, reason="", at=at)
    meeting.published_at = meeting.published_at or at
    meeting.save(update_fields=["state", "revision", "published_at"])
    return Generated(meeting, added, removed, late, frozen=True)


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it is stored now, nobody else's until the transaction ends."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("board", "board__chair").get(pk=meeting.pk)


def _places(meeting: Meeting, at: datetime) -> Found:
    term = term_of(meeting)
    asked = ((key, rfc, candidate, place_of(candidate, term)) for key, (rfc, candidate) in candidates(meeting, at=at).items())
    return {key: (rfc, candidate, place) for key, rfc, candidate, place in asked if place}


def _arrange(meeting: Meeting, found: Found) -> tuple[int, int]:
    """Write the sections of an agenda that is not frozen; gives back how many items came and how many went."""
    items = {item.rfc_id: item for item in _with_traces(AgendaItem.objects.filter(meeting=meeting))}
    removed = _take_off([item for key, item in items.items() if key not in found and not item.is_late])
    coming = {key for key in found if key not in items}
    for key, (rfc, candidate, place) in found.items():
        items[key] = _fill(items.get(key) or _item(meeting, rfc, candidate, place), rfc, place)
    AgendaItem.objects.bulk_create(items[key] for key in coming)
    kept = [items[key] for key in found if key not in coming]
    AgendaItem.objects.bulk_update(kept, ["section", "title", "reason", "is_late"])
    _number(meeting, coming, found)
    return len(coming), removed


def _item(meeting: Meeting, rfc: RFC, candidate: Candidate, place: Place) -> AgendaItem:
    board = meeting.board
    allowance = Allowance(board.minutes_major, board.minutes_minor, board.minutes_automatic)
    return AgendaItem(meeting=meeting, rfc=rfc, minutes=minutes_for(candidate, place.section, allowance))


def _fill(item: AgendaItem, rfc: RFC, place: Place) -> AgendaItem:
    """What the rules say of it now; minutes, order, notes and votes are people's."""
    item.section, item.reason, item.title, item.is_late = place.section, place.reason, rfc.title, place.is_late
    return item


def _take_off(items: Iterable[AgendaItem]) -> int:
    """Remove what no longer belongs; what somebody voted on or noted leaves its section and is kept for its return."""
    leaving = [item for item in items if item.section and not hasattr(item, "decision")]
    kept = [item for item in leaving if item.note or item.votes.all()]
    for item in kept:
        item.section = ""
    AgendaItem.objects.bulk_update(kept, ["section"])
    AgendaItem.objects.filter(pk__in={item.pk for item in leaving} - {item.pk for item in kept}).delete()
    return len(leaving)


def _with_traces(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Items with what people have left on them."""
    return items.filter(rfc__isnull=False).select_related("decision").prefetch_related("votes")


def _number(meeting: Meeting, coming: set[int], found: Found) -> None:
    """Number the items from 1 through all sections; those who came find their place, the others keep their order."""
    standing = list(meeting.items.filter(is_late=False).exclude(section="").order_by("position", "pk"))
    position = 0
    moved = []
    for section in Section:
        here = {item.pk: item for item in standing if item.section == section}
        ranks = {key: rank(row[1], section) for key, item in here.items() if (row := found.get(item.rfc_id or 0))}
        new = [key for key, item in here.items() if item.rfc_id in coming]
        for key in merged([key for key in here if key not in new], new, ranks):
            position += 1
            if here[key].position != position:
                here[key].position = position
                moved.append(here[key])
    AgendaItem.objects.bulk_update(moved, ["position"])


def _refresh_late(meeting: Meeting, found: Found) -> int:
    """Keep the late list: add what has come since the cut-off and asks for a decision, drop what no longer does."""
    items = {item.rfc_id: item for item in _with_traces(AgendaItem.objects.filter(meeting=meeting))}
    coming: list[AgendaItem] = []
    back: list[AgendaItem] = []
    for key, (rfc, candidate, place) in found.items():
        item = items.get(key)
        if place.section in DECIDED and (item is None or not item.section):
            filled = _fill(item or _item(meeting, rfc, candidate, place), rfc, replace(place, is_late=True))
            (back if item else coming).append(filled)
    AgendaItem.objects.bulk_create(coming)
    AgendaItem.objects.bulk_update(back, ["section", "title", "reason", "is_late"])
    _take_off([item for key, item in items.items() if item.is_late and key not in found])
    return len(coming) + len(back)


def _freeze(meeting: Meeting, *, reason: str, at: datetime) -> None:
    """The next revision, as it stands now; rows of revisions are never written again."""
    meeting.revision += 1
    snapshot = as_snapshot(agenda_of(meeting, at=at), at=at)
    AgendaRevision.objects.create(meeting=meeting, number=meeting.revision, frozen_at=at, reason=reason, snapshot=snapshot)


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
    _refresh_late(meeting, _places(meeting, at))
    item = meeting.items.filter(rfc=rfc, is_late=True).exclude(section="").first()
    if item is None:
        raise MoveRefused(f"{rfc.number} is not on the late list.", mend="Read the agenda again.")
    item.is_late, item.admitted_reason = False, reason
    item.save(update_fields=["is_late", "admitted_reason"])
    record(rfc, "admitted", actor=actor, at=at, note=reason)
    _take_off(_with_traces(AgendaItem.objects.filter(rfc=rfc, meeting__state=MeetingState.PLANNED)))
    _number(meeting, {rfc.pk}, {})
    _freeze(meeting, reason=f"{rfc.number} admitted: {reason}", at=at)
    meeting.save(update_fields=["revision"])
    item.refresh_from_db()
    return item
