"""Freezes, as administrators declare, change and lift them: every RFC that is hit or freed is shown before anything is saved."""

from dataclasses import dataclass, field
from datetime import datetime
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
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import recurrence_of, repetition
from changes.domain.recurrence import RecurrenceError, first_match
from changes.domain.wording import place_of
from changes.exceptions import Refusal
from changes.formats import times
from changes.formats.freeze import meaning
from changes.models import Freeze, User
from changes.selectors.freeze import FreezeEffect, freeze_effect, notice_by, told, told_of
from changes.web.forms.freeze import FreezeForm, acted, blank, stored
from changes.web.forms.window import zone_names
from changes.web.refusal import status_of, tell, words
from changes.web.request import Request


@dataclass
class Editing:
    """A freeze as it is typed, with what it would mean. `row` is the stored one, None for a new one."""

    row: Freeze | None
    form: FreezeForm
    sentence: str = ""
    offered: datetime | None = None
    effect: FreezeEffect = field(default_factory=FreezeEffect)
    owners: list[User] = field(default_factory=list)
    asks: bool = False
    refusal: Refusal | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_create(request: Request) -> HttpResponse:
    """A new freeze."""
    _check_right(request)
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_edit(request: Request, pk: int) -> HttpResponse:
    """A stored freeze, with whom declaring and changing it has told so far."""
    _check_right(request)
    return _edited(request, _freeze(pk))


@require_POST
def freeze_check(request: Request) -> HttpResponse:
    """What the freeze that is typed would mean: the parts of the page beside the fields. Writes nothing."""
    _check_right(request)
    pk = request.POST.get("freeze", "")
    row = _freeze(int(pk)) if pk.isdecimal() and len(pk) < 16 else None
    editing = _looked_at(request, Editing(row, FreezeForm(request.POST)), at=timezone.now())
    editing.form.forget_gaps()
    return render(request, "changes/partials/freeze/check.html", {"editing": editing, "form": editing.form, "row": row, "oob": True})


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_lift(request: Request, pk: int) -> HttpResponse:
    """Which RFCs lifting it frees; a POST lifts it."""
    _check_right(request)
    row, at = _freeze(pk), timezone.now()
    if request.method == "POST":
        try:
            set_up.remove(row, actor=request.user, at=at)
        except Refusal as refusal:
            tell(request, refusal)
            return HttpResponseRedirect(row.get_absolute_url())
        messages.success(request, f"“{row.name}” is lifted. {_meaning(request.user, at)}")
        return HttpResponseRedirect(f"{reverse('setup')}#freezes")
    form = stored(row)
    effect = freeze_effect(None, before=row.as_rule(), viewer=request.user, at=at)
    context = {"row": row, "effect": effect, "owners": effect.owners, "sentence": _sentence(form, row.as_rule()), "at": at}
    return render(request, "changes/freeze_lift.html", context)


def _check_right(request: Request) -> None:
    if not permissions.can_set_up(request.user):
        raise PermissionDenied("Freezes belong to the administrators.")


def _freeze(pk: int) -> Freeze:
    return get_object_or_404(Freeze.objects.select_related("environment", "service", "change_type", "waivable_by"), pk=pk)


def _edited(request: Request, row: Freeze | None) -> HttpResponse:
    at = timezone.now()
    if request.method != "POST":
        form = stored(row) if row else blank(today=timezone.localdate(), time_zone=timezone.get_current_timezone_name())
        return _page(request, _looked_at(request, Editing(row, form), at=at), at)
    act = request.POST.get("act", "show")
    editing = _looked_at(request, Editing(row, FreezeForm(acted(request.POST, act))), at=at)
    if act != "save":
        return _page(request, editing, at)
    if editing.form.errors:
        return _page(request, editing, at, status=422)
    # What was not shown yet, or has changed since it was shown, is shown first (DESIGN 4.5).
    if not set(editing.effect.keys.split(",")) <= {"", *request.POST.get("seen", "").split(",")}:
        editing.asks = True
        return _page(request, editing, at)
    return _store(request, editing, at)


def _store(request: Request, editing: Editing, at: datetime) -> HttpResponse:
    values, row = editing.form.values(), editing.row
    try:
        saved = set_up.change(row, values, actor=request.user, at=at) if row else set_up.add(Freeze, values, actor=request.user, at=at)
    except Refusal as refusal:
        editing.form.refuse(refusal.field, words(refusal))
        editing.refusal = refusal
        return _page(request, editing, at, status=status_of(refusal))
    messages.success(request, f"“{saved.name}” is {'changed' if row else 'declared'}. {_meaning(request.user, at)}")
    return HttpResponseRedirect(saved.get_absolute_url())


def _meaning(actor: User, at: datetime) -> str:
    """What has just been done to a freeze meant, and who is told."""
    notice = notice_by(actor, at)
    if notice is None:
        return meaning(0, 0, 0)
    meant = told(notice)
    reached = [owner for owner in meant.waiting if owner.is_active]
    return meaning(meant.hit, meant.freed, len(reached), [str(owner) for owner in meant.waiting if not owner.is_active])


def _looked_at(request: Request, editing: Editing, *, at: datetime) -> Editing:
    """Ask the rules about what is typed; as far as it can be read."""
    form = editing.form
    if form.is_bound:
        form.is_valid()
        editing.offered = _offered(form)
    if form.rule is None or not form.is_possible:
        return editing
    editing.sentence = _sentence(form, form.rule)
    before = editing.row.as_rule() if editing.row else None
    editing.effect = freeze_effect(form.rule, before=before, viewer=request.user, at=at)
    editing.owners = editing.effect.owners
    return editing


def _offered(form: FreezeForm) -> datetime | None:
    """The first start that the rule allows, where the typed one does not match it; on the clock of the freeze."""
    if form.rule is None or not form.has_error("start"):
        return None
    try:
        return first_match(recurrence_of(form.rule))
    except RecurrenceError:
        return None


def _sentence(form: FreezeForm, rule: FreezeRule) -> str:
    """Whom it holds for and when, on its own clock: "Everything in Managed services, every Friday 12:00–00:00, Amsterdam"."""
    zone = ZoneInfo(rule.time_zone)
    once = times.interval_words(rule.start, rule.end, zone=zone, today=timezone.localdate())
    return f"{form.scope()}, {repetition(rule) or once}, {place_of(rule.time_zone)}"


def _page(request: Request, editing: Editing, at: datetime, *, status: int = 200) -> HttpResponse:
    row = editing.row
    context = {"editing": editing, "form": editing.form, "row": row, "zones": zone_names(), "at": at}
    return render(request, "changes/freeze_edit.html", {**context, "history": told_of(row.pk) if row else []}, status=status)
