"""Who hears of a session about which nobody answers: the managers of its services, then the chair of its board.

Where there is neither, the change managers do (DESIGN 4.9).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from changes.choices import Role, Severity
from changes.domain.ladder import ASKED
from changes.domain.ladder_words import About, Moment, Part, Rule
from changes.domain.reminder import passed_on
from changes.models import RFC, Board, User, WorkSession
from changes.selectors.candidate import remits_of_boards
from changes.selectors.reminder_asked import Question, asked_at

#: By session, who hears in their turn of what nobody answers.
Turns = Mapping[int, Mapping[Part, tuple[int, ...]]]


def people_above(rows: Sequence[WorkSession]) -> Turns:
    """By session, for those that are not over; read them with `rfc`. A fixed number of queries.

    Automatic ones are asked about together, once a night, and passed on together (`reminder_night`).
    """
    return turns_of([row for row in rows if not row.actual_end and row.rfc.severity != Severity.AUTOMATIC])


def turns_of(rows: Sequence[WorkSession]) -> Turns:
    """By session, whose turn it would be if nobody answered; read them with `rfc`. A fixed number of queries."""
    if not rows:
        return {}
    prefetch_related_objects([row.rfc for row in rows], "environment", "services__manager")
    remits = remits_of_boards()
    chairs, others = active_chairs(), change_managers()
    return {row.pk: passed_on(_managers(row.rfc), chairs.get(row.rfc.board_among(remits) or 0), others, _asked(row.rfc)) for row in rows}


def active_chairs() -> dict[int, int]:
    """By board, its chair where that one has an account."""
    return {board: chair for board, chair in Board.objects.filter(chair__is_active=True).values_list("pk", "chair") if chair}


def change_managers() -> list[int]:
    """By their keys, those who have not left; one query."""
    return list(User.objects.filter(role=Role.CHANGE_MANAGER, is_active=True).order_by("pk").values_list("pk", flat=True))


def asked_since(rows: Sequence[WorkSession], *, at: datetime) -> dict[int, Mapping[Moment, datetime]]:
    """By session that was to have begun and is not over: since when somebody could say so; where nobody could, `at`."""
    silent = [row for row in rows if row.planned_start <= at and not row.actual_end]
    reached = asked_at([f"{About.SESSION.value}:{row.pk}" for row in silent], ASKED)
    return {row.pk: _since(row, reached, at) for row in silent}


def _since(row: WorkSession, reached: Mapping[Question, datetime], at: datetime) -> Mapping[Moment, datetime]:
    own = {rule: reached.get((f"{About.SESSION.value}:{row.pk}", row.revision, rule.value)) for rule in ASKED}
    ends = [instant for rule, instant in own.items() if instant and rule != Rule.BEGUN]
    since = {Moment.START: own[Rule.BEGUN] or at}
    return since if row.planned_end is None or row.planned_end > at else {**since, Moment.END: min(ends, default=at)}


def _managers(rfc: RFC) -> list[int]:
    return [service.manager.pk for service in rfc.services.all() if service.manager and service.manager.is_active]


def _asked(rfc: RFC) -> set[int | None]:
    """Who has been asked already: it is passed on to nobody who did not answer in the first place."""
    return {rfc.owner_id, rfc.implementer_id}
