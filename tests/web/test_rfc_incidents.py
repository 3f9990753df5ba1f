"""Linking an RFC to an incident from its page."""

import pytest
from django.urls import reverse

from changes.choices import Role, State
from changes.models import IncidentLink
from tests.factories import raised, rfc_in

pytestmark = pytest.mark.django_db


def typed(**other):
    return {"system": "incidents", "identifier": "INC-4711", "suspicion": "suspected", "note": "The queue stalled a minute later.", **other}


def test_what_is_said_stands_on_the_page_of_the_rfc_and_in_its_history(client, given):
    rfc = rfc_in(State.COMPLETED, given)
    client.force_login(given.people.outsider)

    page = client.post(reverse("rfc-incidents", args=[rfc.number]), typed(), follow=True).content.decode()

    assert "suspected: incidents INC-4711" in page
    assert "Suspected of an incident" in page
    again = client.get(reverse("rfc-incidents", args=[rfc.number])).content.decode()
    assert "The queue stalled a minute later." in again


def test_a_fault_keeps_what_was_typed(client, given):
    rfc = rfc_in(State.COMPLETED, given)
    client.force_login(given.people.owner)

    answer = client.post(reverse("rfc-incidents", args=[rfc.number]), typed(identifier=""))

    assert answer.status_code == 400
    assert "The queue stalled a minute later." in answer.content.decode()
    assert not IncidentLink.objects.exists()


def test_a_viewer_reads_and_says_nothing(client, given):
    rfc = rfc_in(State.COMPLETED, given)
    viewer = given.people.outsider
    viewer.role = Role.VIEWER
    viewer.save()
    client.force_login(viewer)

    assert "Say so" not in client.get(reverse("rfc-incidents", args=[rfc.number])).content.decode()
    assert client.post(reverse("rfc-incidents", args=[rfc.number]), typed()).status_code == 403
    assert not IncidentLink.objects.exists()


def test_the_page_of_somebody_elses_draft_is_not_there(client, given):
    client.force_login(given.people.outsider)

    assert client.get(reverse("rfc-incidents", args=[raised(given).number])).status_code == 404
