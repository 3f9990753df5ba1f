"""A refusal as a page answers it: the status of each kind, and its words in a toast."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from changes.exceptions import MoveRefused, NotAllowed, Refusal, Stale, Unacceptable

_STATUS = {Unacceptable: 400, NotAllowed: 403, MoveRefused: 409, Stale: 412}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal, the same as the API gives it (DESIGN 7)."""
    return _STATUS.get(type(refusal), 409)


def tell(request: HttpRequest, refusal: Refusal) -> None:
    """Say it in a toast, with its way out."""
    messages.error(request, words(refusal))


def words(refusal: Refusal) -> str:
    return f"{refusal.sentence} {refusal.mend}".strip()


def attempt(request: HttpRequest, act: Callable[[], str]) -> None:
    """Do it and say so in a toast, in the words that it gives back; or say why not."""
    try:
        messages.success(request, act())
    except Refusal as refusal:
        tell(request, refusal)
