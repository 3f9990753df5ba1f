"""What a month of the calendar costs with 100 and with 1,000 sessions: `DEMO=1 SECRET_KEY=… python bench/schedule_month.py`.

Works in a database of its own and prints processor seconds, the number of queries, and the ratio.
"""

import atexit
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

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

from changes.domain.schedule import period_of  # noqa: E402
from changes.models import RFC, ConfigurationItem, Environment, Service, User, WorkSession  # noqa: E402
from changes.selectors.schedule import forward_schedule  # noqa: E402

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MONTH = period_of(date(2026, 11, 16), date(2026, 12, 20), ZoneInfo("Europe/Amsterdam"))


def fill(count: int) -> User:
    """`count` sessions over five weeks, on 12 services and 300 items, by 30 people."""
    RFC.objects.all().delete()
    people = [User.objects.get_or_create(username=f"person-{n}")[0] for n in range(30)]
    services = [Service.objects.get_or_create(slug=f"service-{n}", name=f"Service {n}")[0] for n in range(12)]
    items = [ConfigurationItem.objects.get_or_create(slug=f"item-{n}", name=f"Item {n}")[0] for n in range(300)]
    place = Environment.objects.get_or_create(slug="production", name="Production", needs_window=False)[0]
    for n in range(count):
        start = MONTH.start + timedelta(minutes=(n * 7919) % (35 * 24 * 60 - 240))
        rfc = RFC.objects.create(
            title=f"Change {n}",
            state="submitted",
            owner=people[n % 30],
            requester=people[n % 30],
            implementer=people[n % 29],
            environment=place,
            created_at=NOW,
            updated_at=NOW,
        )
        rfc.services.add(services[n % 12])
        rfc.configuration_items.add(items[n % 300])
        WorkSession.objects.create(rfc=rfc, planned_start=start, planned_end=start + timedelta(hours=3), outage="none")
    return people[0]


def cost(viewer: User) -> tuple[float, int]:
    """The least processor time of five readings, in seconds, and the queries of one."""
    spent = []
    for _ in range(5):
        begun = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            forward_schedule(MONTH, viewer=viewer, at=NOW)
        spent.append(time.process_time() - begun)
    return min(spent), len(queries)


def main() -> None:
    call_command("migrate", verbosity=0)
    found = {count: cost(fill(count)) for count in (100, 1000)}
    for count, (seconds, queries) in found.items():
        print(f"{count:>5} sessions: {seconds:.2f} s, {queries} queries")
    print(f"ratio: {found[1000][0] / found[100][0]:.1f}")


if __name__ == "__main__":
    main()
