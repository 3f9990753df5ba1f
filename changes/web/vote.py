"""A member votes ahead of the meeting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from changes.actions.vote import cast
from changes.choices import Ballot
from changes.exceptions import Refusal
from changes.web.consent import back_from
from changes.web.forms.board import VoteForm
from changes.web.item import looked_at, page
from changes.web.refusal import status_of
from changes.web.rfc import reader


@require_POST
def item_vote(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Keep the vote and stay on the item, so that the next one is a key away."""
    at = timezone.now()
    looked = looked_at(request, pk, item, at=at)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return page(request, looked, at=at, status=400, vote_form=form)
    try:
        given = cast(looked.item.row, Ballot(form.cleaned_data["vote"]), comment=form.cleaned_data["comment"], actor=reader(request), at=at)
    except Refusal as refusal:
        return page(request, looked, at=at, status=status_of(refusal), refusal=refusal, vote_form=form)
    sits_for = next((seat.stands_for for seat in looked.agenda.seats if seat.person.pk == given.member_id and seat.stands_for), None)
    whose = f"Your vote for {sits_for}" if sits_for else "Your vote"
    messages.success(request, f"{whose} on {looked.item.row.title}: {Ballot(given.vote).label.lower()}.")
    return back_from(request, looked.item.row)
