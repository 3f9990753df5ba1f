"""Journey 6: an emergency by REST, from its raising to the schedule."""

from datetime import timedelta

import pytest

from tests.api.bodies import iso, rfc_body, step
from tests.factories import NOW

TITLE = "Restart the queue broker in site A"


@pytest.fixture
def emergency(given):
    return {
        "title": TITLE,
        "reason": "INC-4711: no mail has left site A since 02:10.",
        "urgency": "emergency",
        "environment": given.environment.slug,
        "services": [given.service.slug],
        "configuration_items": [given.item.slug],
        "owner": given.people.owner.username,
        "implementer": given.people.implementer.username,
        "references": [{"system": "incidents", "identifier": "INC-4711", "relation": "raised_by"}],
        "rollout": [step("Restart the broker", 10)],
        "verification": [step("Send the test mails", 5)],
        "rollback": [step("Start the standby broker", 10)],
        "submit": True,
    }


def moved(client, rfc, **body):
    tag = client.get(rfc["url_api"])["ETag"]
    response = client.post(rfc["url_api"] + "transitions/", body, headers={"If-Match": tag})
    return response.status_code, response.json()


@pytest.mark.parametrize("approver", ["chair", "change_manager"])
def test_from_the_incident_to_the_schedule(given, client_of, emergency, stand_at, approver):
    tool, rota = client_of(given.people.tool), client_of(getattr(given.people, approver))
    created = tool.post("/api/v1/rfcs/", emergency)
    rfc = {**created.json(), "url_api": f"/api/v1/rfcs/{created.json()['number']}/"}
    assert created.status_code == 201
    assert (rfc["state"], rfc["route"], rfc["requester"], rfc["owner"]) == ("submitted", "emergency", "tool", "owner")
    assert rfc["due_by"] == iso(NOW + timedelta(hours=24))

    status, told = moved(tool, rfc, to="approved")
    assert (status, told["type"]) == (403, "/api/problems/not-allowed/")
    status, told = moved(rota, rfc, to="approved", reason="Go.")
    assert (status, told["state"], told["decided_by"]) == (200, "scheduled", approver.replace("_", "-"))
    assert told["sessions"][0]["planned_start"] == iso(NOW)

    stand_at(NOW + timedelta(minutes=5))
    assert moved(tool, rfc, to="in_progress")[1]["state"] == "in_progress"
    near = tool.get("/api/v1/changes-near/?service=hub-transport").json()
    assert [(one["number"], one["reason"]) for one in near] == [(rfc["number"], "in_progress")]

    stand_at(NOW + timedelta(minutes=20))
    status, told = moved(tool, rfc, to="completed", outcome="successful", reason="Mail leaves again.")
    assert (status, told["state"], told["outcome"]) == (200, "completed", "successful")
    assert told["sessions"][0]["actual_end"] == iso(NOW + timedelta(minutes=20))

    events = tool.get(rfc["url_api"] + "events/").json()["results"]
    assert [(event["actor"], event["action"]) for event in events] == [
        ("tool", "created"),
        ("tool", "submitted"),
        (approver.replace("_", "-"), "approved"),
        (None, "scheduled"),
        ("tool", "begun"),
        ("tool", "completed"),
    ]
    schedule = tool.get(f"/api/v1/schedule/?from={iso(NOW)}&to={iso(NOW + timedelta(days=1))}").json()
    assert [(change["number"], change["state"]) for change in schedule["changes"]] == [(rfc["number"], "completed")]


def test_one_that_cannot_be_rolled_back_is_told_so(given, client_of, emergency):
    response = client_of(given.people.tool).post("/api/v1/rfcs/", {**emergency, "rollback": []})
    assert (response.status_code, [f["code"] for f in response.json()["findings"]]) == (409, ["rollback.missing"])


def test_the_answer_says_who_is_called_when_and_what_is_owed_within_five_days(given, client_of, emergency):
    told = client_of(given.people.tool).post("/api/v1/rfcs/", emergency).json()["emergency"]

    assert [(one["username"], one["called_at"]) for one in told["approvers"]] == [
        ("chair", iso(NOW)),
        ("change-manager", iso(NOW + timedelta(minutes=15))),
    ]
    assert told["owed_by"] == iso(NOW + timedelta(days=5))
    assert {"impact.missing", "rollback.no_trigger"} <= {finding["code"] for finding in told["owed"]}
    assert {finding["level"] for finding in told["owed"]} == {"warning"}


def test_once_it_is_decided_nobody_is_called_and_the_rest_is_still_owed(given, client_of, emergency):
    created = client_of(given.people.tool).post("/api/v1/rfcs/", emergency).json()

    _, told = moved(client_of(given.people.chair), {"url_api": f"/api/v1/rfcs/{created['number']}/"}, to="approved", reason="Go.")

    assert told["emergency"]["approvers"] == []
    assert "impact.missing" in {finding["code"] for finding in told["emergency"]["owed"]}


