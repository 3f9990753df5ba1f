"""What waits for what: who starts too early, circles, the order of a line, and how far it moves on the wall clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.choices import Level
from changes.domain.content import Content, Session
from changes.domain.waiting import Waiter, circle, circle_words, in_order, shift_between, shifted, successor_findings

NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
AMSTERDAM, LOS_ANGELES = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/Los_Angeles")


def night(days=0, hours=4):
    start = NIGHT + timedelta(days=days)
    return Session(start, start + timedelta(hours=hours))


def test_who_starts_before_the_last_session_ends_is_told_beside_it_and_blocks_nothing():
    waiting = [
        Waiter("RFC-000002", "Index", NIGHT + timedelta(days=1)),
        Waiter("RFC-000003", "Later", NIGHT + timedelta(days=3, hours=4)),
        Waiter("RFC-000004", "No dates", None),
    ]
    found = successor_findings(Content(sessions=(night(), night(3))), waiting)
    assert [(f.code, f.field, f.other, f.level, f.blocks) for f in found] == [
        ("conflict.successor", "sessions[1]", "RFC-000002", Level.WARNING, False)
    ]
    assert found[0].message == "RFC-000002 “Index” waits for this, and starts 52 h before it is done."
    assert found[0].minutes == 52 * 60


@pytest.mark.parametrize("sessions", [(), (Session(NIGHT, None),), (night(hours=-1),)])
def test_without_a_usable_end_nobody_is_too_early(sessions):
    assert successor_findings(Content(sessions=sessions), [Waiter("RFC-000002", "Index", NIGHT)]) == []


GRAPH = {"B": ("A",), "C": ("B",), "D": ("B", "C"), "X": ("Y",), "Y": ("X",)}


@pytest.mark.parametrize(
    ("number", "predecessors", "path"),
    [
        ("A", ["Z"], ()),
        ("A", [], ()),
        ("D", ["A"], ()),
        ("A", ["A"], ("A", "A")),
        ("A", ["B"], ("A", "B", "A")),
        ("A", ["D"], ("A", "D", "B", "A")),
        ("A", ["Z", "C"], ("A", "C", "B", "A")),
        ("A", ["X"], ()),
    ],
)
def test_the_shortest_way_round(number, predecessors, path):
    assert circle(number, predecessors, GRAPH) == path


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (("A", "A"), "A cannot wait for itself."),
        (("A", "B", "A"), "A cannot wait for B: B waits for A."),
        (("A", "D", "B", "A"), "A cannot wait for D: D waits for B, which waits for A."),
    ],
)
def test_a_circle_in_one_sentence(path, sentence):
    assert circle_words(path) == sentence


def test_each_comes_after_all_it_waits_for_and_a_circle_ends():
    assert list(in_order({"D": ("B", "C"), "C": ("B",), "B": ("A",)})) == ["B", "C", "D"]
    assert sorted(in_order({"X": ("Y",), "Y": ("X",)})) == ["X", "Y"]


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (AMSTERDAM, datetime(2027, 3, 27, 21, 0, tzinfo=UTC), datetime(2027, 3, 28, 20, 0, tzinfo=UTC)),
        (LOS_ANGELES, datetime(2027, 11, 7, 4, 0, tzinfo=UTC), datetime(2027, 11, 8, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_day_later_is_a_day_on_the_wall_over_a_clock_change(zone, before, after):
    assert shift_between(before, after, zone) == timedelta(days=1)
    moved = shifted(Content(sessions=(Session(before, before + timedelta(hours=1), outage_start=before),)), timedelta(days=1), zone)
    assert (moved.sessions[0].start, moved.sessions[0].outage_start) == (after, after)
    assert moved.sessions[0].end == after + timedelta(hours=1)
