"""Putting an item to the vote between meetings, closing that early and withdrawing it, all on the item's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from changes.actions.electronic_vote import close_early, put_to_the_vote, withdraw
from changes.exceptions import Refusal
from changes.formats import times
from changes.models import AgendaItem, ElectronicVote
from changes.web.consent import done, item_or_404
from changes.web.forms.electronic_vote import PollForm
from changes.web.item import looked_at, page
from changes.web.refusal import status_of
from changes.web.rfc import reader


@require_POST
def item_poll(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Put it to the vote; what was typed stays where it is refused."""
    at = timezone.now()
    looked, form = looked_at(request, pk, item, at=at), PollForm(request.POST)
    if not form.is_valid():
        return page(request, looked, at=at, status=400, poll_form=form)
    given = form.cleaned_data
    try:
        vote = put_to_the_vote(looked.item.row, reason=given["reason"], closes_at=given["closes_at"], actor=reader(request), at=at)
    except Refusal as refusal:
        if refusal.field in form.fields:
            form.add_error(refusal.field, f"{refusal.sentence} {refusal.mend}".strip())
        return page(request, looked, at=at, status=status_of(refusal), refusal=refusal, poll_form=form)
    until = times.moment(vote.closes_at, zone=timezone.get_current_timezone(), today=timezone.localdate())
    messages.success(request, f"Put to the vote until {until}. Those who may vote and have not are told now.")
    return redirect("item-detail", pk, item)


@require_POST
def item_poll_close(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Count the votes now that everybody has given theirs."""
    row = item_or_404(request, pk, item)
    return done(request, row, lambda: close_early(_running(row), actor=reader(request), at=timezone.now()).result)


@require_POST
def item_poll_withdraw(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """End it without a result."""
    row = item_or_404(request, pk, item)
    reason = request.POST.get("reason", "")
    return done(request, row, lambda: withdraw(_running(row), reason=reason, actor=reader(request), at=timezone.now()).result)


def _running(row: AgendaItem) -> ElectronicVote:
    """The latest vote on it, running or ended: the action says which."""
    vote = row.electronic_votes.order_by("-opened_at", "-pk").first()
    if vote is None:
        raise Http404(f"no vote on {row.pk}")
    return vote
