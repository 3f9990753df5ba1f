"""The running meeting in the browser: the page, the news that those who follow ask for, and what presenter and chair do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changes import permissions
from changes.actions.minutes import write_note
from changes.actions.sitting import (
    end_sitting,
    look_on,
    mark_presence,
    open_sitting,
    pause,
    resume,
    settle_item,
    take_over,
    turn_to,
)
from changes.actions.vote import cast
from changes.actions.withdrawal import withdraw_last
from changes.choices import Ballot, MeetingState, Verdict
from changes.domain.sitting import is_early
from changes.exceptions import MoveRefused, Refusal, Stale
from changes.models import AgendaItem, Meeting, User
from changes.selectors.agenda import agenda_of
from changes.selectors.presence import roll_of, seats_in
from changes.selectors.sitting import earlier_meeting, turn_of
from changes.web.agenda import meeting_or_404
from changes.web.forms.board import ConditionRows, VoteForm
from changes.web.item import decision_form, said, unjudged, with_one_more
from changes.web.item import page as item_page
from changes.web.refusal import status_of, tell
from changes.web.request import is_looked_at
from changes.web.rfc import reader
from changes.web.sitting_page import Desk, context_of, desk_of
from changes.web.sitting_sure import check_sure

REGIONS = "changes/partials/sitting/regions.html"


@require_safe
def sitting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as it runs; before and after it, when it begins and what became of it. `?item=` looks at another item."""
    at = timezone.now()
    meeting = meeting_or_404(request, pk)
    if meeting.state != MeetingState.IN_SESSION:
        return _not_running(request, meeting, at)
    desk = desk_of(request, meeting, at=at, item=_key(request.GET.get("item")))
    _arrives(request, desk)
    return _page(request, desk)


def _arrives(request: HttpRequest, desk: Desk) -> None:
    """Somebody with a vote who has not said that they are here is seen to look on: once an item, and only with the page before them."""
    own = desk.own_chair
    if is_looked_at(request) and own and not own.is_present and own.left_at is None and not own.has_page:
        look_on(desk.meeting, actor=desk.viewer, at=desk.at)


def _page(request: HttpRequest, desk: Desk, *, status: int = 200, **forms: Any) -> HttpResponse:
    return render(request, "changes/sitting.html", context_of(desk, **forms), status=status)


def _key(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _not_running(request: HttpRequest, meeting: Meeting, at: datetime) -> HttpResponse:
    agenda = agenda_of(meeting, at=at, viewer=reader(request), time_zone=timezone.get_current_timezone_name())
    items = agenda.items
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "seats": len(seats_in(roll_of(meeting, at=at))),
        "may_open": permissions.can_prepare(reader(request), meeting, at),
        "is_early": is_early(meeting.starts_at, at),
        "freezes_now": not meeting.is_frozen and at < meeting.cut_off_at,
        "earlier": earlier_meeting(meeting, at=at),
        "decided": [item for item in items if item.decision],
        "undecided": [item for item in items if item.is_votable and not item.decision],
    }
    return render(request, "changes/sitting_closed.html", context)


@require_safe
def sitting_news(request: HttpRequest, pk: int) -> HttpResponse:
    """What has changed since the turn that the page shows: 204 where nothing has, which costs one query, else the page's regions."""
    reader_may = permissions.can_see_board(reader(request))
    turn = turn_of(pk) if reader_may else None
    if turn is None:
        raise Http404(f"meeting {pk}")
    if str(turn.number) == request.GET.get("since"):
        return _never_kept(HttpResponse(status=204))
    meeting = meeting_or_404(request, pk)
    if meeting.state != MeetingState.IN_SESSION:
        return _never_kept(HttpResponse(status=205))  # what is shown is over: the page begins anew
    desk = desk_of(request, meeting, at=timezone.now(), item=_key(request.GET.get("item")))
    _arrives(request, desk)
    return _never_kept(render(request, REGIONS, context_of(desk)))


