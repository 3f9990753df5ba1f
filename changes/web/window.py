"""Change windows, as administrators edit them: the next nights and what a change would mean are shown before it is saved."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes import permissions
from changes.actions import set_up
from changes.domain.night import Night, needless_exceptions, next_nights
from changes.domain.recurrence import Recurrence, RecurrenceError, describe, first_match, zone_of
from changes.domain.window import Window
from changes.domain.wording import place_of
from changes.exceptions import Refusal
from changes.formats.night import NightRow, night_row
from changes.models import ChangeWindow
from changes.selectors.window import WindowEffect, window_effect
from changes.web.forms.window import WindowForm, acted, blank, lines, stored, turned, zone_names
from changes.web.refusal import status_of, tell, words
from changes.web.request import Request

#: Buttons that store.
SAVING = ("save", "save-confirmed")


@dataclass
class Editing:
    """A window as it is typed, with what the rule makes of it. `row` is the stored one, None for a new one.

    `turned` is the night that a button has just left out or put back; the focus stays on it.
    """

    row: ChangeWindow | None
    form: WindowForm
    sentence: str = ""
    nights: list[NightRow] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    offered: datetime | None = None
    effect: WindowEffect = field(default_factory=WindowEffect)
    asks: bool = False
    turned: str = ""
    refusal: Refusal | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def window_create(request: Request) -> HttpResponse:
    """A new window; a link may name its environment."""
    _check_right(request)
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def window_edit(request: Request, pk: int) -> HttpResponse:
    """A stored window."""
    _check_right(request)
    return _edited(request, _window(pk))


@require_POST
def window_check(request: Request) -> HttpResponse:
    """What the rule makes of what is typed: the parts of the page beside the fields. Writes nothing."""
    _check_right(request)
    pk = request.POST.get("window", "")
    row = _window(int(pk)) if pk.isdecimal() and len(pk) < 16 else None
    act = request.POST.get("act", "")
    editing = _looked_at(request, Editing(row, WindowForm(acted(request.POST, act)), turned=turned(act)), at=timezone.now())
    editing.form.forget_gaps()
    return render(request, "changes/partials/window/check.html", {"editing": editing, "form": editing.form, "oob": True})


@require_http_methods(["GET", "HEAD", "POST"])
def window_remove(request: Request, pk: int) -> HttpResponse:
    """What its removal would mean; a POST removes it."""
    _check_right(request)
    row, at = _window(pk), timezone.now()
    if request.method == "POST":
        try:
            set_up.remove(row, actor=request.user, at=at)
        except Refusal as refusal:
            tell(request, refusal)
            return HttpResponseRedirect(reverse("window-edit", args=[pk]))
        messages.success(request, f"“{row.name}” is removed.")
        return HttpResponseRedirect(reverse("setup"))
    effect = window_effect(None, before=row.as_window(), viewer=request.user, at=at)
    nights = _rows(next_nights(row.recurrence, at=at, count=1), zone_of(row.time_zone))
    context = {"row": row, "effect": effect, "sentence": _sentence(row.recurrence), "night": nights[0] if nights else None}
    return render(request, "changes/window_remove.html", context)


def _check_right(request: Request) -> None:
    if not permissions.can_set_up(request.user):
        raise PermissionDenied("Change windows belong to the administrators.")


def _window(pk: int) -> ChangeWindow:
    return get_object_or_404(ChangeWindow.objects.select_related("environment").prefetch_related("change_types"), pk=pk)


def _edited(request: Request, row: ChangeWindow | None) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        form = stored(row) if row else _blank(request)
        return _page(request, _looked_at(request, Editing(row, form), at=at))
    act = request.POST.get("act", "show")
    editing = _looked_at(request, Editing(row, WindowForm(acted(request.POST, act)), turned=turned(act)), at=at)
    if act not in SAVING:
        editing.form.forget_gaps()
        return _page(request, editing)
    if editing.form.errors:
        return _page(request, editing, status=422)
    # "Save it all the same" is said of the sessions that were shown; when others have joined them, it is asked again.
    if editing.effect.left and not (act == "save-confirmed" and _has_seen(request.POST, editing.effect)):
        editing.asks = True
        return _page(request, editing)
    return _store(request, editing, at)


def _has_seen(data: QueryDict, effect: WindowEffect) -> bool:
    return set(effect.keys.split(",")) <= set(data.get("seen", "").split(","))


def _store(request: Request, editing: Editing, at: datetime) -> HttpResponse:
    values, row = editing.form.values(), editing.row
    try:
        saved = (
            set_up.change(row, values, actor=request.user, at=at) if row else set_up.add(ChangeWindow, values, actor=request.user, at=at)
        )
    except Refusal as refusal:
        editing.form.refuse(refusal.field, words(refusal))
        editing.refusal = refusal
        return _page(request, editing, status=status_of(refusal))
    messages.success(request, f"“{saved.name}” is saved: {editing.sentence}.")
    return HttpResponseRedirect(reverse("setup"))


def _blank(request: Request) -> WindowForm:
    zone = timezone.get_current_timezone_name()
    return blank(today=timezone.localdate(), time_zone=zone, environment=request.GET.get("environment", ""))


def _looked_at(request: Request, editing: Editing, *, at: datetime) -> Editing:
    """Ask the rules about what is typed; as far as it can be read."""
    form = editing.form
    is_broken = form.is_bound and not form.is_valid() and _is_hopeless(form)
    if (rule := form.rule) is None:
        return editing
    try:
        if form.has_error("first_day"):
            editing.offered = first_match(rule)
        if not is_broken:
            _show(editing, rule, at)
    except RecurrenceError:
        return editing
    if not is_broken and (window := _as_window(editing, rule)):
        before = editing.row.as_window() if editing.row else None
        editing.effect = window_effect(window, before=before, viewer=request.user, at=at)
    return editing


def _show(editing: Editing, rule: Recurrence, at: datetime) -> None:
    editing.sentence = _sentence(rule)
    editing.nights = _rows(next_nights(rule, at=at), zone_of(rule.time_zone))
    editing.needless = lines(needless_exceptions(rule), rule.first_start.time()).splitlines()


def _is_hopeless(form: WindowForm) -> bool:
    """Whether the rule itself has a fault, so that no night can be told; a name that is missing is none."""
    return any(form.has_error(name) for name in ("time_zone", "first_day", "starts", "ends", "rhythm", "rhythm_raw"))


def _as_window(editing: Editing, rule: Recurrence) -> Window | None:
    """The typed window as the rules see it; None while it is not said where it is for."""
    if not editing.form.is_bound:
        return editing.row.as_window() if editing.row else None
    typed = editing.form.cleaned_data
    if not typed.get("environment"):
        return None
    key = editing.row.pk if editing.row else 0
    return Window(key, typed.get("name", ""), typed["environment"], tuple(typed.get("change_types", ())), rule)


def _sentence(rule: Recurrence) -> str:
    return f"{describe(rule)}, {place_of(rule.time_zone)}"


def _rows(nights: list[Night], zone: ZoneInfo) -> list[NightRow]:
    reader, today = ZoneInfo(timezone.get_current_timezone_name()), timezone.localdate()
    return [night_row(night, zone=zone, reader=reader, today=today) for night in nights]


def _page(request: Request, editing: Editing, *, status: int = 200) -> HttpResponse:
    context = {"editing": editing, "form": editing.form, "row": editing.row, "zones": zone_names()}
    return render(request, "changes/window_edit.html", context, status=status)
