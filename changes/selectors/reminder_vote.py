"""What the ladder of reminders has to know of votes: items put to the vote, and members whom somebody had asked (see `reminder_facts`)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from changes.choices import Severity, State
from changes.domain.agenda import DECIDED
from changes.domain.electronic_vote import last_call
from changes.domain.ladder_words import About, Moment, Part, Sign
from changes.domain.reminder import Facts
from changes.models import AgendaItem, BoardMember, ElectronicVote, Meeting
from changes.selectors.asking import askings, people_of
from changes.selectors.candidate import OPEN_MEETINGS
from changes.selectors.meeting import seats_among
from changes.selectors.reminder_facts import AHEAD, BEHIND, Keys
from changes.selectors.vote import Traces, missing_on, traces_of

#: What missing votes are read from: a board with its people.
PEOPLE = BoardMember.objects.select_related("user", "delegate_for")


def asked_items() -> QuerySet[AgendaItem]:
    """What members vote on and nobody has decided, with its votes."""
    rows = AgendaItem.objects.filter(is_late=False, section__in=DECIDED, rfc__isnull=False, decision=None)
    return rows.select_related("rfc").prefetch_related("votes__member")


def undecided(items: Mapping[Meeting, Sequence[AgendaItem]], at: datetime) -> dict[int, tuple[int, ...]]:
    """By the meeting's key, whose vote is missing on any of its items, in the order of the seats; one query for all.

    The chair decides and is not asked. Read the meetings with their boards, chairs, and with `PEOPLE` as the members.
    """
    traces = traces_of(row for rows in items.values() for row in rows)
    found: dict[int, tuple[int, ...]] = {}
    for meeting, rows in items.items():
        board = meeting.board
        seats = seats_among(board, list(board.members.all()), on=board.date_at(at))
        missing = set().union(*missing_on(rows, seats, traces).values())
        found[meeting.pk] = tuple(seat.person.pk for seat in seats if seat.person.pk in missing and seat.person.pk != board.chair_id)
    return found


def of_electronic(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Items put to the vote: who is asked, now and once more before the closing."""
    near = Q(closes_at__gt=at, opened_at__gt=at - 4 * BEHIND) if keys is None else Q(pk__in=keys)
    rows = ElectronicVote.objects.filter(near, item__rfc__imported=False)
    rows = rows.filter(closed_at=None) if keys is None else rows
    votes = list(
        rows.select_related("item__rfc", "item__meeting__board__chair").prefetch_related(
            "item__votes__member", Prefetch("item__meeting__board__members", PEOPLE)
        )
    )
    traces = traces_of(vote.item for vote in votes)
    for vote in votes:
        yield _electronic(vote, traces, at)


def _electronic(vote: ElectronicVote, traces: Traces, at: datetime) -> Facts:
    item, rfc = vote.item, vote.item.rfc
    board = item.meeting.board
    seats = seats_among(board, list(board.members.all()), on=board.date_at(at))
    missing = missing_on([item], seats, traces)[item.pk]
    moments = {Moment.OPENED: vote.opened_at, Moment.LAST_CALL: last_call(vote.opened_at, vote.closes_at), Moment.CLOSES: vote.closes_at}
    # The chair of an advisory board decides, and has to know that it is put to the vote; of a voting one the chair has a vote.
    people = tuple(seat.person.pk for seat in seats if seat.person.pk in missing)
    return Facts(
        About.ELECTRONIC,
        vote.pk,
        1,
        moments,
        {Part.UNDECIDED: people},
        State(rfc.state) if rfc else None,
        Severity(rfc.severity) if rfc else None,
        frozenset({Sign.DONE}) if vote.closed_at else frozenset(),
        since=vote.opened_at,
        rfc=item.rfc_id,
        meeting=item.meeting_id,
    )


def of_askings(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Members whom somebody had reminded of their votes: those of them whose vote is still missing."""
    found = askings(since=at - AHEAD) if keys is None else askings(keys=keys)
    if not found:
        return
    by_key = _meetings({one.meeting_id for one in found})
    missing = undecided({meeting: meeting.votable for meeting in by_key.values()}, at)
    for one in found:
        if meeting := by_key.get(one.meeting_id):
            asked = people_of(one)
            people = tuple(person for person in missing[meeting.pk] if person in asked)
            moments = {Moment.ASKED: one.at, Moment.START: meeting.starts_at}
            yield Facts(About.ASKING, one.pk, 1, moments, {Part.UNDECIDED: people}, since=one.at, meeting=meeting.pk)


def _meetings(keys: Collection[int]) -> Mapping[int, Any]:
    """Open meetings with what is voted on and their boards' people."""
    rows = Meeting.objects.filter(pk__in=keys, state__in=OPEN_MEETINGS).select_related("board__chair")
    rows = rows.prefetch_related(Prefetch("items", asked_items(), to_attr="votable"), Prefetch("board__members", PEOPLE))
    return {meeting.pk: meeting for meeting in rows}


def excused(meetings: Sequence[Meeting], asked: Mapping[tuple[int, date], set[int]], before: timedelta) -> dict[int, set[int]]:
    """By meeting, whom somebody had reminded on the day on which the clock would have, or later: once is enough.

    `before` is how long before the start the clock reminds.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for meeting in meetings:
        day = meeting.board.date_at(meeting.starts_at - before)
        for (key, on), people in asked.items():
            if key == meeting.pk and on >= day:
                found[key] |= people
    return found