def _never_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


# --- What is done ---------------------------------------------------------------------------------------------------


def _open(meeting: Meeting, given: QueryDict, actor: User, at: datetime) -> str:
    open_sitting(meeting, actor=actor, at=at, early=given.get("early") == "1")
    return "The meeting is open; you present. Everybody who has its page open sees what you turn to."


def _turn(meeting: Meeting, given: QueryDict, actor: User, at: datetime) -> str:
    turn_to(meeting, _item(meeting, given), actor=actor, at=at)
    return ""


def _pause(meeting: Meeting, _given: QueryDict, actor: User, at: datetime) -> str:
    pause(meeting, actor=actor, at=at)
    return "The clocks stand; the end moves by as long."


def _resume(meeting: Meeting, _given: QueryDict, actor: User, at: datetime) -> str:
    resume(meeting, actor=actor, at=at)
    return ""


def _take_over(meeting: Meeting, _given: QueryDict, actor: User, at: datetime) -> str:
    take_over(meeting, actor=actor, at=at)
    return "You present now, from where the meeting stands."


def _presence(meeting: Meeting, given: QueryDict, actor: User, at: datetime) -> str:
    person = get_object_or_404(User, pk=_key(given.get("person")))
    mark_presence(meeting, person, is_present=given.get("here") == "1", actor=actor, at=at)
    return ""


def _undo(meeting: Meeting, given: QueryDict, actor: User, at: datetime) -> str:
    taken = withdraw_last(meeting, actor=actor, at=at, decision=_key(given.get("decision")))
    numbers = ", ".join(row.rfc.number for row in taken)
    return f"Taken back: {Verdict(taken[0].verdict).label.lower()} of {numbers}. It waits for its decision again."


def _note(meeting: Meeting, given: QueryDict, actor: User, at: datetime) -> str:
    item = _item(meeting, given) if given.get("item") else None
    write_note(meeting, item, given.get("note", ""), was=given.get("was", ""), actor=actor, at=at)
    return "The note is kept for the minutes."


def _item(meeting: Meeting, given: QueryDict) -> AgendaItem:
    found: AgendaItem = get_object_or_404(AgendaItem, meeting=meeting, pk=_key(given.get("item")))
    return found


Act = Callable[[Meeting, QueryDict, User, datetime], str]
#: What the buttons of the page do, by the last word of their address; each gives back what is said of it.
ACTS: Mapping[str, Act] = {
    "open": _open,
    "turn": _turn,
    "pause": _pause,
    "resume": _resume,
    "take-over": _take_over,
    "presence": _presence,
    "undo": _undo,
}


@require_POST
def sitting_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do it and say so, or say why not; the page follows."""
    meeting = meeting_or_404(request, pk)
    if act not in ACTS:
        raise Http404(act)
    try:
        if words := ACTS[act](meeting, request.POST, reader(request), timezone.now()):
            messages.success(request, words)
    except Refusal as refusal:
        tell(request, refusal)
    return redirect(_back(request, pk))


def _back(request: HttpRequest, pk: int) -> str:
    """To the page, and to the item that the reader looks at apart from the presenter."""
    shown = _key(request.POST.get("shown"))
    return reverse("sitting-detail", args=[pk]) + (f"?item={shown}" if shown else "")


@require_POST
def sitting_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note. A script that saves while somebody types is answered without a page: 204, or 412 with what stands there now."""
    meeting = meeting_or_404(request, pk)
    silent = request.headers.get("X-Quiet") == "1"
    try:
        words = _note(meeting, request.POST, reader(request), timezone.now())
    except Refusal as refusal:
        if silent:
            stored = _stored_note(meeting, request.POST) if isinstance(refusal, Stale) else str(refusal)
            return HttpResponse(stored, status=status_of(refusal), content_type="text/plain; charset=utf-8")
        at, item = timezone.now(), _key(request.POST.get("item"))
        desk = desk_of(request, meeting_or_404(request, pk), at=at, item=item)
        return _page(request, desk, status=status_of(refusal), refusal=refusal, note=request.POST.get("note", ""), is_of_all=item is None)
    if silent:
        return HttpResponse(status=204)
    messages.success(request, words)
    return redirect(_back(request, pk))


