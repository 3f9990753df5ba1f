"""Who may do what: the only place that answers "may they?" (DESIGN 4.1).

Each predicate takes a person and an object and gives back a bool. What somebody is to an RFC is
worked out once, by `actors_for`; the tables of moves and routes say the rest.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.db.models import F

from changes.choices import OPEN_STATES, Role, Route, Scope, State, Urgency
from changes.domain import lifecycle
from changes.domain.lifecycle import Actor
from changes.domain.owed import is_owing
from changes.models import RFC, Action, Board, Condition, Meeting, RotaEntry, User, WorkSession
from changes.permissions.asked import board_of, was_asked


def is_requester(user: User, rfc: RFC) -> bool:
    return rfc.requester_id == user.pk


def is_owner(user: User, rfc: RFC) -> bool:
    return rfc.owner_id == user.pk


def is_implementer(user: User, rfc: RFC) -> bool:
    return rfc.implementer_id == user.pk


def is_own(user: User, rfc: RFC) -> bool:
    """Whether it is theirs, so that they never vote on it, decide it or waive for it."""
    return is_requester(user, rfc) or is_owner(user, rfc) or is_implementer(user, rfc)


def stands_in(user: User, rfc: RFC) -> bool:
    """Whether the change manager acts for an owner who cannot sign in: one who has left, or the account of an import."""
    return is_change_manager(user) and not rfc.owner.is_active


def is_change_manager(user: User) -> bool:
    return user.role == Role.CHANGE_MANAGER


def is_tool(user: User) -> bool:
    return user.role == Role.TOOL


def is_chair(user: User, board: Board, at: datetime) -> bool:
    """Whether `user` leads this board: its chair, or a delegate of the chair on that day."""
    if board.chair_id == user.pk:
        return True
    on = board.date_at(at)
    return any(seat.is_current(on) for seat in board.members.filter(user=user, delegate_for_id=board.chair_id))


def boards_led_by(user: User, at: datetime) -> set[int]:
    """The keys of the boards for which `is_chair` says yes, in two queries."""
    stands_for = user.seats.filter(delegate_for=F("board__chair")).select_related("board")
    led = {seat.board_id for seat in stands_for if seat.is_current(seat.board.date_at(at))}
    return led | set(user.chaired_boards.values_list("pk", flat=True))


def is_chair_for(user: User, rfc: RFC, at: datetime) -> bool:
    board = board_of(rfc)
    return board is not None and is_chair(user, board, at)


def is_on_rota_for(user: User, rfc: RFC, at: datetime) -> bool:
    return RotaEntry.objects.on_duty(at).filter(user=user, board=board_of(rfc)).exists()


def can_say_it_restores(user: User, rfc: RFC) -> bool:
    """Whether `user` is the named approver of one of its services, and has no hand in it (DESIGN 4.3, "restores service")."""
    if rfc.urgency == Urgency.EMERGENCY or rfc.route not in (Route.MANAGER, Route.BOARD) or has_a_hand_in(user, rfc):
        return False
    return any(service.approver_id == user.pk for service in rfc.services.all())


def has_a_hand_in(user: User, rfc: RFC) -> bool:
    """Whether it is theirs, or they have written in it or submitted it: giving it away makes nobody its judge."""
    return is_own(user, rfc) or rfc.events.filter(actor=user, action__in=("created", "edited", "submitted")).exists()


_PREDICATES: Mapping[Actor, Callable[[User, RFC, datetime], bool]] = {
    Actor.REQUESTER: lambda user, rfc, _at: is_requester(user, rfc),
    Actor.OWNER: lambda user, rfc, _at: is_owner(user, rfc) or stands_in(user, rfc),
    Actor.IMPLEMENTER: lambda user, rfc, _at: is_implementer(user, rfc),
    Actor.CHANGE_MANAGER: lambda user, _rfc, _at: is_change_manager(user),
    Actor.CHAIR: is_chair_for,
    Actor.ROTA: is_on_rota_for,
    Actor.PRODUCT: lambda *_: False,
}


def acts_as(user: User, rfc: RFC, actor: Actor, at: datetime) -> bool:
    """Whether `user` is this to the RFC. A tool is whatever the RFC that names it makes it (DESIGN 4.1)."""
    if user.role == Role.VIEWER:
        return False
    if is_tool(user):
        worked = actor in (Actor.REQUESTER, Actor.OWNER, Actor.IMPLEMENTER)
        return worked and is_own(user, rfc)
    return _PREDICATES[actor](user, rfc, at)


_DECIDING = (State.APPROVED, State.REJECTED)


def may_move(user: User, rfc: RFC, after: State, at: datetime) -> bool:
    """Whether `user` may make this move, whatever else it asks for."""
    if lifecycle.move_between(rfc.state, after) is None:
        return False
    if rfc.state == State.SUBMITTED and after in _DECIDING and has_a_hand_in(user, rfc):
        return False
    return any(acts_as(user, rfc, actor, at) for actor in lifecycle.makers(rfc.state, after, rfc.route)) or _answers(user, rfc, after, at)


def _answers(user: User, rfc: RFC, after: State, at: datetime) -> bool:
    """Whether the move is the answer to what they were asked: that this session has begun, or how it went where none is left besides."""
    if rfc.state not in (State.SCHEDULED, State.IN_PROGRESS) or after not in (State.IN_PROGRESS, State.COMPLETED):
        return False
    left = sorted((row for row in rfc.sessions.all() if not row.actual_end), key=lambda row: (not row.is_running, row.planned_start))
    return bool(left) and (after == State.IN_PROGRESS or len(left) == 1) and was_asked(user, left[0], at)


def can_raise(user: User) -> bool:
    return user.is_authenticated and user.role != Role.VIEWER


def can_raise_urgency(user: User, urgency: Urgency | None) -> bool:
    """An incident tool raises emergencies and nothing else."""
    return can_raise(user) and (not is_tool(user) or urgency == Urgency.EMERGENCY)


def can_edit(user: User, rfc: RFC) -> bool:
    """Requester and owner write in it until the work begins, and whoever stands in for an owner who cannot sign in."""
    return rfc.state in OPEN_STATES and _raises(user, rfc)


def can_fill_in(user: User, rfc: RFC) -> bool:
    """The same people write what an emergency still owes, from the begin of the work until it is closed."""
    return is_owing(rfc.urgency, rfc.state, imported=rfc.imported) and _raises(user, rfc)


def can_write(user: User, rfc: RFC) -> bool:
    """Whether they may write in it at all: everything before the work, of an emergency afterwards what it owes."""
    return can_edit(user, rfc) or can_fill_in(user, rfc)


def _raises(user: User, rfc: RFC) -> bool:
    if user.role == Role.VIEWER:
        return False
    raises = is_requester(user, rfc) or is_owner(user, rfc) or stands_in(user, rfc)
    return raises or (is_tool(user) and is_own(user, rfc))


def can_link_incident(user: User, rfc: RFC) -> bool:
    """Who may say that it caused an incident, or that it did not: whoever raises RFCs, tools among them; not of a draft."""
    return can_raise(user) and rfc.state != State.DRAFT


def can_reschedule(user: User, rfc: RFC) -> bool:
    """Those who may edit it, and the change manager, who moves and confirms."""
    return can_edit(user, rfc) or (rfc.state in OPEN_STATES and is_change_manager(user))


def can_confirm_move(user: User, rfc: RFC) -> bool:
    """The change manager alone, and never for an own RFC."""
    return is_change_manager(user) and not has_a_hand_in(user, rfc)


def can_work(user: User, rfc: RFC) -> bool:
    """Who ticks off steps, begins, extends and completes: owner, implementer, and the tool that it names."""
    works = is_owner(user, rfc) or is_implementer(user, rfc) or stands_in(user, rfc)
    return works or (is_tool(user) and is_own(user, rfc))


def can_answer(user: User, session: WorkSession, at: datetime) -> bool:
    """Who says of a session that it has begun, is over or takes longer: who does the work, and whoever was asked about it."""
    return can_work(user, session.rfc) or was_asked(user, session, at)


def can_review(user: User, rfc: RFC) -> bool:
    """Who writes the post-implementation review: owner, implementer, change manager."""
    return is_owner(user, rfc) or is_implementer(user, rfc) or is_change_manager(user)


def can_waive(user: User, rfc: RFC, named: Collection[int] = ()) -> bool:
    """The change manager; where a freeze names somebody (`named`, by key), they and nobody else. Never for an RFC of their own."""
    may = user.pk in named if named else is_change_manager(user)
    return may and can_be_named_to_waive(user) and not has_a_hand_in(user, rfc)


def can_be_named_to_waive(user: User) -> bool:
    """Whether a freeze may name them: who only looks on, or is a tool, waives nothing."""
    return user.role not in (Role.VIEWER, Role.TOOL)


def can_meet(user: User, condition: Condition) -> bool:
    """Who may say that a condition is met: its owner, the RFC's owner, the change manager."""
    return condition.owner_id == user.pk or is_owner(user, condition.decision.rfc) or is_change_manager(user)


