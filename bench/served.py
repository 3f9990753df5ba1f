"""What REST calls cost on a served product of 10,000 and of 1,000,000 RFCs, and of a bare view that answers the same bytes:
`python bench/served.py [--small 10000] [--size 1000000] [--rounds 9] [--only NAME]`.

Each size is a database of its own (README.md beside this file says how it is filled), served as the Procfile says, on a free
port. The three are asked in turn over one kept connection each, so that what else the machine does falls on all of them.
Prints medians of wall time, the ratio of the sizes, and the ratio of the large one to the bare view.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile
from typing import Any, Self

from conflict_check import Asked

ROOT = Path(__file__).resolve().parent.parent
PRODUCT, BARE = "fsc.wsgi:application", "bare:application"
#: How long a server may take to answer for the first time.
PATIENCE = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000, help="RFCs in the small house")
    parser.add_argument("--size", type=int, default=1_000_000, help="RFCs in the large house")
    parser.add_argument("--rounds", type=int, default=9, help="how often each call is measured")
    parser.add_argument("--only", default="", help="make only the calls that have this in their name")
    parser.add_argument("--house", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--at", default=datetime.now(UTC).strftime("%Y-%m-%dT%H:00+00:00"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.house:
        stand(options.house, datetime.fromisoformat(options.at))
    else:
        compare(options)


# --- One house, which stands until its input ends -----------------------------------------------------------------------


def stand(size: int, at: datetime) -> None:
    """Seed a house; tell in one line of JSON where it is, who may call and what is called."""
    import place  # noqa: PLC0415 - chooses the database before Django starts

    place.own_database()
    from calls import calls_of, secret_of  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from seed import filled_house  # noqa: PLC0415

    begun = time.perf_counter()
    house = filled_house(size, at)
    told = {"calls": calls_of(house), "token": secret_of(house), "seconds": time.perf_counter() - begun}
    connection.close()
    print(json.dumps({**told, "where": {name: os.environ[name] for name in ("DATABASE_URL", "FSC_VAR")}}), flush=True)
    sys.stdin.read()


# --- A server and the connection to it ----------------------------------------------------------------------------------


class Served:
    """A server as the Procfile starts it, with what it needs said by the environment; `application` in place of the product."""

    def __init__(self, told: dict[str, Any], application: str = PRODUCT, **more: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = next(line for line in (ROOT / "Procfile").read_text().splitlines() if line.startswith("web:"))
        environment = {**os.environ, **told["where"], **more, **_settings(self.port)}
        command = command.removeprefix("web:").replace(PRODUCT, application)
        self.process = subprocess.Popen(["/bin/sh", "-c", command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
        self.headers = {"Authorization": f"Token {told['token']}", "Content-Type": "application/json"}
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def __enter__(self) -> Self:
        """Wait until it listens."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.connection.connect()
            except ConnectionRefusedError:
                time.sleep(0.1)
            else:
                return self
        self.__exit__()
        raise SystemExit("The server did not start; what it said stands above.")

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[float, dict[str, Any]]:
        """The milliseconds until the whole answer is there, and the answer."""
        sent = json.dumps(body).encode() if body else None
        begun = time.perf_counter()
        self.connection.request(method, path, sent, self.headers)
        response = self.connection.getresponse()
        read = response.read()
        taken = (time.perf_counter() - begun) * 1000
        if response.status not in (200, 201):
            raise SystemExit(f"{method} {path} answers {response.status}: {read.decode()[:2000]}")
        return taken, {"status": response.status, "type": response.headers["Content-Type"], "body": read.decode()}


def _settings(port: int) -> dict[str, str]:
    """A demo on a port of its own, whose tokens may call as often as is measured."""
    return {
        "DEMO": "1",
        "SECRET_KEY": "only for a measurement, where nothing is secret and all is gone after it",
        "DJANGO_SETTINGS_MODULE": "fsc.settings",
        "FSC_API_CALLS_PER_MINUTE": "1000000",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parent),
    }


# --- Two sizes and a bare view, asked in turn ---------------------------------------------------------------------------


def compare(options: argparse.Namespace) -> None:
    with ExitStack() as ends:
        houses = [Asked(size, options.at, script=Path(__file__)) for size in (options.small, options.size)]
        for house in houses:
            ends.callback(house.close)
        told = [house.hear() for house in houses]
        print(f"seeded {options.small:,} RFCs in {told[0]['seconds']:.0f} s, {options.size:,} in {told[1]['seconds']:.0f} s", flush=True)
        calls = [both for both in zip(*(one["calls"] for one in told), strict=True) if options.only in both[0]["name"]]
        servers = [ends.enter_context(Served(one)) for one in told]
        file = ends.enter_context(NamedTemporaryFile("w", suffix=".json"))
        json.dump({str(place): _first(servers, both) for place, both in enumerate(calls)}, file)
        file.flush()
        bare = ends.enter_context(Served(told[1], BARE, BENCH_RECORDED=file.name))
        print(f"{'':26}{'KB':>7}{'ms small':>10}{'ms large':>10}{'ratio':>8}{'ms bare':>9}{'to bare':>9}")
        for place, both in enumerate(calls):
            print(_line(both, servers, bare, f"/{place}/", options.rounds), flush=True)


def _first(servers: Iterable[Served], both: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """The answers to the first of two calls, which warm up what is read once in a process; gives back the large house's."""
    for server, call in zip(servers, both, strict=True):
        _, answer = _made(server, call, 0)
        _made(server, call, 1)
    return answer


def _made(server: Served, call: dict[str, Any], turn: int) -> tuple[float, dict[str, Any]]:
    bodies = call["bodies"]
    return server.ask(call["method"], f"/api/v1/{call['path']}", bodies[turn % len(bodies)])


def _line(both: tuple[dict[str, Any], ...], servers: list[Served], bare: Served, path: str, rounds: int) -> str:
    """Medians of each in milliseconds, the ratio of the sizes, and that of the large one to the bare view."""
    taken: list[list[float]] = [[], [], []]
    size = 0
    for turn in range(rounds):
        for times, server, call in zip(taken, servers, both, strict=False):
            milliseconds, answer = _made(server, call, turn + 2)
            times.append(milliseconds)
        size = len(answer["body"])
        taken[2].append(bare.ask(both[0]["method"], path, both[1]["bodies"][0])[0])
    few, many, none = (median(times) for times in taken)
    return f"{both[0]['name']:26}{size / 1000:7.1f}{few:10.1f}{many:10.1f}{many / few:8.2f}{none:9.2f}{many / none:9.1f}"


if __name__ == "__main__":
    main()
