"""Beat calls everything when it starts and each minute after, leaves its sign, and outlives a database that is away."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery, signals
from django.conf import settings
from django.db import connection

from changes.models import Heartbeat
from fsc.pulse import Beat, leave_sign

AT = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)


@pytest.fixture
def beat(time_machine):
    time_machine.move_to(AT, tick=False)
    app = Celery("tried", broker="memory://", set_as_current=False)
    app.conf.update(beat_schedule=settings.CELERY_BEAT_SCHEDULE, timezone="UTC")
    return Beat(app=app)


@pytest.fixture
def called():
    """What has been called since it was last asked."""
    names = []

    def note(sender, **kwargs):
        names.append(sender.rpartition(".")[2])

    def taken():
        told, names[:] = sorted(names), []
        return told

    signals.before_task_publish.connect(note)
    yield taken
    signals.before_task_publish.disconnect(note)


def ticks(beat, until_idle=20):
    for _ in range(until_idle):
        if beat.tick() > 0:
            return


@pytest.mark.django_db(transaction=True)
def test_beat_calls_everything_at_its_start_and_each_minute(beat, called, time_machine):
    ticks(beat)
    assert called() == ["answer_beat", "close_votes", "forget_keys", "generate_agendas", "send_reminders", "settle_schedule"]
    time_machine.move_to(AT + timedelta(seconds=20), tick=False)
    ticks(beat)
    assert called() == []
    time_machine.move_to(AT + timedelta(seconds=51), tick=False)
    ticks(beat)
    assert called() == ["answer_beat", "close_votes", "generate_agendas", "send_reminders"]
    assert Heartbeat.objects.get().name == "beat", "its sign"


@pytest.mark.django_db(transaction=True)
def test_two_beats_leave_one_sign_the_latest(beat, time_machine):
    other = Beat(app=beat.app)
    for second, one in enumerate((beat, other)):
        time_machine.move_to(AT + timedelta(seconds=second), tick=False)
        one.tick()
    assert Heartbeat.objects.get(name="beat").at == AT + timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_a_sign_that_cannot_be_kept_takes_nothing_down(caplog):
    def rename(old, new):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename("changes_heartbeat", "changes_heartbeat_away")
    leave_sign("worker")
    rename("changes_heartbeat_away", "changes_heartbeat")
    assert "The sign of life of worker could not be kept" in caplog.text
