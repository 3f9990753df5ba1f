"""Where the buttons in mails lead: "it has begun", "it went well", "I need another hour". Opening it changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from changes import permissions
from changes.actions import answer as actions
from changes.choices import Outcome, State
from changes.domain.answer import LENGTHS, Say, asked_now, likely_begin, likely_end
from changes.exceptions import Refusal
from changes.formats import times
from changes.models import RFC, WorkSession
from changes.selectors.answer import Answered, Longer, longer
from changes.selectors.detail import Detail
from changes.web.forms.answer import LongerForm, TimesForm
from changes.web.refusal import status_of
from changes.web.rfc import detail_or_404

_WORKED = (State.SCHEDULED, State.IN_PROGRESS)


@dataclass
class Asking:
    """The page for one session and one answer. `say` is what is about to be said."""

    detail: Detail
    session: WorkSession
    say: Say
    minutes: int = 60
    form: Form | None = None
    refusal: Refusal | None = None
    #: Whether the link itself names how long: somebody has seen what was given already and wants more.
    insists: bool = False

    @property
    def rfc(self) -> RFC:
        return self.detail.rfc

    @cached_property
    def answered(self) -> Answered:
        return Answered(self.rfc, self.session)

    @cached_property
    def works(self) -> bool:
        """Whether the reader is one of those who answer."""
        return permissions.can_answer(self.detail.viewer, self.session, self.detail.at)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be said of this session."""
        return self.session.actual_end is not None or self.rfc.state not in _WORKED

    @property
    def is_said(self) -> bool:
        """Whether this answer has been given already, or is none any more."""
        return self.is_over or self.is_longer or (self.say == Say.BEGUN and self.session.actual_start is not None)

    @cached_property
    def is_longer(self) -> bool:
        """Whether more time was given that has not run out: who opens the mail again reads by whom before giving more."""
        end, is_asked = self.session.planned_end, self.say == Say.HOUR and not self.insists and self.refusal is None
        return bool(is_asked and self.session.is_running and end and self.detail.at < end and self.answered.extended)

    @property
    def is_early(self) -> bool:
        """Whether an end is to be told of what is neither begun nor due yet."""
        return self.say == Say.WELL and self.session.actual_start is None and self.detail.at < self.session.planned_start

    @cached_property
    def why_not(self) -> str:
        """Why it may not begin, where it has not."""
        if self.session.actual_start or self.rfc.state == State.IN_PROGRESS:
            return ""
        offer = self.detail.offers.get(State.IN_PROGRESS.value)
        return offer.why if offer else ""

    @cached_property
    def longer(self) -> Longer | None:
        zone = self.detail.time_zone
        return longer(self.rfc, self.session, self.minutes, at=self.detail.at, time_zone=zone) if self.session.is_running else None

    @property
    def others(self) -> list[tuple[Say, str]]:
        """The other answers with their pages; more time can be asked for by whoever has begun."""
        possible = [Say.WELL, Say.HOUR] if self.session.actual_start else [Say.BEGUN, Say.WELL]
        return [(say, address(self.rfc, self.session, say)) for say in possible if say != self.say]

    @property
    def lengths(self) -> list[tuple[int, str]]:
        return [(n, more) for n, more in self.every_length if n != self.minutes]

    @property
    def every_length(self) -> list[tuple[int, str]]:
        return [(n, f"{address(self.rfc, self.session, Say.HOUR)}&minutes={n}") for n in LENGTHS]


def address(rfc: RFC, session: WorkSession, say: Say) -> str:
    """The page of one answer, as the mails name it."""
    return f"{reverse('rfc-answer', args=[rfc.number])}?{urlencode({'session': f'{session.pk}', 'say': say.value})}"


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_answer(request: HttpRequest, number: str) -> HttpResponse:
    """A GET shows what would be said and what follows from it; a POST says it."""
    detail = detail_or_404(request, number, at=timezone.now())
    asking = _asking(request, detail)
    if asking is None:
        return render(request, "changes/rfc_answer_gone.html", {"rfc": detail.rfc, "detail": detail}, status=404)
    asking.form = _form(asking, request)
    if request.method != "POST":
        return _page(request, asking)
    if not asking.form.is_valid():
        return _page(request, asking, status=400)
    try:
        said = _SAID[asking.say](asking, asking.form)
    except Refusal as refusal:
        return _refused(request, asking, refusal)
    messages.success(request, said)
    return redirect(address(asking.rfc, asking.session, asking.say))


