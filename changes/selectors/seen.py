"""What of an agenda has changed since somebody looked, and since the board last had it before it (DESIGN 4.8)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from changes.choices import MeetingState, Verdict
from changes.domain.content import Content
from changes.domain.materiality import Difference, before_the_work, differences, from_data
from changes.models import AgendaItem, Decision, Event, ItemSeen, Meeting, User
from changes.selectors.agenda import Item

#: What of an RFC's history changes its content.
_EDITS = ("edited", "moved")


@dataclass(frozen=True)
class Changed:
    """What differs now from how it was at `since`; `meeting` is the one that had it then, where the board is meant."""

    since: datetime
    differences: tuple[Difference, ...]
    meeting: Meeting | None = None


def changed_for(viewer: User, items: Sequence[Item]) -> dict[int, Changed]:
    """By the item's key, what others have changed since `viewer` looked at it; what was never looked at is not there. Two queries."""
    looked = dict(ItemSeen.objects.filter(person=viewer, item__in=[item.row.pk for item in items]).values_list("item", "at"))
    since = {item.row.rfc_id: looked[item.row.pk] for item in items if item.row.rfc_id and item.row.pk in looked and not item.decision}
    edits = _edits(since, but=viewer)
    found = {item.row.pk: Changed(looked[item.row.pk], _folded(edits[item.row.rfc_id])) for item in items if item.row.rfc_id in edits}
    return {key: changed for key, changed in found.items() if changed.differences}


def changed_for_the_board(meeting: Meeting, items: Sequence[Item]) -> dict[int, Changed]:
    """By the item's key, what has changed since the board had it at an earlier meeting: put off, or left undecided. Three queries."""
    undecided = {item.row.rfc_id: item for item in items if item.row.rfc_id and item.decision is None}
    deferred = Decision.objects.standing().filter(rfc__in=undecided, verdict=Verdict.DEFER).exclude(content={}).order_by("at", "pk")
    put_off = {row.rfc_id: row for row in deferred.select_related("item__meeting")}
    found = {undecided[key].row.pk: _against(row, undecided[key]) for key, row in put_off.items()}
    stood = _stood_before(meeting, set(undecided) - set(put_off))
    edits = _edits({row.rfc_id: row.meeting.starts_at for row in stood.values() if row.rfc_id})
    for key, row in stood.items():
        found[undecided[key].row.pk] = Changed(row.meeting.starts_at, _folded(edits.get(key, [])), row.meeting)
    return {key: changed for key, changed in found.items() if changed.differences}


def _against(row: Decision, item: Item) -> Changed:
    """The content at the deferral against the content now."""
    now = item.rfc.content() if item.rfc else Content()
    found = differences(before_the_work(from_data(row.content)), before_the_work(now))
    return Changed(row.at, tuple(found), row.item.meeting if row.item else None)


def _stood_before(meeting: Meeting, rfcs: Iterable[int | None]) -> Mapping[int, AgendaItem]:
    """The latest earlier meeting of the board on whose agenda each of them stood undecided."""
    over = AgendaItem.objects.filter(meeting__board=meeting.board_id, meeting__state=MeetingState.HELD, is_late=False, decision=None)
    rows = over.filter(rfc__in=[key for key in rfcs if key], meeting__starts_at__lt=meeting.starts_at).exclude(section="")
    return {row.rfc_id: row for row in rows.select_related("meeting").order_by("meeting__starts_at") if row.rfc_id}


def _edits(since: Mapping[int, datetime], *, but: User | None = None) -> dict[int | None, list[Event]]:
    """By the RFC's key, the edits after its instant, in their order, but for those of one person. One query."""
    if not since:
        return {}
    rows = Event.objects.filter(rfc__in=since, action__in=_EDITS, at__gt=min(since.values())).order_by("at", "pk")
    found: dict[int | None, list[Event]] = defaultdict(list)
    for row in rows:
        if row.at > since[row.rfc_id] and (but is None or row.actor_id != but.pk):
            found[row.rfc_id].append(row)
    return found


def _folded(edits: Iterable[Event]) -> tuple[Difference, ...]:
    """Several edits as one: each field as it was first against as it is last; what came back to what it was is none."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for edit in edits:
        for name, (was, now) in edit.changes.items():
            before.setdefault(name, was)
            after[name] = now
    return tuple(Difference(name, before[name], after[name], material=True) for name in before if before[name] != after[name])
