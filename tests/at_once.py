"""Several who act at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable, Iterable

from django.db import connection, connections, transaction

Act = Callable[[], object]
#: Seconds after which a thread that waits for another is taken for lost; none takes nearly as long.
LOST = 60


def at_once(acts: Iterable[Act]) -> list[Exception]:
    """Begin all of them together; gives back what they raised."""
    several = list(acts)
    gate = threading.Barrier(len(several))

    def begun(act: Act) -> Act:
        def together() -> None:
            gate.wait(timeout=LOST)
            act()

        return together

    return _run([begun(act) for act in several])


def while_open(one: Act, other: Act) -> list[Exception]:
    """Do `one` in a transaction that stays open until `other` waits for it, or is done; gives back what they raised. PostgreSQL alone."""
    is_ready, is_written, is_done, numbers = threading.Event(), threading.Event(), threading.Event(), []

    def first() -> None:
        try:
            with transaction.atomic():
                one()
                is_written.set()
                is_ready.wait(timeout=LOST)
                _until(lambda: is_done.is_set() or _waits_for_us(numbers[0]))
        finally:
            is_written.set()

    def second() -> None:
        connection.ensure_connection()
        numbers.append(connection.connection.info.backend_pid)
        is_ready.set()
        is_written.wait(timeout=LOST)
        try:
            other()
        finally:
            is_done.set()

    def _until(happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LOST
        while not happened():
            assert time.monotonic() < deadline, "The other neither waits nor is done."
            is_done.wait(timeout=0.01)

    return _run([first, second])


def _waits_for_us(number: int) -> bool:
    """Whether the server process of that number waits for a lock that this connection holds; asked anew each time, in a transaction too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [number])
        return bool(cursor.fetchone()[0])


def _run(acts: Iterable[Act]) -> list[Exception]:
    problems: list[Exception] = []

    def told(act: Act) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told by the thread that asserts
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=told, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems
