"""The board: its coming meeting, emergencies that wait, the meetings before and after, and its people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes import permissions
from changes.choices import MeetingState, State, Verdict
from changes.domain.finding import Finding
from changes.models import RFC, Board, Decision, Meeting, User
from changes.selectors.agenda import agenda_of
from changes.selectors.electronic_vote import running_for
from changes.selectors.finding import findings_for
from changes.selectors.item import waiting_for
from changes.selectors.meeting import coming_meeting, meetings_of, rota_of, seats_of, waiting_emergencies
from changes.selectors.waiver import waived_this_month
from changes.web.rfc import reader

#: So many past meetings are shown with their decisions; the others are a link away.
PAST_SHOWN = 6


@dataclass(frozen=True)
class Emergency:
    """One that waits, with what an approval would cover, and whether the reader may decide it."""

    rfc: RFC
    findings: Sequence[Finding]
    is_mine: bool


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """`?board=` names another board, `?all=1` shows every past meeting."""
    at, viewer = timezone.now(), reader(request)
    if not permissions.can_see_board(viewer):
        raise PermissionDenied
    boards = list(Board.objects.select_related("chair"))
    chosen = chosen_board(boards, request.GET.get("board", ""), viewer)
    context: dict[str, Any] = {"boards": boards, "board": chosen, "emergencies": _emergencies(viewer, at)}
    if chosen:
        context |= _of(chosen, viewer, at, everything="all" in request.GET)
    return render(request, "changes/board_detail.html", context)


def chosen_board(boards: Sequence[Board], slug: str, viewer: User) -> Board | None:
    """The board asked for, else one that the reader leads or sits on, else the first."""
    seated = set(viewer.seats.values_list("board_id", flat=True))
    asked = next((one for one in boards if one.slug == slug), None)
    own = next((one for one in boards if one.chair_id == viewer.pk or one.pk in seated), None)
    return asked or own or next(iter(boards), None)


def _of(chosen: Board, viewer: User, at: datetime, *, everything: bool) -> dict[str, Any]:
    zone = timezone.get_current_timezone_name()
    coming = coming_meeting(chosen, at=at)
    agenda = agenda_of(coming, at=at, viewer=viewer, time_zone=zone) if coming else None
    meetings = list(meetings_of(chosen))
    over = (MeetingState.HELD, MeetingState.CANCELLED)
    past = [meeting for meeting in reversed(meetings) if meeting.ends_at <= at or meeting.state in over]
    shown = past if everything else past[:PAST_SHOWN]
    return {
        "coming": coming,
        "agenda": agenda,
        "own_votes": len(waiting_for(viewer, agenda)) if agenda else 0,
        "ahead": [meeting for meeting in meetings if meeting not in past and meeting != coming],
        "past": _with_decisions(shown),
        "past_hidden": len(past) - len(shown),
        "seats": agenda.seats if agenda else seats_of(chosen, at=at),
        "rota": rota_of(chosen, at=at),
        "polls": running_for(viewer, chosen, at=at),
        "waived": waived_this_month(viewer, at=at, zone=ZoneInfo(zone)),
    }


def _with_decisions(meetings: Sequence[Meeting]) -> list[tuple[Meeting, list[Decision], str]]:
    """Each meeting with what it decided, and that in a few words; one query."""
    rows = Decision.objects.filter(item__meeting__in=meetings).select_related("rfc", "item", "defer_to").order_by("item__position")
    by_meeting: dict[int, list[Decision]] = defaultdict(list)
    for row in rows:
        if row.item:
            by_meeting[row.item.meeting_id].append(row)
    return [(meeting, by_meeting[meeting.pk], _counted(by_meeting[meeting.pk])) for meeting in meetings]


def _counted(decisions: Sequence[Decision]) -> str:
    words = [
        ((Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS), "approved"),
        ((Verdict.REJECT,), "rejected"),
        ((Verdict.DEFER,), "deferred"),
        ((Verdict.RATIFY,), "ratified"),
        ((Verdict.UNAUTHORISED,), "unauthorised"),
    ]
    counts = [(sum(1 for decision in decisions if decision.verdict in verdicts), word) for verdicts, word in words]
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def _emergencies(viewer: User, at: datetime) -> list[Emergency]:
    waiting = list(waiting_emergencies())
    found = findings_for(waiting, at=at, time_zone=timezone.get_current_timezone_name())
    return [Emergency(rfc, found.get(rfc.pk, []), permissions.may_move(viewer, rfc, State.APPROVED, at)) for rfc in waiting]
