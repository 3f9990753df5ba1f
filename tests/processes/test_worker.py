"""A real worker and a real beat, on each broker, send a real mail to a mail server of our own."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.conftest import REQUIRE_ALL
from tests.test_processes import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
REDIS_URL = os.environ.get("REDIS_URL", "")
# One group: on one Redis the workers of two tests would take each other's tasks.
pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]

#: An RFC whose session should have begun five minutes ago; its owner and its implementer are to be asked.
GIVEN = """
from datetime import timedelta
from django.utils import timezone
from changes.choices import State
from tests.factories import RFCFactory, SessionFactory, UserFactory
people = {name: UserFactory(username=name) for name in ("owner", "implementer")}
SessionFactory(rfc=RFCFactory(state=State.SCHEDULED, **people), planned_start=timezone.now() - timedelta(minutes=5))
"""
LEDGER = """
import json
from changes.models import Reminder
print(json.dumps(list(Reminder.objects.order_by("pk").values_list("rule", "recipient__username", "state", "attempts"))))
"""
#: As if the lease of a claim had run out meanwhile.
LEASE_OVER = """
from django.db.models import F
from changes.actions.reminder import LEASE
from changes.models import Reminder
Reminder.objects.update(claimed_at=F("claimed_at") - LEASE)
"""


class Sink:
    """A mail server that keeps what it takes; until `open` is set it lets the sender wait, and then takes nothing."""

    def __init__(self):
        self.messages, self.waiting = [], threading.Event()
        self.open = threading.Event()
        self.open.set()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if not self.open.is_set():
            self.waiting.set()
            await asyncio.to_thread(self.open.wait, 60)
            return "451 Not now"
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 Taken"

    @property
    def readers(self):
        return sorted(message["To"] for message in self.messages)


@pytest.fixture
def sink():
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


class Copy:
    """One copy of the product, of which only what a test asks for is running."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.processes = folder, environment, []
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True).stdout

    def do(self, script):
        return self.manage("shell", "--verbosity", "0", "-c", script)

    def ledger(self):
        return sorted(tuple(row) for row in json.loads(self.do(LEDGER)))

    def start(self, *arguments):
        with (self.folder / f"output-{len(self.processes)}").open("wb") as output:
            command = [sys.executable, "-m", "celery", "--quiet", "--app", "fsc", *arguments, "--loglevel", "INFO"]
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def start_worker(self):
        """As in the Procfile."""
        lonely = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self.start("worker", "--pool", "threads", "--concurrency", "2", *lonely)

    def sweeps(self):
        """How many sweeps have ended well so far."""
        output = "".join(path.read_text() for path in self.folder.glob("output-*"))
        return len(re.findall(r"Task changes\.tasks\.send_reminders\[\S+\] succeeded", output))

    def ask_for_a_sweep(self):
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "fsc", "call", "changes.tasks.send_reminders"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        for path in sorted(self.folder.glob("output-*")):
            print(path.read_text())  # pytest shows it beside a failure


@pytest.fixture(params=["folders", "redis"])
def copy(request, tmp_path, database, sink):
    if request.param == "redis" and not REDIS_URL:
        (pytest.fail if REQUIRE_ALL else pytest.skip)("REDIS_URL is not set.")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DEMO": "1",
        "SECRET_KEY": "only for tests, where nothing is secret and everything repeats",
        "PYTHONPATH": str(ROOT),
        "FSC_VAR": str(tmp_path / "var"),
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        **({"REDIS_URL": REDIS_URL} if request.param == "redis" else {}),
    }
    started = Copy(tmp_path, environment)
    started.do(GIVEN)
    yield started
    started.stop()


BOTH = ["implementer@example.org", "owner@example.org"]


def test_beat_asks_and_the_worker_sends_each_mail_once(copy, sink):
    copy.start_worker()
    copy.start("beat", "--pidfile=")
    wait_for(lambda: sink.readers == BOTH, 90, "The mail that beat's next minute brings")
    message = sink.messages[0]
    assert message["Subject"].startswith("Has it begun? RFC-")
    assert message["References"].startswith("<rfc-")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    sent = [("begun", "implementer", "sent", 1), ("begun", "owner", "sent", 1)]
    wait_for(lambda: copy.ledger() == sent, 20, "The record of what was sent")
    copy.start_worker()
    before = copy.sweeps()
    for _ in range(3):
        copy.ask_for_a_sweep()
    wait_for(lambda: copy.sweeps() >= before + 3, 30, "Three sweeps by two workers")
    assert (sink.readers, copy.ledger()) == (BOTH, sent)


def test_a_worker_killed_while_it_sends_loses_nothing(copy, sink):
    sink.open.clear()
    worker = copy.start_worker()
    copy.ask_for_a_sweep()
    wait_for(sink.waiting.is_set, 30, "The mail at the server")
    worker.kill()
    worker.wait()
    sink.open.set()
    copy.do(LEASE_OVER)
    copy.start_worker()
    copy.ask_for_a_sweep()
    wait_for(lambda: sink.readers == BOTH, 30, "The mail from the next worker")