def test_what_is_no_emergency_has_nothing_of_it(given, owner):
    assert owner.post("/api/v1/rfcs/", rfc_body(given)).json()["emergency"] is None


# --- What it owes -----------------------------------------------------------------------------------------------------

OWED = {
    "impact": dict.fromkeys(("sla", "capacity", "security", "disaster_recovery"), "low"),
    "rollback_trigger": "The broker does not answer within 5 minutes.",
    "outage": "none",
    "description": "It hangs on a full disk.",
}


def patched(client, url, body):
    return client.patch(url, body, headers={"If-Match": client.get(url)["ETag"]})


@pytest.fixture
def scheduled(given, client_of, emergency):
    created = client_of(given.people.tool).post("/api/v1/rfcs/", emergency).json()
    url = f"/api/v1/rfcs/{created['number']}/"
    moved(client_of(given.people.chair), {"url_api": url}, to="approved", reason="Go.")
    return url


@pytest.mark.parametrize("moves", [(), ("in_progress",), ("in_progress", "completed")], ids=lambda moves: (*moves, "scheduled")[-1])
def test_what_it_owes_is_patched_in_until_it_is_closed_and_the_approval_stays(given, client_of, scheduled, moves):
    tool = client_of(given.people.tool)
    for to in moves:
        moved(tool, {"url_api": scheduled}, to=to, **({"outcome": "successful"} if to == "completed" else {}))
    before = tool.get(scheduled).json()

    response = patched(tool, scheduled, OWED)

    told = response.json()
    assert (response.status_code, told["state"], told["decided_by"]) == (200, before["state"], "chair")
    assert {name: told[name] for name in OWED if name != "outage"} == {name: OWED[name] for name in OWED if name != "outage"}
    assert (told["sessions"][0]["outage"], told["sessions"][0]["id"]) == ("none", before["sessions"][0]["id"])
    assert told["emergency"]["owed"] == []
    assert "five days" not in tool.get(scheduled + "findings/").content.decode()
    assert tool.get(scheduled + "events/").json()["results"][-1]["action"] == "edited"


def test_the_listing_of_findings_tells_what_is_owed_while_the_work_runs(given, client_of, scheduled):
    tool = client_of(given.people.tool)
    moved(tool, {"url_api": scheduled}, to="in_progress")
    found = {finding["code"]: finding["level"] for finding in tool.get(scheduled + "findings/").json()}
    assert found == {"outage.missing": "warning", "rollback.no_trigger": "warning", "impact.missing": "warning"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"title": "Another"}, "title"),
        ({"services": []}, "services"),
        ({"rollback": [step("Reinstall it", 10)]}, "rollback"),
        ({"planned_start": iso(NOW + timedelta(days=1)), "planned_end": iso(NOW + timedelta(days=2))}, "sessions"),
    ],
)
def test_once_it_has_begun_nothing_else_is_written(given, client_of, scheduled, body, named):
    tool = client_of(given.people.tool)
    moved(tool, {"url_api": scheduled}, to="in_progress")
    before = tool.get(scheduled)
    response = patched(tool, scheduled, {**OWED, **body})
    assert (response.status_code, response.json()["type"]) == (409, "/api/problems/move-refused/")
    assert f"Leave {named} as before" in response.content.decode()
    assert (tool.get(scheduled).json(), tool.get(scheduled)["ETag"]) == (before.json(), before["ETag"])


def test_steps_that_are_told_again_keep_what_was_done(given, client_of, scheduled, emergency):
    tool = client_of(given.people.tool)
    moved(tool, {"url_api": scheduled}, to="in_progress")
    before = tool.get(scheduled).json()["rollout"]
    patched(tool, scheduled, {"rollout": emergency["rollout"], **OWED})
    assert tool.get(scheduled).json()["rollout"] == before


def test_who_is_called_is_read_again_although_the_rfc_has_no_new_version(given, client_of, emergency):
    tool = client_of(given.people.tool)
    path = f"/api/v1/rfcs/{tool.post('/api/v1/rfcs/', emergency).json()['number']}/"
    before = tool.get(path)
    assert tool.get(path, headers={"If-None-Match": before["ETag"]}).status_code == 304

    given.board.rota.filter(user=given.people.chair).delete()

    after = tool.get(path, headers={"If-None-Match": before["ETag"]})
    assert [one["username"] for one in after.json()["emergency"]["approvers"]] == ["change-manager"]
    assert tool.patch(path, {"description": "More."}, headers={"If-Match": after["ETag"]}).status_code == 200
