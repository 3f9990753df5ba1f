"""What the ladder of reminders has to know of boards: agendas, missing votes, emergencies and moves that wait (see `reminder_facts`)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from changes.choices import MeetingState, Ratification, Route, Severity, State
from changes.domain.agenda import DECIDED
from changes.domain.ladder import LADDER
from changes.domain.ladder_words import About, Moment, Part, Rule, Sign
from changes.domain.reminder import Facts
from changes.domain.remit import Remit
from changes.models import RFC, AgendaItem, AgendaRevision, Decision, Meeting, RotaEntry, User
from changes.selectors.asking import asked_by_day
from changes.selectors.candidate import remits_of_boards
from changes.selectors.meeting import seats_among
from changes.selectors.reminder_asked import asked_at
from changes.selectors.reminder_escalation import active_chairs, change_managers
from changes.selectors.reminder_facts import AHEAD, BEHIND, Keys
from changes.selectors.reminder_transfer import knows_already
from changes.selectors.reminder_vote import PEOPLE, asked_items, excused, undecided
from changes.selectors.reminder_wishes import is_out_of_reach
from changes.selectors.word import RESTING_ON_ONE, unconfirmed_words

_READY = (MeetingState.FROZEN, MeetingState.IN_SESSION)
#: How long before a meeting the clock asks for missing votes.
_ASKS_BEFORE = next(-rung.after for rung in LADDER if rung.rule == Rule.VOTE_MISSING)

#: Unanswered for so long, the next on the rota is called.
_APART = next(rung.apart for rung in LADDER if rung.rule == Rule.EMERGENCY_WAITING)


def _meetings(at: datetime, keys: Keys) -> QuerySet[Meeting]:
    """Published meetings that are still to begin."""
    near = Q(starts_at__gt=at, starts_at__lte=at + 2 * AHEAD) if keys is None else Q(pk__in=keys)
    return Meeting.objects.filter(near, state__in=_READY, published_at__isnull=False)


def of_meetings(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Agendas that went out, each revision once: a revision that nobody has published yet is not told of."""
    parts = (Prefetch("items", asked_items(), to_attr="votable"), Prefetch("board__members", PEOPLE), "revisions")
    meetings: list[Any] = list(_meetings(at, keys).select_related("board__chair").prefetch_related(*parts))
    missing = undecided({meeting: meeting.votable for meeting in meetings}, at)
    reminded = excused(meetings, asked_by_day(meetings), _ASKS_BEFORE)
    for meeting in meetings:
        moments = {Moment.START: meeting.starts_at}
        if meeting.published_at and _is_published(meeting, list(meeting.revisions.all())):
            moments[Moment.PUBLISHED] = meeting.published_at
        asked = tuple(person for person in missing[meeting.pk] if person not in reminded.get(meeting.pk, ()))
        people = {Part.MEMBERS: _seats(meeting, at), Part.UNDECIDED: asked}
        yield Facts(About.MEETING, meeting.pk, meeting.revision or 1, moments, people, since=meeting.published_at, meeting=meeting.pk)


def _is_published(meeting: Meeting, revisions: Sequence[AgendaRevision]) -> bool:
    current = next((row for row in revisions if row.number == meeting.revision), None)
    return bool(current and meeting.published_at and meeting.published_at >= current.frozen_at)


def _seats(meeting: Meeting, at: datetime) -> tuple[int, ...]:
    """The chair, and the members and delegates whose time it is."""
    board = meeting.board
    return tuple(seat.person.pk for seat in seats_among(board, list(board.members.all()), on=board.date_at(at)))


