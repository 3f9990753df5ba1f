"""One session: the popover of the calendar, and moving it to another time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from changes import permissions
from changes.actions import session as actions
from changes.domain.code import is_scheduling
from changes.domain.content import Content
from changes.domain.finding import Finding
from changes.domain.interval import Interval
from changes.domain.schedule import moved_to_night
from changes.domain.wall_clock import instant_of
from changes.exceptions import Refusal, Stale
from changes.formats import times
from changes.formats.charts import Stretch
from changes.models import RFC, User, WorkSession
from changes.selectors.basis import set_up, set_up_for
from changes.selectors.consequence import Consequence, consequence_of
from changes.selectors.finding import findings, findings_of
from changes.selectors.glance import Glance, glance
from changes.selectors.session import moved_content
from changes.selectors.waiting import Line, line_of
from changes.web.forms.moment import MomentField, Told, shown, told
from changes.web.request import Request
from changes.web.schedule_bar import read_date
from changes.web.session_slot import free_times


class MoveForm(forms.Form):
    """A new start and end, on the reader's clock; the boxes say which of two is meant where the clock shows a time twice."""

    start = MomentField()
    end = MomentField()
    start_second = forms.BooleanField(required=False)
    end_second = forms.BooleanField(required=False)


class Instants(forms.Form):
    """The same as instants, once they have been looked at; what *Move it* and *Undo* hand in."""

    start_at = forms.CharField()
    end_at = forms.CharField()
    version = forms.IntegerField(required=False)

    def clean_start_at(self) -> datetime:
        return _read(self.cleaned_data["start_at"])

    def clean_end_at(self) -> datetime:
        return _read(self.cleaned_data["end_at"])


def _read(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise forms.ValidationError(f"“{text[:40]}” is no instant; one looks like 2026-11-21T22:00:00+00:00.") from None
    if moment.tzinfo is None:
        raise forms.ValidationError("An instant needs its offset.")
    return moment


@dataclass
class Moving:
    """A move that is looked at: where to, what the rules say of it, and what it means for the approval."""

    session: WorkSession
    rfc: RFC
    form: MoveForm
    to: Interval | None = None
    told: list[Told] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    consequence: Consequence | None = None
    refusal: Refusal | None = None
    #: What waits for it and would start too early then.
    line: Line = field(default_factory=Line)

    @property
    def is_same(self) -> bool:
        return self.to is not None and self.to == self.session.interval

    @property
    def can_be(self) -> bool:
        """Whether it can be asked for at all: it ends after it starts, and somewhere else than now."""
        return self.to is not None and self.to.start < self.to.end and not self.is_same


@require_safe
def session_detail(request: Request, pk: int) -> HttpResponse:
    """What, when, who, what is next, and what is in its way with one mend; a fragment for the popover, else a page."""
    found = glance(_visible(request, pk), viewer=request.user, at=timezone.now(), time_zone=timezone.get_current_timezone_name())
    template = "changes/partials/session_glance.html" if request.htmx else "changes/session_detail.html"
    back = request.htmx.current_url_abs_path if request.htmx else reverse("schedule")
    context = {"glance": found, "entry": found.entry, "rfc": found.rfc, "stretches": _stretches(found), "mend_url": _mend_url(found, back)}
    return _answer(request, template, {**context, "move_url": _move_url(found.entry.session, back), "waive_url": _waive_url(found)})


@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: Request, pk: int) -> HttpResponse:
    """The form with a new start and end; a POST moves. A refusal says why and keeps what was asked for."""
    session = _visible(request, pk)
    if request.method == "POST":
        return _move(request, session)
    moving = Moving(session, _rfc(session), MoveForm(initial=_initial(session.interval)))
    return _page(request, moving)


@require_safe
def session_move_preview(request: Request, pk: int) -> HttpResponse:
    """What a move would mean, asked as a question; writes nothing. A dialog for htmx, else a page."""
    session = _visible(request, pk)
    moving = _look(_asked(session, request.GET), viewer=request.user, at=timezone.now())
    return _page(request, moving, dialog=bool(request.htmx))


