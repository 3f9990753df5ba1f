"""What a freeze meant, in a sentence."""

import pytest

from changes.formats.freeze import meaning


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0), "No planned RFC is hit or freed, so nobody is told."),
        ((1, 0, 1), "1 RFC hit, its owner is told."),
        ((6, 0, 4), "6 RFCs hit, their 4 owners are told."),
        ((6, 2, 1), "6 RFCs hit, 2 freed, their owner is told."),
        ((0, 2, 2), "2 RFCs freed, their 2 owners are told."),
        ((1, 0, 0, ["Ada"]), "1 RFC hit. Ada has no account any more and cannot be told."),
        ((3, 0, 1, ["Ada", "Bo", "Cy"]), "3 RFCs hit, their owner is told. Ada, Bo and Cy have no account any more and cannot be told."),
    ],
)
def test_what_saving_did(counts, words):
    assert meaning(*counts) == words
