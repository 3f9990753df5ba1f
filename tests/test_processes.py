"""The product as `run.py` starts it: web, worker and beat as processes of their own, on each broker."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import REQUIRE_ALL

ROOT = Path(__file__).resolve().parent.parent
REDIS_URL = os.environ.get("REDIS_URL", "")
# One group: on one Redis the workers of two tests would take each other's tasks.
pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]


def wait_for(found, seconds, what):
    """Polls until `found()` is true and gives what it gave; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.1)
    return pytest.fail(f"{what} did not come within {seconds} s.")


def own_port():
    """A port that nobody else is given while this process lives: it is bound here, and whoever it is meant for may listen on it."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", 0))
    number = holder.getsockname()[1]
    holder.detach()  # stays bound to the end of the process
    return number


class Product:
    """One started copy with its own state, port, database and broker."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        self.address = f"http://127.0.0.1:{environment['PORT']}"
        with (folder / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "run.py", "--no-demo"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def output(self):
        return (self.folder / "output").read_text()

    def answer(self, path):
        """The body of a page, or "" while nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as page:  # noqa: S310 - our own address
                return page.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def says(self, pattern):
        return re.search(pattern, self.output)

    def living(self):
        """Every process that carries this copy's environment, whoever its parent is now."""
        mark = f"FSC_VAR={self.environment['FSC_VAR']}".encode()
        return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if mark in environment_of(path).split(b"\0")]

    def kill(self):
        for number in self.living():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)
        self.process.wait()


def environment_of(path):
    try:
        return path.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@contextlib.contextmanager
def database_at(folder):
    """An empty database of its own: beside the one of DATABASE_URL, or a new SQLite file."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    name = f"fsc_processes_{os.getpid()}_{uuid4().hex[:8]}"
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(tmp_path):
    with database_at(tmp_path) as url:
        yield url


@pytest.fixture(params=["folders", "redis"])
def product(request, tmp_path, database):
    if request.param == "redis" and not REDIS_URL:
        (pytest.fail if REQUIRE_ALL else pytest.skip)("REDIS_URL is not set.")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "FSC_VAR": str(tmp_path / "var"),
        "PORT": str(own_port()),
        "DATABASE_URL": database,
        **({"REDIS_URL": REDIS_URL} if request.param == "redis" else {}),
    }
    started = Product(tmp_path, environment)
    yield started
    started.kill()
    print(started.output)  # pytest shows it beside a failure


def test_from_the_start_to_one_sigterm(product):
    wait_for(lambda: product.answer("/health/") == "ok", 60, "The page")
    assert f"Forward schedule:  {product.address}/" in product.output
    for task in ("generate_agendas", "send_reminders"):
        wait_for(lambda task=task: product.says(rf"Sending due task \S+ \(changes\.tasks\.{task}\)"), 75, f"Beat's call of {task}")
        wait_for(lambda task=task: product.says(rf"Task changes\.tasks\.{task}\[\S+\] succeeded"), 15, f"The end of {task}")
    product.process.send_signal(signal.SIGTERM)
    assert product.process.wait(timeout=15) == 143
    assert product.living() == []
    assert "SIGKILL" not in product.output, "everything ends by itself when asked"
    assert "Traceback" not in product.output
