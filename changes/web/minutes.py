"""The minutes of a meeting: the page, its notes, publication and addenda, and the same as PDF and Markdown (DESIGN 4.8)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changes import permissions
from changes.actions.minutes import add_addendum, publish_minutes, write_note
from changes.choices import MeetingState
from changes.domain.minutes import Minutes, why_not_noted, why_not_published
from changes.exceptions import Refusal, Stale
from changes.formats import minutes as minutes_format
from changes.formats.paper import Paper
from changes.formats.paper_markdown import markdown_of
from changes.formats.paper_words import Reader
from changes.models import AgendaItem, Meeting
from changes.selectors.minutes import corrections_of, minutes_of, recipients_of
from changes.web.agenda import meeting_or_404
from changes.web.pack import as_markdown, as_pdf, file_name
from changes.web.refusal import attempt, status_of
from changes.web.rfc import reader


@require_safe
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, meeting_or_404(request, pk))


@require_safe
def meeting_minutes_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, at = meeting_or_404(request, pk), timezone.now()
    return as_pdf(_paper(meeting, minutes_of(meeting), at), file_name("minutes", meeting), at)


@require_safe
def meeting_minutes_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = meeting_or_404(request, pk)
    return as_markdown(_paper(meeting, minutes_of(meeting), timezone.now()), file_name("minutes", meeting))


def _paper(meeting: Meeting, minutes: Minutes, at: datetime) -> Paper:
    published = meeting.minutes_published_at and (meeting.minutes_published_at, str(meeting.minutes_published_by))
    zone = timezone.get_current_timezone()
    return minutes_format.paper_of(minutes, corrections_of(meeting), published=published or None, zone=zone, at=at)


def _page(request: HttpRequest, meeting: Meeting, *, status: int = 200, **typed: Any) -> HttpResponse:
    """The minutes with what the reader may do about them; `typed` is what a refused form had."""
    at, minutes = timezone.now(), minutes_of(meeting)
    words = Reader(timezone.get_current_timezone(), timezone.localdate())
    published, state = meeting.minutes_published_at is not None, MeetingState(meeting.state)
    leads = permissions.can_prepare(reader(request), meeting, at)
    paper = _paper(meeting, minutes, at)
    context = {
        "meeting": meeting,
        "minutes": minutes,
        "paper": paper,
        "facts": minutes_format.facts(minutes, words),
        "points": {point.id: minutes_format.under(point, words) for point in minutes.points},
        "where_to": minutes_format.where_to(minutes, words),
        "corrections": corrections_of(meeting),
        "may_note": leads and not why_not_noted(state, published=published),
        "may_publish": leads and not why_not_published(state, published=published),
        "may_correct": leads and published,
        "source": markdown_of(paper, base=settings.FSC_BASE_URL),
        **typed,
    }
    return render(request, "changes/meeting_minutes.html", context, status=status)


@require_POST
def minutes_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note, of `item` or of the whole meeting; where somebody else has written since, both texts are shown."""
    meeting = meeting_or_404(request, pk)
    item, text, was = _item(meeting, request.POST.get("item", "")), request.POST.get("note", ""), request.POST.get("was", "")
    try:
        write_note(meeting, item, text, was=was, actor=reader(request), at=timezone.now())
    except Refusal as refusal:
        stored = Meeting.objects.get(pk=pk).note if item is None else AgendaItem.objects.get(pk=item.pk).note
        both = {"stored": stored} if isinstance(refusal, Stale) else {}
        return _page(
            request, meeting, status=status_of(refusal), refusal=refusal, typed_item=item.pk if item else 0, typed_note=text, **both
        )
    messages.success(request, "The note is kept for the minutes.")
    return redirect(f"{request.path.removesuffix('note/')}#{f'item-{item.pk}' if item else 'meeting'}")


def _item(meeting: Meeting, key: str) -> AgendaItem | None:
    if not key:
        return None
    found = meeting.items.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    if found is None:
        raise Http404(f"item {key}")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing and who will get them; a POST publishes them for good."""
    meeting = meeting_or_404(request, pk)
    if request.method != "POST":
        return _question(request, meeting)

    def publish() -> str:
        told = (publish_minutes(meeting, actor=reader(request), at=timezone.now()).minutes_snapshot or {})["told"]
        return f"The minutes are published and go to {len(told)} people: the members, and the owners of what was on the agenda."

    return _done(request, meeting, publish)


def _question(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The step before it, for those who may; the others read the minutes."""
    why_not = why_not_published(MeetingState(meeting.state), published=meeting.minutes_published_at is not None)
    if why_not or not permissions.can_prepare(reader(request), meeting, timezone.now()):
        messages.warning(request, why_not or "The chair, a delegate and the change manager publish minutes.")
        return redirect("meeting-minutes", meeting.pk)
    minutes = minutes_of(meeting)
    context = {
        "meeting": meeting,
        "summary": minutes_format.summary(minutes),
        "missing": minutes_format.missing(minutes),
        "told": recipients_of(meeting),
    }
    return render(request, "changes/minutes_publish.html", context)


@require_POST
def minutes_addendum(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct published minutes by a text below them."""
    meeting, text = meeting_or_404(request, pk), request.POST.get("text", "")
    try:
        add_addendum(meeting, text, actor=reader(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, meeting, status=status_of(refusal), refusal=refusal, typed_addendum=text)
    messages.success(request, "The addendum stands below the minutes and goes to whom they went.")
    return redirect("meeting-minutes", meeting.pk)


def _done(request: HttpRequest, meeting: Meeting, act: Callable[[], str]) -> HttpResponse:
    attempt(request, act)
    return redirect("meeting-minutes", meeting.pk)
