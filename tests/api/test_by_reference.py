"""Raising and writing an RFC by the record of the caller's own system (issue 5)."""

import pytest
from rest_framework.test import APIClient

from changes.choices import Relation, State
from changes.models import RFC
from tests.api.bodies import iso, rfc_body
from tests.api.test_idempotency import asked_at_once
from tests.factories import NOW, hours, world

PATH = "/api/v1/rfcs/by-reference/jobs/nightly-7/"
OWN = {"system": "jobs", "identifier": "nightly-7", "url": "", "relation": "raised_by"}


def shown(client, path=PATH):
    return client.get(path).json()


def test_the_first_raises_it_the_next_writes_in_it_and_it_is_found_there(given, owner):
    assert owner.get(PATH).json()["status"] == 404
    made = owner.put(PATH, rfc_body(given))
    assert (made.status_code, made["ETag"], made["Location"].endswith(f"/api/v1/rfcs/{made.json()['number']}/")) == (201, '"1"', True)
    assert made.json()["references"] == [OWN]
    changed = owner.put(PATH, {"title": "Rollup 9"})
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    after = changed.json()
    assert {name for name in after if after[name] != made.json()[name]} == {"title", "version"}
    assert owner.get(PATH).json() == owner.get(f"/api/v1/rfcs/{after['number']}/").json() == after


@pytest.mark.parametrize("change", [{}, {"submit": True}, {"references": [{"system": "incidents", "identifier": "INC-1"}]}])
def test_the_same_call_again_changes_nothing(given, owner, change):
    body = rfc_body(given, **change)
    first, second = owner.put(PATH, body), owner.put(PATH, body)
    assert (first.status_code, second.status_code, second.json()) == (201, 200, first.json())
    assert [one["relation"] for one in first.json()["references"]][-1] == "raised_by"
    assert RFC.objects.count() == 1


def test_what_was_done_already_is_written_down_once(given, owner):
    times = {"actual_start": iso(NOW - hours(3)), "actual_end": iso(NOW - hours(1))}
    body = {**rfc_body(given, outcome="successful", submit=True), "planned_start": iso(NOW - hours(3)), "planned_end": iso(NOW - hours(1))}
    first, second = (owner.put(PATH, {**body, **times}) for _ in range(2))
    assert (first.status_code, first.json()["state"], second.status_code, second.json()) == (201, "completed", 200, first.json())
    told = owner.put(PATH, {**body, **times, "outcome": "failed"}).json()
    assert (told["status"], told["errors"][0]["pointer"], shown(owner)["outcome"]) == (400, "/outcome", "successful")


def test_submit_submits_what_is_a_draft(given, owner):
    owner.put(PATH, rfc_body(given))
    assert owner.put(PATH, {"submit": True}).json()["state"] == "submitted"


def test_a_submission_that_is_refused_raises_nothing(given, owner):
    told = owner.put(PATH, rfc_body(given, rollback=[], submit=True)).json()
    assert (told["status"], [one["code"] for one in told["findings"]], RFC.objects.count()) == (409, ["rollback.missing"], 0)


def test_each_caller_has_their_own(given, owner, client_of):
    numbers = {client.put(PATH, rfc_body(given)).json()["number"] for client in (owner, client_of(given.people.implementer))}
    assert len(numbers) == 2
    assert client_of(given.people.change_manager).get(PATH).json()["status"] == 404
    assert client_of(given.people.viewer).put(PATH, rfc_body(given)).json()["status"] == 403


def test_one_that_was_posted_with_the_reference_is_the_same(given, owner):
    posted = owner.post("/api/v1/rfcs/", rfc_body(given, references=[{**OWN, "url": "https://jobs.example.org/7"}])).json()
    assert (shown(owner)["number"], owner.put(PATH, {"title": "Rollup 9"}).json()["number"]) == (posted["number"], posted["number"])
    owner.post("/api/v1/rfcs/", rfc_body(given, references=[{**OWN, "relation": "related"}]))
    assert shown(owner)["number"] == posted["number"]


def test_of_two_that_were_posted_none_is_meant(given, owner):
    for _ in range(2):
        owner.post("/api/v1/rfcs/", rfc_body(given, references=[OWN]))
    answers = [owner.get(PATH), owner.put(PATH, {"title": "Rollup 9"})]
    assert [(answer.status_code, "RFC-" in answer.json()["detail"]) for answer in answers] == [(409, True)] * 2
    assert not RFC.objects.filter(title="Rollup 9").exists()


@pytest.mark.parametrize(
    ("headers", "there", "status"),
    [
        ({"If-Match": '"1"'}, True, 200),
        ({"If-Match": "*"}, True, 200),
        ({"If-Match": '"7"'}, True, 412),
        ({"If-Match": '"1"'}, False, 412),
        ({"If-None-Match": "*"}, True, 412),
        ({"If-None-Match": "*"}, False, 201),
    ],
)
def test_only_if_it_is_there_or_is_not(given, owner, headers, there, status):
    if there:
        owner.put(PATH, rfc_body(given))
    response = owner.put(PATH, rfc_body(given, title="Rollup 9"), headers=headers)
    assert (response.status_code, RFC.objects.filter(title="Rollup 9").count()) == (status, int(status < 300))


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("jobs/team/nightly/7", "team/nightly/7"),
        ("jobs/team%2Fnightly", "team/nightly"),
        ("jobs/100%25", "100%"),
        ("jobs/mandag%20k%C3%B8rsel", "mandag kørsel"),
        ("jobs/7/transitions", "7/transitions"),
        ("steps/steps/7", "steps/7"),
    ],
)
def test_an_identifier_is_taken_to_the_letter(given, owner, path, identifier):
    made = owner.put(f"/api/v1/rfcs/by-reference/{path}/", rfc_body(given)).json()
    assert made["references"][-1]["identifier"] == identifier
    assert shown(owner, f"/api/v1/rfcs/by-reference/{path}/")["number"] == made["number"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [(f"{'x' * 61}/7", "system"), (f"jobs/{'x' * 121}", "identifier"), ("jobs/%20", "identifier"), ("jobs/%00", "identifier")],
)
@pytest.mark.parametrize("method", ["get", "put"])
def test_what_no_reference_can_hold_is_400(given, owner, method, path, parameter):
    told = getattr(owner, method)(f"/api/v1/rfcs/by-reference/{path}/", *([rfc_body(given)] if method == "put" else [])).json()
    assert (told["status"], [error["parameter"] for error in told["errors"]]) == (400, [parameter])


def test_from_in_progress_on_its_content_stands(given, owner):
    owner.put(PATH, rfc_body(given, submit=True))
    RFC.objects.update(state=State.IN_PROGRESS)
    assert owner.put(PATH, rfc_body(given)).status_code == 200
    told = owner.put(PATH, rfc_body(given, title="Rollup 9")).json()
    assert (told["status"], told["type"], RFC.objects.get().title) == (409, "/api/problems/move-refused/", rfc_body(given)["title"])


@pytest.mark.django_db(transaction=True)
def test_two_at_once_raise_one():
    given = world()

    def put(_):
        client = APIClient()
        client.force_authenticate(given.people.owner)
        return client.put(PATH, rfc_body(given))

    answers = asked_at_once(8, put)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert RFC.objects.get().references.get().relation == Relation.RAISED_BY
