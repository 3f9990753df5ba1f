"""The agenda of a meeting, and what chair and change manager do with it (DESIGN 4.8; LOOK, agenda)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from changes import permissions
from changes.actions.agenda import admit, generate
from changes.actions.meeting import publish
from changes.choices import MeetingState
from changes.domain.meeting_state import freezes_late_since
from changes.formats.charts import Part
from changes.formats.outage import outage_words
from changes.formats.standing import marks
from changes.models import AgendaRevision, Meeting, User
from changes.selectors.agenda import Group, Item, agenda_of
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.item import waiting_for
from changes.selectors.pack import pages_of
from changes.selectors.standing import standing_of
from changes.web import agenda_rail, agenda_votes
from changes.web.agenda_votes import Beside
from changes.web.past import WEIGHTS, past_page
from changes.web.refusal import attempt
from changes.web.rfc import posted_rfc, reader


@dataclass(frozen=True)
class Line:
    """An item as a row of the agenda: its short words, each with a level, its outage in words, and what became of it."""

    item: Item
    marks: list[tuple[str, str]]
    outage: str
    beside: Beside | None = None


@dataclass(frozen=True)
class Rights:
    """What the reader may do with this agenda now."""

    leads: bool
    prepares: bool

    @classmethod
    def of(cls, user: User, meeting: Meeting, at: datetime) -> "Rights":
        return cls(permissions.can_lead(user, meeting, at), permissions.can_prepare(user, meeting, at))


@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda; `?revision=1` shows an earlier one as it froze."""
    at, viewer = timezone.now(), reader(request)
    meeting = meeting_or_404(request, pk)
    asked = request.GET.get("revision", "")
    if asked.isdecimal() and len(asked) < 6 and int(asked) != meeting.revision:
        return past_page(request, get_object_or_404(AgendaRevision, meeting=meeting, number=int(asked)), meeting, viewer)
    agenda = agenda_of(meeting, at=at, viewer=viewer, time_zone=timezone.get_current_timezone_name())
    beside = agenda_votes.beside_lines(agenda, viewer, at=at)
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "sections": [_section(group, at, beside) for group in agenda.sections if group.talked],
        "late": [line_of(item, at) for item in agenda.late],
        "parts": [*(_part(group) for group in agenda.sections), Part("Consent", agenda.consent_minutes)],
        "rights": Rights.of(viewer, meeting, at),
        "is_open": meeting.state in OPEN_MEETINGS,
        "admits": meeting.state in (MeetingState.FROZEN, MeetingState.IN_SESSION),
        "latest": next((row for row in agenda.revisions if row.number == agenda.revision), None),
        "mine_open": waiting_for(viewer, agenda),
        "late_since": _late_since(meeting, at),
        "may_operate": permissions.can_operate(viewer),
        "pack_pages": pages_of(agenda),
        **agenda_rail.context_of(agenda, viewer, at=at),
    }
    return render(request, "changes/meeting_detail.html", {**context, **agenda_votes.context_of(request, agenda, viewer, at=at)})


def _late_since(meeting: Meeting, at: datetime) -> datetime | None:
    """Since when this agenda should have been frozen and is not."""
    state = MeetingState(meeting.state)
    return freezes_late_since(state, meeting.cut_off_at, meeting.ends_at, is_frozen=meeting.is_frozen, at=at)


def meeting_or_404(request: HttpRequest, pk: int) -> Meeting:
    """A meeting, for those who may see the board."""
    if not permissions.can_see_board(reader(request)):
        raise PermissionDenied
    found: Meeting = get_object_or_404(Meeting.objects.select_related("board__chair"), pk=pk)
    return found


def line_of(item: Item, at: datetime, beside: Beside | None = None) -> Line:
    """An item as a row shows it at that time."""
    standing = standing_of(item, at=at, time_zone=timezone.get_current_timezone_name())
    return Line(item, marks(standing), outage_words(list(item.rfc.sessions.all())) if item.rfc else "", beside)


def _section(group: Group, at: datetime, beside: Mapping[int, Beside]) -> tuple[Group, list[Line], list[Line]]:
    """A section with its rows, and with those that are told in one line."""
    folded = {item.row.pk for item in group.folded}
    lines = [line_of(item, at, beside.get(item.row.pk)) for item in group.talked]
    return group, [line for line in lines if line.item.row.pk not in folded], [line for line in lines if line.item.row.pk in folded]


def _part(group: Group) -> Part:
    return Part(group.section.label, group.minutes, WEIGHTS.get(group.section, ""))


@require_POST
def meeting_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the agenda up to date as beat would have; past its cut-off that freezes it."""
    meeting = meeting_or_404(request, pk)

    def freeze() -> str:
        generated = generate(meeting, actor=reader(request), at=timezone.now())
        return "The agenda is frozen as revision 1, and goes to the members." if generated.frozen else "The agenda is up to date."

    return _done(request, meeting, freeze)


@require_POST
def meeting_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the frozen agenda to the members."""
    meeting = meeting_or_404(request, pk)

    def send() -> str:
        publish(meeting, actor=reader(request), at=timezone.now())
        return f"Revision {meeting.revision} goes to the members now."

    return _done(request, meeting, send)


@require_POST
def meeting_admit(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a late RFC in, with the reason that was given."""
    meeting = meeting_or_404(request, pk)
    rfc = posted_rfc(request)

    def let_in() -> str:
        item = admit(meeting, rfc, reason=request.POST.get("reason", ""), actor=reader(request), at=timezone.now())
        return f"{rfc.number} is admitted; that makes revision {item.meeting.revision}. The members have not been sent it yet."

    return _done(request, meeting, let_in)


def _done(request: HttpRequest, meeting: Meeting, act: Callable[[], str]) -> HttpResponse:
    """Do it and say so, or say why not; either way the agenda follows."""
    attempt(request, act)
    return redirect("meeting-detail", meeting.pk)