def can_promise(user: User, board: Board, rfc: RFC | None, at: datetime) -> bool:
    """Who writes down an action of the board: who prepares its agenda, and who writes the review that it comes out of."""
    return is_change_manager(user) or is_chair(user, board, at) or (rfc is not None and can_review(user, rfc))


def can_fulfil(user: User, action: Action, at: datetime) -> bool:
    """Who may say that an action is done, or is not after all: its owner, the chair, the change manager."""
    return action.owner_id == user.pk or is_change_manager(user) or is_chair(user, action.board, at)


def can_lead(user: User, meeting: Meeting, at: datetime) -> bool:
    """Who orders an agenda, admits a late RFC and decides in a meeting: the chair or a delegate."""
    return is_chair(user, meeting.board, at)


def can_prepare(user: User, meeting: Meeting, at: datetime) -> bool:
    """Who generates, publishes and sends an agenda: the chair and the change manager."""
    return is_change_manager(user) or can_lead(user, meeting, at)


def can_vote(user: User, meeting: Meeting, rfc: RFC | None, at: datetime) -> bool:
    """Members and delegates of the board, never on an RFC of their own."""
    if rfc is not None and has_a_hand_in(user, rfc):
        return False
    return is_chair(user, meeting.board, at) or is_member(user, meeting.board, at)


