"""The votes on an item, seat by seat, and whether what they were about has been edited since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from changes import permissions
from changes.domain.agenda import DECIDED
from changes.models import AgendaItem, Event, Meeting
from changes.selectors.meeting import Seat


@dataclass(frozen=True)
class Ballots:
    """One member's square on one item; `vote` is a `Ballot`, empty while open, or "barred" for the RFC's own people.

    `edited_at` is when somebody wrote in the RFC after the vote was cast; None where it is about what stands there now.
    """

    seat: Seat
    vote: str
    comment: str = ""
    at: datetime | None = None
    edited_at: datetime | None = None


def last_edits(rows: Sequence[AgendaItem]) -> dict[int, datetime]:
    """When each of the items' RFCs was last written in or moved, by its key; one query for all."""
    edits = Event.objects.filter(rfc__in={row.rfc_id for row in rows if row.rfc_id}, action__in=("edited", "moved"))
    return dict(edits.order_by().values_list("rfc").annotate(Max("at")))


def ballots_of(row: AgendaItem, seats: Sequence[Seat], edits: Mapping[int, datetime]) -> Iterable[Ballots]:
    """A square for each seat, and for whoever voted and has left the board since."""
    if row.section not in DECIDED or row.rfc is None:
        return
    votes = {vote.member_id: vote for vote in row.votes.all()}
    left = [Seat(vote.member, "") for vote in votes.values() if vote.member_id not in {seat.person.pk for seat in seats}]
    edited_at = edits.get(row.rfc.pk)
    for seat in [*seats, *left]:
        vote = votes.get(seat.person.pk)
        if vote:
            yield Ballots(seat, vote.vote, vote.comment, vote.at, edited_at if edited_at and edited_at > vote.at else None)
        else:
            yield Ballots(seat, "barred" if permissions.is_own(seat.person, row.rfc) else "")


def missing_votes(meeting: Meeting, seats: Sequence[Seat]) -> dict[int, set[int]]:
    """Who of `seats` has yet to vote on what stands to be decided: the keys of the people by the key of the item; two queries."""
    asked = AgendaItem.objects.filter(meeting=meeting, is_late=False, section__in=DECIDED, decision=None, rfc__isnull=False)
    rows = asked.select_related("rfc").prefetch_related("votes__member")
    return {row.pk: {ballot.seat.person.pk for ballot in ballots_of(row, seats, {}) if not ballot.vote} for row in rows}