def _stored_note(meeting: Meeting, given: QueryDict) -> str:
    return _item(meeting, given).note if given.get("item") else meeting.note


@require_POST
def sitting_decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Record the decision; the meeting goes on to the next item. What was typed stays where it cannot be recorded."""
    at = timezone.now()
    desk, looked = _looked(request, pk, item, at)
    rows, form = ConditionRows(with_one_more(request), prefix="conditions"), decision_form(looked, at, request.POST)
    if desk.meeting.state != MeetingState.IN_SESSION:
        over = MoveRefused("The meeting is over; this is not recorded.", mend="It can be decided here, outside of the meeting.")
        return item_page(request, looked, at=at, status=409, refusal=over, form=form, conditions=rows)
    if "more" in request.POST:
        return _page(request, desk, form=unjudged(form), conditions=unjudged(rows))
    wants_rows = request.POST.get("verdict") == Verdict.APPROVE_WITH_CONDITIONS
    if not form.is_valid() or (wants_rows and not rows.is_valid()):
        return _page(request, desk, status=400, form=form, conditions=rows)
    promises = [row.promise() for row in rows if row.has_changed()] if wants_rows else []
    ruling, version = form.ruling(promises), form.cleaned_data["version"]
    try:
        if looked.verdicts:  # what cannot be decided any more is refused for that
            check_sure(desk, ruling.verdict, request.POST)
        decision = settle_item(looked.item.row, ruling, actor=desk.viewer, at=at, version=version)
    except Refusal as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, f"{refusal.sentence} {refusal.mend}".strip())
        desk = desk_of(request, meeting_or_404(request, pk), at=at, item=item)
        return _page(request, desk, status=status_of(refusal), refusal=refusal, form=form, conditions=rows)
    quorum = "" if decision.quorum_met else ", without a quorum"
    messages.success(request, f"{said(decision).rstrip('.')}, with {decision.present} present{quorum}.")
    return redirect("sitting-detail", pk)


def _looked(request: HttpRequest, pk: int, item: int, at: datetime) -> tuple[Desk, Any]:
    """The desk at this item, or 404."""
    desk = desk_of(request, meeting_or_404(request, pk), at=at, item=item)
    if desk.looked is None or desk.shown != item:
        raise Http404(f"item {item}")
    return desk, desk.looked


@require_POST
def sitting_vote(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A member votes while the item is talked about; the presenter sees it."""
    at = timezone.now()
    desk, looked = _looked(request, pk, item, at)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, status=400, vote_form=form)
    try:
        given = cast(looked.item.row, Ballot(form.cleaned_data["vote"]), comment=form.cleaned_data["comment"], actor=desk.viewer, at=at)
    except Refusal as refusal:
        return _page(request, desk, status=status_of(refusal), refusal=refusal, vote_form=form)
    messages.success(request, f"Your vote on {looked.item.row.title}: {Ballot(given.vote).label.lower()}.")
    return redirect(_back(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the meeting, once it has been said what is still undecided and where it goes."""
    at = timezone.now()
    meeting = meeting_or_404(request, pk)
    if request.method == "POST":
        try:
            end_sitting(meeting, actor=reader(request), at=at)
            messages.success(request, "The meeting is over. What was not decided stands on the next agenda.")
        except Refusal as refusal:
            tell(request, refusal)
        return redirect("sitting-detail", pk)
    if meeting.state != MeetingState.IN_SESSION:
        return redirect("sitting-detail", pk)
    return render(request, "changes/sitting_end.html", context_of(desk_of(request, meeting, at=at)))
