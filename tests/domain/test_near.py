from datetime import timedelta

import pytest

from changes.choices import State
from changes.domain.near import near, paths
from tests.domain.given import at, session


def told(given, state, *, lookback=120, lookahead=60):
    found = near(given, state, at=at(0), lookback=timedelta(minutes=lookback), lookahead=timedelta(minutes=lookahead))
    return (found.nearness.value, found.minutes) if found else None


@pytest.mark.parametrize(
    ("start", "end", "begun", "ended", "state", "answer"),
    [
        (-30, 30, -30, None, State.IN_PROGRESS, ("in_progress", 0)),
        (-90, -30, -90, None, State.IN_PROGRESS, ("overrunning", 0)),
        (-90, 0, -90, None, State.IN_PROGRESS, ("in_progress", 0)),
        (-90, -30, -90, -20, State.COMPLETED, ("ended", 20)),
        (-900, -500, -900, -120, State.CLOSED, ("ended", 120)),
        (-900, -500, -900, -121, State.CLOSED, None),
        (-90, -30, -90, 5, State.COMPLETED, ("overrunning", 0)),
        (-90, -30, None, None, State.COMPLETED, ("ended", 30)),
        (-30, 30, None, None, State.COMPLETED, ("in_progress", 0)),
        (-90, None, None, None, State.COMPLETED, None),
        (60, 90, None, None, State.SCHEDULED, ("starting", 60)),
        (61, 90, None, None, State.SCHEDULED, None),
        (30, 90, None, None, State.APPROVED, ("starting", 30)),
        (30, 90, None, None, State.SUBMITTED, None),
        (30, 90, None, None, State.DRAFT, None),
        (-10, 90, None, None, State.SCHEDULED, ("due_now", 0)),
        (-90, 0, None, None, State.SCHEDULED, None),
        (30, 90, None, None, State.CANCELLED, None),
    ],
)
def test_how_a_session_lies_to_an_instant(start, end, begun, ended, state, answer):
    actual = {"actual_start": at(begun) if begun is not None else None, "actual_end": at(ended) if ended is not None else None}
    assert told(session(start, end, **actual), state) == answer


def test_the_shortest_way_from_a_service_to_what_it_needs():
    needs = {"web": frozenset({"cache", "mail"}), "cache": frozenset({"db"}), "mail": frozenset({"db", "web"}), "db": frozenset()}
    assert paths(["web"], needs) == {
        "web": ("web",),
        "cache": ("web", "cache"),
        "mail": ("web", "mail"),
        "db": ("web", "cache", "db"),
    }
    assert paths(["db"], needs) == {"db": ("db",)}
