"""All boards to read: what each looks after, its people, when it meets, and how their remits lie beside one another."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from changes import permissions
from changes.domain.board import Caution, cautions
from changes.formats.board import rhythm_words
from changes.models import Board
from changes.selectors.board import cover_of, people_for_boards
from changes.web.request import Request

_PARTS = ("environments", "services", "members__user", "members__delegate_for", "rota__user", "holidays")


@dataclass(frozen=True)
class Row:
    board: Board
    rhythm: str
    cautions: list[Caution]


@require_safe
def board_list(request: Request) -> HttpResponse:
    """Everybody reads it; administrators find the way to change a board."""
    at = timezone.now()
    boards = list(Board.objects.select_related("chair").prefetch_related(*_PARTS).order_by("pk"))
    people = people_for_boards(sorted(_named(boards)))
    rows = [Row(one, rhythm_words(one.rhythm()), cautions(one.plan(), absent=people.absent, names=people.names, at=at)) for one in boards]
    context = {"rows": rows, "cover": cover_of(boards), "may_set_up": permissions.can_set_up(request.user), "today": timezone.localdate()}
    return render(request, "changes/board_list.html", context)


def _named(boards: list[Board]) -> set[str]:
    found = {board.chair.username for board in boards}
    for board in boards:
        found |= {seat.user.username for seat in board.members.all()} | {turn.user.username for turn in board.rota.all()}
    return found
