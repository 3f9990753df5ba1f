"""The week at a glance of whoever sits on a board: what needs a vote, what was decided, what went wrong, what is ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from changes.choices import MeetingState, Outcome, Ratification, Role, Route, Severity, State, Suspicion
from changes.domain.agenda import DECIDED
from changes.domain.interval import Interval
from changes.domain.remit import Remit
from changes.domain.week import WEEK, looked_back_to, overrun_minutes, what_went_wrong
from changes.models import RFC, AgendaItem, Board, Decision, ElectronicVote, Event, Meeting, User, WorkSession
from changes.models.rfc import seen_by
from changes.selectors.ground import Frozen, freezes_in
from changes.selectors.meeting import seats_of
from changes.selectors.vote import ballots_of, traces_of
from changes.selectors.word import overdue_words

_OPEN = (MeetingState.PLANNED, MeetingState.FROZEN, MeetingState.IN_SESSION)
_REPORTED = ("completed", "recorded_done", "incident_confirmed")
_LIVE = (State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.IN_PROGRESS)


@dataclass(frozen=True)
class Question:
    """An item that waits for the reader's vote, and until when; `is_electronic` where it is put to the vote between meetings."""

    item: AgendaItem
    rfc: RFC
    until: datetime
    is_electronic: bool


@dataclass(frozen=True)
class Wrong:
    """An RFC with what went wrong, in words."""

    rfc: RFC
    words: Sequence[str]


@dataclass(frozen=True)
class Coming:
    """A meeting or its cut-off within a week."""

    at: datetime
    meeting: Meeting
    is_cut_off: bool


@dataclass
class Week:
    """One board's week, as one of its members sees it. `since` is when what is behind begins."""

    board: Board
    since: datetime
    questions: list[Question] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    majors: list[WorkSession] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)


@dataclass(frozen=True)
class Glance:
    """The weeks of the reader's boards, and the freezes of the week ahead, which hold for all of them."""

    weeks: Sequence[Week]
    freezes: Sequence[Frozen]


def glance_of(viewer: User, *, at: datetime) -> Glance:
    """The week of each board that `viewer` leads or sits on; the change manager's are all. A fixed number of queries."""
    boards = list(Board.objects.select_related("chair").prefetch_related("environments", "services", "members").order_by("pk"))
    mine = [board for board in boards if _sits_on(board, viewer, at)] or (boards if viewer.role == Role.CHANGE_MANAGER else [])
    if not mine:
        return Glance([], [])
    remits = [board.remit() for board in boards]
    last = _last_meetings(mine, at)
    weeks = {board.pk: Week(board, looked_back_to(last.get(board.pk), at)) for board in mine}
    _ask(weeks, viewer, at)
    _tell_decided(weeks, remits, viewer)
    _tell_wrong(weeks, remits, viewer, at)
    _look_ahead(weeks, remits, viewer, at)
    return Glance(list(weeks.values()), freezes_in(Interval(at, at + WEEK)))


def _sits_on(board: Board, viewer: User, at: datetime) -> bool:
    on = board.date_at(at)
    return board.chair_id == viewer.pk or any(seat.user_id == viewer.pk and seat.is_current(on) for seat in board.members.all())


def _last_meetings(boards: Sequence[Board], at: datetime) -> dict[int, datetime]:
    """By board, the start of its last meeting within the last five weeks."""
    held = Meeting.objects.filter(board__in=boards, starts_at__range=(at - 5 * WEEK, at)).exclude(state=MeetingState.CANCELLED)
    return dict(held.order_by("starts_at").values_list("board_id", "starts_at"))


def _ask(weeks: dict[int, Week], viewer: User, at: datetime) -> None:
    open_ones = ElectronicVote.objects.filter(closed_at=None, closes_at__gt=at)
    asked = AgendaItem.objects.filter(meeting__board__in=weeks, meeting__state__in=_OPEN, meeting__ends_at__gt=at, section__in=DECIDED)
    asked = asked.filter(Q(meeting__revision__gt=0, is_late=False) | Q(electronic_votes__in=open_ones), decision=None, rfc__isnull=False)
    asked = asked.select_related("rfc", "meeting__board").distinct().order_by("meeting__starts_at", "position", "pk")
    rows = list(asked.prefetch_related("votes__member", Prefetch("electronic_votes", open_ones, to_attr="open_votes")))
    traces, seats = traces_of(rows), {key: seats_of(week.board, at=at) for key, week in weeks.items()}
    for row in rows:
        if not any(ballot.asks(viewer.pk) for ballot in ballots_of(row, seats[row.meeting.board_id], traces)):
            continue
        votes = row.open_votes
        until = votes[0].closes_at if votes else row.meeting.starts_at
        if row.rfc:
            weeks[row.meeting.board_id].questions.append(Question(row, row.rfc, until, bool(votes)))
    for week in weeks.values():
        week.questions.sort(key=lambda question: question.until)


