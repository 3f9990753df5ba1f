"""The set-up data to read, and who is offered to change it."""

import pytest
from django.test import Client

from changes.choices import Role
from changes.models import ChangeWindow
from tests.factories import BoardFactory, ChangeTypeFactory, ServiceFactory, UserFactory, WindowFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client):
    user = UserFactory(role=Role.ADMINISTRATOR, is_staff=True)
    client.force_login(user)
    return user


def test_windows_are_told_in_words_and_with_their_next_night(client):
    WindowFactory(environment__name="Managed services")
    BoardFactory()
    ChangeTypeFactory(name="Update rollup")
    ServiceFactory(name="Relay", depends_on=[ServiceFactory(name="Directory")])
    client.force_login(UserFactory())
    text = client.get("/setup/").content.decode()
    assert "Saturday 22:00–04:00" in text
    assert "Meets every Thursday 14:00 for 60 min" in text
    assert "an emergency finds no approver" in text
    assert "/admin/" not in text


def test_an_administrator_finds_the_way_to_change_it(client, administrator):
    text = client.get("/setup/").content.decode()
    assert "/admin/changes/environment/" in text
    assert "/setup/windows/new/" in text


def test_nobody_else_gets_into_the_admin(client):
    client.force_login(UserFactory(role=Role.CHANGE_MANAGER, is_staff=True))
    assert client.get("/admin/changes/changewindow/").status_code == 403
    assert not ChangeWindow.objects.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"rrule": "FREQ=HOURLY"}, "rrule"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"first_end": "2026-11-07T21:00"}, "first_end"),
        ({"first_start": "2026-11-06T22:00"}, "first_start"),
    ],
)
def test_a_rule_that_does_not_hold_together_is_refused_beside_its_field(client, administrator, changed, told):
    window = WindowFactory()
    data = {
        "name": "Nights",
        "environment": window.environment_id,
        "time_zone": "Europe/Amsterdam",
        "rrule": "FREQ=WEEKLY;BYDAY=SA",
        "first_start": "2026-11-07T22:00",
        "first_end": "2026-11-08T04:00",
        "exdates": "[]",
    }
    response = client.post("/admin/changes/changewindow/add/", {**data, **changed})
    assert told in response.context["adminform"].form.errors
    assert client.post("/admin/changes/changewindow/add/", data).status_code == 302
    assert ChangeWindow.objects.filter(name="Nights").count() == 1
