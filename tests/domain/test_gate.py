import pytest

from changes.domain.gate import next_change, open_stretches
from tests.domain.given import at, between


@pytest.mark.parametrize(
    ("permitted", "frozen", "left"),
    [
        ([], [], []),
        ([(0, 60)], [], [(0, 60)]),
        ([(0, 60), (60, 120)], [], [(0, 120)]),
        ([(0, 60)], [(60, 90)], [(0, 60)]),
        ([(0, 60)], [(20, 40)], [(0, 20), (40, 60)]),
        ([(0, 60)], [(0, 20)], [(20, 60)]),
        ([(0, 60)], [(40, 90)], [(0, 40)]),
        ([(0, 60)], [(-10, 90)], []),
        ([(0, 60), (90, 120)], [(50, 100)], [(0, 50), (100, 120)]),
        ([(0, 60)], [(10, 20), (15, 30), (40, 50)], [(0, 10), (30, 40), (50, 60)]),
    ],
)
def test_freezes_take_from_what_windows_give(permitted, frozen, left):
    found = open_stretches([between(*one) for one in permitted], [between(*one) for one in frozen])
    assert found == [between(*one) for one in left]


@pytest.mark.parametrize(("moment", "change"), [(-5, 0), (0, 60), (30, 60), (60, 120), (150, 180), (180, None)])
def test_when_it_changes_next(moment, change):
    found = next_change([between(0, 60), between(120, 180)], at(moment), at(1000))
    assert found == (None if change is None else at(change))


def test_what_lies_beyond_the_horizon_is_no_change():
    assert next_change([between(0, 60)], at(0), at(60)) is None
