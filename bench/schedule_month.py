"""What five weeks of the calendar cost with 100 and with 1,000 RFCs in them: `python bench/schedule_month.py`.

Works in a database of its own and prints processor seconds, the number of queries, and the ratio.
"""

import place

place.own_database()

import time  # noqa: E402 - the settings come first
from datetime import UTC, datetime, timedelta  # noqa: E402

import measures  # noqa: E402
import seed  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from changes.domain.schedule import period_of  # noqa: E402
from changes.models import RFC, Event  # noqa: E402
from changes.selectors.schedule import forward_schedule  # noqa: E402


def cost(house: seed.House) -> tuple[float, int]:
    """The least processor time of three readings, in seconds, and the queries of one."""
    month = period_of(house.monday.date(), house.monday.date() + timedelta(days=34), measures.ZONE)
    spent = []
    for _ in range(3):
        begun = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            forward_schedule(month, viewer=house.people[0], at=house.at)
        spent.append(time.process_time() - begun)
    return min(spent), len(queries)


def main() -> None:
    house = seed.empty_house(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
    found = {}
    for count in (100, 1000):
        Event.objects.all()._raw_delete(connection.alias)  # noqa: SLF001 - history is only added to, but for a bench
        RFC.objects.all().delete()
        seed.busy_weeks(house, count, submitted_only=True)
        found[count] = cost(house)
    for count, (seconds, queries) in found.items():
        print(f"{count:>5} RFCs: {seconds:.2f} s, {queries} queries")
    print(f"ratio: {found[1000][0] / found[100][0]:.1f}")


if __name__ == "__main__":
    main()
