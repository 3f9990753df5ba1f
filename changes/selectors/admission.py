"""What could come onto an agenda from a later meeting (DESIGN 4.8)."""

from collections.abc import Collection
from dataclasses import dataclass

from changes.choices import MeetingState, State, Verdict
from changes.models import RFC, AgendaItem, Decision, Meeting, User


@dataclass(frozen=True)
class Later:
    """An RFC that waits for a later meeting, which the chair may pull forward."""

    rfc: RFC
    meeting: Meeting


def deferred_to(meeting: Meeting, *, at_least: Collection[int] = ()) -> dict[int, Meeting]:
    """The later meetings of the board to which submitted RFCs are deferred, by the keys of the RFCs; `at_least` narrows it to some."""
    later = {"defer_to__board": meeting.board_id, "defer_to__starts_at__gt": meeting.starts_at}
    asked = Decision.objects.standing().filter(rfc__state=State.SUBMITTED, **later)
    rows = (asked.filter(rfc__in=at_least) if at_least else asked).select_related("defer_to", "rfc").order_by("at", "pk")
    last = {row.rfc_id: row for row in rows}
    newer = Decision.objects.standing().filter(rfc__in=last).order_by("at", "pk").values_list("rfc_id", "pk", "verdict")
    latest = {rfc: (pk, verdict) for rfc, pk, verdict in newer}
    return {
        key: row.defer_to
        for key, row in last.items()
        if row.defer_to and latest[key] == (row.pk, Verdict.DEFER) and (row.rfc.submitted_at is None or row.rfc.submitted_at <= row.at)
    }


def waiting_later(meeting: Meeting, *, viewer: User) -> list[Later]:
    """What stands on a later agenda of the board or is deferred to one, and neither here nor late here; by meeting, then number."""
    later = AgendaItem.objects.filter(meeting__board=meeting.board_id, meeting__starts_at__gt=meeting.starts_at, decision=None)
    stands = later.filter(meeting__state=MeetingState.PLANNED, is_late=False, rfc__state=State.SUBMITTED).exclude(section="")
    found = dict(deferred_to(meeting)) | {item.rfc_id: item.meeting for item in stands.select_related("meeting") if item.rfc_id}
    here = meeting.items.exclude(section="").filter(rfc__isnull=False).values_list("rfc_id", flat=True)
    rfcs = RFC.objects.visible_to(viewer).filter(pk__in=set(found) - set(here))
    return sorted((Later(rfc, found[rfc.pk]) for rfc in rfcs), key=lambda one: (one.meeting.starts_at, one.rfc.number))
