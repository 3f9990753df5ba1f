"""The votes on an item, seat by seat, and whether what they were about has been edited since."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from changes import permissions
from changes.choices import Ballot
from changes.domain.agenda import DECIDED
from changes.domain.materiality import VOTED_ON
from changes.domain.vote import Tally
from changes.models import RFC, AgendaItem, Event, Meeting, User, Vote
from changes.selectors.meeting import Seat, seats_of

#: Whoever did one of these to an RFC has a hand in it (`permissions.has_a_hand_in`).
_BY_HAND = ("created", "edited", "submitted")


@dataclass(frozen=True)
class Ballots:
    """One seat's square on one item; `vote` is a `Ballot`, empty while open, or "barred" for the RFC's own people.

    `edited_at` is when what is voted on was changed after the vote was cast; None where it is about what stands there
    now. `by` is the delegate who cast it, None where it is the member's own; `set_aside` is a delegate's vote that the
    member's own has replaced. `holder` is who is asked for it while it is missing.
    """

    seat: Seat
    vote: str
    comment: str = ""
    at: datetime | None = None
    edited_at: datetime | None = None
    by: User | None = None
    set_aside: Vote | None = None
    holder: int | None = None

    @property
    def is_missing(self) -> bool:
        """Whether it is asked for: nobody has voted, or an edit has left the vote behind."""
        return not self.vote or self.edited_at is not None

    def asks(self, person: int) -> bool:
        """Whether it is missing and this person, by key, is the one to give it."""
        return self.is_missing and self.holder == person

    def is_of(self, person: int) -> bool:
        """Whether this person, by key, may speak for the seat."""
        return person in {self.seat.person.pk, *(user.pk for user in self.seat.stand_ins)}


@dataclass(frozen=True)
class Traces:
    """By the RFC's key: when what is voted on was last changed, and who has a hand in it without owning it."""

    edited: Mapping[int, datetime] = field(default_factory=dict)
    hands: Mapping[int, set[int]] = field(default_factory=dict)

    def bars(self, person: User, rfc: RFC) -> bool:
        """Whether `person` may not vote on it: it is theirs, or they have written in it (`permissions.can_vote`)."""
        return permissions.is_own(person, rfc) or person.pk in self.hands.get(rfc.pk, ())


def traces_of(rows: Iterable[AgendaItem]) -> Traces:
    """What people have done to the items' RFCs that bears on votes; one query for all."""
    edited: dict[int, datetime] = {}
    hands: dict[int, set[int]] = defaultdict(set)
    about = Event.objects.filter(rfc__in={row.rfc_id for row in rows if row.rfc_id}).filter(Q(action__in=_BY_HAND) | Q(action="moved"))
    for rfc, action, actor, at, changes in about.order_by("at", "pk").values_list("rfc", "action", "actor", "at", "changes"):
        if action in _BY_HAND and actor:
            hands[rfc].add(actor)
        if action in ("edited", "moved") and not VOTED_ON.isdisjoint(changes):
            edited[rfc] = at
    return Traces(edited, hands)


def ballots_of(row: AgendaItem, seats: Sequence[Seat], traces: Traces) -> Iterable[Ballots]:
    """A square for each seat, and for whoever voted and has left the board since; a delegate's vote stands at the seat it is for."""
    if row.section not in DECIDED or row.rfc is None:
        return
    votes = {vote.member_id: vote for vote in row.votes.all()}
    own = [seat for seat in seats if seat.is_own]
    known = {person.pk for seat in own for person in (seat.person, *seat.delegates)}
    left = [Seat(vote.member, "") for vote in votes.values() if vote.member_id not in known]
    for seat in [*own, *left]:
        yield _square(seat, row.rfc, votes, traces)


def _square(seat: Seat, rfc: RFC, votes: Mapping[int, Vote], traces: Traces) -> Ballots:
    holder = _holder(seat, rfc, traces)
    mine = votes.get(seat.person.pk)
    theirs = [vote for user in seat.delegates if (vote := votes.get(user.pk))]
    # The member's own word is the seat's; one that an edit has left behind gives way to a newer one of the delegate.
    given = sorted([*theirs, *([mine] if mine else [])], key=lambda v: (not _is_past(v, rfc, traces), v is mine, v.at))
    if not given or traces.bars(seat.person, rfc):
        return Ballots(seat, "barred" if traces.bars(seat.person, rfc) else "", holder=holder)
    vote = given[-1]
    edited_at = traces.edited.get(rfc.pk) if _is_past(vote, rfc, traces) else None
    by = None if vote is mine else next((user for user in seat.delegates if user.pk == vote.member_id), None)
    set_aside = max(theirs, key=lambda v: v.at) if vote is mine and theirs else None
    return Ballots(seat, vote.vote, vote.comment, vote.at, edited_at, by, set_aside, holder)


def _is_past(vote: Vote, rfc: RFC, traces: Traces) -> bool:
    edited_at = traces.edited.get(rfc.pk)
    return edited_at is not None and edited_at > vote.at


def _holder(seat: Seat, rfc: RFC, traces: Traces) -> int | None:
    """The delegate whose time it is, where they may vote on it; else the member. Nobody votes for whose own RFC it is."""
    if traces.bars(seat.person, rfc):
        return None
    return next((user.pk for user in seat.stand_ins if not traces.bars(user, rfc)), seat.person.pk)


def tally_of(ballots: Iterable[Ballots]) -> Tally:
    """What the seats say, for the rules; who may not vote is not counted."""
    squares = [ballot for ballot in ballots if ballot.vote != "barred"]
    now = [ballot.vote for ballot in squares if not ballot.edited_at]
    return Tally(
        approve=now.count(Ballot.APPROVE),
        reject=now.count(Ballot.REJECT),
        abstain=now.count(Ballot.ABSTAIN),
        open=now.count(""),
        outdated=len(squares) - len(now),
    )


def tally_on(item: AgendaItem, *, at: datetime) -> Tally:
    """What the seats of the board say on an item at `at`; five queries."""
    return tally_of(ballots_of(item, seats_of(item.meeting.board, at=at), traces_of([item])))


def missing_votes(meeting: Meeting, seats: Sequence[Seat]) -> dict[int, set[int]]:
    """Whose vote is still missing on what stands to be decided: the keys of the people by the key of the item; three queries."""
    asked = AgendaItem.objects.filter(meeting=meeting, is_late=False, section__in=DECIDED, decision=None, rfc__isnull=False)
    rows = list(asked.select_related("rfc").prefetch_related("votes__member"))
    return missing_on(rows, seats, traces_of(rows))


def missing_on(rows: Iterable[AgendaItem], seats: Sequence[Seat], traces: Traces) -> dict[int, set[int]]:
    """As `missing_votes`, of items that were read with their RFC and votes; no query."""
    return {row.pk: {b.holder for b in ballots_of(row, seats, traces) if b.is_missing and b.holder} for row in rows}
