"""The record of a type in words."""

import pytest

from changes.choices import Outcome
from changes.domain.record import Record, Run
from changes.formats.record import drawn, outcomes, took

GOOD, BACK = Outcome.SUCCESSFUL, Outcome.ROLLED_BACK


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ((), ""),
        (
            (Run(240, 172, GOOD), Run(260, 250, GOOD)),
            "Half took up to 211 min, nine in ten up to 250 min. Planned were 250 min and 260 min.",
        ),
        (
            (Run(240, 172, GOOD), Run(400, None, GOOD)),
            "Of the 1 with actual times half took up to 172 min, nine in ten up to 172 min. Planned were 5 h 20 min and 6 h 40 min.",
        ),
        (
            (Run(240, None, GOOD),),
            "Half were planned for up to 240 min, nine in ten for up to 240 min. Their actual times are not known.",
        ),
    ],
)
def test_how_long_the_runs_took_and_were_planned_to_take(runs, words):
    assert took(Record(runs)) == words


def test_how_the_runs_went_the_most_frequent_first():
    assert outcomes(Record((Run(60, 60, BACK), Run(60, 60, GOOD), Run(60, 60, GOOD)))) == "2 successful, 1 rolled back"


def test_the_line_of_nine_in_ten_is_that_of_the_words():
    given = drawn(Record((Run(240, 100, GOOD), Run(400, None, BACK))), plan=120, session=180)
    assert (list(given.runs), given.plan, given.session, given.nine) == ([(100, True), (400, False)], 120, 180, 100)
