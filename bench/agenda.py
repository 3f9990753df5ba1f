"""What freezing an agenda costs with 50 and with 500 candidates: `python bench/agenda.py`.

Works in a database of its own and prints processor seconds and the number of queries of a generation that freezes,
of the next one, and of reading the agenda, each with its growth as a ratio; and the memory that reading it takes at most.
"""

import place

place.own_database()

import time  # noqa: E402 - the settings come first
import tracemalloc  # noqa: E402
from collections.abc import Callable  # noqa: E402
from datetime import UTC, datetime, timedelta  # noqa: E402

import seed  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from changes.actions.agenda import generate  # noqa: E402
from changes.models import RFC, AgendaItem, Board, Event, Meeting  # noqa: E402
from changes.selectors.agenda import agenda_of  # noqa: E402
from changes.selectors.agenda_data import as_data  # noqa: E402

AT = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
LATER = timedelta(days=2)


def fill(house: seed.House, count: int) -> Meeting:
    """A meeting with `count` RFCs submitted to it, over five weeks, 100 services and 2,000 items."""
    AgendaItem.objects.all().delete()
    Meeting.objects.all().delete()
    Event.objects.all()._raw_delete(connection.alias)  # noqa: SLF001 - history is only added to, but for a bench
    RFC.objects.all().delete()
    seed.busy_weeks(house, count, submitted_only=True)
    times = {"starts_at": AT + LATER, "ends_at": AT + LATER + timedelta(hours=1), "cut_off_at": AT}
    return Meeting.objects.create(board=Board.objects.get(), **times)


def cost(act: Callable[[], object]) -> tuple[float, int]:
    """Processor seconds and queries of one call."""
    begun = time.process_time()
    with CaptureQueriesContext(connection) as captured:
        act()
    return time.process_time() - begun, len(captured)


def memory(act: Callable[[], object]) -> float:
    """The most that one call holds at a time, in MiB, as Python counts it."""
    tracemalloc.start()
    act()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def measured(house: seed.House, count: int) -> tuple[dict[str, tuple[float, int]], float]:
    meeting = fill(house, count)
    costs = {"freeze": cost(lambda: generate(meeting, at=AT)), "again": cost(lambda: generate(meeting, at=AT))}
    meeting.refresh_from_db()
    costs["read"] = cost(lambda: as_data(agenda_of(meeting, at=AT)))
    return costs, memory(lambda: as_data(agenda_of(meeting, at=AT)))


def main() -> None:
    house = seed.empty_house(AT)
    measured(house, 5)  # what is read once in a process is read here
    (few, little), (many, much) = measured(house, 50), measured(house, 500)
    for name in few:
        (seconds, queries), (more_seconds, more_queries) = few[name], many[name]
        ratio = more_seconds / max(seconds, 0.001)
        print(f"{name}: 50 in {seconds:.2f} s, {queries} queries; 500 in {more_seconds:.2f} s, {more_queries} queries; ratio {ratio:.1f}")
    print(f"memory of reading: {little:.1f} MiB, {much:.1f} MiB; ratio {much / little:.1f}")


if __name__ == "__main__":
    main()
