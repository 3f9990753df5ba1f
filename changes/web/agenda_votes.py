"""What the agenda page shows of votes: the consent list, who comes, whose vote is missing, and what has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from changes import permissions
from changes.actions.consent import DECIDES_IN
from changes.actions.vote import whom_to_ask
from changes.choices import Attending
from changes.formats import times
from changes.formats.difference import in_short
from changes.models import User
from changes.selectors.agenda import Agenda, Item
from changes.selectors.asking import latest_asking
from changes.selectors.attendance import said_ahead
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.seen import Changed, changed_for, changed_for_the_board


@dataclass(frozen=True)
class Beside:
    """What a line of the agenda shows for its reader: what has changed, in words, and whether the vote can be given on the line.

    `is_asked` tells that the reader's vote is missing: where the risk is not low the item is opened for it.
    """

    changed: str = ""
    is_quick: bool = False
    is_put_to_the_vote: bool = False
    is_asked: bool = False


def beside_lines(agenda: Agenda, viewer: User, *, at: datetime) -> Mapping[int, Beside]:
    """By the item's key; five queries, whatever the number of items."""
    if agenda.meeting.state not in OPEN_MEETINGS:
        return {}
    seen, board = changed_for(viewer, agenda.items), changed_for_the_board(agenda.meeting, agenda.items)
    return {
        item.row.pk: Beside(
            _in_words(seen.get(item.row.pk) or board.get(item.row.pk), by_reader=item.row.pk in seen),
            item.is_low_risk and _asks(item, viewer),
            any(vote.closed_at is None for vote in item.row.electronic_votes.all()),
            _asks(item, viewer),
        )
        for item in agenda.items
    }


def _asks(item: Item, viewer: User) -> bool:
    return item.decision is None and any(ballot.asks(viewer.pk) for ballot in item.ballots)


def _in_words(changed: Changed | None, *, by_reader: bool) -> str:
    """ "since you looked on Mon 23 Nov 10:00: rollback edited"."""
    if changed is None:
        return ""
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    since = times.moment(changed.since, zone=zone, today=today)
    whose = f"since you looked {since}" if by_reader else f"since the board had it {since}"
    return f"{whose}: {in_short(changed.differences, zone=zone, today=today)}"


def context_of(request: HttpRequest, agenda: Agenda, viewer: User, *, at: datetime) -> dict[str, Any]:
    """The consent list and the roll, with what the reader may do about each."""
    meeting = agenda.meeting
    roll, says = said_ahead(meeting, agenda.seats)
    is_open = meeting.state in OPEN_MEETINGS
    prepares = is_open and permissions.can_prepare(viewer, meeting, at)
    sits = any(seat.person.pk == viewer.pk for seat in agenda.seats)
    return {
        "consent": agenda.consent,
        "approves_consent": is_open and meeting.state in DECIDES_IN and permissions.can_lead(viewer, meeting, at),
        "consent_waits": is_open and meeting.state not in DECIDES_IN,
        "pulled": [item for item in agenda.items if _is_pulled(item)],
        "sits": is_open and sits,
        "roll": roll if is_open else None,
        "own_says": says.get(viewer.pk, ""),
        "own_seat": roll.of(viewer) if is_open and sits else None,
        "comes": Attending.COMING,
        "stays_away": Attending.AWAY,
        "to_remind": list(whom_to_ask(meeting, at=at).values()) if prepares and meeting.starts_at > at and agenda.open_votes else [],
        "last_asked": latest_asking(meeting) if prepares else None,
    }


def _is_pulled(item: Item) -> bool:
    return item.row.pulled_by_id is not None and item.decision is None
