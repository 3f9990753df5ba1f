"""A world, and clients that come with a token as the product hands them out."""

from collections.abc import Callable

import pytest
import time_machine
from rest_framework.test import APIClient

from changes.choices import Scope
from changes.models import ApiToken, User
from tests.factories import NOW


@pytest.fixture(autouse=True)
def stand_at():
    """The clock stands at the factories' moment; `stand_at(moment)` moves it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock.move_to


@pytest.fixture
def client_of(db) -> Callable[[User], APIClient]:
    def made(user: User) -> APIClient:
        _, token = ApiToken.objects.create(user, name="tests", scopes=list(Scope), last_used_at=NOW)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return made


@pytest.fixture
def owner(given, client_of) -> APIClient:
    return client_of(given.people.owner)
