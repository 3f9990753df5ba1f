"""Boards, as administrators make and change them: what it means is shown before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes import permissions
from changes.actions import set_up
from changes.domain.board import Caution, cautions
from changes.domain.following import days_ahead
from changes.exceptions import Refusal, Stale
from changes.formats.board import MeetingRow, handed_words, left_words, meeting_row, moved_words, rhythm_words, rival_words
from changes.models import Board
from changes.selectors.board import People, people_for_boards, rivals_of, week_effect
from changes.selectors.remit import RemitEffect, remit_effect
from changes.selectors.set_up import version_of
from changes.web.forms.board_compare import Difference, differences
from changes.web.forms.board_edit import BoardEntry, blank, stored
from changes.web.forms.board_rows import acted, focus_after
from changes.web.forms.window import zone_names
from changes.web.refusal import status_of, tell, words
from changes.web.request import Request

_PARTS = ("environments", "services", "members__user", "members__delegate_for", "rota__user", "holidays")


@dataclass
class Editing:
    """A board as it is typed, with what it would mean. `row` is the stored one, None for a new one; `told` that it was not saved.

    `version` is the state of the row that was read. `asks` tells that the remit is to be looked at before it is saved,
    `others` what somebody else has stored meanwhile that is not what is typed.
    """

    row: Board | None
    entry: BoardEntry
    sentence: str = ""
    days: list[MeetingRow] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    cautions: Sequence[Caution] = ()
    rivals: list[str] = field(default_factory=list)
    remit: RemitEffect = field(default_factory=RemitEffect)
    handed: list[str] = field(default_factory=list)
    version: int = 0
    told: bool = False
    asks: bool = False
    others: list[Difference] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def board_create(request: Request) -> HttpResponse:
    """A new board."""
    _check_right(request)
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def board_edit(request: Request, pk: int) -> HttpResponse:
    """A stored board."""
    _check_right(request)
    return _edited(request, _board(pk))


@require_POST
def board_check(request: Request) -> HttpResponse:
    """What would come of what is typed: the parts of the page beside the fields. Writes nothing."""
    _check_right(request)
    pk = request.POST.get("board", "")
    row = _board(int(pk)) if pk.isdecimal() and len(pk) < 16 else None
    editing = _looked_at(request, Editing(row, _typed(request, row, "")), at=timezone.now())
    return render(request, "changes/partials/board_edit/preview.html", {"editing": editing, "oob": True})


@require_http_methods(["GET", "HEAD", "POST"])
def board_remove(request: Request, pk: int) -> HttpResponse:
    """Whether it can go; a POST removes it."""
    _check_right(request)
    row = _board(pk)
    if request.method == "POST":
        try:
            set_up.remove(row, actor=request.user, at=timezone.now())
        except Refusal as refusal:
            tell(request, refusal)
            return HttpResponseRedirect(reverse("board-remove", args=[pk]))
        messages.success(request, f"“{row.name}” is removed.")
        return HttpResponseRedirect(reverse("board-list"))
    return render(request, "changes/board_remove.html", {"row": row, "meetings": row.meetings.count()})


def _check_right(request: Request) -> None:
    if not permissions.can_set_up(request.user):
        raise PermissionDenied("Boards belong to the administrators.")


def _board(pk: int) -> Board:
    return get_object_or_404(Board.objects.select_related("chair").prefetch_related(*_PARTS), pk=pk)


def _people(row: Board | None) -> People:
    """Whom it may name; what it names already stays."""
    seats = list(row.members.all()) if row else []
    named = [row.chair, *(seat.user for seat in seats), *(turn.user for turn in row.rota.all())] if row else []
    return people_for_boards([one.username for one in (*named, *(seat.delegate_for for seat in seats)) if one])


def _typed(request: Request, row: Board | None, act: str) -> BoardEntry:
    return BoardEntry(people=_people(row), is_new=row is None, data=acted(request.POST, act))


def _edited(request: Request, row: Board | None) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        people = _people(row)
        entry = stored(row, people) if row else blank(people, time_zone=timezone.get_current_timezone_name())
        return _page(request, _looked_at(request, Editing(row, entry, version=version_of(row) if row else 0), at=at))
    act = request.POST.get("act", "show")
    entry = _typed(request, row, act)
    editing = _looked_at(request, Editing(row, entry, version=_number(request.POST.get("version", ""))), at=at)
    if act != "save":
        entry.forget_gaps()
        entry.begin_at(focus_after(entry.form.data, act))
        return _page(request, editing)
    if not entry.is_valid:
        editing.told = True
        return _page(request, editing, status=422)
    # What the remit takes with it and was not shown yet, or has changed since it was shown, is shown first.
    if not set(editing.remit.keys.split(",")) <= {"", *request.POST.get("seen", "").split(",")}:
        editing.asks = True
        return _page(request, editing)
    return _store(request, editing, at)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _store(request: Request, editing: Editing, at: datetime) -> HttpResponse:
    values, row = editing.entry.values(), editing.row
    try:
        saved = _saved(request, editing, values, at)
    except Refusal as refusal:
        editing.entry.refuse(refusal.field, words(refusal))
        editing.told = True
        if row and isinstance(refusal, Stale):
            editing.version = version_of(row)
            editing.others = differences(stored(row, editing.entry.people), editing.entry)
        return _page(request, editing, status=status_of(refusal))
    told = " ".join([*editing.moved, *editing.handed])
    coming = "" if row else "Its meetings of the next four weeks are made within a minute."
    messages.success(request, " ".join(filter(None, [f"“{saved.name}” is saved.", told, coming])))
    return HttpResponseRedirect(reverse("board-list"))


def _saved(request: Request, editing: Editing, values: dict[str, Any], at: datetime) -> Board:
    if editing.row is None:
        return set_up.add(Board, values, actor=request.user, at=at)
    return set_up.change(editing.row, values, actor=request.user, at=at, read=editing.version)


def _looked_at(request: Request, editing: Editing, *, at: datetime) -> Editing:
    """Ask the rules about what is typed, as far as it can be read; about what is stored before anything is."""
    entry, row = editing.entry, editing.row
    plan = entry.plan if entry.is_bound else row.plan() if row else None
    if plan is None:
        return editing
    today, reader, rhythm = timezone.localdate(), ZoneInfo(timezone.get_current_timezone_name()), plan.rhythm
    editing.sentence = rhythm_words(rhythm)
    editing.days = [meeting_row(day, rhythm, reader=reader, today=today) for day in days_ahead(rhythm, at=at)]
    editing.cautions = cautions(plan, absent=entry.people.absent, names=entry.people.names, at=at)
    if row and entry.is_bound:
        editing.moved = [
            moved_words(one.following, one.meeting.starts_at, rhythm, waiting=one.waiting, today=today)
            for one in week_effect(row, after=rhythm, at=at)
        ]
    if row or entry.is_bound:
        _look_at_remit(editing, at=at)
    return editing


def _look_at_remit(editing: Editing, *, at: datetime) -> None:
    entry, row = editing.entry, editing.row
    named = [[box.data["value"] for box in entry.form[name] if box.data["selected"]] for name in ("environments", "services")]
    name, today = str(entry.form["name"].value() or ""), timezone.localdate()
    editing.rivals = [rival_words(str(one.board), one.names, name=name, wins=one.wins) for one in rivals_of(*named, board=row)]
    if not entry.is_bound:
        return
    editing.remit = remit_effect(row, name or "this board", *named, at=at)
    zone = ZoneInfo(timezone.get_current_timezone_name())
    went = [handed_words(len(one.rfcs), one.drafts, before=one.before, after=one.after) for one in editing.remit.handed]
    left = [
        left_words(one.meeting.starts_at, str(one.meeting.board), count=one.rfcs, stays=one.stays, zone=zone, today=today)
        for one in editing.remit.left
    ]
    editing.handed = [*went, *left]


def _page(request: Request, editing: Editing, *, status: int = 200) -> HttpResponse:
    entry = editing.entry
    context = {"editing": editing, "entry": entry, "form": entry.form, "row": editing.row, "zones": zone_names()}
    return render(request, "changes/board_edit.html", context, status=status)
