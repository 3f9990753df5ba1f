"""What the calendar lies on in a period: the occurrences of change windows, freezes, and the board's meetings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from changes.choices import MeetingState, Route
from changes.domain.freeze import Freeze as FreezeRule
from changes.domain.freeze import frozen
from changes.domain.interval import Interval
from changes.domain.recurrence import occurrences
from changes.domain.window import Window
from changes.models import ChangeWindow, Environment, Freeze, Meeting


@dataclass(frozen=True)
class Occurrence:
    """One permitted stretch of one change window; without change types it serves all."""

    window: Window
    environment: Environment
    interval: Interval


@dataclass(frozen=True)
class Frozen:
    """One stretch in which a freeze holds."""

    freeze: FreezeRule
    interval: Interval


def window_occurrences(period: Interval, in_force: Mapping[str, Any] | None = None) -> list[Occurrence]:
    """The occurrences of change windows that overlap the period, by start; only of the environments filtered for."""
    rows = ChangeWindow.objects.select_related("environment").prefetch_related("change_types")
    wanted = {environment.slug for environment in (in_force or {}).get("environment", ())}
    found = [
        Occurrence(row.as_window(), row.environment, interval)
        for row in rows
        if not wanted or row.environment.slug in wanted
        for interval in occurrences(row.recurrence, period)
    ]
    return sorted(found, key=lambda one: (one.interval, one.environment.position))


def freezes_in(period: Interval, in_force: Mapping[str, Any] | None = None) -> list[Frozen]:
    """When freezes hold in the period, by start and name; those of another environment or service than filtered for are left out."""
    rules = [row.as_rule() for row in Freeze.objects.select_related("environment", "service", "change_type", "waivable_by")]
    wanted = {name: {row.slug for row in (in_force or {}).get(name, ())} for name in ("environment", "service", "change_type")}
    about = [rule for rule in rules if all(not slugs or getattr(rule, name) in (None, *slugs) for name, slugs in wanted.items())]
    found = [Frozen(rule, one) for rule in about for one in frozen(rule, period)]
    return sorted(found, key=lambda one: (one.interval, one.freeze.name))


@dataclass(frozen=True)
class OpenHours:
    """When an environment permits work, as its windows say it; `special` ones serve some change types alone."""

    environment: Environment
    windows: tuple[Window, ...]
    special: tuple[Window, ...]
    #: Whether no change in it has to be approved.
    is_recorded: bool


def open_hours() -> list[OpenHours]:
    """Each environment with its windows, in their order; a fixed number of queries."""
    rows = Environment.objects.prefetch_related("route_rules", "change_windows__change_types", "change_windows__environment")
    return [_open_hours(row) for row in rows]


def _open_hours(row: Environment) -> OpenHours:
    windows = [one.as_window() for one in row.change_windows.all()]
    routes = {rule.route for rule in row.route_rules.all()}
    return OpenHours(
        environment=row,
        windows=tuple(one for one in windows if not one.change_types),
        special=tuple(one for one in windows if one.change_types),
        is_recorded=routes == {Route.RECORD},
    )


def meetings_in(period: Interval) -> list[Meeting]:
    """The meetings that sit, or whose cut-off falls, in the period; `items_count` is how many RFCs stand on the agenda."""
    sits = Q(starts_at__gte=period.start, starts_at__lt=period.end)
    cuts = Q(cut_off_at__gte=period.start, cut_off_at__lt=period.end)
    on_agenda = Count("items", filter=Q(items__rfc__isnull=False, items__is_late=False))
    rows = Meeting.objects.filter(sits | cuts).exclude(state=MeetingState.CANCELLED)
    return list(rows.select_related("board").annotate(items_count=on_agenda).order_by("starts_at"))
