"""What was promised to a board: open and done, on one page; and saying how it stands (DESIGN 4.8)."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from changes import permissions
from changes.actions.action import fulfil, promise, reopen
from changes.exceptions import Refusal
from changes.models import Action, Board
from changes.selectors.action import promised_to
from changes.web.board import chosen_board
from changes.web.forms.action import ActionForm
from changes.web.refusal import status_of, tell
from changes.web.rfc import reader


@require_http_methods(["GET", "HEAD", "POST"])
def action_list(request: HttpRequest) -> HttpResponse:
    """`?board=` names the board, `?all=1` shows every one that is done; a POST writes down another."""
    at, viewer = timezone.now(), reader(request)
    if not permissions.can_see_board(viewer):
        raise PermissionDenied
    boards = list(Board.objects.select_related("chair"))
    board = chosen_board(boards, request.GET.get("board", ""), viewer)
    form, refusal, status = ActionForm(request.POST or None), None, 200
    if request.method == "POST" and board:
        status = 400
        if form.is_valid():
            try:
                return _promised(request, board, form, at)
            except Refusal as why:
                refusal, status = why, status_of(why)
    context = {
        "boards": boards,
        "board": board,
        "promised": promised_to(board, viewer=viewer, at=at, everything="all" in request.GET) if board else None,
        "may_promise": board is not None and permissions.can_promise(viewer, board, None, at),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "changes/action_list.html", context, status=status)


def _promised(request: HttpRequest, board: Board, form: ActionForm, at: datetime) -> HttpResponse:
    given = form.cleaned_data
    made = promise(board, given["text"], given["owner"], given["due_at"], actor=reader(request), at=at)
    messages.success(request, f"Written down for {made.owner}. It stands on each agenda until it is done.")
    return _back(made)


@require_POST
def action_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who may says that it is done, with what came of it, or that it is not after all."""
    action = get_object_or_404(Action.objects.select_related("board"), pk=pk)
    at, viewer = timezone.now(), reader(request)
    if not permissions.can_see_board(viewer):
        raise PermissionDenied
    try:
        if "open" in request.POST:
            reopen(action, actor=viewer, at=at)
            messages.success(request, f"Open again: {action.text}")
        else:
            fulfil(action, actor=viewer, at=at, note=request.POST.get("note", ""))
            messages.success(request, f"Done: {action.text}")
    except Refusal as refusal:
        tell(request, refusal)
    return _back(action)


def _back(action: Action) -> HttpResponse:
    return redirect(f"{reverse('action-list')}?board={action.board.slug}#action-{action.pk}")
