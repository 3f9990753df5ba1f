"""The page of one RFC: what, when, in which zone, the next action, the steps, whom to call, and what happened (LOOK 5)."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.choices import Outage, Phase, Route, State
from changes.domain.progress import minutes_between
from changes.exceptions import Refusal
from changes.formats import times
from changes.formats.session_bar import Plan
from changes.models import RFC, User
from changes.selectors.detail import Detail, readable
from changes.selectors.history import approved_against_now, whole
from changes.selectors.progress import Night, minutes_ahead
from changes.web.forms.move import MoveForm
from changes.web.refusal import status_of

#: So long before its start the begin of the work is the next thing to do.
BEGIN_SOON = timedelta(hours=1)
#: Moves that ask for something before they are made; each opens a dialog.
ASKING = (State.DRAFT, State.REJECTED, State.CANCELLED, State.COMPLETED)


@require_safe
def rfc_detail(request: HttpRequest, number: str) -> HttpResponse:
    at = timezone.now()
    return render(request, "changes/rfc_detail.html", page_of(detail_or_404(request, number, at=at), all_steps="steps" in request.GET))


@require_safe
def rfc_history(request: HttpRequest, number: str) -> HttpResponse:
    """Every event with what it changed, and what was approved against what stands there now."""
    at = timezone.now()
    detail = detail_or_404(request, number, at=at)
    zone = detail.time_zone
    context = {
        "detail": detail,
        "rfc": detail.rfc,
        "lines": whole(detail.rfc, time_zone=zone),
        "differences": approved_against_now(detail.rfc, time_zone=zone),
    }
    return render(request, "changes/rfc_history.html", context)


def reader(request: HttpRequest) -> User:
    """Whoever is signed in; the middleware has sent everybody else to the sign-in page."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def posted_rfc(request: HttpRequest) -> RFC:
    """The RFC that a form names in `rfc`, among those that the reader may see."""
    number = request.POST.get("rfc", "")
    rfc = RFC.objects.visible_to(reader(request)).numbered(number).first()
    if rfc is None:
        raise Http404(number)
    return rfc


def detail_or_404(request: HttpRequest, number: str, *, at: datetime) -> Detail:
    """The RFC among those that the reader may see; what is missing and what is hidden look alike."""
    user = reader(request)
    rfc = readable(user).numbered(number).first()
    if rfc is None:
        raise Http404(number)
    return Detail(rfc, user, at=at, time_zone=timezone.get_current_timezone_name())


def refused(request: HttpRequest, detail: Detail, refusal: Refusal) -> HttpResponse:
    """The page again, with the refusal on top and what was typed in its fields."""
    context = {**page_of(detail), "refusal": refusal, "typed": request.POST}
    return render(request, "changes/rfc_detail.html", context, status=status_of(refusal))


def page_of(detail: Detail, *, all_steps: bool = False) -> dict[str, Any]:
    """All that the page, or the part of it that htmx swaps, shows."""
    rfc, night, at = detail.rfc, detail.night, detail.at
    starts = night.session.planned_start if night else None
    return {
        "detail": detail,
        "rfc": rfc,
        "night": night,
        "at": at,
        "bar": bar_of(night, detail) if night else None,
        **_clock(night, at),
        "opens_all": all_steps or rfc.state != State.IN_PROGRESS,
        "whole_day": timedelta(days=1),
        "begins_soon": bool(starts and starts - at <= BEGIN_SOON),
        "submit_word": submit_word(detail),
        "dialogs": {
            state.value: MoveForm(rfc=rfc, after=state, initial=initial_of(detail, state))
            for state in ASKING
            if state.value in detail.offers and detail.offers[state.value].allowed
        },
        "is_working": bool(night and night.is_running and detail.rights.works),
    }


def _clock(night: Night | None, at: datetime) -> dict[str, Any]:
    """The numbers of the clock, whole minutes without a sign; the script moves them on."""
    ends = night.session.planned_end if night else None
    late = -night.pace.margin if night and night.pace else 0
    return {
        "minutes_to_end": abs(minutes_between(at, ends)) if ends else None,
        "minutes_past_turn": abs(night.minutes_to_turn or 0) if night else None,
        "pace_late": f"{late} {'minute' if late == 1 else 'minutes'}",
    }


def initial_of(detail: Detail, after: State) -> dict[str, Any]:
    """What the fields of a move begin with: the version seen, and for an outcome the times as the page knows them."""
    initial: dict[str, Any] = {"version": detail.rfc.version}
    night = detail.night
    if after == State.COMPLETED and night and night.is_running:
        initial |= {"actual_start": night.session.actual_start, "actual_end": detail.at}
    return initial


def submit_word(detail: Detail) -> str:
    """The button says where it goes (LOOK 7)."""
    meeting = detail.next_meeting
    if detail.rfc.route == Route.BOARD and meeting:
        day = timezone.localtime(meeting.starts_at).date()
        return f"Submit to the board of {times.day(day, today=timezone.localdate())}"
    return {
        Route.BOARD: "Submit to the board",
        Route.MANAGER: "Submit to the change manager",
        Route.EMERGENCY: "Ask the approver rota now",
    }.get(Route(detail.rfc.route), "Submit: scheduled at once")


def bar_of(night: Night, detail: Detail) -> Plan | None:
    """The session bar: the plan before the work, what is behind and what is left while it runs."""
    session = night.session
    if session.planned_end is None:
        return None
    content = detail.rfc.content()
    outage = session.outage == Outage.PLANNED
    start, behind = session.planned_start, 0
    rollout, verification = content.minutes(Phase.ROLLOUT), content.minutes(Phase.VERIFICATION)
    if night.is_running:
        start = min(start, night.begun)
        last = max((row.step.done_at for row in night.forward if row.step.done_at), default=night.begun)
        behind = max(0, minutes_between(start, last))
        rollout = behind + minutes_ahead(night, Phase.ROLLOUT)
        verification = minutes_ahead(night, Phase.VERIFICATION)
    done = sum(row.step.done_at is not None for row in night.forward)
    return Plan(
        start,
        max(session.planned_end, start + timedelta(minutes=1)),
        rollout=rollout,
        verification=verification,
        rollback=night.rollback_minutes,
        severity=detail.rfc.severity,
        done=behind,
        done_label=f"{done} {'step' if done == 1 else 'steps'} done" if done else "",
        outage_start=session.outage_start if outage else None,
        outage_end=session.outage_end if outage else None,
    )
