"""The free times that a session can be moved to, as rows that each lead to what the move would mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from changes.domain.interval import Interval
from changes.domain.slot import Slot
from changes.formats import slot as slot_words
from changes.models import RFC, WorkSession
from changes.selectors.slot import free_slots_for

#: So many are offered.
OFFERED = 3


@dataclass(frozen=True)
class FreeTime:
    """One row: when, why not sooner, and the question that puts the session there."""

    interval: Interval
    why: str
    note: str
    url: str
    is_asked: bool


def free_times(session: WorkSession, rfc: RFC, *, asked: Interval | None, back: str, at: datetime) -> list[FreeTime]:
    """The next free times as long as the session, as the form offers them; none for a session that has no end yet."""
    if session.planned_end is None:
        return []
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    return [
        FreeTime(
            slot.interval,
            slot_words.why(slot, is_first=place == 0, zone=zone, today=today),
            slot.note,
            _url(session, slot.interval, back),
            slot.interval == asked,
        )
        for place, slot in enumerate(_slots(session, rfc, at))
    ]


def _slots(session: WorkSession, rfc: RFC, at: datetime) -> Sequence[Slot]:
    """Free of all other work, and of the other sessions of the same RFC; where it stands now is no move."""
    content = rfc.content()
    own = [one.interval for one in content.sessions if one.end and not one.is_reversed]
    moved = tuple(one for one in content.sessions if one.id == session.pk)
    found = free_slots_for(
        replace(content, sessions=moved),
        minutes=session.interval.minutes,
        count=OFFERED + len(own),
        at=at,
        rfc=rfc,
        time_zone=timezone.get_current_timezone_name(),
    )
    others = [one for one in own if one != session.interval]
    free = (slot for slot in found if slot.interval != session.interval and not any(slot.interval.overlaps(one) for one in others))
    return list(free)[:OFFERED]


def _url(session: WorkSession, to: Interval, back: str) -> str:
    query = {"start_at": to.start.isoformat(), "end_at": to.end.isoformat(), **({"next": back} if back else {})}
    return f"{reverse('session-move-preview', args=[session.pk])}?{urlencode(query)}"
