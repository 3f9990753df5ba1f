"""Two revisions of an agenda side by side: what has been added, moved and found between them (DESIGN 4.8; LOOK, agenda)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes.domain.revision import compare, frozen_from, in_words
from changes.models import AgendaRevision
from changes.selectors.agenda import agenda_of
from changes.selectors.revision import consented_then
from changes.web.agenda import meeting_or_404
from changes.web.rfc import reader


@require_safe
def meeting_revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """`?before=1&after=2`; without them the first against the last. From what was frozen, whatever has changed since.

    Only the consent list of the current revision is today’s, so that its total is that of the agenda’s page.
    """
    meeting = meeting_or_404(request, pk)
    rows = {row.number: row for row in AgendaRevision.objects.filter(meeting=meeting).order_by("number")}
    if not rows:
        raise Http404("no revision")
    first, last = _chosen(request, "before", rows, min(rows)), _chosen(request, "after", rows, max(rows))
    consented = {item.row.pk for item in agenda_of(meeting, at=timezone.now(), viewer=reader(request)).consent}
    before, after = (
        frozen_from(row.number, row.snapshot, row.reason, consented if row.number == meeting.revision else consented_then(row))
        for row in (rows[first], rows[last])
    )
    changes = compare(before, after)
    between = [row for number, row in rows.items() if min(first, last) < number <= max(first, last) and row.reason]
    context = {
        "meeting": meeting,
        "rows": list(rows.values()),
        "before": before,
        "after": after,
        "changes": changes,
        "words": in_words(changes, before, after),
        "between": between,
    }
    return render(request, "changes/meeting_revisions.html", context)


def _chosen(request: HttpRequest, name: str, rows: dict[int, AgendaRevision], otherwise: int) -> int:
    """The revision that is asked for, or 404 where there is none of that number."""
    asked = request.GET.get(name, "")
    if not asked:
        return otherwise
    if not (asked.isdecimal() and len(asked) < 6 and int(asked) in rows):
        raise Http404(f"revision {asked}")
    return int(asked)
