"""The probes, the system check and the page say when beat or the worker is gone, and since when."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks

from changes.actions.heartbeat import leave_sign
from changes.choices import Role
from changes.domain.heartbeat import Pulse
from changes.models import Heartbeat
from tests.factories import NOW, RFCFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
SINCE = f"{NOW - timedelta(minutes=30):%Y-%m-%dT%H:%MZ}"


def seen(**minutes_ago):
    for name, minutes in minutes_ago.items():
        leave_sign(Pulse(name), at=NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes_ago", "status", "line"),
    [
        ({"beat": 1, "worker": 1, "call": 1}, 200, "ok"),
        ({"beat": 4, "worker": 4, "call": 4}, 200, "ok"),
        ({"beat": 30, "worker": 1, "call": 30}, 503, f"Beat has not been seen since {SINCE}."),
        ({"beat": 1, "worker": 30, "call": 30}, 503, f"No worker has been seen since {SINCE}."),
        ({"beat": 1, "worker": 1, "call": 30}, 503, f"No call of beat’s has reached a worker since {SINCE}."),
        ({}, 503, "Beat has not been seen yet. No worker has been seen yet."),
    ],
)
def test_the_clocks_probe_says_in_a_line_what_is_gone(client, minutes_ago, status, line):
    seen(**minutes_ago)
    answer = client.get("/health/clock/")
    assert (answer.status_code, answer.content.decode()) == (status, line)


def test_a_copy_without_its_clock_still_serves_pages(client):
    seen(beat=30)
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_late_sign_does_not_take_back_a_newer_one():
    seen(worker=1)
    seen(worker=7)
    assert Heartbeat.objects.get().at == NOW - timedelta(minutes=1)


def check():
    found = run_checks(tags=["database"], include_deployment_checks=True, databases=["default"])
    return [(one.id, one.msg) for one in found]


@pytest.mark.parametrize(
    ("minutes_ago", "told"),
    [
        ({"beat": 1, "worker": 1, "call": 1}, []),
        ({}, []),  # it was installed, and never started yet
        (
            {"beat": 1, "worker": 30, "call": 30},
            [("changes.W007", f"No worker has been seen since {NOW - timedelta(minutes=30):%Y-%m-%d %H:%M} UTC.")],
        ),
        ({"beat": 1}, [("changes.W007", "No worker has been seen yet.")]),
    ],
)
def test_the_system_check_tells_it_of_a_copy_that_was_started(minutes_ago, told):
    seen(**minutes_ago)
    assert check() == told


@pytest.mark.parametrize(("demo", "many"), [(False, 2), (True, 0)])
def test_the_system_check_tells_it_of_a_copy_with_rfcs_whose_clock_was_never_started(settings, demo, many):
    settings.DEMO = demo
    assert [row for row in check() if row[0] == "changes.W007"] == []
    RFCFactory()
    assert [row[0] for row in check()].count("changes.W007") == many


def strip(client, role):
    client.force_login(UserFactory(role=role))
    text = client.get("/setup/").content.decode()
    return " ".join(text.partition('class="silence-strip"')[2].partition("</div></div>")[0].split())


def test_an_administrator_is_told_on_every_page_since_when_and_what_to_do(client):
    seen(beat=1, worker=30)
    told = strip(client, Role.ADMINISTRATOR)
    assert "No worker has been seen since" in told
    assert "(30 min)" in told
    assert "by the line “worker” of the Procfile" in told
    assert "Beat has not" not in told


@pytest.mark.parametrize("role", [Role.CHANGE_MANAGER, Role.VIEWER])
def test_nobody_else_is(client, role):
    seen(beat=30, worker=30)
    assert strip(client, role) == ""


def test_nobody_is_while_it_runs(client):
    seen(beat=1, worker=1, call=1)
    assert strip(client, Role.ADMINISTRATOR) == ""
