"""Work that has begun is logged by its start, and what is wrong with its actual times is told beside them (DESIGN 4.1)."""

import pytest

from changes.models import RFC
from tests.api.bodies import iso
from tests.factories import NOW, hours

BEGUN = NOW - hours(1)


@pytest.fixture
def body(given):
    return {"title": "Restart HT-01", "urgency": "emergency", "services": [given.service.slug], "submit": True}


@pytest.mark.parametrize("person", ["tool", "owner"])
@pytest.mark.parametrize("as_list", [False, True])
def test_its_start_alone_makes_it_in_progress_with_an_open_end(given, client_of, body, person, as_list):
    times = {"actual_start": iso(BEGUN)}
    client = client_of(getattr(given.people, person))

    made = client.post("/api/v1/rfcs/", {**body, **({"sessions": [times]} if as_list else times)}).json()

    assert (made["state"], made["retrospective"]) == ("in_progress", True)
    assert (made["planned_start"], made["planned_end"]) == (iso(BEGUN), None)
    assert [(s["actual_start"], s["planned_end"], s["actual_end"]) for s in made["sessions"]] == [(iso(BEGUN), None, None)]


def test_a_finding_says_that_it_has_no_end(given, owner, body):
    told = owner.post("/api/v1/rfcs/preview/", {**body, "actual_start": iso(BEGUN)}).json()
    assert "It has no end." in " ".join(finding["message"] for finding in told["findings"])


def test_once_it_is_over_it_stands_on_the_schedule_no_longer(given, owner, body):
    number = owner.post("/api/v1/rfcs/", {**body, "owner": "owner", "actual_start": iso(BEGUN)}).json()["number"]
    url = f"/api/v1/rfcs/{number}/"
    week = f"/api/v1/schedule/?from={iso(NOW + hours(24))}&to={iso(NOW + hours(48))}"
    assert [one["number"] for one in owner.get(week).json()["changes"]] == [number]

    ended = owner.post(
        f"{url}transitions/", {"to": "completed", "outcome": "successful"}, headers={"If-Match": owner.get(url)["ETag"]}
    ).json()

    assert (ended["planned_end"], ended["sessions"][0]["planned_end"]) == (iso(NOW), iso(NOW))
    assert owner.get(week).json()["changes"] == []


def test_its_planned_end_follows_the_actual_one(given, owner, body):
    made = owner.post("/api/v1/rfcs/", {**body, "actual_start": iso(BEGUN), "actual_end": iso(NOW), "outcome": "successful"}).json()
    assert (made["state"], made["planned_start"], made["planned_end"]) == ("completed", iso(BEGUN), iso(NOW))


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize(
    ("times", "name", "says"),
    [
        ({"actual_start": BEGUN, "actual_end": BEGUN - hours(1)}, "actual_end", "ended before it began"),
        ({"actual_start": BEGUN, "actual_end": BEGUN}, "actual_end", "at or before its start"),
        ({"actual_start": NOW + hours(1)}, "actual_start", "future"),
        ({"actual_start": BEGUN, "actual_end": NOW + hours(1)}, "actual_end", "future"),
        ({"actual_start": BEGUN, "planned_start": BEGUN, "planned_end": BEGUN - hours(1)}, "planned_end", "at or before its start"),
    ],
)
def test_what_is_wrong_with_its_times_is_told_beside_them(given, owner, body, as_list, times, name, says):
    times = {key: iso(value) for key, value in times.items()}

    told = owner.post("/api/v1/rfcs/", {**body, **({"sessions": [times]} if as_list else times)}).json()

    assert (told["status"], [error["pointer"] for error in told["errors"]]) == (400, [f"/sessions/0/{name}" if as_list else f"/{name}"])
    assert says in told["detail"]
    assert not RFC.objects.exists()