def _visible(request: Request, pk: int) -> WorkSession:
    sessions = WorkSession.objects.filter(rfc__in=RFC.objects.visible_to(request.user))
    return get_object_or_404(sessions.select_related("rfc"), pk=pk)


def _rfc(session: WorkSession) -> RFC:
    return RFC.objects.with_content().get(pk=session.rfc_id)


def _asked(session: WorkSession, data: QueryDict) -> Moving:
    """Where to: to a night (`day`, dragged), to instants (`start_at`, `end_at`), or to times on the reader's clock."""
    rfc, zone = _rfc(session), timezone.get_current_timezone()
    if (on := read_date(data.get("day", ""))) and session.planned_end:
        to, skipped = moved_to_night(session.interval, on, zone)
        found = Moving(session, rfc, MoveForm(initial=_initial(to)), to)
        wall = session.planned_start.astimezone(zone).replace(tzinfo=None)
        found.told = [Told(f"There is no {wall:%H:%M} on {times.day(on, today=on)}: the clocks go forward.", "")] if skipped else []
        return found
    if "start_at" in data:
        exact = Instants(data)
        if exact.is_valid():
            to = Interval(exact.cleaned_data["start_at"], exact.cleaned_data["end_at"])
            return Moving(session, rfc, MoveForm(initial=_initial(to)), to)
    form = MoveForm(data)
    return _typed(Moving(session, rfc, form), form.cleaned_data) if form.is_valid() else Moving(session, rfc, form)


def _typed(moving: Moving, typed: dict[str, Any]) -> Moving:
    start, end = (_meant(moving, typed, name) for name in ("start", "end"))
    moving.to = Interval(start, end)
    return moving


def _meant(moving: Moving, typed: dict[str, Any], name: str) -> datetime:
    """The instant of a typed time; what a clock change makes of it is told."""
    zone, second = timezone.get_current_timezone(), typed[f"{name}_second"]
    if said := told(typed[name], zone, choice=f"{name}_second", second=second):
        moving.told.append(said)
    return instant_of(typed[name], zone, second=second)


def _look(moving: Moving, *, viewer: User, at: datetime) -> Moving:
    """Ask the rules about where it would go."""
    if moving.to is None:
        return moving
    content = moved_content(moving.rfc.content(), moving.session.pk, moving.to.start, moving.to.end)
    zone = timezone.get_current_timezone_name()
    shared = set_up_for(set_up(at), [moving.rfc.content(), content])
    moving.findings = _about(findings(content, rfc=moving.rfc, at=at, time_zone=zone, shared=shared), content, moving.session)
    if moving.can_be:
        moving.consequence = consequence_of(moving.rfc, content, at=at, shared=shared)
        moving.line = line_of(moving.rfc, content, viewer=viewer, at=at, time_zone=zone, shared=shared)
        listed = {one.rfc.number for one in moving.line.waiting}
        moving.findings = [f for f in moving.findings if f.code != "conflict.successor" or f.other not in listed]
    return moving


def _about(found: list[Finding], content: Content, session: WorkSession) -> list[Finding]:
    place = next(index for index, one in enumerate(content.sessions) if one.id == session.pk)
    timely = (f for f in found if is_scheduling(f.code) or f.code.startswith("interval."))
    return [f for f in timely if f.field.partition(".")[0] in (f"sessions[{place}]", "predecessors")]


def _move(request: Request, session: WorkSession) -> HttpResponse:
    asked, at = Instants(request.POST), timezone.now()
    if not asked.is_valid():
        return _page(request, _look(_asked(session, request.POST), viewer=request.user, at=at), status=400)
    given, was = asked.cleaned_data, session.interval
    try:
        rfc, along = _moved(request, session, given, at)
    except Refusal as refusal:
        moving = _look(_asked(_visible(request, session.pk), request.POST), viewer=request.user, at=at)
        moving.refusal = refusal
        return _page(request, moving, status=409 if isinstance(refusal, Stale) else 400)
    messages.success(request, _done(request, rfc, session, was, along))
    return HttpResponseRedirect(_back(request, rfc))


