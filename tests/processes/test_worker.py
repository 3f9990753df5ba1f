"""A real worker and a real beat, on each broker, send a real mail to a mail server of our own."""

import os

import pytest

from tests.conftest import REQUIRE_ALL
from tests.processes.product import Copy, environment_for
from tests.test_processes import wait_for

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
#: When each part was last seen.
SIGNS = "from changes.models import Heartbeat; print(sorted(Heartbeat.objects.values_list('name', flat=True)))"
BOTH = ["implementer@example.org", "owner@example.org"]


@pytest.fixture(params=["folders", "redis"])
def copy(request, tmp_path, database, sink):
    if request.param == "redis" and not REDIS_URL:
        (pytest.fail if REQUIRE_ALL else pytest.skip)("REDIS_URL is not set.")
    started = Copy(tmp_path, environment_for(tmp_path, database, sink, REDIS_URL if request.param == "redis" else ""))
    started.do(GIVEN)
    yield started
    started.stop()


def test_beat_asks_and_the_worker_sends_each_mail_once(copy, sink):
    copy.start_worker()
    copy.start_beat()
    wait_for(lambda: sink.readers() == BOTH, 90, "The mail that beat's first call brings")
    message = sink.messages()[0]
    assert message["Subject"].startswith("Has it begun? RFC-")
    assert message["References"].startswith("<rfc-")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    sent = [("begun", "implementer", "sent", 1), ("begun", "owner", "sent", 1)]
    wait_for(lambda: copy.ledger() == sent, 20, "The record of what was sent")
    assert copy.do(SIGNS).strip() == "['beat', 'call', 'worker']"
    copy.start_worker()
    before = copy.sweeps()
    for _ in range(3):
        copy.ask_for_a_sweep()
    wait_for(lambda: copy.sweeps() >= before + 3, 30, "Three sweeps by two workers")
    assert (sink.readers(), copy.ledger()) == (BOTH, sent)
