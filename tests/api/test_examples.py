"""The examples of the schema, sent as they stand."""

import pytest
from rest_framework.test import APIClient

from changes.api.examples import EXAMPLES
from changes.choices import State
from changes.models import User
from tests.factories import ChangeTypeFactory, FreezeFactory, ServiceFactory, hours, rfc_in, session, world

SENT = [pytest.param(name, one, id=f"{name}-{one.what}") for name, several in EXAMPLES.items() for one in several]


@pytest.fixture
def schema(db):
    return APIClient().get("/api/v1/openapi.json").json()


@pytest.fixture
def house(db):
    """What the examples name, as the demo has it."""
    given = world(slug="corporate")
    ServiceFactory(slug="journal-archive")
    ChangeTypeFactory(slug="transport-rollup")
    User.objects.filter(pk=given.people.owner.pk).update(username="service-manager")
    given.people.owner.refresh_from_db()
    return given


def operation(schema, name):
    return next(
        (path, method, said) for path, methods in schema["paths"].items() for method, said in methods.items() if said["operationId"] == name
    )


#: Who would send it; all else is the owner's.
SENDERS = {
    "post_FreezeList": "administrator",
    "post_ChangeWindowList": "administrator",
    "post_Waivers": "change_manager",
}


@pytest.mark.parametrize(("name", "example"), SENT)
def test_an_example_is_answered_as_the_schema_says(schema, house, client_of, name, example):
    path, method, said = operation(schema, name)
    freeze = FreezeFactory(waivable_by=house.people.change_manager) if name == "post_Waivers" else None
    other = {"sessions": (session(freeze.start + hours(2)),)} if freeze else {}
    rfc = rfc_in(State.SUBMITTED if name == "post_Incidents" else State.DRAFT, house, **other)
    client = client_of(getattr(house.people, SENDERS.get(name, "owner")))
    sent = {"data": example.body} if example.body is not None else {"query_params": example.query}
    response = getattr(client, method)(path.replace("{number}", rfc.number), **sent, headers=dict(example.headers))
    assert (response.status_code, response.data) == (example.status, response.data)
    assert str(example.status) in said["responses"]


def test_every_example_stands_in_the_schema(schema):
    for name, several in EXAMPLES.items():
        _, _, said = operation(schema, name)
        bodies = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
        assert [one["value"] for one in bodies.values()] == [one.body for one in several if one.body is not None]
        told = {one["name"]: one["example"] for one in said.get("parameters", ()) if "example" in one}
        assert told.items() >= dict(several[0].query).items()


def test_the_page_begins_with_them(db):
    text = APIClient().get("/api/docs/").content.decode()
    assert "Mends the stall of the queues that was seen twice in October." in text
    assert "An emergency, submitted in the same call." in text
    assert 'name="environment" aria-label="environment" value="corporate"' in text