def _moved(request: Request, session: WorkSession, given: dict[str, Any], at: datetime) -> tuple[RFC, list[RFC]]:
    """The move that was asked for: of this session alone, or along with what waits for its RFC as it was shown."""
    start, end, version, agreed = given["start_at"], given["end_at"], given["version"], request.POST.get("along", "")
    if not agreed:
        return actions.reschedule(session, start, end, actor=request.user, at=at, version=version), []
    zone = timezone.get_current_timezone_name()
    return actions.reschedule_along(session, start, end, agreed=agreed, actor=request.user, at=at, version=version, time_zone=zone)


def _done(request: Request, rfc: RFC, session: WorkSession, was: Interval, along: list[RFC]) -> str:
    """What was done, and a form that takes it back."""
    now = next(one for one in rfc.sessions.all() if one.pk == session.pk)
    left = [f for f in findings_of(rfc, at=rfc.updated_at) if f.code == "conflict.successor"]
    context = {"rfc": rfc, "session": now, "was": was, "along": along, "left": left, "next": request.POST.get("next", "")}
    return render_to_string("changes/partials/session_moved.html", context, request=request)


def _back(request: Request, rfc: RFC) -> str:
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return back if allowed else rfc.get_absolute_url()


def _page(request: Request, moving: Moving, *, dialog: bool = False, status: int = 200) -> HttpResponse:
    zone = timezone.get_current_timezone()
    back = request.POST.get("next") or request.GET.get("next", "")
    offered = [] if dialog else free_times(moving.session, moving.rfc, asked=moving.to, back=back, at=timezone.now())
    context = {
        "moving": moving,
        "free_times": offered,
        "session": moving.session,
        "rfc": moving.rfc,
        "may_move": permissions.can_reschedule(request.user, moving.rfc),
        "keep": times.day(moving.session.planned_start.astimezone(zone).date(), today=timezone.localdate()),
        "next": back,
    }
    return _answer(request, "changes/partials/session_question.html" if dialog else "changes/session_move.html", context, status)


def _answer(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _initial(interval: Interval) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    start, start_second = shown(interval.start, zone)
    end, end_second = shown(None if interval.is_open else interval.end, zone)
    return {"start": start, "end": end, "start_second": start_second, "end_second": end_second}


def _stretches(found: Glance) -> tuple[Stretch, Stretch] | None:
    if found.overlap is None or found.entry.session.planned_end is None:
        return None
    return (
        _stretch("this change", found.entry.session, found.rfc),
        _stretch(found.overlap.other.rfc.number, found.overlap.other, found.overlap.other.rfc),
    )


def _stretch(label: str, session: WorkSession, rfc: RFC) -> Stretch:
    return Stretch(label, session.planned_start, session.planned_end or session.planned_start, rfc.severity, rfc.is_approved)


def _mend_url(found: Glance, back: str | None) -> str:
    """The question that moves it into the first free time."""
    if found.slot is None:
        return ""
    to = found.slot.interval
    query = {"start_at": to.start.isoformat(), "end_at": to.end.isoformat(), "next": back or ""}
    return f"{reverse('session-move-preview', args=[found.entry.session.pk])}?{urlencode(query)}"


def _waive_url(found: Glance) -> str:
    """Where the reader may accept the first thing that blocks it; empty where nothing of it is theirs to waive."""
    if not found.waivable:
        return ""
    first = found.waivable[0]
    query = {"code": first.code, "other": first.other or first.about, **({"freeze": first.freeze} if first.freeze else {})}
    return f"{reverse('rfc-waive', args=[found.rfc.number])}?{urlencode(query)}"


def _move_url(session: WorkSession, back: str | None) -> str:
    return f"{reverse('session-move', args=[session.pk])}?{urlencode({'next': back or ''})}"
