"""Saying that one comes to a meeting or does not, and asking those whose vote is missing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from changes.actions.attendance import say
from changes.actions.vote import ask_for_votes
from changes.choices import Attending
from changes.exceptions import Unacceptable
from changes.models import Meeting
from changes.web.agenda import meeting_or_404
from changes.web.refusal import attempt
from changes.web.rfc import reader


@require_POST
def meeting_attend(request: HttpRequest, pk: int) -> HttpResponse:
    """`says` is "coming" or "away"."""
    meeting = meeting_or_404(request, pk)

    def said() -> str:
        word = request.POST.get("says", "")
        if word not in set(Attending):
            raise Unacceptable("Say whether you come.", mend="Choose one of the two.", field="says")
        say(meeting, Attending(word), actor=reader(request), at=timezone.now())
        return "You said that you come." if word == Attending.COMING else "You said that you do not come."

    return _done(request, meeting, said)


@require_POST
def meeting_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Have those reminded now whose vote is missing, and say who they are."""
    meeting = meeting_or_404(request, pk)

    def asked() -> str:
        people = ask_for_votes(meeting, actor=reader(request), at=timezone.now())
        return f"Reminded: {', '.join(str(person) for person in people)}."

    return _done(request, meeting, asked)


def _done(request: HttpRequest, meeting: Meeting, act: Callable[[], str]) -> HttpResponse:
    attempt(request, act)
    return redirect("meeting-detail", meeting.pk)
