"""Due by (DESIGN 2)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import Urgency
from changes.domain.urgency import due_by

CREATED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "limit"),
    [
        (Urgency.EMERGENCY, timedelta(hours=24)),
        (Urgency.HIGH, timedelta(days=7)),
        (Urgency.NORMAL, timedelta(days=28)),
        (Urgency.LOW, None),
        (None, None),
    ],
)
def test_due_by_is_counted_from_creation(urgency, limit):
    assert due_by(urgency, CREATED) == (CREATED + limit if limit else None)


def test_the_limits_are_settings():
    assert due_by(Urgency.LOW, CREATED, {Urgency.LOW: timedelta(days=90)}) == CREATED + timedelta(days=90)
    assert due_by(Urgency.HIGH, CREATED, {}) is None
