"""The command does what beat triggers, and tells it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from changes.choices import Delivery, State
from changes.models import Reminder
from changes.tasks import send_reminders
from tests.factories import NOW, RFCFactory, SessionFactory, UserFactory

START = NOW + timedelta(days=3)
pytestmark = pytest.mark.django_db


@pytest.fixture
def rfc():
    row = RFCFactory(state=State.SCHEDULED, owner=UserFactory(username="owner"), implementer=UserFactory(username="mute", email=""))
    SessionFactory(rfc=row, planned_start=START)
    return row


def output(at):
    out = StringIO()
    call_command("send_reminders", at=at, stdout=out)
    return out.getvalue().splitlines()


def test_a_line_for_each_and_a_summary(rfc):
    assert sorted(output("2026-11-23T10:00:00+01:00")) == [
        "1 sent, 1 skipped",
        f"sent before_24h {rfc.number} to owner, due 2026-11-23T09:00Z",
        f"skipped before_24h {rfc.number} to mute, due 2026-11-23T09:00Z: Mute has no mail address.",
    ]
    assert output("2026-11-23T10:00:00+01:00") == ["Nothing was due."]


def test_without_an_instant_it_is_now(rfc, time_machine):
    time_machine.move_to(START, tick=False)
    assert "sent begun" in "\n".join(output(None))


def test_beat_does_the_same(rfc, time_machine):
    time_machine.move_to(START, tick=False)
    send_reminders()
    assert set(Reminder.objects.values_list("rule", "state")) == {("begun", Delivery.SENT), ("begun", Delivery.SKIPPED)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-23T10:00:00", r"has no offset. Write it as 2026-11-23T10:00:00\+01:00"),
        ("tomorrow", "is no instant"),
    ],
)
def test_a_time_without_an_offset_is_refused(text, why):
    with pytest.raises(CommandError, match=why) as refused:
        output(text)
    assert refused.value.returncode == 1
