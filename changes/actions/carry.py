"""What members said ahead goes along with an RFC to the agenda that it comes to (DESIGN 4.8).

A vote keeps its instant: one that was cast before the RFC was edited is shown as such, and asked for again
(`selectors.vote`), on whichever agenda it stands.
"""

from collections.abc import Collection, Iterable

from changes.choices import MeetingState
from changes.models import AgendaItem, Meeting, Vote

#: Meetings that will come to nothing any more.
_OVER = (MeetingState.HELD, MeetingState.CANCELLED)


def carry_votes(before: Iterable[AgendaItem], item: AgendaItem) -> None:
    """Each member's last word counts, on whichever of its items it was said. Read `before` with their votes."""
    _write({item.pk: _last_words([item, *before])}, [item])


def carry_from_last_time(meeting: Meeting, rfcs: Collection[int]) -> None:
    """To the items of `meeting` about these RFCs, the votes of the meeting before that left them undecided. At most four queries.

    What the board decided (deferred) is voted on anew, and so is what was withdrawn and submitted again.
    """
    if not rfcs:
        return
    over = AgendaItem.objects.filter(meeting__board=meeting.board_id, meeting__state__in=_OVER, meeting__starts_at__lt=meeting.starts_at)
    rows = over.filter(rfc__in=rfcs).select_related("decision").prefetch_related("votes").order_by("meeting__starts_at")
    last = {row.rfc_id: row for row in rows}
    undecided = {rfc: row for rfc, row in last.items() if not hasattr(row, "decision") and row.votes.all()}
    if not undecided:
        return
    items = list(meeting.items.filter(rfc__in=undecided).select_related("rfc").prefetch_related("votes"))
    _write({item.pk: _since_submitted(item, undecided[item.rfc_id]) for item in items}, items)


def _since_submitted(item: AgendaItem, earlier: AgendaItem) -> dict[int, Vote]:
    submitted_at = item.rfc.submitted_at if item.rfc else None
    words = _last_words([item, earlier])
    return {member: vote for member, vote in words.items() if submitted_at is None or vote.at >= submitted_at}


def _last_words(items: Iterable[AgendaItem]) -> dict[int, Vote]:
    """By the member's key; of two of the same instant the first stands."""
    words: dict[int, Vote] = {}
    for vote in (vote for item in items for vote in item.votes.all()):
        if vote.member_id not in words or words[vote.member_id].at < vote.at:
            words[vote.member_id] = vote
    return words


def _write(words: dict[int, dict[int, Vote]], items: Collection[AgendaItem]) -> None:
    coming = [(item, vote) for item in items for vote in words[item.pk].values() if vote.item_id != item.pk]
    Vote.objects.bulk_create(
        [Vote(item=item, member_id=vote.member_id, vote=vote.vote, comment=vote.comment, at=vote.at) for item, vote in coming],
        update_conflicts=True,
        unique_fields=["item", "member"],
        update_fields=["vote", "comment", "at"],
    )
