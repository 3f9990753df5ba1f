from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.domain.interval import Interval
from changes.domain.timeline import STRIP, Axis, Span, lanes

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = [date(2026, 11, 19) + timedelta(days=n) for n in range(7)]
AXIS = Axis.of(WEEK, AMSTERDAM)
WHOLE = Axis.of(WEEK, AMSTERDAM, folded=False)


def clock(day, hour, minute=0):
    """An instant of November 2026 on Amsterdam's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)


def places(axis, start, end):
    return [(p.column, round(p.start * 7, 3), round(p.end * 7, 3), p.begins, p.ends) for p in axis.pieces(Interval(start, end))]


NIGHT = 1 - STRIP


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # The whole night from its strip to its right edge.
        (clock(19, 20), clock(20, 6), [(0, STRIP, 1, True, True)]),
        (clock(19, 22), clock(20, 4), [(0, round(STRIP + 0.2 * NIGHT, 3), round(STRIP + 0.8 * NIGHT, 3), True, True)]),
        # From the day into the night: drawn from 20:00 on, where it does not begin.
        (clock(19, 17), clock(19, 22), [(0, STRIP, round(STRIP + 0.2 * NIGHT, 3), False, True)]),
        # By day alone: counted, not drawn.
        (clock(19, 9), clock(19, 12), []),
        # Until 20:00 is not in the night, for touching is not overlapping.
        (clock(19, 18), clock(19, 20), []),
        # Over three nights, on each of them.
        (clock(20, 23), clock(23, 0), [
            (1, round(1 + STRIP + 0.3 * NIGHT, 3), 2, True, False), (2, 2 + STRIP, 3, False, False),
            (3, 3 + STRIP, round(3 + STRIP + 0.4 * NIGHT, 3), False, True)]),
        # Since before the first night, and beyond the last.
        (clock(18, 22), clock(19, 21), [(0, STRIP, round(STRIP + 0.1 * NIGHT, 3), False, True)]),
        (clock(26, 3), clock(26, 22), [(6, round(6 + STRIP + 0.7 * NIGHT, 3), 7, True, False)]),
        # An end that nobody wrote down is an instant, and still to be seen.
        (clock(21, 1), clock(21, 1), [(1, round(1 + STRIP + 0.5 * NIGHT, 3), round(1 + STRIP + 0.5 * NIGHT, 3), True, True)]),
    ],
)  # fmt: skip
def test_where_work_is_drawn(start, end, expected):
    assert places(AXIS, start, end) == expected


def test_a_whole_day_begins_at_six_and_counts_nothing():
    assert places(WHOLE, clock(19, 12), clock(19, 18)) == [(0, 0.25, 0.5, True, True)]
    assert WHOLE.folded_in(Interval(clock(19, 12), clock(19, 18))) == []


@pytest.mark.parametrize(
    ("start", "end", "columns"),
    [
        (clock(19, 9), clock(19, 12), [0]),
        (clock(19, 19), clock(20, 7), [0, 1]),
        (clock(19, 20), clock(20, 6), []),
        (clock(19, 12), clock(22, 12), [0, 1, 2, 3]),
        (clock(20, 12), clock(20, 12), [1]),
    ],
)
def test_work_by_day_is_counted(start, end, columns):
    assert AXIS.folded_in(Interval(start, end)) == columns


def hours_of(axis, column):
    return [f"{at.astimezone(AMSTERDAM):%H}" for at, _ in axis.ticks(column)]


def test_the_hours_that_are_marked():
    assert hours_of(AXIS, 0) == ["22", "00", "02", "04"]
    assert hours_of(WHOLE, 0) == ["12", "18", "00"]


@pytest.mark.parametrize(
    ("on", "hours", "marked"),
    [(date(2026, 10, 24), 11, ["22", "00", "02", "03", "05"]), (date(2026, 3, 28), 9, ["22", "00", "03", "05"])],
)
def test_the_nights_on_which_the_clock_changes_are_true(on, hours, marked):
    axis = Axis.of([on], AMSTERDAM)
    assert axis.columns[0].night_hours == hours
    assert hours_of(axis, 0) == marked
    night = axis.columns[0].night
    middle = axis.x(night.start + (night.end - night.start) / 2)
    assert middle == pytest.approx(STRIP + NIGHT / 2)


def test_what_is_outside_lies_at_the_edge():
    assert AXIS.x(clock(18, 12)) == 0
    assert AXIS.x(clock(27, 12)) == 1
    assert AXIS.x(clock(19, 13)) == pytest.approx(STRIP / 14)


instants = st.integers(0, 7 * 24 * 60).map(lambda minutes: AXIS.period.start + timedelta(minutes=minutes))


@given(instants, instants, st.booleans())
def test_later_is_never_further_left(one, other, folded):
    axis = AXIS if folded else WHOLE
    early, late = sorted((one, other))
    assert axis.x(early) <= axis.x(late)


SPANS = {
    "nothing": ([], []),
    "side by side": ([Span(0, 0.1), Span(0.1, 0.2)], [0, 0]),
    "one over the other": ([Span(0, 0.2), Span(0.1, 0.3)], [0, 1]),
    "back into a lane that has room again": ([Span(0, 0.2), Span(0.1, 0.3), Span(0.2, 0.3)], [0, 1, 0]),
    "given in any order": ([Span(0.1, 0.3), Span(0, 0.2)], [1, 0]),
    "more than there is room for": ([Span(0, 0.5), Span(0.1, 0.5), Span(0.2, 0.5)], [0, 1, None]),
    "what is pressing stays": ([Span(0, 0.5), Span(0.1, 0.5), Span(0.2, 0.5, is_pressing=True)], [1, None, 0]),
}


@pytest.mark.parametrize(("spans", "expected"), SPANS.values(), ids=SPANS.keys())
def test_lanes(spans, expected):
    assert lanes(spans, most=2) == expected


shares = st.tuples(st.integers(0, 100), st.integers(1, 30), st.booleans())


@given(st.lists(shares, max_size=25), st.integers(1, 6))
def test_nothing_in_a_lane_overlaps(given_spans, most):
    spans = [Span(start, start + length, pressing) for start, length, pressing in given_spans]
    found = lanes(spans, most=most)
    for place, one in enumerate(spans):
        for other in range(place):
            same = found[place] is not None and found[place] == found[other]
            assert not (same and max(one.start, spans[other].start) < min(one.end, spans[other].end))
