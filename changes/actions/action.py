"""Actions: promised to the board in a meeting or a review, done, and opened again (DESIGN 4.8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE
from django.db import transaction

from changes import permissions
from changes.actions.event import log, record, record_meeting
from changes.choices import Role
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, Action, Board, Meeting, User


@transaction.atomic
def promise(
    board: Board,
    text: str,
    owner: User,
    due_at: datetime,
    *,
    actor: User,
    at: datetime,
    meeting: Meeting | None = None,
    rfc: RFC | None = None,
) -> Action:
    """Write down who promised what until when; it stands on each agenda of `board` until it is done.

    By the chair, a delegate or the change manager; for the review of `rfc` also by whoever writes that review.
    Raises `NotAllowed`, or `Unacceptable` without a text, with a time that is past, or with an owner who cannot do it.
    """
    if not permissions.can_promise(actor, board, rfc, at):
        raise NotAllowed("The chair and the change manager write down what is promised; in a review, its owner and implementer too.")
    _check(text, owner, due_at, at)
    made = Action.objects.create(
        text=text.strip(), owner=owner, due_at=due_at, board=board, meeting=meeting, rfc=rfc, created_by=actor, created_at=at
    )
    if rfc is not None:  # elsewhere its own row says who promised it and when
        record(rfc, "action_promised", actor=actor, at=at, note=f"{owner}: {made.text}")
    return made


@dataclass(frozen=True)
class Promised:
    """A row of a review: what is to be done, by whom, until when."""

    text: str
    owner: User
    due_at: datetime


@transaction.atomic
def promise_in_review(rfc: RFC, rows: Sequence[Promised], answers: Mapping[str, str], *, actor: User, at: datetime) -> dict[str, str]:
    """Promise what a review leaves to be done, to the board that the RFC goes to; gives back the answers of the review.

    Where its last question is not answered in words, the rows are the answer. Raises as `promise` does, and `MoveRefused`
    where the RFC goes to no board.
    """
    board = permissions.board_of(rfc) if rows else None
    if rows and board is None:
        raise MoveRefused(f"{rfc.number} goes to no board, so nothing is promised to one.", mend="Write it in words instead.")
    for row in rows:
        if board is not None:
            promise(board, row.text, row.owner, row.due_at, actor=actor, at=at, rfc=rfc)
    words = answers.get("actions", "") or "; ".join(f"{row.owner}: {row.text}" for row in rows)
    return {**answers, "actions": words}


def _check(text: str, owner: User, due_at: datetime, at: datetime) -> None:
    if not text.strip():
        raise Unacceptable("Nothing is written down.", mend="Say what is to be done, in a sentence.", field="text")
    if due_at <= at:
        raise Unacceptable("This time is past; nobody can keep it.", mend="Name a later time.", field="due_at")
    if not owner.is_active or owner.role in (Role.VIEWER, Role.TOOL):
        raise Unacceptable(f"{owner} cannot take it on.", mend="Name somebody who works with the product.", field="owner")


@transaction.atomic
def fulfil(action: Action, *, actor: User, at: datetime, note: str = "") -> Action:
    """Say that it is done, with what came of it. Raises `NotAllowed`, or `MoveRefused` where it is done already."""
    action = _locked(action, actor, at)
    if action.done_at is not None:
        raise MoveRefused(f"It is done already: {action.done_by} said so.", mend="Read the page again.")
    action.done_at, action.done_by, action.note = at, actor, note.strip()
    action.save(update_fields=["done_at", "done_by", "note"])
    _tell(action, "action_done", ": ".join(filter(None, [action.text.removesuffix("."), action.note])), actor=actor, at=at)
    return action


@transaction.atomic
def reopen(action: Action, *, actor: User, at: datetime) -> Action:
    """It is not done after all; what was noted stays. Raises `NotAllowed`, or `MoveRefused` where it is open."""
    action = _locked(action, actor, at)
    if action.done_at is None:
        raise MoveRefused("It is open already.", mend="Read the page again.")
    action.done_at = action.done_by = None
    action.save(update_fields=["done_at", "done_by"])
    _tell(action, "action_open", action.text, actor=actor, at=at)
    return action


@transaction.atomic
def put_off(action: Action, due_at: datetime | None, *, actor: User, at: datetime) -> Action:
    """Give its owner more time, or less. Raises `NotAllowed`, `Unacceptable` for a time that is past, `MoveRefused` once it is done."""
    action = _locked(action, actor, at)
    if action.done_at is not None:
        raise MoveRefused(f"It is done already: {action.done_by} said so.", mend="Read the page again.")
    if due_at is None or due_at <= at:
        raise Unacceptable("This time is past; nobody can keep it.", mend="Name a later time.", field="due_at")
    action.due_at = due_at
    action.save(update_fields=["due_at"])
    _tell(action, "action_put_off", action.text, actor=actor, at=at)
    return action


def _locked(action: Action, actor: User, at: datetime) -> Action:
    """As it is stored now, for somebody who may say how it stands."""
    rows = Action.objects.select_for_update(of=("self",)).select_related("board__chair", "rfc", "meeting", "done_by", "owner")
    found: Action = rows.get(pk=action.pk)
    if not permissions.can_fulfil(actor, found, at):
        raise NotAllowed("Its owner says so, or the chair, or the change manager.")
    return found


def _tell(action: Action, what: str, note: str, *, actor: User, at: datetime) -> None:
    """In the history of what it came out of: the RFC, or else the meeting; what came out of neither is logged as set-up is."""
    if action.rfc is not None:
        record(action.rfc, what, actor=actor, at=at, note=note)
    elif action.meeting is not None:
        record_meeting(action.meeting, what, actor=actor, at=at, note=note)
    else:
        log(action, CHANGE, actor=actor, at=at, message=f"{what}: {note}")