def is_member(user: User, board: Board, at: datetime) -> bool:
    on = board.date_at(at)
    return any(seat.is_current(on) for seat in board.members.filter(user=user))


def can_see_board(user: User) -> bool:
    return user.is_authenticated and user.role != Role.TOOL


def can_set_up(user: User) -> bool:
    """Administrators own set-up data and nothing else."""
    return user.is_superuser or user.role == Role.ADMINISTRATOR


def can_operate(user: User) -> bool:
    """Whether `user` is told that beat or the worker is gone, and can have it started again."""
    return user.is_superuser or user.role == Role.ADMINISTRATOR


def can_make_token(user: User, account: User) -> bool:
    """Everybody makes tokens of their own; those of a tool, with which nobody signs in, are made by administrators."""
    return user.pk == account.pk or (can_set_up(user) and is_tool(account))


def can_revoke_token(user: User, account: User) -> bool:
    """One's own, and for an administrator everybody's: a token that got out has to be ended at once."""
    return user.pk == account.pk or can_set_up(user)


def scopes_for(account: User) -> list[Scope]:
    """What a token of this account may be for: what the account could never do is not offered."""
    if account.role == Role.VIEWER:
        return [Scope.READ]
    return [Scope.READ, Scope.RAISE, Scope.OPERATE, *([Scope.ADMIN] if can_set_up(account) else [])]


def can_see_ledger(user: User) -> bool:
    """Who reads what everybody was told, and has what failed sent again: administrators and change managers."""
    return can_set_up(user) or is_change_manager(user)
