"""Who was asked about a session that is not over, in somebody's stead or because nobody answered (DESIGN 4.9)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from changes.choices import Delivery, Role, Severity, State
from changes.domain.ladder import PASSED_ON, PASSED_ON_OF_A_NIGHT, QUESTIONS
from changes.domain.ladder_words import About, Moment, Rule, Sign
from changes.domain.reminder import Facts, still_asks
from changes.domain.schedule import night, night_of_end
from changes.models import RFC, Board, Reminder, User, WorkSession


def board_of(rfc: RFC) -> Board | None:
    """The board that its agenda items, its emergencies and its deciding go to (`domain.remit`)."""
    boards = {board.pk: board for board in Board.objects.prefetch_related("environments", "services")}
    return boards.get(rfc.board_among([board.remit() for board in boards.values()]) or 0)


def was_asked(user: User, session: WorkSession, at: datetime) -> bool:
    """Whether the product has asked them about a session as it stands now, in somebody's stead or because nobody answered.

    Only while that question is open: what was asked of other times, or was answered, or ran out, gives nothing.
    """
    if user.role in (Role.VIEWER, Role.TOOL) or session.actual_end:
        return False
    rfc = session.rfc
    if rfc.severity == Severity.AUTOMATIC:
        return _was_asked_of_its_night(user, session, at)
    rows = Reminder.objects.filter(session=session, revision=session.revision, recipient=user, rule__in=QUESTIONS, state=Delivery.SENT)
    asked = [(rule, whose or user.pk) for rule, whose in rows.values_list("rule", "on_behalf_of")]
    rules = {rule for rule, whose in asked if (_is_above({whose}, rfc) if rule in PASSED_ON else whose in _workers(rfc))}
    return bool(rules) and still_asks(rules, _before_this_act(user, session, at), at)


def _before_this_act(user: User, session: WorkSession, at: datetime) -> Facts:
    """Who is asked whether it has begun may say that it has and is over, in one act: its begin then answers nothing yet."""
    facts = session.facts()
    if session.actual_start and session.rfc.events.filter(actor=user, at=at, action__in=("begun", "session_begun")).exists():
        return replace(facts, signs=facts.signs - {Sign.BEGUN})
    return facts


def _was_asked_of_its_night(user: User, session: WorkSession, at: datetime) -> bool:
    """Automatic changes are asked about together, so that people are asked of a night and not of an RFC."""
    if session.planned_end is None or session.rfc.state not in (State.SCHEDULED, State.IN_PROGRESS):
        return False
    on = night_of_end(session.planned_end, ZoneInfo(settings.FSC_TIME_ZONE))
    asked = asked_of_night(user, on, at)
    return not asked.instead_of.isdisjoint(_workers(session.rfc)) or _is_above(asked.above, session.rfc)


def _workers(rfc: RFC) -> set[int | None]:
    return {rfc.owner_id, rfc.implementer_id}


def _is_above(people: Collection[int], rfc: RFC) -> bool:
    """Whether what nobody answers of it goes to one of these: a manager of its services, or the chair (`domain.reminder.passed_on`)."""
    if not people:
        return False
    board = board_of(rfc)
    managers = {service.manager_id for service in rfc.services.all()}
    if not managers.isdisjoint(people) or (board is not None and board.chair_id in people):
        return True
    return not _has_chair(board, rfc) and User.objects.filter(pk__in=people, role=Role.CHANGE_MANAGER).exists()


def _has_chair(board: Board | None, rfc: RFC) -> bool:
    """Whether there is one to hear of it who was not asked in the first place; else the change managers do."""
    chair = board.chair if board else None
    return chair is not None and chair.is_active and chair.pk not in _workers(rfc)


@dataclass(frozen=True)
class AskedOfNight:
    """In whose stead, by key, somebody was asked how the changes of a night went: whose they are, or who is above those."""

    instead_of: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()


def asked_of_night(user: User, on: date, at: datetime) -> AskedOfNight:
    """What `user` was asked of the night of that evening beyond their own, until the last question about it runs out; one query."""
    facts = Facts(About.NIGHT, on.isoformat(), moments={Moment.END: night(on, ZoneInfo(settings.FSC_TIME_ZONE)).end})
    if user.role in (Role.VIEWER, Role.TOOL) or not still_asks(QUESTIONS, facts, at):
        return AskedOfNight()
    rows = Reminder.objects.filter(recipient=user, subject=f"{About.NIGHT}:{on.isoformat()}", state=Delivery.SENT)
    asked = list(rows.values_list("rule", "on_behalf_of"))
    instead_of = frozenset(whose for rule, whose in asked if rule == Rule.OUTCOMES_OF_THE_NIGHT and whose)
    return AskedOfNight(instead_of, frozenset(whose or user.pk for rule, whose in asked if rule in PASSED_ON_OF_A_NIGHT))