def of_items(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """RFCs that stand on an agenda that went out, while nobody has decided on them."""
    near = Q(meeting__in=_meetings(at, None)) if keys is None else Q(pk__in=keys, meeting__in=_meetings(at, None))
    standing = AgendaItem.objects.filter(near, is_late=False, section__in=DECIDED, rfc__imported=False)
    items: list[Any] = list(standing.select_related("rfc", "meeting").annotate(decided=F("decision__pk")))
    knows = knows_already(items)
    for item in items:
        rfc, meeting = item.rfc, item.meeting
        if rfc is None or meeting.published_at is None:
            continue
        yield Facts(
            About.ITEM,
            item.pk,
            1,
            {Moment.PUBLISHED: meeting.published_at, Moment.START: meeting.starts_at},
            {Part.OWNER: () if item.pk in knows else (rfc.owner_id,)},
            State(rfc.state),
            Severity(rfc.severity),
            frozenset({Sign.DONE}) if item.decided else frozenset(),
            rfc=rfc.pk,
            meeting=meeting.pk,
        )


def of_emergencies(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Emergencies that nobody of the rota has answered; a submission anew is a revision of its own."""
    waiting = RFC.objects.filter(route=Route.EMERGENCY, imported=False, submitted_at__isnull=False)
    waiting = waiting.filter(state=State.SUBMITTED) if keys is None else waiting.filter(pk__in=keys)
    rows = list(waiting.select_related("environment").prefetch_related("services"))
    if not rows:
        return
    remits, rota = remits_of_boards(), _rota(at)
    managers, chairs = change_managers(), active_chairs()
    called = asked_at([f"{About.EMERGENCY.value}:{rfc.pk}" for rfc in rows], [Rule.EMERGENCY_WAITING])
    for rfc in rows:
        if rfc.submitted_at:
            on_rota = _called(rfc, remits, rota)
            chair = chairs.get(rfc.board_among(remits) or 0)
            people = {Part.ROTA: on_rota, Part.CHAIR: (chair,) if chair else (), Part.CHANGE_MANAGERS: tuple(managers)}
            revision = int(rfc.submitted_at.timestamp() // 60)
            since = called.get((f"{About.EMERGENCY.value}:{rfc.pk}", revision, Rule.EMERGENCY_WAITING.value), at)
            all_called = max(since, rfc.submitted_at) + len(on_rota) * _APART if on_rota else rfc.submitted_at
            moments = {Moment.SUBMITTED: rfc.submitted_at, Moment.CALLED: all_called}
            asked, state = {Moment.SUBMITTED: since}, State(rfc.state)
            yield Facts(About.EMERGENCY, rfc.pk, revision, moments, people, state, Severity(rfc.severity), asked=asked, rfc=rfc.pk)


def of_moves(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Moves that the change manager has to confirm; the next move is a revision of its own."""
    moved = RFC.objects.filter(imported=False, moved_at__isnull=False, planned_start__isnull=False)
    waiting = moved.filter(state=State.APPROVED, is_move_unconfirmed=True, planned_start__gt=at)
    rows = list(waiting if keys is None else moved.filter(pk__in=keys))
    if not rows:
        return
    managers = change_managers()
    for rfc in rows:
        if rfc.moved_at and rfc.planned_start:
            moments = {Moment.MOVED: rfc.moved_at, Moment.START: rfc.planned_start}
            people = {Part.CHANGE_MANAGERS: _without_own(managers, rfc)}
            signs = frozenset() if rfc.is_move_unconfirmed else frozenset({Sign.DONE})
            revision = int(rfc.moved_at.timestamp() // 60)
            yield Facts(About.MOVE, rfc.pk, revision, moments, people, State(rfc.state), Severity(rfc.severity), signs, rfc=rfc.pk)


def of_words(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Approvals by word that their approver has yet to confirm; once the board has said what the change was, nobody need."""
    lately = unconfirmed_words().filter(at__gt=at - BEHIND)
    said = Decision.objects.filter(is_verbal=True, rfc__imported=False, pk=F("rfc__decision"), rfc__state__in=RESTING_ON_ONE)
    rows = list((lately if keys is None else said.filter(pk__in=keys)).select_related("rfc"))
    if not rows:
        return
    managers = change_managers()
    for row in rows:
        rfc, moments = row.rfc, {Moment.DECIDED: row.at}
        people = {Part.APPROVER: (row.by_id,) if row.by_id else (), Part.CHANGE_MANAGERS: _without_own(managers, rfc)}
        settled = row.confirmed_at or rfc.ratification not in ("", Ratification.OWED)
        signs = frozenset({Sign.DONE}) if settled else frozenset()
        yield Facts(About.WORD, row.pk, 1, moments, people, State(rfc.state), Severity(rfc.severity), signs, rfc=rfc.pk)


def _without_own(people: Sequence[int], rfc: RFC) -> tuple[int, ...]:
    return tuple(person for person in people if person not in (rfc.requester_id, rfc.owner_id, rfc.implementer_id))


def _rota(at: datetime) -> dict[int, list[int]]:
    """Who is on duty at this instant, by board, in the order they are called: nobody who has left, last who has neither mail nor chat."""
    called: dict[int, list[User]] = defaultdict(list)
    on_duty = RotaEntry.objects.on_duty(at).filter(user__is_active=True).order_by("position", "pk")
    for entry in on_duty.select_related("user__preference"):
        called[entry.board_id].append(entry.user)
    return {board: [person.pk for person in sorted(people, key=is_out_of_reach)] for board, people in called.items()}


def _called(rfc: RFC, remits: Sequence[Remit], rota: dict[int, list[int]]) -> tuple[int, ...]:
    """In order, those who may decide on it: the rota of its board without its own people."""
    return _without_own(rota.get(rfc.board_among(remits) or 0, []), rfc)
