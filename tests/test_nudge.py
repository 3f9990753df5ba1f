"""What cannot wait until beat's next minute asks a worker to look now; a broker that is down holds nobody up."""

import json
import logging
from pathlib import Path

import pytest
from celery import Celery

from changes.actions import rfc as rfc_action
from changes.actions.lifecycle import move
from changes.choices import State, Urgency
from changes.notifications import nudge
from fsc.celery import app
from tests.factories import NOW, content, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask_of():
    """Makes the product ask through another broker than its own."""

    def through(url, **options):
        Celery("asked", broker=url, broker_transport_options=options).set_current()

    yield through
    app.set_current()


@pytest.fixture
def queue(tmp_path, ask_of):
    """The tasks that wait in a broker of files, which is what the product has without Redis."""
    folders = {"data_folder_in": "q", "data_folder_out": "q", "control_folder": "c"}
    options = {name: str(tmp_path / folder) for name, folder in folders.items()}
    for folder in set(options.values()):
        Path(folder).mkdir()
    ask_of("folders://localhost//", **options)
    return lambda: [json.loads(file.read_bytes())["headers"]["task"] for file in Path(options["data_folder_out"]).iterdir()]


def submitted(urgency, callbacks):
    given = world()
    rfc = rfc_action.create(content(given, urgency=urgency), actor=given.people.owner, at=NOW)
    with callbacks(execute=True):
        return move(rfc, State.SUBMITTED, actor=given.people.owner, at=NOW)


@pytest.mark.parametrize(("urgency", "tasks"), [(Urgency.EMERGENCY, ["changes.tasks.send_reminders"]), (Urgency.NORMAL, [])])
def test_an_emergency_has_its_approvers_told_at_once(queue, django_capture_on_commit_callbacks, urgency, tasks):
    submitted(urgency, django_capture_on_commit_callbacks)

    assert queue() == tasks


def test_nobody_is_asked_while_the_transaction_may_still_fail(queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        nudge()

    assert queue() == []


def test_a_broker_that_is_down_is_logged_and_nothing_fails(ask_of, django_capture_on_commit_callbacks, caplog):
    ask_of("redis://127.0.0.1:1/0", socket_connect_timeout=1)
    with caplog.at_level(logging.WARNING):
        assert submitted(Urgency.EMERGENCY, django_capture_on_commit_callbacks).state == State.SUBMITTED

    assert "beat will" in caplog.text
