"""Which step is next, when it ends at this pace, and what the point of no return leaves (LOOK 5, rfc-detail)."""

from datetime import UTC, datetime, timedelta

import pytest

from changes.domain.progress import Passage, Work, last_before, place_of, progress

BEGUN = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return BEGUN + timedelta(minutes=minutes)


def works(*steps: tuple[int | None, int | None]) -> list[Work]:
    """Steps as (planned minutes, done so many minutes after the begin)."""
    return [Work(minutes, None if done is None else at(done)) for minutes, done in steps]


@pytest.mark.parametrize(
    ("steps", "now", "expected", "used", "left"),
    [
        pytest.param(works((10, None), (20, None)), 0, 0, 0, 30, id="nothing done yet"),
        pytest.param(works((10, 12), (20, None)), 18, 1, 6, 20, id="one done"),
        pytest.param(works((10, None), (20, 15)), 18, 0, 3, 10, id="ticked out of order"),
        pytest.param(works((10, 12), (20, 30)), 40, None, 10, 0, id="all done"),
        pytest.param(works((None, None), (20, None)), 5, 0, 5, 20, id="a step without minutes"),
        pytest.param(works((10, None)), -30, 0, 0, 10, id="before the begin"),
        pytest.param([], 5, None, 5, 0, id="no steps"),
    ],
)
def test_the_next_step_is_the_first_open_one(steps, now, expected, used, left):
    found = progress(steps, begun=BEGUN, at=at(now))
    assert (found.now, found.used, found.left) == (expected, used, left)


def test_done_steps_lie_where_they_were_done_and_open_ones_follow_in_their_planned_minutes():
    found = progress(works((10, 12), (20, None), (5, None)), begun=BEGUN, at=at(18))
    assert found.passages == (
        Passage(at(0), at(12), is_done=True, over=2),
        Passage(at(12), at(32), is_done=False),
        Passage(at(32), at(37), is_done=False),
    )
    assert found.ends == at(37)


def test_a_step_that_runs_over_ends_no_earlier_than_now_and_moves_the_rest():
    found = progress(works((10, None), (5, None)), begun=BEGUN, at=at(45))
    assert [passage.ends for passage in found.passages] == [at(45), at(50)]


def test_a_step_of_an_earlier_night_tells_nothing_about_its_length():
    found = progress([Work(10, BEGUN - timedelta(hours=20)), Work(10)], begun=BEGUN, at=at(5))
    assert found.passages[0].over == 0
    assert found.passages[1].ends == at(10)


@pytest.mark.parametrize(
    ("steps", "slowest"),
    [(works((10, 14), (10, 20)), None), (works((10, 15), (10, 65)), 1), (works((10, 30), (10, 35)), 0), ([], None)],
)
def test_the_slowest_step_is_told_from_five_minutes_on(steps, slowest):
    assert progress(steps, begun=BEGUN, at=at(90)).slowest == slowest


#: Step 9 of the picture: begun at 02:58, 15 minutes, then steps of 8, 8 and 2 minutes; the turn is 27 minutes after it began.
NIGHT = works((300, 298), (15, None), (8, None), (8, None), (2, None))


@pytest.mark.parametrize(
    ("turn", "now", "last", "before_the_line"),
    [
        pytest.param(325, 304, 2, 3, id="two open steps fit"),
        pytest.param(321, 304, 2, 3, id="ends on the very minute"),
        pytest.param(312, 304, None, 1, id="not even the one being worked on"),
        pytest.param(325, 330, None, 1, id="the point has passed"),
        pytest.param(400, 304, 4, 5, id="all fit"),
    ],
)
def test_the_line_of_the_point_of_no_return_lies_after_what_fits(turn, now, last, before_the_line):
    found = progress(NIGHT, begun=BEGUN, at=at(now))
    assert (last_before(found, at(turn)), place_of(found, at(turn))) == (last, before_the_line)
