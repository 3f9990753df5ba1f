"""What a draft is called is told to its own people and the board, by no way round it to anybody else (DESIGN 4.1)."""

from datetime import timedelta

import pytest

from changes.choices import State
from tests.api.bodies import iso, rfc_body
from tests.factories import NOW, hours, raised, rfc_in, session

TITLE = "Move the payroll to the buyer"
WEEK = f"from={iso(NOW)}&to={iso(NOW + timedelta(days=7))}"


@pytest.fixture
def hidden(given):
    """A draft that clashes with the other RFC, which waits for it and follows it up."""
    return raised(given, title=TITLE, sessions=(session(NOW + hours(73)),))


@pytest.fixture
def rfc(given, hidden):
    return rfc_in(State.SUBMITTED, given, predecessors=(hidden.number,), follows_up=hidden.number)


@pytest.mark.parametrize("path", ["rfcs/{number}/", "rfcs/{number}/findings/", "rfcs/{number}/history/", f"schedule/?{WEEK}", "rfcs/"])
def test_no_answer_holds_the_title_of_somebodys_draft(given, client_of, rfc, path):
    response = client_of(given.people.outsider).get(f"/api/v1/{path.format(number=rfc.number)}")
    assert rfc.number in response.content.decode() or path.endswith("findings/")
    assert TITLE not in response.content.decode()


def test_a_finding_names_the_draft_by_its_number(given, client_of, rfc, hidden):
    found = client_of(given.people.outsider).get(f"/api/v1/rfcs/{rfc.number}/findings/").json()
    told = {finding["code"]: finding["message"] for finding in found if finding["other"] == hidden.number}
    assert told.keys() == {"conflict.same_item", "conflict.same_implementer", "conflict.predecessor"}
    assert all(f"draft {hidden.number}" in message for message in told.values())


def test_the_preview_tells_no_more(given, client_of, hidden):
    told = client_of(given.people.outsider).post("/api/v1/rfcs/preview/", rfc_body(given, configuration_items=[given.item.slug]))
    assert TITLE not in told.content.decode()
