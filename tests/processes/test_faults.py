"""Faults while 1,000 reminders are due: nothing is lost, and how many come twice is counted at the mail server (DESIGN 4.9).

Real workers, a real Redis of our own, a real SMTP server. Mails are told apart by their Message-ID. Time passes in the rows, it is not
waited for.
"""

import asyncio
import re
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import REQUIRE_ALL
from tests.processes.product import Copy, Redis, Rows, environment_for, has_redis, listening
from tests.test_processes import database_at, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]
DUE = 1000
#: Half as many RFCs: the owner and the implementer of each are asked whether it has begun.
GIVEN = f"""
from datetime import timedelta
from django.utils import timezone
from changes.choices import Severity, State
from changes.models import RFC, User, WorkSession
begun = timezone.now() - timedelta(minutes=5)
people = User.objects.bulk_create([User(username=f"p{{n}}", email=f"p{{n}}@example.org") for n in range(20)])
people = list(User.objects.order_by("pk"))
rfcs = [
    RFC(title=f"Night {{n}}", state=State.SCHEDULED, severity=Severity.MINOR, requester=people[0], owner=people[n % 20],
        implementer=people[(n + 1) % 20], created_at=begun, updated_at=begun, planned_start=begun, planned_end=begun + timedelta(hours=8))
    for n in range({DUE // 2})
]
RFC.objects.bulk_create(rfcs)
rfcs = list(RFC.objects.order_by("pk"))
WorkSession.objects.bulk_create([WorkSession(rfc=rfc, planned_start=begun, planned_end=begun + timedelta(hours=8)) for rfc in rfcs])
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy with its database, made once for all faults."""
    if not has_redis():
        (pytest.fail if REQUIRE_ALL else pytest.skip)("No redis-server on this machine; `apt-get install redis-server` brings it.")
    folder = tmp_path_factory.mktemp("faults")
    sink, stop = listening()
    with database_at(folder) as url:
        copy = Copy(folder, environment_for(folder, url, sink))
        copy.do(GIVEN)
        with closing(Rows(url)) as rows:
            yield copy, sink, rows
    stop()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.end()


class Fault:
    """1,000 reminders that fell due five minutes ago, in a copy where nothing runs yet, on a Redis of its own."""

    def __init__(self, house, redis):
        self.copy, self.sink, self.rows = house
        self.redis = redis
        self.copy.environment["REDIS_URL"] = redis.url
        for path in self.copy.folder.glob("output-*"):
            path.unlink()
        self.sink.taken.clear()
        self.sink.answers.clear()
        for table in ("reminder", "tally", "heartbeat"):
            self.rows.run(f"DELETE FROM changes_{table}")  # noqa: S608 - our own three names
        self.begin(timedelta(minutes=5))

    def begin(self, ago):
        """All sessions began so long ago and go on for hours."""
        start = datetime.now(UTC) - ago
        self.rows.run("UPDATE changes_worksession SET planned_start = ?, planned_end = ?", start, start + timedelta(hours=8))

    def pass_time(self, length):
        """As if so much time had gone by since each claim."""
        then = datetime.now(UTC) - length
        self.rows.run("UPDATE changes_reminder SET claimed_at = ? WHERE claimed_at IS NOT NULL", then)

    def ledger(self, column="state"):
        """How many mails stand in the ledger with what in a column."""
        found = self.rows.run(f"SELECT {column}, count(*) FROM changes_reminder WHERE channel = 'mail' GROUP BY {column}")  # noqa: S608
        return dict(found.fetchall())

    def counted(self):
        """What came of them; on a busy machine some are late besides, which only the test of a late clock is about."""
        return {result: count for result, count in self.figures().items() if result != "late"}

    def figures(self):
        found = self.rows.run("SELECT result, sum(count) FROM changes_tally WHERE channel = 'mail' GROUP BY result")
        return {result: int(count) for result, count in found.fetchall()}

    def swept_until(self, done, what, seconds=300):
        """Asks as beat would, again and again, until it is done."""
        asked = [0.0]

        def is_done():
            if time.monotonic() - asked[0] > 15:
                self.copy.ask_for_a_sweep()
                asked[0] = time.monotonic()
            return done()

        wait_for(is_done, seconds, what)

    def all_sent(self):
        return self.ledger() == {"sent": DUE}

    def arrived(self, number):
        wait_for(lambda: len(self.sink.taken) >= number, 300, f"{number} mails")


@pytest.fixture
def fault(house, redis):
    made = Fault(house, redis)
    yield made
    made.copy.stop()


def test_a_worker_killed_while_it_sends(fault):
    """At most one mail is on its way in a sweep; it goes out again once the lease of the dead worker is over."""
    worker = fault.copy.start_worker()
    fault.copy.ask_for_a_sweep()
    fault.arrived(300)
    worker.kill()
    worker.wait()
    assert fault.ledger().get("claimed", 0) <= 25, "what the dead one held is one batch, and none between two"
    fault.pass_time(timedelta(minutes=11))
    fault.copy.start_worker()
    fault.swept_until(fault.all_sent, "The rest from the next worker")
    assert len(fault.sink.times()) == DUE
    assert fault.sink.repeated() <= 1
    assert fault.counted() == {"sent": DUE}


