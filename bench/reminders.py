"""A sweep with 10,000 mails due among 1,000,000 RFCs, against one among 1,000: `python bench/reminders.py [--size 1000000] [--due 10000]`.

Each house is seeded in a database and a process of its own (README.md beside this file), swept for 1,000 due and then for
`--due`, by the action that beat triggers; mails go to a backend that drops them, so that the sweep is measured and not a mail server.
Prints seconds, mails a second, and by how much a sweep raised the most that its process ever held. A last line sends `FEW` mails
through a local SMTP server that takes what it is given.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conflict_check import Asked

SMALL, FEW = 1000, 1000
#: Where the mail server of the last line listens.
PORT = 10925
DROPPED, SMTP = "django.core.mail.backends.dummy.EmailBackend", "django.core.mail.backends.smtp.EmailBackend"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="RFCs in the large house")
    parser.add_argument("--due", type=int, default=10_000, help="mails due in the large sweep")
    parser.add_argument("--house", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--at", default=datetime.now(UTC).strftime("%Y-%m-%dT%H:00+00:00"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.house:
        answer(options.house, datetime.fromisoformat(options.at))
    else:
        compare(options)


# --- One house ----------------------------------------------------------------------------------------------------------


def answer(size: int, at: datetime) -> None:
    """Seed a house and sweep it as each line asks: how many are to be due, and by which backend; answers are lines of JSON."""
    import sys  # noqa: PLC0415 - this is the process that is measured, from here on

    import place  # noqa: PLC0415 - chooses the database before Django starts

    os.environ["LOG_LEVEL"] = "ERROR"  # logs go where the answers go
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{PORT}"
    place.own_database()
    from seed import beginning, filled_house, past_of_the_clock  # noqa: PLC0415

    from changes.actions.reminder import send_due  # noqa: PLC0415

    begun = time.perf_counter()
    house = filled_house(size, at)
    past_of_the_clock(house, size)
    beginning(house, 25)
    send_due(at=at + timedelta(minutes=1))  # what the house itself has due, and what is read once in a process
    _say({"seconds": time.perf_counter() - begun})
    for line in sys.stdin:
        count, _, backend = json.loads(line)[0].partition(" ")
        _say(_swept(house, int(count), backend))


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _swept(house: Any, count: int, backend: str) -> dict[str, Any]:
    """A sweep while nothing is due, then one with `count` mails due."""
    from django.conf import settings  # noqa: PLC0415
    from seed import beginning  # noqa: PLC0415

    from changes.actions.reminder import sweep  # noqa: PLC0415
    from changes.choices import Channel, Delivery  # noqa: PLC0415
    from changes.models import Reminder  # noqa: PLC0415

    settings.EMAIL_BACKEND = backend
    mails = Reminder.objects.filter(state=Delivery.SENT, channel=Channel.MAIL)
    idle = _seconds(lambda: _all(sweep(at=house.at)))
    beginning(house, count // 2)
    already, before = mails.count(), _peak()
    busy = _seconds(lambda: _all(sweep(at=house.at + timedelta(minutes=1))))
    return {"idle": idle, "busy": busy, "mails": mails.count() - already, "grown": _peak() - before}


def _all(handled: Iterator[Any]) -> None:
    """As the worker's task does: nothing is kept of what was handled."""
    for _ in handled:
        pass


def _seconds(act: Any) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _peak() -> float:
    """The most that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- Two houses ---------------------------------------------------------------------------------------------------------


def compare(options: argparse.Namespace) -> None:
    houses = [Asked(size, options.at, Path(__file__)) for size in (SMALL, options.size)]
    try:
        seeded = [house.hear()["seconds"] for house in houses]
        print(f"seeded {SMALL:,} RFCs in {seeded[0]:.0f} s, {options.size:,} in {seeded[1]:.0f} s", flush=True)
        for asked in (f"{FEW} {DROPPED}", f"{options.due} {DROPPED}"):
            _tell(*(house.ask(asked) for house in houses))
        with _mail_server():
            _tell(*(house.ask(f"{FEW} {SMTP}") for house in houses))
    finally:
        for house in houses:
            house.close()


def _tell(small: dict[str, Any], large: dict[str, Any]) -> None:
    """The small house beside the large one, and what the large one costs of it."""
    print(f"{small['mails']:,} and {large['mails']:,} mails")
    for name, unit in (("idle", "s with nothing due"), ("busy", "s with them due"), ("grown", "MiB more at the peak")):
        ratio = f", ratio {large[name] / small[name]:.2f}" if name != "grown" else ""
        print(f"  {small[name]:8.2f} {large[name]:8.2f} {unit}{ratio}")
    print(f"  {small['mails'] / small['busy']:8.0f} {large['mails'] / large['busy']:8.0f} mails a second", flush=True)


@contextmanager
def _mail_server() -> Iterator[None]:
    from aiosmtpd.controller import Controller  # noqa: PLC0415 - only this needs it
    from aiosmtpd.handlers import Sink  # noqa: PLC0415 - the same

    server = Controller(Sink(), hostname="127.0.0.1", port=PORT)
    server.start()
    try:
        yield
    finally:
        server.stop()


if __name__ == "__main__":
    main()
