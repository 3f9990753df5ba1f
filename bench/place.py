"""A database of its own for a measurement: made before Django starts, gone when the script ends.

`DATABASE_URL` chooses the kind: on postgres:// a new database is made beside the one named, else a SQLite file in a
folder of its own. The settings are those of the tests, which are the demo's with plain static files.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


def own_database() -> None:
    """Make it, point the settings at it, start Django and migrate. Call it before anything of Django is imported."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    folder = tempfile.mkdtemp(prefix="fsc-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = os.environ.get("DATABASE_URL", "")
    os.environ["FSC_VAR"] = folder
    os.environ["DATABASE_URL"] = _on_postgresql(url) if url.startswith("postgres") else f"sqlite:///{folder}/bench.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    _start()


def _on_postgresql(url: str) -> str:
    """The address of a new database on the same server; it is dropped at the end."""
    import psycopg  # noqa: PLC0415 - SQLite does without

    name = f"fsc_bench_{os.getpid()}"

    def run(statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    run(f"CREATE DATABASE {name}")
    atexit.register(run, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, name, parts.query, ""))


def _start() -> None:
    import django  # noqa: PLC0415 - the settings come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