def _asking(request: HttpRequest, detail: Detail) -> Asking | None:
    """What the link asks; None where its session is no longer planned. Without one the session of the hour is meant."""
    key = request.GET.get("session", "")
    session = next((row for row in detail.rfc.sessions.all() if str(row.pk) == key), None)
    if session is None and not key and detail.night:
        session = detail.night.session
    if session is None:
        return None
    word, length = request.GET.get("say", ""), request.GET.get("minutes", "")
    say = Say(word) if word in list(Say) else asked_now(State(detail.rfc.state), is_begun=session.actual_start is not None)
    minutes = int(length) if length in map(str, LENGTHS) else 60
    return Asking(detail, session, say, minutes, insists=length in map(str, LENGTHS))


def _form(asking: Asking, request: HttpRequest) -> Form:
    """The fields of the answer, with the times that are likely."""
    session, at, zone = asking.session, asking.detail.at, ZoneInfo(asking.detail.time_zone)
    data = request.POST if request.method == "POST" else None
    if asking.say == Say.HOUR:
        return LongerForm(data, initial={"minutes": asking.minutes, "revision": session.revision})
    begun = session.actual_start or likely_begin(session.planned_start, at)
    asks = _asks(asking)
    ended = likely_end(session.planned_end, begun, at)
    if asking.say == Say.WELL and not session.actual_start:
        begun = min(session.planned_start, ended)
    return TimesForm(data, initial={"actual_start": begun, "actual_end": ended}, zone=zone, at=at, asks=asks)


def _asks(asking: Asking) -> tuple[str, ...]:
    if asking.say == Say.BEGUN:
        return ("actual_start",)
    return ("actual_end", "note") if asking.session.actual_start else ("actual_start", "actual_end", "note")


def _refused(request: HttpRequest, asking: Asking, refusal: Refusal) -> HttpResponse:
    """The page as things stand now, with why not and what was typed."""
    fresh = detail_or_404(request, asking.rfc.number, at=asking.detail.at)
    again = _asking(request, fresh)
    if again is None:
        return render(request, "changes/rfc_answer_gone.html", {"rfc": fresh.rfc, "detail": fresh}, status=status_of(refusal))
    again.form, again.refusal = asking.form, refusal
    if asking.say == Say.HOUR:
        again.form = LongerForm(initial={**request.POST.dict(), "revision": again.session.revision})
    return _page(request, again, status=status_of(refusal))


def _page(request: HttpRequest, asking: Asking, status: int = 200) -> HttpResponse:
    context = {
        "asking": asking,
        "rfc": asking.rfc,
        "detail": asking.detail,
        "session": asking.session,
        "form": asking.form,
        "refusal": asking.refusal,
        "is_several": len(asking.rfc.sessions.all()) > 1,
    }
    return render(request, "changes/rfc_answer.html", context, status=status)


def _hhmm(instant: datetime | None) -> str:
    return times.hhmm(instant, zone=timezone.get_current_timezone()) if instant else ""


def _begun(asking: Asking, form: Form) -> str:
    assert isinstance(form, TimesForm)  # noqa: S101 - the form of this answer
    started = form.instant("actual_start") or asking.detail.at
    actions.begun(asking.session, started, actor=asking.detail.viewer, at=asking.detail.at)
    return f"{asking.rfc.number}: begun at {_hhmm(started)}. Nobody is asked about it any more."


def _well(asking: Asking, form: Form) -> str:
    assert isinstance(form, TimesForm)  # noqa: S101 - the form of this answer
    at = asking.detail.at
    started, ended = form.instant("actual_start") if "actual_start" in form.fields else None, form.instant("actual_end") or at
    note = form.cleaned_data["note"]
    rfc = actions.ended(asking.session, Outcome.SUCCESSFUL, started=started, ended=ended, actor=asking.detail.viewer, at=at, note=note)
    more = " Its next session is still to come." if rfc.state == State.IN_PROGRESS else ""
    return f"{asking.rfc.number}: went well, ended at {_hhmm(ended)}.{more} Nobody is asked about it any more."


def _longer(asking: Asking, form: Form) -> str:
    typed = form.cleaned_data
    rfc = actions.longer(
        asking.session, typed["minutes"], seen=typed["revision"], actor=asking.detail.viewer, at=asking.detail.at, note=typed["note"]
    )
    ends = rfc.sessions.get(pk=asking.session.pk).planned_end
    return f"{asking.rfc.number} has until {_hhmm(ends)}. You are asked how it went then."


_SAID: Mapping[Say, Callable[[Asking, Form], str]] = {Say.BEGUN: _begun, Say.WELL: _well, Say.HOUR: _longer}
