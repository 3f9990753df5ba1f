"""Raising an RFC and writing in it: one form, refreshed as somebody types, and refused without a loss."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes import permissions
from changes.actions import lifecycle
from changes.actions import rfc as rfc_actions
from changes.choices import State
from changes.domain.judgement import stops_submission
from changes.exceptions import MoveRefused, NotAllowed, Refusal, Stale
from changes.formats import difference
from changes.models import RFC
from changes.models.rfc import key_of
from changes.selectors.consequence import Consequence, Effect, consequence_of
from changes.web.forms import series, typed
from changes.web.forms.acts import SAVING, Acted, acted, of_post
from changes.web.forms.entry import Entry, Problem
from changes.web.forms.prefill import prefilled, with_blank_rows
from changes.web.rfc_owed import whole
from changes.web.rfc_page import Context, entry_of, page_context

#: A line of nights that is not understood is never dropped in silence.
_NIGHTS_LEFT = Problem("nights", "These nights are no sessions yet.", "Write the line in another way, or empty it.")
#: It is all that stands in the way then, so it alone is named.
_TO_NIGHTS = [("several nights", "beside-nights")]


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_create(request: HttpRequest) -> HttpResponse:
    """A new RFC; a link may fill in some of it (`forms.prefill`)."""
    if not permissions.can_raise(request.user):  # type: ignore[arg-type]
        raise PermissionDenied("A viewer raises no RFCs.")
    at = timezone.now()
    if request.method == "POST":
        return _answer(request, None, at)
    data = prefilled(of_post(request.GET), request.user, _zone())  # type: ignore[arg-type]
    return _page(request, None, acted(data, "", _zone(), timezone.localdate()), at)


@require_http_methods(["GET", "HEAD", "POST"])
def rfc_edit(request: HttpRequest, number: str) -> HttpResponse:
    """The same form over a stored RFC, for those who may write in it; of an emergency under way only what it owes."""
    rfc = get_object_or_404(RFC.objects.visible_to(request.user).with_content(), pk=key_of(number) or 0)
    if not permissions.can_write(request.user, rfc):  # type: ignore[arg-type]
        raise PermissionDenied(f"Only its requester and its owner write in {rfc.number}, until the work begins.")
    at = timezone.now()
    if request.method == "POST":
        return _answer(request, rfc, at)
    return _page(request, rfc, Acted(with_blank_rows(_stored(rfc))), at, all_at_once=True)


@require_POST
def rfc_check(request: HttpRequest) -> HttpResponse:
    """What the rules say of what is typed: the parts of the page beside the fields, each swapped on its own. Writes nothing."""
    at = timezone.now()
    rfc = _own_rfc(request)
    data = whole(of_post(request.POST), rfc, _zone())
    act = acted(data, data.get("act", ""), _zone(), timezone.localdate())
    entry = entry_of(request, act.data, rfc)
    context = page_context(entry, rfc, at=at, act=act, all_at_once=rfc is not None or data.get("judged") == "1")
    return render(request, "changes/partials/rfc_form/check.html", {**context, **_meanwhile(rfc, entry), "oob": True})


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _own_rfc(request: HttpRequest) -> RFC | None:
    """The RFC that is being written in; one that the person may not write in is not looked at."""
    number = request.POST.get("number", "")
    if not number:
        return None
    rfc = get_object_or_404(RFC.objects.visible_to(request.user).with_content(), pk=key_of(number) or 0)
    if not permissions.can_write(request.user, rfc):  # type: ignore[arg-type]
        raise PermissionDenied(f"Only its requester and its owner write in {rfc.number}, until the work begins.")
    return rfc


def _stored(rfc: RFC) -> QueryDict:
    data = typed.of_content(rfc.content(), _zone())
    data["version"], data["read_at"] = str(rfc.version), rfc.updated_at.isoformat()
    return data


def _page(
    request: HttpRequest,
    rfc: RFC | None,
    act: Acted,
    at: datetime,
    *,
    status: int = 200,
    all_at_once: bool = False,
    refused: Sequence[Problem] = (),
    **more: object,
) -> HttpResponse:
    entry = entry_of(request, act.data, rfc)
    context = page_context(entry, rfc, at=at, act=act, all_at_once=all_at_once, refused=refused)
    template = "changes/rfc_edit.html" if rfc else "changes/rfc_create.html"
    return render(request, template, {**context, **_meanwhile(rfc, entry), **more}, status=status)


def _answer(request: HttpRequest, rfc: RFC | None, at: datetime) -> HttpResponse:
    data = whole(of_post(request.POST), rfc, _zone())
    asked = data.get("act", "check")
    act = acted(data, asked, _zone(), timezone.localdate())
    judged = rfc is not None or asked == "check" or data.get("judged") == "1"
    if asked not in SAVING:
        return _page(request, rfc, act, at, all_at_once=judged)
    if why := series.not_understood(act.data, timezone.localdate()):
        told = {"refusal": f"Not saved: {why}", "mend_first": _TO_NIGHTS}
        return _page(request, rfc, act, at, status=422, all_at_once=judged, refused=[_NIGHTS_LEFT], **told)
    entry = entry_of(request, act.data, rfc)
    if entry.problems:
        return _refused(request, rfc, act, at, "Not saved: some of it cannot be read.")
    if rfc and asked != "save-over" and _version(act.data) != rfc.version:
        return _page(request, rfc, act, at, status=409, all_at_once=True)
    if rfc and asked in ("save", "save-over") and (means := _consequence(rfc, entry, at)):
        return _page(request, rfc, act, at, all_at_once=True, **means)
    return _store(request, rfc, entry, act, at)


def _store(request: HttpRequest, rfc: RFC | None, entry: Entry, act: Acted, at: datetime) -> HttpResponse:
    """Save, and submit where that was asked; all of it or nothing. What is refused stays on the page."""
    submits = act.data.get("act") == "submit"
    try:
        with transaction.atomic():
            saved = _saved(request, rfc, entry, at)
            if submits:
                saved = lifecycle.move(saved, State.SUBMITTED, actor=request.user, at=at, version=saved.version)  # type: ignore[arg-type]
    except Stale:
        return _page(request, _reread(rfc), act, at, status=409, all_at_once=True)
    except MoveRefused as refusal:
        return _refused(request, rfc, act, at, _why_not(refusal, rfc, submits=submits))
    except NotAllowed as refusal:
        return _refused(request, rfc, act, at, f"{refusal.sentence} {refusal.mend}", status=403)
    except Refusal as refusal:
        problem = Problem(refusal.field or "title", refusal.sentence, refusal.mend)
        return _refused(request, rfc, act, at, "Not saved.", refused=[problem])
    messages.success(request, _done(saved, submits=submits))
    stays = saved.state == State.DRAFT
    return HttpResponseRedirect(reverse("rfc-edit", args=[saved.number]) if stays else saved.get_absolute_url())


def _why_not(refusal: MoveRefused, rfc: RFC | None, *, submits: bool) -> str:
    if not submits:
        return f"Not saved: {refusal.sentence} {refusal.mend}"
    missing = len(stops_submission(refusal.findings))
    why = f"{missing} {'error' if missing == 1 else 'errors'} to mend first." if missing else refusal.sentence
    stored = "" if rfc else " It is not stored yet; a draft needs nothing."
    return f"Not submitted: {why}{stored}"


def _saved(request: HttpRequest, rfc: RFC | None, entry: Entry, at: datetime) -> RFC:
    if rfc is None:
        return rfc_actions.create(entry.content, actor=request.user, at=at)  # type: ignore[arg-type]
    # "Save mine over it" is said of the version whose changes were shown; a newer one is shown again.
    over = entry.data.get("act") == "save-over"
    version = _version(entry.data, "over_version" if over else "version")
    return rfc_actions.update(rfc, entry.content, actor=request.user, at=at, version=version)  # type: ignore[arg-type]


def _reread(rfc: RFC | None) -> RFC | None:
    return RFC.objects.with_content().get(pk=rfc.pk) if rfc else None


def _refused(
    request: HttpRequest,
    rfc: RFC | None,
    act: Acted,
    at: datetime,
    sentence: str,
    *,
    status: int = 422,
    refused: Sequence[Problem] = (),
) -> HttpResponse:
    return _page(request, rfc, act, at, status=status, all_at_once=True, refused=refused, refusal=sentence)


def _version(data: QueryDict, name: str = "version") -> int:
    text = data.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _consequence(rfc: RFC, entry: Entry, at: datetime) -> Context:
    """What the edit would cost an approval, to be asked before it is made; empty where it costs nothing."""
    means: Consequence = consequence_of(rfc, entry.content, at=at)
    if means.effect == Effect.NONE:
        return {}
    zone, today = _zone(), timezone.localdate()
    ordered = sorted(means.differences, key=lambda one: not one.material)
    rows = [(difference.in_words(one, zone=zone, today=today), one.material) for one in ordered]
    return {"consequence": means, "returns": means.effect == Effect.RETURNS, "differing": rows}


def _meanwhile(rfc: RFC | None, entry: Entry) -> Context:
    """What others have done to the stored RFC since it was read, and where what is typed differs from it."""
    if rfc is None or not entry.data.get("version") or _version(entry.data) == rfc.version:
        return {"stale": False}
    events = rfc.events.select_related("actor").order_by("at", "pk")
    if read_at := _instant(entry.data.get("read_at", "")):
        events = events.filter(at__gt=read_at)
    zone, today = _zone(), timezone.localdate()
    return {
        "stale": True,
        "events": [(event, difference.fields_in_words(event.changes)) for event in events],
        "theirs": [difference.in_words(d, zone=zone, today=today) for d in difference.between(rfc.content(), entry.content)],
    }


def _instant(text: str) -> datetime | None:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    return given if given.tzinfo else None


def _done(rfc: RFC, *, submits: bool) -> str:
    if not submits:
        return f"{rfc.number} is saved{' as a draft' if rfc.state == State.DRAFT else ''}."
    return f"{rfc.number} is {State(rfc.state).label.lower()}."
