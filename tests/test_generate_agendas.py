"""`manage.py generate_agendas` and the task that beat starts: the same sweep (DESIGN 7)."""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from changes.choices import State
from changes.models import Meeting
from changes.tasks import generate_agendas
from tests.factories import HIGH_IMPACT, NOW, rfc_in, world

pytestmark = pytest.mark.django_db


def told(at):
    out = StringIO()
    call_command("generate_agendas", at=at, stdout=out)
    return out.getvalue().splitlines()


def test_one_line_per_meeting_and_nothing_new_the_second_time():
    rfc_in(State.SUBMITTED, world(), impact=HIGH_IMPACT)
    assert told("2026-11-21T10:00:00+01:00") == [
        "cab 2026-11-26 14:00, revision 0: made, 1 added",
        "cab 2026-12-03 14:00, revision 0: made",
        "cab 2026-12-10 14:00, revision 0: made",
        "cab 2026-12-17 14:00, revision 0: made",
    ]
    assert {line.partition(": ")[2] for line in told("2026-11-21T09:00:00Z")} == {"nothing new"}
    assert told("2026-11-24T12:00:00+01:00")[0] == "cab 2026-11-26 14:00, revision 1: frozen as revision 1"
    assert told("2026-11-26T15:00:00+01:00")[0] == "cab 2026-11-26 14:00, revision 1: held"


@pytest.mark.parametrize("at", ["2026-11-24T12:00:00", "2026-11-24", "tomorrow"])
def test_an_instant_carries_an_offset(at):
    world()
    with pytest.raises(CommandError):
        told(at)
    assert not Meeting.objects.exists()


def test_beat_does_the_same():
    rfc_in(State.SUBMITTED, world(), impact=HIGH_IMPACT)
    with time_machine.travel(NOW, tick=False):
        generate_agendas()
    assert told("2026-11-21T09:00:00Z")[0] == "cab 2026-11-26 14:00, revision 0: nothing new"
