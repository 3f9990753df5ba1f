"""Arranging an agenda: its order, minutes, notes and free items; what comes from a later meeting and what waits for one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from changes.actions import free_item, order
from changes.actions.admission import PUT_OFF, pull_forward, put_off
from changes.choices import Section
from changes.exceptions import Refusal
from changes.formats import times
from changes.models import AgendaItem, Meeting
from changes.selectors.admission import waiting_later
from changes.selectors.agenda import Agenda, Item, agenda_of
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.fit import surplus_of
from changes.selectors.meeting import deferral_targets, seats_of
from changes.web.agenda import Rights, meeting_or_404
from changes.web.forms.arrange import FreeItemForm, KeptForm, PutOffForm, as_typed
from changes.web.refusal import attempt, status_of, tell
from changes.web.rfc import posted_rfc, reader

#: The forms that a page gives back as they were typed, by what they are called in the template and the item's key.
Typed = Mapping[tuple[str, int], forms.Form]


@dataclass(frozen=True)
class Row:
    """An item with its place in its section, and the forms that the reader may fill in for it."""

    item: Item
    place: int
    is_last: bool
    kept: forms.Form | None
    free: forms.Form | None
    later: forms.Form | None
    is_open: bool


@require_safe
def meeting_arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with all that may be changed about it, for those who prepare it."""
    return _page(request, meeting_or_404(request, pk), {})


def _page(request: HttpRequest, meeting: Meeting, typed: Typed, *, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    at, viewer = timezone.now(), reader(request)
    rights = Rights.of(viewer, meeting, at)
    if not rights.prepares or meeting.state not in OPEN_MEETINGS:
        raise PermissionDenied
    agenda = agenda_of(meeting, at=at, viewer=viewer, time_zone=timezone.get_current_timezone_name())
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "rights": rights,
        "sections": _rows(agenda, typed, at, leads=rights.leads),
        "surplus": surplus_of(agenda, at=at),
        "later": waiting_later(meeting, viewer=viewer) if rights.leads else [],
        "add_form": typed.get(("add", 0)) or FreeItemForm(people=_people(meeting, at), auto_id="add-%s"),
        "adds": ("add", 0) in typed,
        "refusal": refusal,
    }
    return render(request, "changes/meeting_arrange.html", context, status=status)


def _rows(agenda: Agenda, typed: Typed, at: datetime, *, leads: bool) -> list[tuple[Any, list[Row]]]:
    people = [seat.person for seat in agenda.seats]
    targets = list(deferral_targets(agenda.meeting, at=at)) if leads else []

    def row(item: Item, place: int, count: int) -> Row:
        is_free = item.rfc is None and item.row.action_id is None
        can_wait = bool(targets) and item.row.section in PUT_OFF and item.rfc is not None and item.decision is None
        return Row(
            item=item,
            place=place,
            is_last=place == count,
            kept=None if is_free else _kept(item, typed),
            free=_free(item, typed, people) if is_free else None,
            later=_later(item, typed, targets) if can_wait else None,
            is_open=any(key == item.row.pk for _, key in typed),
        )

    return [(group, [row(item, place, len(group.items)) for place, item in enumerate(group.items, start=1)]) for group in agenda.sections]


def _kept(item: Item, typed: Typed) -> forms.Form:
    fresh = {"minutes": item.row.minutes, "note": item.row.note, "was": item.row.note}
    return typed.get(("kept", item.row.pk)) or KeptForm(initial=fresh, auto_id=f"item-{item.row.pk}-%s")


def _free(item: Item, typed: Typed, people: list[Any]) -> forms.Form:
    return typed.get(("free", item.row.pk)) or FreeItemForm(initial=as_typed(item.row), people=people, auto_id=f"free-{item.row.pk}-%s")


def _later(item: Item, typed: Typed, meetings: list[Meeting]) -> forms.Form:
    return typed.get(("later", item.row.pk)) or PutOffForm(meetings=meetings, auto_id=f"later-{item.row.pk}-%s")


def _people(meeting: Meeting, at: datetime) -> list[Any]:
    return [seat.person for seat in seats_of(meeting.board, at=at)]


def _item_or_404(meeting: Meeting, pk: int) -> AgendaItem:
    found: AgendaItem = get_object_or_404(AgendaItem.objects.select_related("meeting", "rfc"), pk=pk, meeting=meeting)
    return found


