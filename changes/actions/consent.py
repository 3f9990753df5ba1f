"""The consent list: decided in one act, and pulled apart by any member who wants to talk (DESIGN 4.8).

The list is decided from the cut-off on, in the meeting or ahead of it: before, the agenda still follows what is
submitted. Each item is decided for itself, all or nothing: what has changed since the list was read is left out, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from changes import permissions
from changes.actions.content import take_turn
from changes.actions.decision import decide
from changes.actions.event import record
from changes.actions.ruling import Ruling
from changes.actions.turn import stir
from changes.choices import Manner, MeetingState, Verdict
from changes.domain.agenda import DECIDED
from changes.exceptions import MoveRefused, NotAllowed, Refusal
from changes.models import AgendaItem, Decision, Meeting, User
from changes.selectors.agenda import Item, agenda_of
from changes.selectors.candidate import OPEN_MEETINGS

#: While these, the list can be decided.
DECIDES_IN = (MeetingState.FROZEN, MeetingState.IN_SESSION)


@dataclass(frozen=True)
class Consented:
    """What was approved, and what was left out, each with its reason."""

    approved: list[Decision] = field(default_factory=list)
    left_out: list[tuple[AgendaItem, str]] = field(default_factory=list)


@transaction.atomic
def approve_consent(meeting: Meeting, *, actor: User, at: datetime, read: Mapping[int, int] | None = None) -> Consented:
    """Approve what stands on the consent list now; each item gets its own decision, with the quorum of those who are for it.

    `read` are the items that were on the list as it was read, by key, with the version of their RFCs; without it all that
    stand there now are meant. What has come since is not decided, what has changed since is left out and told.
    Raises `NotAllowed` for whom it is not to decide, `MoveRefused` before the cut-off and once the meeting is over.
    """
    take_turn()  # as in `pull` and `vote.cast`: nobody pulls one out or votes between the reading of the list and its approval
    meeting = Meeting.objects.select_related("board__chair").get(pk=meeting.pk)
    if not permissions.can_lead(actor, meeting, at):
        raise NotAllowed("The chair, or a delegate, decides the consent list.")
    if meeting.state not in DECIDES_IN:
        raise MoveRefused("The consent list is decided from the cut-off on, until the meeting is over.", mend="Read the agenda again.")
    agenda = agenda_of(meeting, at=at)
    standing = {item.row.pk: item for item in agenda.consent}
    meant = {key: item.rfc.version for key, item in standing.items() if item.rfc} if read is None else read
    done = Consented()
    known = {item.row.pk: item for item in agenda.items}
    for key, version in meant.items():
        if (item := known.get(key)) is not None:
            _approve(item, version, done, on_list=key in standing, actor=actor, at=at)
    return done


def _approve(item: Item, version: int, done: Consented, *, on_list: bool, actor: User, at: datetime) -> None:
    """One of them, or the reason why not; what is refused has written nothing."""
    rfc = item.rfc
    if not on_list or rfc is None:
        done.left_out.append((item.row, _why_gone(item)))
        return
    count = sum(1 for ballot in item.ballots if ballot.vote == "approve" and ballot.seat.person.pk != item.row.meeting.board.chair_id) + 1
    met = count >= item.row.meeting.board.quorum
    ruling = Ruling(Verdict.APPROVE, reason="All agree.", quorum_met=met, manner=Manner.CONSENT, present=count)
    try:
        with transaction.atomic():
            done.approved.append(decide(rfc, ruling, actor=actor, at=at, version=version, item=item.row))
    except Refusal as refusal:
        done.left_out.append((item.row, refusal.sentence))


def _why_gone(item: Item) -> str:
    if item.decision is not None:
        return f"Decided meanwhile: {Verdict(item.decision.verdict).label.lower()}."
    return (item.why_not_consent or ("It is no longer on the list.",))[0]


@transaction.atomic
def pull(item: AgendaItem, *, actor: User, at: datetime) -> AgendaItem:
    """Take an item out of the consent list, so that it is talked about under its section. Doing it again changes nothing.

    Raises `NotAllowed` for whom does not sit on the board, `MoveRefused` once it is decided or the meeting is over.
    """
    item = _open(item, actor, at)
    if item.pulled_by_id is not None:
        return item
    return _marked(item, actor, at, action="pulled", by=actor)


@transaction.atomic
def put_back(item: AgendaItem, *, actor: User, at: datetime) -> AgendaItem:
    """Let it be decided by consent after all: whoever pulled it, or who leads the board.

    Raises `NotAllowed` for anybody else, `MoveRefused` once it is decided or where nobody has pulled it.
    """
    item = _open(item, actor, at)
    if item.pulled_by is None:
        raise MoveRefused("Nobody has pulled it out.", mend="Read the agenda again.")
    if item.pulled_by_id != actor.pk and not permissions.can_lead(actor, item.meeting, at):
        raise NotAllowed(f"{item.pulled_by} has pulled it out and puts it back, or the chair does.")
    return _marked(item, None, at, action="put_back", by=actor)


def _open(item: AgendaItem, actor: User, at: datetime) -> AgendaItem:
    """The item, locked, while it can still be decided. A member may pull an own RFC too: it is then talked about."""
    take_turn()
    locked_items = AgendaItem.objects.select_for_update(of=("self",))
    item = locked_items.select_related("meeting__board__chair", "rfc", "pulled_by").get(pk=item.pk)
    board = item.meeting.board
    if not permissions.is_chair(actor, board, at) and not permissions.is_member(actor, board, at):
        raise NotAllowed("The members of the board and their delegates pull an item out.")
    if Decision.objects.filter(item=item).exists():
        raise MoveRefused("This item is decided already.", mend="Read the agenda again.")
    if item.meeting.state not in OPEN_MEETINGS or item.section not in DECIDED or item.rfc is None:
        raise MoveRefused("No decision is asked on this item now.")
    return item


def _marked(item: AgendaItem, pulled_by: User | None, at: datetime, *, action: str, by: User) -> AgendaItem:
    item.pulled_by, item.pulled_at = pulled_by, at if pulled_by else None
    item.save(update_fields=["pulled_by", "pulled_at"])
    if item.rfc is not None:
        record(item.rfc, action, actor=by, at=at)
    stir(item.meeting_id)
    return item
