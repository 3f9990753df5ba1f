"""What the tests of several pages begin with. A module that wants another cast or another reader says so itself."""

import pytest
from django.test import Client

from tests.factories import NOW


@pytest.fixture
def clock_stands(time_machine):
    """It is the factories' moment, and stays it."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def visitor(given) -> Client:
    """A browser in which the owner of RFCs has signed in."""
    client = Client()
    client.force_login(given.people.owner)
    return client
