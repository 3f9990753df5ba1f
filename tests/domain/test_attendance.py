"""Whether enough will come (DESIGN 4.8)."""

import pytest

from changes.domain.attendance import Expected


@pytest.mark.parametrize(
    ("coming", "away", "silent", "warning"),
    [
        (4, 2, 0, ""),
        (4, 0, 2, ""),
        (3, 1, 2, "1 more must come; 2 have not said"),
        (0, 0, 6, "4 more must come; 6 have not said"),
        (1, 3, 2, "At most 3 of 6 can come: the quorum will be missed"),
        (0, 6, 0, "At most 0 of 6 can come: the quorum will be missed"),
    ],
)
def test_the_quorum_by_what_was_said_ahead(coming, away, silent, warning):
    expected = Expected(coming, away, silent, 4)
    assert (expected.warning, expected.seats) == (warning, 6)