def _back(meeting: Meeting, item: int | None = None) -> HttpResponse:
    return redirect(reverse("meeting-arrange", args=[meeting.pk]) + (f"#item-{item}" if item else ""))


@require_POST
def item_place(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put an item at a place of its section."""
    meeting = meeting_or_404(request, pk)
    row = _item_or_404(meeting, item)
    to = request.POST.get("to", "")
    if not to.lstrip("-").isdecimal() or len(to) > 6:
        raise Http404(to)
    try:
        messages.success(request, order.place(row, int(to), actor=reader(request), at=timezone.now()).sentence)
    except Refusal as refusal:
        tell(request, refusal)
    return _back(meeting, item)


@require_POST
def item_keep(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Its minutes and its note."""
    meeting = meeting_or_404(request, pk)
    row, form = _item_or_404(meeting, item), KeptForm(request.POST, auto_id=f"item-{item}-%s")

    def keep() -> str:
        actor, at = reader(request), timezone.now()
        given = form.cleaned_data
        order.keep(row, given["minutes"], given["note"], was=given["was"], actor=actor, at=at)
        return f"Kept: {row.title}, {form.cleaned_data['minutes']} min."

    return _typed(request, meeting, ("kept", item), form, keep)


@require_POST
def free_item_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put something on the agenda that is no RFC."""
    meeting, at = meeting_or_404(request, pk), timezone.now()
    form = FreeItemForm(request.POST, people=_people(meeting, at), auto_id="add-%s")

    def put() -> str:
        made = free_item.add(meeting, form.item(), actor=reader(request), at=at)
        return f"“{made.title}” stands on the agenda, under {Section(made.section).label}."

    return _typed(request, meeting, ("add", 0), form, put)


@require_POST
def free_item_change(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Write a free item anew, or take it off."""
    meeting, at = meeting_or_404(request, pk), timezone.now()
    row, actor = _item_or_404(meeting, item), reader(request)
    form = FreeItemForm(request.POST, people=_people(meeting, at), auto_id=f"free-{item}-%s")

    def take_off() -> str:
        free_item.remove(row, actor=actor, at=at)
        return f"“{row.title}” is off the agenda."

    def write() -> str:
        return f"Kept: {free_item.change(row, form.item(), actor=actor, at=at).title}."

    if "remove" in request.POST:
        return _done(request, meeting, take_off)
    return _typed(request, meeting, ("free", item), form, write)


@require_POST
def item_put_off(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Let an RFC wait for a later meeting."""
    meeting, at = meeting_or_404(request, pk), timezone.now()
    row = _item_or_404(meeting, item)
    form = PutOffForm(request.POST, meetings=deferral_targets(meeting, at=at), auto_id=f"later-{item}-%s")

    def wait() -> str:
        moved = put_off(row, form.cleaned_data["to"], reason=form.cleaned_data["reason"], actor=reader(request), at=at)
        return f"“{row.title}” stands on the agenda of {_when(moved.meeting)} now, with its votes and its note."

    return _typed(request, meeting, ("later", item), form, wait)


@require_POST
def meeting_pull(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an RFC here that waits for a later meeting."""
    meeting = meeting_or_404(request, pk)
    rfc = posted_rfc(request)

    def pull() -> str:
        item = pull_forward(meeting, rfc, reason=request.POST.get("reason", ""), actor=reader(request), at=timezone.now())
        return f"{rfc.number} stands on this agenda, under {Section(item.section).label}."

    return _done(request, meeting, pull)


def _when(meeting: Meeting) -> str:
    return times.moment(meeting.starts_at, zone=timezone.get_current_timezone(), today=timezone.localdate())


def _done(request: HttpRequest, meeting: Meeting, act: Callable[[], str]) -> HttpResponse:
    attempt(request, act)
    return _back(meeting)


def _typed(request: HttpRequest, meeting: Meeting, which: tuple[str, int], form: forms.Form, act: Callable[[], str]) -> HttpResponse:
    """Do what was typed and say so; or the page again with what was typed, and why not."""
    if not form.is_valid():
        return _page(request, meeting, {which: form}, status=400)
    try:
        messages.success(request, act())
    except Refusal as refusal:
        meeting.refresh_from_db()
        return _page(request, meeting, {which: form}, status=status_of(refusal), refusal=refusal)
    return _back(meeting, which[1] or None)
