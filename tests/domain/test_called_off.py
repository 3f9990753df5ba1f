"""Who hears that work is not when they were told, in a table: what was heard, what is planned after the change, in which state."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.choices import State
from changes.domain.called_off import Heard, to_be_told

AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
TONIGHT, TOMORROW = AT + timedelta(hours=5), AT + timedelta(hours=29)


#: Its owner and its implementer after the change.
PEOPLE = {1, 2}


def heard(person, start, hours_ago=2):
    """Of one session, each day's its own; without a start of all of the work."""
    return Heard(person, AT - timedelta(hours=hours_ago), frozenset({start} if start else ()), start.day if start else 0)


def told_all(person, *starts):
    return Heard(person, AT - timedelta(hours=1), frozenset(starts))


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
        # Told by the move where it was moved to: that counts, and of one session what was told of it last.
        ([heard(1, TONIGHT), told_all(1, TOMORROW)], {TOMORROW}, State.SCHEDULED, []),
        ([heard(1, TONIGHT), told_all(1, TOMORROW)], {TONIGHT}, State.SCHEDULED, [1]),
        ([heard(1, TONIGHT), heard(1, TONIGHT + HOUR, 1)], {TONIGHT + HOUR}, State.SCHEDULED, []),
        # Whose work it is no more hears that, unless they know that it is off.
        ([heard(1, TONIGHT), heard(3, TONIGHT)], {TONIGHT}, State.SCHEDULED, [3]),
        ([heard(3, TONIGHT, 3), told_all(3, TOMORROW)], {TOMORROW}, State.SCHEDULED, [3]),
        ([heard(3, TONIGHT), heard(3, None, 1)], {TOMORROW}, State.SCHEDULED, []),
        ([heard(3, TONIGHT), heard(3, None, 1)], {TOMORROW}, State.CANCELLED, []),
        ([heard(3, AT - timedelta(hours=12), 40)], {TOMORROW}, State.SCHEDULED, []),
    ],
)
def test_who_is_told(told, starts, state, people):
    assert to_be_told(told, starts, state, AT, PEOPLE) == people
