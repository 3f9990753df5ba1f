"""What tests with real processes share."""

import pytest

from tests.processes.product import listening
from tests.test_processes import database

__all__ = ["database"]  # a fixture: an empty database of its own


@pytest.fixture
def sink():
    handler, stop = listening()
    yield handler
    stop()
