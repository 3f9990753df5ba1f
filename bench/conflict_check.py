"""What rules and pages cost with 1,000 and with 1,000,000 RFCs: `python bench/conflict_check.py [--size 1000000] [--rounds 7]`.

Each size is seeded in a database and a process of its own (README.md beside this file says how), and both are asked in turn,
so that what else the machine does falls on both. Prints medians of wall time, the number of queries, and the ratio.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

SMALL = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1_000_000, help="RFCs in the large house")
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    parser.add_argument("--house", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--at", default=datetime.now(UTC).strftime("%Y-%m-%dT%H:00+00:00"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.house:
        answer(options.house, datetime.fromisoformat(options.at))
    else:
        compare(options)


# --- One house, asked by lines ------------------------------------------------------------------------------------------


def answer(size: int, at: datetime) -> None:
    """Seed a house, then time what each line names; answers are lines of JSON."""
    import place  # noqa: PLC0415 - chooses the database before Django starts

    place.own_database()
    from measures import measures_of  # noqa: PLC0415
    from seed import filled_house  # noqa: PLC0415

    begun = time.perf_counter()
    house = filled_house(size, at)
    measures = measures_of(house)
    _say({"seconds": time.perf_counter() - begun, "names": list(measures)})
    for line in sys.stdin:
        name, counted = json.loads(line)
        _say(_counted(measures[name]) if counted else _timed(measures[name]))


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _timed(act: Any) -> dict[str, Any]:
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return {"wall": time.perf_counter() - begun, "processor": time.process_time() - worked}


def _counted(act: Any) -> dict[str, Any]:
    """The first call, which warms up what is read once in a process, and the queries of the second."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    if os.environ.get("SLOW"):
        for query in captured:
            print(query["time"], query["sql"][:1500], file=sys.stderr)
    return {"queries": len(captured)}


# --- Two houses, asked in turn ------------------------------------------------------------------------------------------


class Asked:
    """A house in a process of its own, in which `script` seeds it and answers."""

    def __init__(self, size: int, at: str, script: Path = Path(__file__)) -> None:
        self.size = size
        command = [sys.executable, str(script), "--house", str(size), "--at", at]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this script

    def hear(self) -> dict[str, Any]:
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise SystemExit(f"The house of {self.size:,} fell; its error stands above.")
        return dict(json.loads(line))

    def ask(self, name: str, *, counted: bool = False) -> dict[str, Any]:
        self.process.stdin.write(json.dumps([name, counted]) + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return self.hear()

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()


def compare(options: argparse.Namespace) -> None:
    houses = [Asked(size, options.at) for size in (SMALL, options.size)]
    try:
        seeded = [house.hear() for house in houses]
        print(f"seeded {SMALL:,} RFCs in {seeded[0]['seconds']:.0f} s, {options.size:,} in {seeded[1]['seconds']:.0f} s", flush=True)
        print(f"{'':32}{'ms':>9}{'ms':>9}{'ratio':>8}{'processor':>11}{'queries':>9}")
        for name in (name for name in seeded[0]["names"] if options.only in name):
            print(_line(name, houses, options.rounds), flush=True)
    finally:
        for house in houses:
            house.close()


def _line(name: str, houses: list[Asked], rounds: int) -> str:
    """Medians of each, in milliseconds, their ratio by the clock and by the processor, and the queries of each."""
    queries = [house.ask(name, counted=True)["queries"] for house in houses]
    told: dict[str, list[list[float]]] = defaultdict(lambda: [[], []])
    for _ in range(rounds):
        for place, house in enumerate(houses):
            for kind, seconds in house.ask(name).items():
                told[kind][place].append(seconds * 1000)
    few, many = (median(wall) for wall in told["wall"])
    less, more = (median(worked) for worked in told["processor"])
    counts = f"{queries[0]}" if queries[0] == queries[1] else f"{queries[0]}/{queries[1]}"
    return f"{name:32}{few:9.1f}{many:9.1f}{many / few:8.2f}{more / less:11.2f}{counts:>9}"


if __name__ == "__main__":
    main()
