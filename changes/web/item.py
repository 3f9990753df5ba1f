"""One item of an agenda on one page: the decision asked, what speaks for and against it, and the forms to vote and decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from changes.actions.sitting import decide_on
from changes.choices import State, Verdict
from changes.exceptions import Refusal
from changes.formats import record as record_words
from changes.formats.outage import outage_words
from changes.formats.session_bar import Plan
from changes.models import RFC, Decision, User
from changes.selectors.agenda import agenda_of
from changes.selectors.item import Looked, look_at
from changes.selectors.meeting import deferral_targets
from changes.web import item_votes
from changes.web.agenda import meeting_or_404
from changes.web.forms.board import VERDICTS, ConditionRows, DecisionForm, VoteForm
from changes.web.refusal import status_of
from changes.web.rfc import reader


@require_safe
def item_detail(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    at = timezone.now()
    looked = looked_at(request, pk, item, at=at)
    answer = page(request, looked, at=at)
    item_votes.remember(request, looked, reader(request), at=at)
    return answer


def looked_at(request: HttpRequest, pk: int, item: int, *, at: datetime) -> Looked:
    """The item as the reader sees it, or 404."""
    meeting = meeting_or_404(request, pk)
    viewer = reader(request)
    agenda = agenda_of(meeting, at=at, viewer=viewer, time_zone=timezone.get_current_timezone_name())
    looked = look_at(agenda, item, viewer=viewer, at=at)
    if looked is None:
        raise Http404(f"item {item}")
    return looked


def page(request: HttpRequest, looked: Looked, *, at: datetime, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with forms as they were typed or fresh ones."""
    may_decide = not looked.why_not_decide
    if may_decide and "form" not in forms:
        forms |= {"form": decision_form(looked, at), "conditions": ConditionRows(prefix="conditions")}
    if not looked.why_not_vote and "vote_form" not in forms:
        ballot = looked.own_ballot
        forms["vote_form"] = VoteForm(initial={"vote": ballot.vote, "comment": ballot.comment} if ballot and ballot.vote else {})
    context = {
        "looked": looked,
        "meeting": looked.agenda.meeting,
        "item": looked.item,
        "rfc": looked.rfc,
        "outage": outage_words(list(looked.rfc.sessions.all())) if looked.rfc else "",
        "people": people(looked) if may_decide else [],
        "may_decide": may_decide,
        **drawings(looked),
        **item_votes.context_of(looked, reader(request), at=at),
        **forms,
    }
    return render(request, "changes/item_detail.html", context, status=status)


def drawings(looked: Looked) -> dict[str, Any]:
    """The session bar, and the record of the type with this plan against it."""
    session, minutes, record = looked.session, looked.minutes, looked.record
    length = session.interval.minutes if session else None
    return {
        "plan": _plan(looked),
        "session": session,
        "minutes": minutes,
        "record": record,
        "record_outcomes": record_words.outcomes(record),
        "record_took": record_words.took(record),
        "dots": record_words.drawn(record, plan=minutes["total"], session=length) if record.count else None,
    }


def _plan(looked: Looked) -> Plan | None:
    """The plan laid into the session, where there is one with an end."""
    session, minutes, rfc = looked.session, looked.minutes, looked.rfc
    if rfc is None or session is None or session.end is None:
        return None
    outage = session.outage_interval
    return Plan(
        session.start,
        session.end,
        rollout=minutes["rollout"],
        verification=minutes["verification"],
        rollback=minutes["rollback"],
        severity=rfc.severity,
        outage_start=outage.start if outage else None,
        outage_end=outage.end if outage else None,
    )


def decision_form(looked: Looked, at: datetime, typed: Mapping[str, Any] | None = None) -> DecisionForm:
    """The chair's form; it remembers which version of the RFC was on the screen."""
    rfc = looked.rfc
    initial = {"version": rfc.version, "severity": rfc.severity} if rfc else {}
    meetings = deferral_targets(looked.agenda.meeting, at=at)
    # What was typed is read whatever is open by now: why it is refused is the action's to say.
    verdicts = looked.verdicts if typed is None else looked.verdicts or tuple(VERDICTS)
    return DecisionForm(typed, verdicts=verdicts, meetings=meetings, initial={**initial, "defer_to": meetings.first()})


def people(looked: Looked) -> list[User]:
    """Whom a condition is likely to be for: the RFC's people first, then those of the board."""
    rfc = looked.rfc
    own = [rfc.owner, rfc.implementer, rfc.requester] if rfc else []
    seats = [seat.person for seat in looked.agenda.seats]
    known = {person.pk for person in [*own, *seats] if person}
    managers = User.objects.filter(Q(managed_services__rfcs=rfc), is_active=True).exclude(pk__in=known).distinct()
    return list({person.pk: person for person in [*own, *managers, *seats] if person}.values())


@require_POST
def item_decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Record the decision and go on to the next item in the order of the meeting; "more" only brings another row for a condition."""
    at = timezone.now()
    looked = looked_at(request, pk, item, at=at)
    rows = ConditionRows(with_one_more(request), prefix="conditions")
    form = decision_form(looked, at, request.POST)
    if "more" in request.POST:
        return page(request, looked, at=at, form=unjudged(form), conditions=unjudged(rows))
    wants_rows = request.POST.get("verdict") == Verdict.APPROVE_WITH_CONDITIONS
    if not form.is_valid() or (wants_rows and not rows.is_valid()):
        return page(request, looked, at=at, status=400, form=form, conditions=rows)
    promises = [row.promise() for row in rows if row.has_changed()] if wants_rows else []
    try:
        version = form.cleaned_data["version"]
        decision = decide_on(looked.item.row, form.ruling(promises), actor=reader(request), at=at, version=version)
    except Refusal as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, f"{refusal.sentence} {refusal.mend}".strip())
        looked = looked_at(request, pk, item, at=at)
        return page(request, looked, at=at, status=status_of(refusal), refusal=refusal, form=form, conditions=rows)
    messages.success(request, said(decision))
    follows = looked.next
    return redirect("item-detail", pk, follows.row.pk) if follows else redirect("meeting-detail", pk)


def with_one_more(request: HttpRequest) -> Mapping[str, Any]:
    """What was typed; with room for one more condition where that was asked."""
    typed = request.POST.copy()
    if "more" in typed:
        typed["conditions-TOTAL_FORMS"] = str(int(typed.get("conditions-TOTAL_FORMS") or 0) + 1)
    return typed


def unjudged(form: Any) -> Any:
    """A form with what was typed, without a word on what is missing yet."""
    parts = list(form) if isinstance(form, BaseFormSet) else [form]
    for part in parts:
        part._errors = {}  # noqa: SLF001 - Django offers no other way to show typed values unjudged
    return form


def said(decision: Decision) -> str:
    """What was decided, and where it has led."""
    rfc, verdict = RFC.objects.get(pk=decision.rfc_id), Verdict(decision.verdict)  # scheduled by itself since it was decided
    done = {
        Verdict.APPROVE: "approved",
        Verdict.APPROVE_WITH_CONDITIONS: "approved with conditions; the work cannot begin while one is open",
        Verdict.DEFER: "deferred",
        Verdict.REJECT: "rejected",
        Verdict.RATIFY: "ratified",
        Verdict.UNAUTHORISED: "called unauthorised",
    }[verdict]
    scheduled = ", and on the schedule" if rfc.state == State.SCHEDULED and verdict == Verdict.APPROVE else ""
    return f"{rfc.number} {done}{scheduled}."
