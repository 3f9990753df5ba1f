"""What the page "by service" costs with 100 and with 1,000 RFCs, over five weeks and all in one: `python bench/schedule_service.py`.

Works in a database of its own and prints processor seconds of the whole answer, the number of queries, and its size.
"""

import place

place.own_database()

import time  # noqa: E402 - the settings come first
from datetime import UTC, datetime, timedelta  # noqa: E402

import seed  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from changes.models import RFC, Event, WorkSession  # noqa: E402


def into_one_week(house: seed.House) -> None:
    """Every session to another minute of one week, each as long as it was."""
    for n, session in enumerate(WorkSession.objects.order_by("pk")):
        length = session.planned_end - session.planned_start
        session.planned_start = house.monday + timedelta(minutes=(n * 7919) % (7 * 24 * 60 - 240))
        session.planned_end = session.planned_start + length
        session.outage, session.outage_start, session.outage_end = "none", None, None
        session.save()


def cost(house: seed.House) -> str:
    """The least processor time of three answers, in seconds, the queries of one, and its kilobytes."""
    client, spent = Client(), []
    client.force_login(house.people[0])
    address = f"/schedule/?view=service&from={house.monday.date()}"
    for _ in range(3):
        begun = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        spent.append(time.process_time() - begun)
    return f"{min(spent):.2f} s, {len(queries)} queries, {len(answer.content) // 1024} kB"


def main() -> None:
    house = seed.empty_house(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        for count in (100, 1000):
            Event.objects.all()._raw_delete(connection.alias)  # noqa: SLF001 - history is only added to, but for a bench
            RFC.objects.all().delete()
            seed.busy_weeks(house, count, submitted_only=True)
            print(f"{count:>5} RFCs over five weeks: {cost(house)}")
            into_one_week(house)
            print(f"{count:>5} RFCs in one week:     {cost(house)}")


if __name__ == "__main__":
    main()
