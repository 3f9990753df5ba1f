"""The conflicts below the calendar, in words: both RFCs, both intervals, the overlap, and what mends it (LOOK 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from changes.domain.wording import day, length, when
from changes.models import User
from changes.permissions import can_waive
from changes.selectors.conflict import Conflicts, Side, Told
from changes.web.request import Request

#: What two changes have in common, in the words of a heading.
KINDS = {
    "conflict.same_item": "two changes on one item",
    "conflict.same_implementer": "one implementer for two changes",
    "conflict.outage": "two outages on one service",
    "conflict.predecessor": "not after what has to be done before",
    "conflict.same_service": "two changes on one service",
    "conflict.dependency": "outage beside work on a service that needs it",
    "freeze.active": "inside a freeze",
}


@dataclass(frozen=True)
class Line:
    """One conflict as it is shown."""

    level: str
    head: str
    code: str
    sides: Sequence[tuple[Side, str]]
    mend: str
    waived: str
    told: Told
    is_possible: bool
    move_url: str = ""
    waive_url: str = ""


@dataclass(frozen=True)
class Lines:
    lines: Sequence[Line]
    more: int
    blocking: int


def lines_of(found: Conflicts, request: Request, zone: ZoneInfo) -> Lines:
    """The conflicts as sentences, with the links that the reader may follow."""
    lines = [_line(told, request.user, zone, request.get_full_path()) for told in found.told]
    return Lines(lines, found.more, found.blocking)


def _line(told: Told, viewer: User, zone: ZoneInfo, back: str) -> Line:
    finding = told.finding
    return Line(
        level=told.level,
        head=_head(told, zone),
        code=finding.code,
        sides=[(side, when(side.session.interval, zone.key) if side.session else "") for side in told.sides],
        mend=finding.mend,
        waived=finding.waived,
        told=told,
        is_possible=finding.possible,
        move_url=_move_url(told, back) if told.may_move else "",
        waive_url=_waive_url(told, viewer),
    )


def _head(told: Told, zone: ZoneInfo) -> str:
    """ "Hub transport, Tue 24 Nov 22:00–23:30: two changes on one item (HT-04), 90 min"."""
    finding = told.finding
    if told.night:
        return _head_of_night(told, zone)
    about = (" → " if finding.code == "conflict.dependency" else ", ").join(told.about)
    where = [", ".join(told.services), when(finding.interval, zone.key) if finding.interval else ""]
    kind = f"{KINDS.get(finding.code, finding.code)}{f' ({about})' if about else ''}"
    size = f", {length(finding.minutes)}" if finding.minutes else ""
    return f"{', '.join(part for part in where if part)}: {'possible, ' if finding.possible else ''}{kind}{size}"


def _head_of_night(told: Told, zone: ZoneInfo) -> str:
    """ "Relay, Tue 24 Nov: 3 changes on one service"."""
    code, count = told.finding.code, len({side.number for side in told.sides})
    kind = f"{count} changes on one service" if code == "conflict.same_service" and count > 2 else KINDS[code]
    about = f" ({' → '.join(told.about)})" if told.about else ""
    evening = datetime.combine(told.night, time(12), tzinfo=zone) if told.night else None
    where = [", ".join(told.services), day(evening, zone.key) if evening else ""]
    return f"{', '.join(part for part in where if part)}: {kind}{about}"


def _move_url(told: Told, back: str) -> str:
    """The question that moves the first side into the free time."""
    session = told.sides[0].session
    if told.slot is None or session is None:
        return ""
    to = told.slot.interval
    query = {"start_at": to.start.isoformat(), "end_at": to.end.isoformat(), "next": back}
    return f"{reverse('session-move-preview', args=[session.pk])}?{urlencode(query)}"


def _waive_url(told: Told, viewer: User) -> str:
    """Where the reader may accept it for the RFC that carries it. Who may waive a freeze, that freeze says: its RFC's page offers it."""
    first, finding = told.sides[0], told.finding
    if first.rfc is None or len(told.sides) == 1 or not finding.blocks or not can_waive(viewer, first.rfc):
        return ""
    return f"{reverse('rfc-waive', args=[first.number])}?{urlencode({'code': finding.code, 'other': told.sides[1].number})}"
