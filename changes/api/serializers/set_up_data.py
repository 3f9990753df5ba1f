"""What set-up rows look like on their way out."""

from typing import Any

from changes.api.serializers.step import template_step_data
from changes.choices import Phase
from changes.models import Board, ChangeType, ChangeWindow, ConfigurationItem, Environment, Freeze, Service


def environment_data(row: Environment) -> dict[str, Any]:
    same = ("slug", "name", "short_name", "description", "position", "needs_window")
    return {**_same(row, same), "routes": {rule.severity: rule.route for rule in row.route_rules.all()}}


def service_data(row: Service) -> dict[str, Any]:
    return {
        **_same(row, ("slug", "name", "description")),
        "manager": _name(row.manager),
        "approver": _name(row.approver),
        "depends_on": sorted(needed.slug for needed in row.depends_on.all()),
    }


def item_data(row: ConfigurationItem) -> dict[str, Any]:
    return {**_same(row, ("slug", "name")), "service": row.service.slug if row.service else None}


def change_type_data(row: ChangeType) -> dict[str, Any]:
    same = ("slug", "name", "category", "description", "pre_approved", "notice_hours", "rollback_trigger", "is_active")
    return {
        **_same(row, same),
        "severity": row.severity or None,
        **{phase.value: [template_step_data(step) for step in row.staged(phase)] for phase in Phase},
    }


def window_data(row: ChangeWindow) -> dict[str, Any]:
    return {
        "id": row.pk,
        **_same(row, ("name", "time_zone", "rrule", "exdates")),
        "environment": row.environment.slug,
        "change_types": sorted(kind.slug for kind in row.change_types.all()),
        "first_start": row.first_start.isoformat(timespec="seconds"),
        "first_end": row.first_end.isoformat(timespec="seconds"),
    }


def freeze_data(row: Freeze) -> dict[str, Any]:
    scope = {name: getattr(row, name) for name in ("environment", "service", "change_type")}
    return {
        "id": row.pk,
        **_same(row, ("name", "reason", "start", "end", "time_zone", "rrule")),
        **{name: named.slug if named else None for name, named in scope.items()},
        "waivable_by": _name(row.waivable_by),
    }


def board_data(row: Board) -> dict[str, Any]:
    same = ("slug", "name", "quorum", "is_voting", "time_zone", "weekday", "minutes", "cut_off_days")
    lengths = ("minutes_major", "minutes_minor", "minutes_automatic")
    return {
        **_same(row, (*same, *lengths)),
        "starts": f"{row.starts:%H:%M}",
        "cut_off_time": f"{row.cut_off_time:%H:%M}",
        "environments": sorted(one.slug for one in row.environments.all()),
        "services": sorted(one.slug for one in row.services.all()),
        "chair": row.chair.username,
        "members": [
            {**_same(seat, ("seat", "since", "until")), "user": seat.user.username, "delegate_for": _name(seat.delegate_for)}
            for seat in row.members.all()
        ],
        "rota": [{**_same(turn, ("since", "until")), "user": turn.user.username} for turn in row.rota.all()],
        "holidays": [holiday.on for holiday in row.holidays.all()],
    }


def _same(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _name(person: Any) -> str | None:
    return person.username if person else None
