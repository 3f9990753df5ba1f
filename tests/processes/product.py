"""A copy of the product of which only what a test asks for is running, a mail server of our own, and a Redis of our own."""

import asyncio
import json
import logging
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
from aiosmtpd.controller import Controller
from celery import Celery

from tests.test_processes import own_port, wait_for

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of each word of each conversation
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
ROOT = Path(__file__).resolve().parent.parent.parent
LEDGER = """
import json
from changes.choices import Channel
from changes.models import Reminder
rows = Reminder.objects.filter(channel=Channel.MAIL).order_by("pk")
print(json.dumps(list(rows.values_list("rule", "recipient__username", "state", "attempts"))))
"""


class Sink:
    """A mail server that keeps what it takes; until `open` is set it lets the sender wait, and then takes nothing.

    It has no properties: aiosmtpd reads every attribute of its handler at each connection.
    `answers` are asked in turn for what to say instead of taking a mail; one that says None leaves it to the next.
    """

    def __init__(self):
        self.taken, self.waiting, self.answers = [], threading.Event(), []
        self.open = threading.Event()
        self.open.set()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if not self.open.is_set():
            self.waiting.set()
            await asyncio.to_thread(self.open.wait, 60)
            return "451 Not now"
        for answer in self.answers:
            if said := await answer(self, server, envelope):
                return said
        self.keep(envelope)
        return "250 Taken"

    def keep(self, envelope):
        self.taken.append(envelope.content)

    def messages(self):
        return [message_from_bytes(content, policy=default) for content in self.taken]

    def readers(self):
        return sorted(message["To"] for message in self.messages())

    def times(self):
        """How often each mail came, by its Message-ID; of a thousand, so without reading them whole."""
        return Counter(MESSAGE_ID.search(content)[1] for content in self.taken)

    def repeated(self):
        """How many mails came once more than they should have."""
        return len(self.taken) - len(self.times())


def listening():
    """A started mail server as (its handler, how to stop it)."""
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=own_port())
    controller.start()
    handler.port = controller.port
    return handler, controller.stop


class Redis:
    """A Redis that a test may end and empty; it keeps nothing on disk."""

    def __init__(self, folder):
        self.folder, self.port = folder, own_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        wait_for(lambda: self.ask("ping") == "PONG", 20, "Redis")

    def ask(self, *words):
        asked = subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, check=False)
        return asked.stdout.strip()

    def end(self):
        self.process.kill()
        self.process.wait()


def has_redis():
    return bool(shutil.which("redis-server") and shutil.which("redis-cli"))


class Rows:
    """The database of a copy, asked past the product: a process of its own for each question would take seconds."""

    def __init__(self, url):
        self.is_sqlite = url.startswith("sqlite")
        self.connection = (
            sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
            if self.is_sqlite
            else psycopg.connect(url, autocommit=True)
        )

    def run(self, statement, *values):
        given = [self.written(value) for value in values]
        return self.connection.execute(statement.replace("?", "?" if self.is_sqlite else "%s"), given)

    def close(self):
        self.connection.close()

    def written(self, value):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}" if self.is_sqlite and hasattr(value, "tzinfo") else value


class Copy:
    """One copy of the product, of which only what a test asks for is running."""

    def __init__(self, folder, environment):
        self.folder, self.environment, self.processes = folder, environment, []
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        asked = subprocess.run(command, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        assert asked.returncode == 0, asked.stderr
        return asked.stdout

    def do(self, script):
        return self.manage("shell", "--verbosity", "0", "-c", script)

    def ledger(self):
        return sorted(tuple(row) for row in json.loads(self.do(LEDGER)))

    def start(self, *arguments):
        number = len(list(self.folder.glob("output-*")))
        with (self.folder / f"output-{number}").open("wb") as output:
            command = [sys.executable, "-m", "celery", "--quiet", "--app", "fsc", *arguments, "--loglevel", "INFO"]
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def start_worker(self):
        """As in the Procfile."""
        lonely = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self.start("worker", "--pool", "threads", "--concurrency", "2", *lonely)

    def start_beat(self):
        return self.start("beat", "--pidfile=")

    @property
    def output(self):
        return "".join(path.read_text() for path in sorted(self.folder.glob("output-*")))

    def sweeps(self):
        """How many sweeps have ended well so far."""
        return len(re.findall(r"Task changes\.tasks\.send_reminders\[\S+\] succeeded", self.output))

    def ask_for_a_sweep(self):
        """As beat does; a process of its own for it, as only that has the settings of the copy, where there is no Redis to ask at."""
        url = self.environment.get("REDIS_URL")
        if url:
            with Celery(broker=url, set_as_current=False) as app:
                app.send_task("changes.tasks.send_reminders", ignore_result=True)
            return
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
                process.wait()
        self.processes.clear()
        print(self.output[-20000:])  # pytest shows it beside a failure


def environment_for(folder, database, sink, redis_url=""):
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DEMO": "1",
        "SECRET_KEY": "only for tests, where nothing is secret and everything repeats",
        "PYTHONPATH": str(ROOT),
        "FSC_VAR": str(folder / "var"),
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        **({"REDIS_URL": redis_url} if redis_url else {}),
    }
