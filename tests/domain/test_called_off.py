"""Who hears that work is not when they were told, in a table: what was heard, what is planned after the change, in which state."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import State
from changes.domain.called_off import Heard, to_be_told

AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
TONIGHT, TOMORROW = AT + timedelta(hours=5), AT + timedelta(hours=29)


def heard(person, start, hours_ago=2):
    return Heard(person, AT - timedelta(hours=hours_ago), start)


@pytest.mark.parametrize(
    ("told", "starts", "state", "people"),
    [
        ([heard(1, TONIGHT)], {TONIGHT}, State.SCHEDULED, []),
        ([heard(1, TONIGHT), heard(2, TONIGHT)], {TOMORROW}, State.SCHEDULED, [1, 2]),
        ([heard(1, TONIGHT), heard(1, TONIGHT, 1)], {TONIGHT}, State.CANCELLED, [1]),
        ([heard(1, TONIGHT)], {TONIGHT}, State.SUBMITTED, [1]),
        ([heard(1, TONIGHT)], {TONIGHT}, State.APPROVED, [1]),
        # Of several nights one that stands is no news, one that is gone is.
        ([heard(1, TONIGHT), heard(1, TOMORROW)], {TONIGHT}, State.IN_PROGRESS, [1]),
        ([heard(1, TONIGHT)], {TONIGHT, TOMORROW}, State.SCHEDULED, []),
        # Long past is no news.
        ([heard(1, AT - timedelta(hours=12), 40)], {TOMORROW}, State.SCHEDULED, []),
        # Told that it is off: nothing more until it is cancelled or stands again; then what was said last counts.
        ([heard(1, TONIGHT), heard(1, None, 1)], {TOMORROW}, State.SUBMITTED, []),
        ([heard(1, TONIGHT), heard(1, None, 1)], {TOMORROW}, State.CANCELLED, [1]),
        ([heard(1, TONIGHT), heard(1, None, 1)], {TOMORROW}, State.SCHEDULED, [1]),
        ([heard(1, None, 2), heard(1, TOMORROW, 1)], {TOMORROW}, State.SCHEDULED, []),
        ([], {TONIGHT}, State.CANCELLED, []),
    ],
)
def test_who_is_told(told, starts, state, people):
    assert to_be_told(told, starts, state, AT) == people
