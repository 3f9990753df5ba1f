"""What was read of an RFC can be written back, also where nobody could name it anew."""

import pytest

from changes.models import RFC
from tests.api.bodies import iso, rfc_body
from tests.factories import NOW, hours, raised


@pytest.fixture
def hidden(given):
    """A draft that the owner does not see."""
    return raised(given, by=given.people.outsider, owner="outsider", implementer="outsider")


@pytest.fixture
def rfc(given, hidden):
    """The owner's, that waits for it, raised by somebody who sees it."""
    return raised(given, by=given.people.outsider, owner="owner", predecessors=(hidden.number,), follows_up=hidden.number)


def path(rfc, rest=""):
    return f"/api/v1/rfcs/{rfc.number}/{rest}"


def patched(client, rfc, body):
    return client.patch(path(rfc), body, headers={"If-Match": client.get(path(rfc))["ETag"]})


@pytest.mark.parametrize("name", ["predecessors", "follows_up"])
def test_a_hidden_draft_that_it_names_may_stay(given, owner, hidden, rfc, name):
    assert owner.get(path(hidden)).json()["status"] == 404
    read = owner.get(path(rfc)).json()
    body = {name: read[name], "title": "Rollup 9"}

    tried = owner.post(path(rfc, "preview/"), body).json()
    told = patched(owner, rfc, body).json()

    assert [one["field"] for one in tried["differences"]] == ["title"]
    assert (told[name], told["title"]) == (read[name], "Rollup 9")
    assert hidden.number in str(read[name])


def test_another_hidden_draft_is_not_there_beside_it(given, owner, hidden, rfc):
    other = raised(given, by=given.people.outsider, owner="outsider", implementer="outsider")
    body = {"predecessors": [hidden.number, other.number]}
    wrong = [{"pointer": "/predecessors/1", "detail": f"There is no “{other.number}”."}]
    assert patched(owner, rfc, body).json()["errors"] == wrong
    assert owner.post(path(rfc, "preview/"), body).json()["errors"] == wrong


def test_by_reference_too(given, owner, hidden):
    by_reference = "/api/v1/rfcs/by-reference/jobs/nightly-7/"
    assert owner.put(by_reference, rfc_body(given, predecessors=[hidden.number])).json()["errors"][0]["pointer"] == "/predecessors/0"
    made = RFC.objects.numbered(owner.put(by_reference, rfc_body(given)).json()["number"]).get()
    made.predecessors.add(hidden)

    told = owner.put(by_reference, {"predecessors": owner.get(by_reference).json()["predecessors"], "title": "Rollup 9"}).json()

    assert (told["predecessors"], told["title"]) == ([hidden.number], "Rollup 9")


def test_whom_it_names_already_may_stay_once_they_have_left(given, owner):
    rfc = raised(given)
    given.people.implementer.is_active = False
    given.people.implementer.save()
    body = {"owner": "owner", "implementer": "implementer", "title": "Rollup 9"}

    assert [one["field"] for one in owner.post(path(rfc, "preview/"), body).json()["differences"]] == ["title"]
    assert patched(owner, rfc, body).json()["implementer"] == "implementer"
    assert patched(owner, rfc, {"owner": "implementer"}).json()["errors"][0]["pointer"] == "/owner"


def test_a_session_without_an_end_is_written_back_as_it_is(given, owner):
    body = {"title": "Restarting HT-01", "actual_start": iso(NOW - hours(1))}
    rfc = RFC.objects.numbered(owner.post("/api/v1/rfcs/", body).json()["number"]).get()
    read = owner.get(path(rfc)).json()["sessions"]
    assert read[0]["planned_end"] is None

    told = patched(owner, rfc, {"sessions": read, "title": "Restarted HT-01"}).json()

    assert (told["sessions"], told["title"]) == (read, "Restarted HT-01")


@pytest.mark.parametrize("body", [{"planned_end": None}, {"sessions": [{"planned_start": iso(NOW), "planned_end": None}]}])
def test_the_end_of_work_that_has_not_begun_is_not_left_open(given, owner, body):
    rfc = raised(given)
    told = patched(owner, rfc, body).json()
    assert told["errors"] == [
        {"pointer": "/sessions/0/planned_end" if "sessions" in body else "/planned_end", "detail": "A session needs it."}
    ]
