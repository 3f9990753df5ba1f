"""Which board an RFC goes to, and the sentence that says why (DESIGN 4.8)."""

import pytest

from changes.domain.remit import Names, Remit, board_for, choice_of, why

NAMES = Names("Corporate production", {"mail": "Mail", "directory": "Directory"})


def remit(board, name="", **named):
    return Remit(board, **{key: frozenset(slugs) for key, slugs in named.items()}, name=name)


CORPORATE = remit(1, "Corporate board", environments=["production"])
MESSAGING = remit(2, "Messaging board", services=["mail"])
STORAGE = remit(3, "Storage board", services=["directory"])
GENERAL = remit(4, "Change board")
AFTER = "Corporate board looks after Corporate production too, but a service goes before an environment."
MANAGED = remit(5, "Managed board", environments=["managed"])


@pytest.mark.parametrize(
    ("remits", "board"),
    [
        ([], None),
        ([remit(1), remit(2)], 1),
        ([remit(2), remit(1)], 1),
        ([remit(1, environments=["office"]), remit(2)], 2),
        ([remit(1), remit(2, environments=["production"])], 2),
        ([remit(1), remit(2, services=["mail"])], 2),
        ([remit(1, environments=["production"]), remit(2, services=["mail"])], 2),
        ([remit(1, services=["mail"]), remit(2, environments=["production"])], 1),
        ([remit(1, services=["mail"]), remit(2, services=["mail"])], 1),
        ([remit(1, environments=["production"]), remit(2, environments=["production"])], 1),
        ([remit(1, environments=["production"], services=["web"]), remit(2, environments=["office"], services=["mail"])], 2),
        ([remit(1, environments=["office"])], 1),
        ([remit(2, environments=["office"]), remit(1, services=["web"])], 1),
    ],
)
def test_an_rfc_goes_to_exactly_one_board(remits, board):
    assert board_for(remits, "production", {"mail"}) == board


@pytest.mark.parametrize(("environment", "services"), [(None, set()), ("nowhere", {"nothing"})])
def test_what_names_nothing_known_goes_to_the_board_that_takes_the_rest(environment, services):
    assert board_for([CORPORATE, MESSAGING, GENERAL], environment, services) == GENERAL.board


@pytest.mark.parametrize(
    ("remits", "sentence"),
    [
        ([MESSAGING, MANAGED], "Messaging board looks after the service Mail."),
        (
            [CORPORATE, MESSAGING],
            f"Messaging board looks after the service Mail. {AFTER}",
        ),
        (
            [MESSAGING, STORAGE],
            "Messaging board looks after the service Mail. Storage board looks after the service Directory too, but was made later.",
        ),
        ([CORPORATE, GENERAL], "Corporate board looks after Corporate production."),
        ([remit(1, "One board", services=["mail", "directory"])], "One board looks after the services Mail and Directory."),
        ([GENERAL, MANAGED], "Change board takes what no other board is named for."),
        (
            [GENERAL, remit(9, "Second board")],
            "Change board takes what no other board is named for. Second board takes the rest too, but was made later.",
        ),
        ([GENERAL], "Change board is the only board."),
        ([MANAGED], "Managed board is the only board."),
        (
            [MANAGED, remit(6, "Lab board", environments=["lab"])],
            "No board is named for Corporate production or Mail or Directory; Managed board was made first, so it has it.",
        ),
    ],
)
def test_it_says_why_this_one(remits, sentence):
    choice = choice_of(remits, "production", ["mail", "directory"])
    assert why(choice, NAMES) == sentence


def test_where_there_is_no_board_there_is_no_choice():
    assert choice_of([], "production", ["mail"]) is None
