"""What tests with real processes share."""

from tests.test_processes import database

__all__ = ["database"]  # a fixture: an empty database of its own
