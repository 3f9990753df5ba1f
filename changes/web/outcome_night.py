"""The outcomes of a night on one page: ten automatic changes are one mail and one report (DESIGN 4.9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from changes.actions.outcome import Report, report_night
from changes.choices import Outcome
from changes.domain.answer import likely_end
from changes.domain.schedule import night
from changes.exceptions import Refusal
from changes.selectors.outcome import Line, outcomes_of
from changes.selectors.preference import stood_in_for
from changes.web.forms.answer import OutcomeForm
from changes.web.refusal import status_of, words
from changes.web.rfc import reader

_ASKS = ("outcome", "actual_start", "actual_end", "note")


@dataclass
class Row:
    """A session with its fields; without a form where there is nothing to say, `refusal` where saying it was refused."""

    line: Line
    form: OutcomeForm | None
    refusal: Refusal | None = None

    @property
    def is_odd(self) -> bool:
        """Whether its times and note are shown unfolded."""
        form = self.form
        return bool(form and form.is_bound and (form.errors or form.data.get(form.add_prefix("outcome")) not in ("", "successful")))


@require_http_methods(["GET", "HEAD", "POST"])
def night_outcomes(request: HttpRequest, on: str) -> HttpResponse:
    """A GET shows the night and changes nothing; a POST records each row that something was chosen for."""
    at, evening = timezone.now(), _evening_or_404(on)
    lines = _lines(request, evening, at)
    if request.method != "POST":
        return _page(request, evening, [_row(line, at) for line in lines])
    rows = [_row(line, at, _filled(request, line)) for line in lines]
    chosen = [row for row in rows if row.form and row.form.data.get(row.form.add_prefix("outcome"))]
    reports = [_report(row, at) for row in chosen if row.form and row.form.is_valid()]
    results = report_night(reports, actor=reader(request), at=at)
    done = sum(result is None for result in results.values())
    if done == len(chosen):
        _say(request, done)
        return redirect("night-outcomes", on)
    return _again(request, evening, rows, results, at)


def _evening_or_404(text: str) -> date:
    """The evening of an address; no night begins on the last day of the calendar, nor on its first in every zone."""
    try:
        evening = date.fromisoformat(text)
        night(evening, ZoneInfo(settings.FSC_TIME_ZONE))
    except (ValueError, OverflowError):
        raise Http404(text) from None
    return evening


def _lines(request: HttpRequest, evening: date, at: datetime) -> list[Line]:
    viewer = reader(request)
    return outcomes_of(evening, viewer, at=at, of=stood_in_for(viewer, at=at))


def _row(line: Line, at: datetime, data: Mapping[str, Any] | None = None) -> Row:
    if not line.is_open:
        return Row(line, None)
    session = line.session
    begun = session.actual_start or min(session.planned_start, at)
    ended = likely_end(session.planned_end, begun, at) if not line.is_over else max(session.planned_end or at, begun)
    initial = {"actual_start": begun, "actual_end": ended}
    zone = ZoneInfo(timezone.get_current_timezone_name())
    return Row(line, OutcomeForm(data, prefix=f"s{session.pk}", initial=initial, zone=zone, at=at, asks=_ASKS))


def _filled(request: HttpRequest, line: Line) -> Mapping[str, Any]:
    """What was typed; with "all went well" what is over and nothing was chosen for went well."""
    data, name = request.POST.copy(), f"s{line.session.pk}-outcome"
    if "all_well" in request.POST and line.is_over and not data.get(name):
        data[name] = Outcome.SUCCESSFUL.value
    return data


def _report(row: Row, at: datetime) -> Report:
    form, session = row.form, row.line.session
    assert form is not None  # noqa: S101 - only rows with a form are chosen
    outcome = Outcome(form.cleaned_data["outcome"])
    started = form.instant("actual_start") or session.planned_start
    return Report(session, outcome, started, form.instant("actual_end") or at, form.cleaned_data["note"])


def _say(request: HttpRequest, done: int) -> None:
    if done:
        what = "1 outcome is recorded" if done == 1 else f"{done} outcomes are recorded"
        messages.success(request, f"{what}. Nobody is asked about them any more.")
    else:
        messages.info(request, "Nothing was chosen, so nothing is recorded.")


def _again(request: HttpRequest, evening: date, typed: Sequence[Row], results: Mapping[int, Refusal | None], at: datetime) -> HttpResponse:
    """The page as it stands now: what was written as reported, the rest as it was typed, with why."""
    forms = {row.line.session.pk: row.form for row in typed}
    rows = []
    for line in _lines(request, evening, at):
        key = line.session.pk
        refusal, form = results.get(key), forms.get(key)
        if refusal and form and refusal.field in form.fields:
            form.add_error(refusal.field, words(refusal))
            rows.append(Row(line, form if line.is_open else None))
        else:
            rows.append(Row(line, form if line.is_open else None, refusal))
    done = sum(result is None for result in results.values())
    status = max((status_of(refusal) for refusal in results.values() if refusal), default=400)
    return _page(request, evening, rows, done=done, status=status)


def _page(request: HttpRequest, evening: date, rows: Sequence[Row], *, done: int | None = None, status: int = 200) -> HttpResponse:
    waiting = [row for row in rows if row.form]
    context = {
        "evening": evening,
        "open_rows": waiting,
        "over": sum(row.line.is_over for row in waiting),
        "told": [row for row in rows if not row.form],
        "done": done,
    }
    return render(request, "changes/night_outcomes.html", context, status=status)
