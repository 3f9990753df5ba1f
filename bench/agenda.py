"""What freezing an agenda costs with 50 and with 500 candidates: `DEMO=1 SECRET_KEY=… python bench/agenda.py`.

Works in a database of its own and prints processor seconds and the number of queries of a generation that freezes,
of the next one, and of reading the agenda, each with its growth as a ratio.
"""

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
FOLDER = tempfile.mkdtemp(prefix="fsc-bench-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER}/bench.sqlite3"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fsc.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - the settings come first
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from changes.actions.agenda import generate  # noqa: E402
from changes.models import RFC, AgendaItem, Board, Environment, Meeting, Service, User, WorkSession  # noqa: E402
from changes.selectors.agenda import agenda_of, as_data  # noqa: E402

CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)


def fill(count: int) -> Meeting:
    """A meeting with `count` RFCs submitted to it, over five weeks and 40 services."""
    AgendaItem.objects.all().delete()
    Meeting.objects.all().delete()
    RFC.objects.all().delete()
    people = [User.objects.get_or_create(username=f"person-{n}")[0] for n in range(30)]
    services = [Service.objects.get_or_create(slug=f"service-{n}", name=f"Service {n}")[0] for n in range(40)]
    place = Environment.objects.get_or_create(slug="production", name="Production", needs_window=False)[0]
    week = {"weekday": 3, "starts": "14:00", "cut_off_time": "12:00", "time_zone": "Europe/Amsterdam"}
    board = Board.objects.get_or_create(slug="cab", defaults={"name": "Board", "chair": people[0], **week})[0]
    for n in range(count):
        start = THURSDAY + timedelta(minutes=(n * 7919) % (35 * 24 * 60))
        people_of = {"owner": people[n % 30], "requester": people[n % 30], "implementer": people[n % 29]}
        times = {"created_at": CUT_OFF - timedelta(days=3), "updated_at": CUT_OFF, "submitted_at": CUT_OFF - timedelta(days=2)}
        rfc = RFC.objects.create(title=f"Change {n}", state="submitted", environment=place, planned_start=start, **people_of, **times)
        rfc.services.add(services[n % 40])
        WorkSession.objects.create(rfc=rfc, planned_start=start, planned_end=start + timedelta(hours=3), outage="none")
    return Meeting.objects.create(board=board, starts_at=THURSDAY, ends_at=THURSDAY + timedelta(hours=1), cut_off_at=CUT_OFF)


def cost(act: Callable[[], object]) -> tuple[float, int]:
    """Processor seconds and queries of one call."""
    begun = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        act()
    return time.process_time() - begun, len(captured)


def measured(count: int) -> dict[str, tuple[float, int]]:
    meeting = fill(count)
    costs = {"freeze": cost(lambda: generate(meeting, at=CUT_OFF)), "again": cost(lambda: generate(meeting, at=CUT_OFF))}
    meeting.refresh_from_db()
    return {**costs, "read": cost(lambda: as_data(agenda_of(meeting, at=CUT_OFF)))}


def main() -> None:
    call_command("migrate", verbosity=0)
    measured(5)  # what is read once in a process is read here
    few, many = measured(50), measured(500)
    for name in few:
        (seconds, queries), (more_seconds, more_queries) = few[name], many[name]
        ratio = more_seconds / max(seconds, 0.001)
        print(f"{name}: 50 in {seconds:.2f} s, {queries} queries; 500 in {more_seconds:.2f} s, {more_queries} queries; ratio {ratio:.1f}")


if __name__ == "__main__":
    main()
