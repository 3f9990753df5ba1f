"""What the ladder of reminders has to know of boards: agendas, missing votes, emergencies and moves that wait (see `reminder_facts`)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet

from changes.choices import MeetingState, Ratification, Role, Route, Severity, State
from changes.domain.agenda import DECIDED, Remit
from changes.domain.reminder import About, Facts, Moment, Part, Sign
from changes.models import RFC, AgendaItem, AgendaRevision, BoardMember, Decision, Meeting, RotaEntry, User
from changes.selectors.candidate import remits_of_boards
from changes.selectors.reminder_facts import AHEAD, BEHIND, Keys
from changes.selectors.word import RESTING_ON_ONE, unconfirmed_words

_READY = (MeetingState.FROZEN, MeetingState.IN_SESSION)


def _meetings(at: datetime, keys: Keys) -> QuerySet[Meeting]:
    """Published meetings that are still to begin."""
    near = Q(starts_at__gt=at, starts_at__lte=at + 2 * AHEAD) if keys is None else Q(pk__in=keys)
    return Meeting.objects.filter(near, state__in=_READY, published_at__isnull=False)


def of_meetings(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Agendas that went out, each revision once: a revision that nobody has published yet is not told of."""
    on_agenda = AgendaItem.objects.filter(is_late=False, section__in=DECIDED, rfc__isnull=False, decision=None)
    meetings = (
        _meetings(at, keys)
        .select_related("board")
        .prefetch_related(
            Prefetch("items", on_agenda.select_related("rfc").prefetch_related("votes"), to_attr="votable"),
            Prefetch("board__members", BoardMember.objects.all()),
            "revisions",
        )
    )
    for meeting in meetings:
        moments = {Moment.START: meeting.starts_at}
        if meeting.published_at and _is_published(meeting, list(meeting.revisions.all())):
            moments[Moment.PUBLISHED] = meeting.published_at
        seats = _seats(meeting, at)
        people = {Part.MEMBERS: seats, Part.UNDECIDED: _undecided(meeting.votable, seats, meeting.board.chair_id)}
        yield Facts(About.MEETING, meeting.pk, meeting.revision or 1, moments, people, since=meeting.published_at, meeting=meeting.pk)


def _is_published(meeting: Meeting, revisions: Sequence[AgendaRevision]) -> bool:
    current = next((row for row in revisions if row.number == meeting.revision), None)
    return bool(current and meeting.published_at and meeting.published_at >= current.frozen_at)


def _seats(meeting: Meeting, at: datetime) -> tuple[int, ...]:
    """The chair, and the members and delegates whose time it is."""
    on = meeting.board.date_at(at)
    current = (member for member in meeting.board.members.all() if member.is_current(on))
    return (meeting.board.chair_id, *(member.user_id for member in current if member.user_id != meeting.board.chair_id))


def _undecided(items: Sequence[AgendaItem], seats: Sequence[int], chair: int) -> tuple[int, ...]:
    """Members with an open vote on an item that is not their own; the chair decides and is not asked."""
    return tuple(person for person in seats if person != chair and any(_is_open(item, person) for item in items))


def _is_open(item: AgendaItem, person: int) -> bool:
    rfc = item.rfc
    own = rfc is not None and person in (rfc.requester_id, rfc.owner_id, rfc.implementer_id)
    return not own and person not in {vote.member_id for vote in item.votes.all()}


def of_items(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """RFCs that stand on an agenda that went out, while nobody has decided on them."""
    near = Q(meeting__in=_meetings(at, None)) if keys is None else Q(pk__in=keys, meeting__in=_meetings(at, None))
    standing = AgendaItem.objects.filter(near, is_late=False, section__in=DECIDED, rfc__imported=False)
    for item in standing.select_related("rfc", "meeting").annotate(decided=F("decision__pk")):
        rfc, meeting = item.rfc, item.meeting
        if rfc is None or meeting.published_at is None:
            continue
        yield Facts(
            About.ITEM,
            item.pk,
            1,
            {Moment.PUBLISHED: meeting.published_at, Moment.START: meeting.starts_at},
            {Part.OWNER: (rfc.owner_id,)},
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
    for rfc in rows:
        if rfc.submitted_at:
            moments, people = {Moment.SUBMITTED: rfc.submitted_at}, {Part.ROTA: _called(rfc, remits, rota)}
            revision = int(rfc.submitted_at.timestamp() // 60)
            yield Facts(About.EMERGENCY, rfc.pk, revision, moments, people, State(rfc.state), Severity(rfc.severity), rfc=rfc.pk)


def of_moves(at: datetime, keys: Keys = None) -> Iterator[Facts]:
    """Moves that the change manager has to confirm; the next move is a revision of its own."""
    moved = RFC.objects.filter(imported=False, moved_at__isnull=False, planned_start__isnull=False)
    waiting = moved.filter(state=State.APPROVED, is_move_unconfirmed=True, planned_start__gt=at)
    rows = list(waiting if keys is None else moved.filter(pk__in=keys))
    if not rows:
        return
    managers = _change_managers()
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
    managers = _change_managers()
    for row in rows:
        rfc, moments = row.rfc, {Moment.DECIDED: row.at}
        people = {Part.APPROVER: (row.by_id,) if row.by_id else (), Part.CHANGE_MANAGERS: _without_own(managers, rfc)}
        settled = row.confirmed_at or rfc.ratification not in ("", Ratification.OWED)
        signs = frozenset({Sign.DONE}) if settled else frozenset()
        yield Facts(About.WORD, row.pk, 1, moments, people, State(rfc.state), Severity(rfc.severity), signs, rfc=rfc.pk)


def _change_managers() -> list[int]:
    return list(User.objects.filter(role=Role.CHANGE_MANAGER, is_active=True).order_by("pk").values_list("pk", flat=True))


def _without_own(people: Sequence[int], rfc: RFC) -> tuple[int, ...]:
    return tuple(person for person in people if person not in (rfc.requester_id, rfc.owner_id, rfc.implementer_id))


def _rota(at: datetime) -> dict[int, list[int]]:
    """Who is on duty at this instant, by board, in the order they are called."""
    called: dict[int, list[int]] = defaultdict(list)
    for entry in RotaEntry.objects.on_duty(at).order_by("position", "pk"):
        called[entry.board_id].append(entry.user_id)
    return called


def _called(rfc: RFC, remits: Sequence[Remit], rota: dict[int, list[int]]) -> tuple[int, ...]:
    """In order, those who may decide on it: the rota of its board without its own people."""
    return _without_own(rota.get(rfc.board_among(remits) or 0, []), rfc)