def _tell_decided(weeks: dict[int, Week], remits: Sequence[Remit], viewer: User) -> None:
    """What the board decided, in a meeting or between two, and what its rota approved; the latest first."""
    earliest = min(week.since for week in weeks.values())
    seen = seen_by(viewer, "rfc__")
    routes = Q(item__isnull=False) | Q(route__in=(Route.BOARD, Route.EMERGENCY))
    rows = Decision.objects.standing().filter(seen, routes, at__gte=earliest, rfc__imported=False)
    rows = rows.select_related("rfc__environment", "by", "item__meeting", "defer_to").order_by("-at", "-pk")
    for row in rows.prefetch_related("rfc__services", "conditions__owner"):
        board = row.item.meeting.board_id if row.item else row.rfc.board_among(remits)
        if board in weeks and row.at >= weeks[board].since:
            weeks[board].decided.append(row)


def _tell_wrong(weeks: dict[int, Week], remits: Sequence[Remit], viewer: User, at: datetime) -> None:
    earliest = min(week.since for week in weeks.values())
    reported = Event.objects.filter(at__gte=earliest, action__in=_REPORTED).values("rfc")
    judged = Decision.objects.standing().filter(at__gte=earliest, verdict="unauthorised").values("rfc")
    over = Q(state__in=(State.COMPLETED, State.CLOSED), pk__in=reported) | Q(state=State.IN_PROGRESS, planned_end__lt=at)
    unasked = overdue_words(at)
    rows = _placed(RFC.objects.visible_to(viewer).filter(over | Q(pk__in=judged) | Q(pk__in=unasked), imported=False))
    overdue = set(unasked.values_list("pk", flat=True))
    for rfc in rows.prefetch_related("sessions", "incidents").order_by("-updated_at", "-pk"):
        words = _words(rfc, at, is_word_overdue=rfc.pk in overdue)
        board = rfc.board_among(remits)
        if words and board in weeks:
            weeks[board].wrong.append(Wrong(rfc, words))


def _words(rfc: RFC, at: datetime, *, is_word_overdue: bool) -> list[str]:
    runs = (overrun_minutes(one.planned_end, one.actual_start, one.actual_end, at) for one in rfc.sessions.all())
    return what_went_wrong(
        Outcome(rfc.outcome) if rfc.outcome else None,
        overrun=max(runs, default=0),
        caused=[str(link) for link in rfc.incidents.all() if link.suspicion == Suspicion.CONFIRMED],
        is_unauthorised=rfc.ratification == Ratification.UNAUTHORISED,
        is_word_overdue=is_word_overdue,
    )


def _placed(rfcs: QuerySet[RFC]) -> QuerySet[RFC]:
    """With what says which board they go to."""
    return rfcs.select_related("environment").prefetch_related("services")


def _look_ahead(weeks: dict[int, Week], remits: Sequence[Remit], viewer: User, at: datetime) -> None:
    ahead = Interval(at, at + WEEK)
    majors = WorkSession.objects.overlapping(ahead).filter(seen_by(viewer, "rfc__"), rfc__severity=Severity.MAJOR, rfc__state__in=_LIVE)
    rows = majors.filter(actual_end=None).select_related("rfc__environment").prefetch_related("rfc__services")
    for session in rows.order_by("planned_start", "pk"):
        board = session.rfc.board_among(remits)
        if board in weeks:
            weeks[board].majors.append(session)
    meetings = Meeting.objects.filter(board__in=weeks, state__in=_OPEN, ends_at__gt=at, cut_off_at__lt=ahead.end).select_related("board")
    for one in sorted(_moments(meetings, ahead), key=lambda coming: coming.at):
        weeks[one.meeting.board_id].coming.append(one)


def _moments(meetings: Iterable[Meeting], ahead: Interval) -> Iterable[Coming]:
    for meeting in meetings:
        if ahead.holds(meeting.cut_off_at):
            yield Coming(meeting.cut_off_at, meeting, is_cut_off=True)
        if meeting.starts_at < ahead.end:
            yield Coming(meeting.starts_at, meeting, is_cut_off=False)
