"""System checks: what is set up so that it cannot work, each with an id and a way out.

Values that are wrong by themselves already stopped fsc/settings.py; here are those that contradict each other.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name for it
from django.db import DatabaseError, connections
from django.utils import timezone

from changes.models import RFC
from changes.selectors.heartbeat import last_seen, silences_at

Apps = Sequence[AppConfig] | None
#: What the clock has to start; without one of them promises are broken silently (DESIGN 4.8, 4.9).
CLOCK_TASKS = ("changes.tasks.generate_agendas", "changes.tasks.send_reminders", "changes.tasks.settle_schedule")
#: Templates read their icons from here (templatetags/look.py) and send them inside the page.
ICONS = "bootstrap-icons/icons"
SILENT_MAIL = ("MailboxBackend", "console.EmailBackend", "dummy.EmailBackend", "locmem.EmailBackend")


def time_zones_agree(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if settings.FSC_TIME_ZONE in settings.FSC_TIME_ZONES:
        return []
    return [
        Error(
            f"FSC_TIME_ZONE {settings.FSC_TIME_ZONE} is not among the FSC_TIME_ZONES that readers can switch to.",
            hint=f"Add {settings.FSC_TIME_ZONE} to FSC_TIME_ZONES.",
            id="changes.E001",
        )
    ]


def schedule_is_complete(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    return [
        Error(
            f"Beat never starts {task}.",
            hint="Give it an entry in CELERY_BEAT_SCHEDULE.",
            id="changes.E002",
        )
        for task in CLOCK_TASKS
        if task not in scheduled
    ]


def static_sources_exist(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    modules = settings.BASE_DIR / "node_modules"
    missing = [name for name in (*settings.NODE_FOLDERS, ICONS) if not (modules / name).is_dir()]
    if not missing:
        return []
    return [
        Warning(
            f"Fonts and icons are missing from node_modules: {', '.join(missing)}.",
            hint="Run `npm ci --ignore-scripts`, or `python3 run.py`, which fetches them.",
            id="changes.W003",
        )
    ]


def sqlite_can_share(app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Without a write-ahead log the web, the worker and beat wait for one another's reads."""
    lite = [connections[alias] for alias in databases or () if connections[alias].vendor == "sqlite"]
    return [
        Warning(
            f"The SQLite database {connection.alias} is not in WAL mode.",
            hint="Put the file on a local disk; network drives cannot hold a write-ahead log.",
            id="changes.W004",
        )
        for connection in lite
        if _journal_mode(connection) not in ("wal", "memory")
    ]


def no_demo_settings(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    hint = "Unset DEMO, and remove var/demo.env if this copy ran the demo before."
    return [Warning("These are demo settings.", hint=hint, id="changes.W005")]


def mail_leaves_the_house(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    if not settings.EMAIL_BACKEND.endswith(SILENT_MAIL):
        return []
    return [
        Warning(
            f"{settings.EMAIL_BACKEND} keeps mails here, so that agendas and reminders reach nobody.",
            hint="Set EMAIL_URL to smtp://user:password@host:25.",
            id="changes.W006",
        )
    ]


def clock_runs(app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether beat and a worker were seen lately. A copy that was never in use, or has no tables yet, has nothing to be told."""
    try:
        silences = silences_at(timezone.now()) if databases and (last_seen() or _is_in_use()) else []
    except DatabaseError:
        return []
    return [
        Warning(
            f"{silence.fact} since {silence.since:%Y-%m-%d %H:%M} UTC." if silence.since else f"{silence.fact} yet.",
            hint=silence.way_out,
            id="changes.W007",
        )
        for silence in silences
    ]


def _is_in_use() -> bool:
    """Whether somebody waits for reminders although nothing that sends them was ever started."""
    return not settings.DEMO and RFC.objects.exists()


def _journal_mode(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return str(cursor.fetchone()[0])