def test_redis_ended_and_started_again_empty(fault):
    """The sweep goes on, for its work stands in rows; the worker finds the new Redis, and what was called meanwhile is called again."""
    worker = fault.copy.start_worker()
    fault.copy.ask_for_a_sweep()
    fault.arrived(100)
    fault.redis.ask("FLUSHALL")
    fault.redis.end()
    fault.arrived(200)
    fault.redis.start()
    assert worker.poll() is None, "the worker outlives it"
    fault.swept_until(fault.all_sent, "The rest")
    assert (len(fault.sink.times()), fault.sink.repeated()) == (DUE, 0)
    fault.sink.taken.clear()
    fault.rows.run("DELETE FROM changes_reminder WHERE subject IN (SELECT DISTINCT subject FROM changes_reminder ORDER BY subject LIMIT 5)")
    fault.swept_until(fault.all_sent, "What a call by the new Redis brings")
    assert len(fault.sink.taken) == 10


async def _refuses_some(sink, server, envelope):
    """Whom it does not know, and, every so often, whomever while it is too busy."""
    if envelope.rcpt_tos == ["p7@example.org"]:
        return "550 No such mailbox"
    sink.asked = getattr(sink, "asked", 0) + 1
    return "451 Come back later" if sink.asked % 50 == 0 else None


def test_a_mail_server_that_refuses_some(fault):
    """Refused is known not to be sent: nothing comes twice, and each is tried again at its time."""
    fault.sink.answers.append(_refuses_some)
    fault.copy.start_worker()
    fault.swept_until(lambda: set(fault.ledger()) == {"sent", "failed"}, "An answer for each")
    assert fault.ledger()["failed"] > DUE // 20
    details = fault.ledger("detail")
    assert all("550 No such mailbox" in text or "451 Come back later" in text for text in details if text), details
    fault.sink.answers.clear()
    refused = fault.counted()["failed"]
    fault.pass_time(timedelta(hours=1))
    fault.swept_until(fault.all_sent, "What was refused before")
    assert (len(fault.sink.times()), fault.sink.repeated()) == (DUE, 0)
    assert fault.counted() == {"sent": DUE, "failed": refused}


async def _hangs_up_after_taking(sink, server, envelope):
    """Takes every 100th mail and ends the connection before it says so; the same mail the next time it takes as it should."""
    sink.asked = getattr(sink, "asked", 0) + 1
    if sink.asked % 100:
        return None
    sink.keep(envelope)
    server.transport.abort()
    await asyncio.sleep(0)
    return "421 Gone"


def test_a_connection_that_ends_after_the_mail_was_taken(fault):
    """Nobody can know whether it was taken: exactly those come twice, under one Message-ID."""
    fault.sink.answers.append(_hangs_up_after_taking)
    fault.copy.start_worker()
    fault.swept_until(lambda: set(fault.ledger()) == {"sent", "failed"} and sum(fault.ledger().values()) == DUE, "An answer for each")
    fault.sink.answers.clear()
    lost = fault.counted()["failed"]
    assert lost >= DUE // 100
    fault.pass_time(timedelta(hours=1))
    fault.swept_until(fault.all_sent, "Those once more")
    assert len(fault.sink.times()) == DUE
    assert fault.sink.repeated() == lost, "exactly those"
    assert fault.counted() == {"sent": DUE, "failed": lost}


async def _slow(sink, server, envelope):
    await asyncio.sleep(0.01)


def test_two_workers_and_two_beats_at_once_and_a_slow_mail_server(fault):
    """Two beats call at the same second, two workers sweep with two threads each: each mail once, at its first attempt."""
    fault.sink.answers.append(_slow)
    for _ in range(2):
        fault.copy.start_worker()
    for _ in range(2):
        fault.copy.start_beat()
    wait_for(lambda: fault.all_sent() or (fault.copy.sweeps() > 3 and fault.swept_until(fault.all_sent, "All")), 300, "All mails")
    assert (len(fault.sink.times()), fault.sink.repeated()) == (DUE, 0)
    assert fault.ledger("attempts") == {1: DUE}
    assert len(re.findall(r"Sending due task send-reminders", fault.copy.output)) >= 2
    signs = Counter(name for (name,) in fault.rows.run("SELECT name FROM changes_heartbeat").fetchall())
    assert signs == {"beat": 1, "worker": 1, "call": 1}


def test_a_clock_that_comes_back_an_hour_late(fault):
    """Whoever was away for an hour sends everything that still helps, once, and says how late it is."""
    fault.begin(timedelta(minutes=65))
    fault.copy.start_worker()
    fault.swept_until(fault.all_sent, "Everything, late")
    assert (len(fault.sink.times()), fault.sink.repeated()) == (DUE, 0)
    assert all(re.fullmatch(r"[67]\d min late\.", detail) for detail in fault.ledger("detail")), fault.ledger("detail")
    assert fault.figures() == {"sent": DUE, "late": DUE}
    text = fault.sink.messages()[0].get_body(("plain",)).get_content()
    assert "late" in text
