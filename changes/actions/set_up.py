"""Set-up data: adding, changing and removing it, with who did it and when. Administrators own it (DESIGN 4.1)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.db import models, transaction

from changes import permissions
from changes.actions import board, freeze
from changes.actions.content import take_turn
from changes.actions.event import columns_between, columns_of, log
from changes.choices import Phase, Route, Severity
from changes.domain import freeze as freeze_rules
from changes.domain import recurrence
from changes.domain.recurrence import RecurrenceError
from changes.domain.route import refused
from changes.exceptions import InUse, NotAllowed, Stale, Unacceptable
from changes.models import (
    Board,
    BoardMember,
    ChangeType,
    ChangeTypeStep,
    ChangeWindow,
    Environment,
    Freeze,
    FreezeNotice,
    Holiday,
    RotaEntry,
    RouteRule,
    User,
    Waiver,
)
from changes.selectors.set_up import last_written

Row = TypeVar("Row", bound=models.Model)
Values = Mapping[str, Any]

#: Rows that are part of the one that they belong to and go with it, or outlive it; nothing is "in use" by them.
_PARTS = (RouteRule, ChangeTypeStep, BoardMember, RotaEntry, Holiday, FreezeNotice, Waiver)


@transaction.atomic
def add(model: type[Row], values: Values, *, actor: User, at: datetime) -> Row:
    """Make a new row; `values` name set-up data by slug and people by username, and hold its parts as lists.

    A freeze tells the owners of what it hits. Raises `NotAllowed` for anybody but an administrator, `Unacceptable` for what cannot be.
    """
    _check_right(actor)
    _take_turn(model)
    slug = values.get("slug")
    if slug and model._default_manager.filter(slug=slug).exists():
        raise Unacceptable(f"There is a “{slug}” already.", mend="Choose another slug.", field="slug")
    row = _written(model(), values)
    log(row, ADDITION, actor=actor, at=at)
    if isinstance(row, Freeze):
        freeze.tell(row, before=None, after=row.as_rule(), actor=actor, at=at)
    return row


@transaction.atomic
def change(row: Row, values: Values, *, actor: User, at: datetime, read: int | None = None) -> Row:
    """Write the given values into a stored row and leave the others.

    `read` is the version that the values were made from (`selectors.set_up.version_of`). Raises as `add` does, and `Stale` where
    somebody has changed the row since.
    """
    _check_right(actor)
    _take_turn(type(row))
    row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    last = last_written(row)
    if read is not None and last is not None and read != last.pk:
        raise Stale(f"{last.user} has changed “{row}” since you opened it.", mend="Look at what differs, and save what is to stand.")
    before, was = columns_of(row), _was(row)
    lists = [_listed(row, name, value) for name, value in values.items() if name not in before]
    row = _written(row, values)
    if changed := "; ".join(filter(None, [columns_between(before, columns_of(row)), *lists])):
        log(row, CHANGE, actor=actor, at=at, message=changed)
    if isinstance(row, Freeze):
        freeze.tell(row, before=was, after=row.as_rule(), actor=actor, at=at)
    if isinstance(row, Board):
        board.follow(row, before=was, actor=actor, at=at)
    return row


def _listed(row: Any, name: str, value: Any) -> str:
    """What the history says of rows that are written anew: their name, and of routes which one takes the place of which."""
    if (type(row), name) != (Environment, "routes"):
        return name
    stored = {rule.severity: rule.route for rule in row.route_rules.all()}
    turned = [f"{one} {stored.get(one, 'unsaid')} → {value.get(one, 'unsaid')}" for one in Severity if stored.get(one) != value.get(one)]
    return f"routes: {', '.join(turned)}" if turned else ""


def _was(row: Any) -> Any:
    """What the stored row said before, where something follows from the difference."""
    if isinstance(row, Freeze):
        return row.as_rule()
    return row.rhythm() if isinstance(row, Board) else None


@transaction.atomic
def remove(row: models.Model, *, actor: User, at: datetime) -> None:
    """Delete a row that nothing names any more. Raises `NotAllowed`, or `InUse` with what names it."""
    _check_right(actor)
    _take_turn(type(row))
    row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    users = [
        f"{count} {relation.related_model._meta.verbose_name_plural}"
        for relation in row._meta.related_objects
        if relation.related_model not in (*_PARTS, User)
        and (count := relation.related_model._default_manager.filter(**{relation.field.name: row}).count())
    ]
    if users:
        raise InUse(f"“{row}” is named by {', '.join(users)}.", mend="Let them name another one first.")
    log(row, DELETION, actor=actor, at=at)
    if isinstance(row, Freeze):
        freeze.tell(row, before=row.as_rule(), after=None, actor=actor, at=at)
    row.delete()


def _check_right(actor: User) -> None:
    if not permissions.can_set_up(actor):
        raise NotAllowed("Set-up data belongs to the administrators.", mend="Ask one of them.")


def _take_turn(model: type[models.Model]) -> None:
    """What RFCs are judged by is saved in the turn of their writers: nobody is scheduled unseen by a freeze, nor told of an old time."""
    if model in (ChangeWindow, Freeze):
        take_turn()


def _written(row: Row, values: Values) -> Row:
    columns = {field.name: field for field in row._meta.get_fields()}
    several = {}
    for name, value in values.items():
        field = columns.get(name)
        if (type(row), name) in _WRITERS:
            continue
        if isinstance(field, models.ManyToManyField):
            several[name] = _all_named(field.related_model, value, name)
        elif isinstance(field, models.ForeignKey):
            setattr(row, name, _all_named(field.related_model, [value], name)[0] if value else None)
        else:
            setattr(row, name, _stored(row, name, value))
    _CHECKS.get(type(row), lambda *_: None)(row, values)
    row.save()
    for name, rows in several.items():
        if row in rows:
            raise Unacceptable("It cannot depend on itself.", field=name)
        getattr(row, name).set(rows)
    for name, value in values.items():
        if write := _WRITERS.get((type(row), name)):
            write(row, name, value)
    return row


def _stored(row: models.Model, name: str, value: Any) -> Any:
    """What a column keeps: wall-clock times as text, and "" where a word is not said."""
    if name == "exdates":
        return [moment.isoformat(timespec="seconds") for moment in value]
    return "" if value is None and not row._meta.get_field(name).null else value


def _all_named(model: Any, names: list[str], field: str) -> list[Any]:
    key = "username" if model is User else "slug"
    found = {getattr(row, key): row for row in model._default_manager.filter(**{f"{key}__in": names})}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise Unacceptable(f"There is no “{unknown[0]}”.", mend="Choose one of the list.", field=field)
    return [found[name] for name in names]


def _check_window(row: Any, _: Values) -> None:
    exdates = tuple(datetime.fromisoformat(text) for text in row.exdates)
    _check_recurrence(recurrence.Recurrence(row.rrule, row.first_start, row.first_end, row.time_zone, exdates))


def _check_freeze(row: Any, _: Values) -> None:
    if row.waivable_by and not permissions.can_be_named_to_waive(row.waivable_by):
        mend = "Choose somebody who takes part in changes, or nobody, and the change manager waives."
        raise Unacceptable(f"{row.waivable_by} waives nothing.", mend=mend, field="waivable_by")
    try:
        freeze_rules.check(row.as_rule())
    except RecurrenceError as error:
        raise Unacceptable(error.sentence, field=error.field) from error


def _check_recurrence(rule: recurrence.Recurrence) -> None:
    try:
        recurrence.check(rule)
    except RecurrenceError as error:
        raise Unacceptable(error.sentence, field=error.field) from error


_CHECKS: Mapping[type, Callable[[Any, Values], None]] = {ChangeWindow: _check_window, Freeze: _check_freeze, Board: board.check}


def _write_routes(row: Any, name: str, routes: Mapping[str, str]) -> None:
    for severity, route in routes.items():
        if why := refused(Severity(severity), Route(route)):
            raise Unacceptable(why[0], mend=why[1], field=f"{name}.{severity}")
    row.route_rules.all().delete()
    RouteRule.objects.bulk_create(RouteRule(environment=row, severity=severity, route=route) for severity, route in routes.items())


def _write_steps(row: Any, phase: str, steps: list[Values]) -> None:
    row.steps.filter(phase=phase).delete()
    ChangeTypeStep.objects.bulk_create(
        ChangeTypeStep(
            change_type=row,
            phase=phase,
            position=position,
            check_text=step.get("check", ""),
            **{name: value for name, value in step.items() if name != "check"},
        )
        for position, step in enumerate(steps)
    )


def _write_members(row: Any, name: str, members: list[Values]) -> None:
    row.members.all().delete()
    BoardMember.objects.bulk_create(BoardMember(board=row, **_with_people(member, name)) for member in members)


def _write_rota(row: Any, name: str, turns: list[Values]) -> None:
    row.rota.all().delete()
    RotaEntry.objects.bulk_create(
        RotaEntry(board=row, position=position, **_with_people(turn, name)) for position, turn in enumerate(turns)
    )


def _with_people(values: Values, field: str) -> dict[str, Any]:
    people = {name: values[name] for name in ("user", "delegate_for") if values.get(name)}
    return {**values, **{name: _all_named(User, [username], field)[0] for name, username in people.items()}}


def _write_holidays(row: Any, _: str, days: list[Any]) -> None:
    row.holidays.all().delete()
    Holiday.objects.bulk_create(Holiday(board=row, on=on) for on in sorted(set(days)))


_WRITERS: Mapping[tuple[type, str], Callable[[Any, str, Any], None]] = {
    (Environment, "routes"): _write_routes,
    **{(ChangeType, phase.value): _write_steps for phase in Phase},
    (Board, "members"): _write_members,
    (Board, "rota"): _write_rota,
    (Board, "holidays"): _write_holidays,
}
