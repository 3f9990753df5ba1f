"""The set-up data as its page shows it, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, QuerySet

from changes.choices import Route, Severity
from changes.domain import recurrence
from changes.domain.freeze import frozen, repetition, scope_in_words
from changes.domain.interval import Interval
from changes.domain.route import default_for
from changes.models import Board, ChangeType, ChangeWindow, Environment, Freeze, Service

#: So far ahead the next occurrence of a window is looked for.
AHEAD = timedelta(days=92)


@dataclass(frozen=True)
class WindowRow:
    """A change window in words, its zone, and when it opens next (None: not within three months)."""

    window: ChangeWindow
    words: str
    types: str
    next: Interval | None


@dataclass(frozen=True)
class EnvironmentRow:
    environment: Environment
    routes: Sequence[tuple[Severity, Route]]
    windows: Sequence[WindowRow]


def environment_rows(*, at: datetime) -> list[EnvironmentRow]:
    """Each environment with its routes by severity and its windows."""
    environments = Environment.objects.prefetch_related("route_rules", "change_windows__change_types", "change_windows__environment")
    return [_environment(environment, at) for environment in environments]


def _environment(environment: Environment, at: datetime) -> EnvironmentRow:
    rules = {Severity(rule.severity): Route(rule.route) for rule in environment.route_rules.all()}
    routes = [(severity, rules.get(severity, default_for(severity))) for severity in Severity]
    return EnvironmentRow(environment, routes, [_window(w, at) for w in environment.change_windows.all()])


def _window(window: ChangeWindow, at: datetime) -> WindowRow:
    ahead = recurrence.occurrences(window.recurrence, Interval(at, at + AHEAD))
    types = ", ".join(kind.name for kind in window.change_types.all())
    return WindowRow(window, recurrence.describe(window.recurrence), types, ahead[0] if ahead else None)


def service_rows() -> QuerySet[Service]:
    return Service.objects.select_related("manager", "approver").prefetch_related("depends_on").annotate(items=Count("configuration_items"))


def change_type_rows() -> QuerySet[ChangeType]:
    return ChangeType.objects.annotate(steps_count=Count("steps", distinct=True), done=Count("rfc", distinct=True))


@dataclass(frozen=True)
class FreezeRow:
    """A freeze, how it repeats on its own clock ("" for once), whom it holds for, and when it holds next or now."""

    freeze: Freeze
    words: str
    scope: str
    next: Interval | None


def freeze_rows(*, at: datetime) -> list[FreezeRow]:
    """The freezes that are not over, a repeating one while it has an occurrence left; by their first start."""
    rows = Freeze.objects.select_related("environment", "service", "change_type", "waivable_by").exclude(end__lte=at, rrule="")
    return [row for row in (_freeze(one, at) for one in rows) if row.next]


def _freeze(row: Freeze, at: datetime) -> FreezeRow:
    rule = row.as_rule()
    names = [one.name if one else "" for one in (row.environment, row.service, row.change_type)]
    ahead = frozen(rule, Interval(at))
    return FreezeRow(row, repetition(rule), scope_in_words(*names), ahead[0] if ahead else None)


def last_written(row: Model) -> LogEntry | None:
    """The last line of a row's history, with who wrote it; every door that writes set-up data adds one. One query."""
    told = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    return told.select_related("user").order_by("-pk").first()


def version_of(row: Model) -> int:
    """Which state of a row it is: rises with each line of its history, 0 before the first."""
    last = last_written(row)
    return last.pk if last else 0


def board_rows() -> QuerySet[Board]:
    return Board.objects.select_related("chair").prefetch_related("environments", "members__user", "rota__user", "holidays")
