"""The figures for a Prometheus: who may read them, what they say, and that they cost what waits and not what was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from changes.actions import heartbeat, tally
from changes.choices import Channel, Delivery, MeetingState, Result
from changes.domain.heartbeat import Pulse
from changes.models import Reminder
from tests.factories import NOW, MeetingFactory, UserFactory, hours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
TOKEN = "vTq3-only-for-tests-7Xw9"


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.FSC_METRICS_TOKEN = TOKEN


def asked(client, token=TOKEN):
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures(client):
    """Every sample as {"name": value} or {"name{label values}": value}."""
    told = {}
    for family in text_string_to_metric_families(asked(client).content.decode()):
        for sample in family.samples:
            of = ",".join(sample.labels[name] for name in ("rule", "channel", "result", "part") if name in sample.labels)
            told[sample.name + (f"{{{of}}}" if of else "")] = sample.value
    return told


def row(number, state, *, rule="begun", send_at=NOW, **fields):
    return Reminder(
        rule=rule,
        subject=f"session:{number}",
        recipient=UserFactory(),
        channel=Channel.MAIL,
        due_at=send_at,
        send_at=send_at,
        state=state,
        **fields,
    )


@pytest.mark.parametrize("given", ["", TOKEN[:-1], f"{TOKEN}x", "Ünïcode"])
def test_only_the_token_opens_them(client, given):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {given}"} if given else {})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"fsc_" not in answer.content


def test_without_a_token_in_the_settings_there_is_no_such_page(client, settings):
    settings.FSC_METRICS_TOKEN = ""
    assert asked(client).status_code == 404
    assert asked(client, "").status_code == 404


def test_an_empty_house_has_its_zeros(client):
    assert figures(client) == {
        "fsc_reminders_oldest_due_seconds": 0,
        "fsc_reminders_held": 0,
        "fsc_reminders_given_up": 0,
        "fsc_agendas_overdue": 0,
    }


def test_what_waits_what_was_and_who_is_there(client):
    rows = [
        row(1, Delivery.DUE, send_at=NOW - timedelta(minutes=20)),
        row(2, Delivery.DUE),
        row(3, Delivery.DUE, rule="outcome", send_at=NOW - timedelta(minutes=1)),
        row(4, Delivery.DUE, send_at=NOW + hours(6)),  # somebody is asleep
        row(5, Delivery.FAILED, rule="outcome", send_at=NOW - hours(6), attempts=6),
        row(6, Delivery.FAILED, send_at=NOW - hours(1), attempts=2),  # is tried again
        row(7, Delivery.FAILED, rule="outcome", send_at=NOW - hours(48), attempts=6),  # of the day before yesterday
        row(9, Delivery.FAILED, send_at=NOW - hours(1), attempts=6),  # cannot wait, and is tried again each five minutes
        row(10, Delivery.FAILED, send_at=NOW - hours(3), attempts=33),
        row(8, Delivery.SENT),
    ]
    Reminder.objects.bulk_create(rows)
    for results in ([Result.SENT], [Result.SENT, Result.LATE], [Result.FAILED]):
        tally.add({("begun", Channel.MAIL, result): 1 for result in results})
    heartbeat.leave_sign(Pulse.BEAT, at=NOW - timedelta(seconds=40))
    heartbeat.leave_sign(Pulse.WORKER, at=NOW + timedelta(seconds=3))  # by a clock that is ahead
    MeetingFactory(state=MeetingState.PLANNED, starts_at=NOW + hours(20), cut_off_at=NOW - hours(1))
    MeetingFactory(state=MeetingState.PLANNED, starts_at=NOW + hours(44), cut_off_at=NOW - timedelta(minutes=1))
    assert figures(client) == {
        "fsc_reminders_due{begun,mail}": 4,
        "fsc_reminders_due{outcome,mail}": 1,
        "fsc_reminders_oldest_due_seconds": 60 * 60,
        "fsc_reminders_held": 1,
        "fsc_reminders_given_up": 2,
        "fsc_reminders_total{begun,mail,sent}": 2,
        "fsc_reminders_total{begun,mail,late}": 1,
        "fsc_reminders_total{begun,mail,failed}": 1,
        "fsc_last_seen_seconds{beat}": 40,
        "fsc_last_seen_seconds{worker}": 0,
        "fsc_agendas_overdue": 1,
    }


def test_each_figure_says_what_it_is(client):
    text = asked(client).content.decode()
    assert asked(client).headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    due = "Reminders by mail and chat that are due and unsent now: waiting, under way, or to be tried again."
    assert f"# HELP fsc_reminders_due {due}\n# TYPE fsc_reminders_due gauge\n" in text
    assert "# TYPE fsc_reminders_total counter\n" in text


def test_a_scrape_reads_no_row_that_was_sent(client):
    """The plans name the index by state; none of them goes through the ledger."""
    Reminder.objects.bulk_create([row(number, Delivery.SENT) for number in range(3)])
    with CaptureQueriesContext(connection) as queries:
        asked(client)
    of_ledger = [query["sql"] for query in queries if "changes_reminder" in query["sql"]]
    assert len(queries) == 7
    assert all('"state" = ' in sql for sql in of_ledger)
