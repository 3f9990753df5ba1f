"""The moment at which tests stand, and how far from it."""

from datetime import UTC, datetime, timedelta

#: Unless a test says otherwise: a Saturday morning, 10:00 in Amsterdam.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
