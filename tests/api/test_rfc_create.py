from datetime import timedelta

import pytest

from changes.models import RFC, Event
from tests.api.bodies import iso, rfc_body
from tests.factories import NOW, raised

#: DESIGN 7, "An RFC".
WRITTEN = "title description reason urgency needed_by environment change_type services configuration_items predecessors owner implementer"
LISTS = "contacts impact sessions rollout verification rollback rollback_trigger references follows_up"
WORKED_OUT = "number state severity proposed_severity route due_by requester planned_start planned_end retrospective imported"
AFTERWARDS = "approved_until decided_at decided_by outcome review version created_at updated_at url"
FIELDS = {name for names in (WRITTEN, LISTS, WORKED_OUT, AFTERWARDS) for name in names.split()}


def test_a_complete_body_makes_a_draft_that_says_all_it_was_given(given, owner):
    body = rfc_body(
        given,
        contacts=[{"name": "Duty desk", "role": "Operations", "phone": "+31 20 555 0100", "url": ""}],
        references=[{"system": "incidents", "identifier": "INC-7", "url": "https://incidents.example.org/7", "relation": "raised_by"}],
    )
    response = owner.post("/api/v1/rfcs/", body)
    made = response.json()
    assert response.status_code == 201
    assert set(made) >= FIELDS
    assert {name: made[name] for name in body if name not in ("outage", "rollout", "verification", "rollback")} == {
        name: value for name, value in body.items() if name not in ("outage", "rollout", "verification", "rollback")
    }
    assert made["state"] == "draft"
    assert made["requester"] == made["owner"] == "owner"
    assert made["sessions"][0]["outage"] == "none"
    assert [step["instruction"] for step in made["rollout"]] == [step["instruction"] for step in body["rollout"]]
    assert made["due_by"] == iso(NOW + timedelta(days=28))
    assert response["ETag"] == f'"{made["version"]}"'
    assert response["Location"].endswith(f"/api/v1/rfcs/{made['number']}/")
    assert made["url"].endswith(f"/rfcs/{made['number']}/")
    assert owner.get(response["Location"]).json() == made


def test_submit_in_the_same_call(given, owner):
    made = owner.post("/api/v1/rfcs/", rfc_body(given, submit=True)).json()
    assert made["state"] == "submitted"


def test_a_submission_that_is_refused_writes_nothing_and_says_why(given, owner):
    response = owner.post("/api/v1/rfcs/", rfc_body(given, rollback=[], submit=True))
    told = response.json()
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert "rollback.missing" in [finding["code"] for finding in told["findings"]]
    assert told["detail"] == "The RFC is not complete.", "it has no number that anybody could ask for"
    assert RFC.objects.count() == Event.objects.count() == 0


def test_a_done_change_is_written_down_with_its_outcome(given, owner):
    times = {"actual_start": iso(NOW - timedelta(hours=3)), "actual_end": iso(NOW - timedelta(hours=2))}
    body = {"title": "Restarted HT-01", "services": ["hub-transport"], **times, "outcome": "successful_with_issues", "submit": True}
    made = owner.post("/api/v1/rfcs/", body).json()
    assert (made["state"], made["outcome"], made["retrospective"]) == ("completed", "successful_with_issues", True)
    assert made["planned_start"] == times["actual_start"]


def test_an_outcome_of_what_was_not_done_is_400(given, owner):
    response = owner.post("/api/v1/rfcs/", rfc_body(given, outcome="successful"))
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/outcome"


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"severity": "major"}, "/severity", "Allowed: title, description"),
        ({"state": "approved"}, "/state", "read-only"),
        ({"number": "RFC-000001"}, "/number", "read-only"),
        ({"colour": "red"}, "/colour", "unknown"),
        ({"title": 5}, "/title", "string"),
        ({"title": None}, "/title", "null"),
        ({"title": "x" * 201}, "/title", "200"),
        ({"title": "a\u0000b"}, "/title", "null character"),
        ({"urgency": "soon"}, "/urgency", "emergency, high, normal, low"),
        ({"environment": "moon"}, "/environment", "There is no “moon”"),
        ({"services": ["mail"]}, "/services/0", "There is no “mail”"),
        ({"services": "hub-transport"}, "/services", "list"),
        ({"services": [["hub-transport"]]}, "/services/0", "string"),
        ({"owner": "nobody"}, "/owner", "nobody"),
        ({"predecessors": ["RFC-999999"]}, "/predecessors/0", "RFC-999999"),
        ({"impact": {"sla": "huge"}}, "/impact/sla", "none, low, medium, high"),
        ({"impact": {"speed": "low"}}, "/impact/speed", "sla, capacity"),
        ({"planned_start": "2026-11-24T22:00:00"}, "/planned_start", "no offset"),
        ({"planned_start": "tomorrow"}, "/planned_start", "2026-11-21T22:00:00Z"),
        ({"planned_start": "2026-13-24T22:00:00Z"}, "/planned_start", "2026-11-21T22:00:00Z"),
        ({"planned_start": "0001-01-01T00:00:00+14:00"}, "/planned_start", "1970"),
        ({"planned_end": "2026-11-24T01:00:00Z"}, "/planned_end", "before its start"),
        ({"sessions": []}, "/planned_start", "not both"),
        ({"rollout": [{"instruction": "Go", "minutes": "5"}]}, "/rollout/0/minutes", "integer"),
        ({"rollout": [{"instruction": "Go", "minutes": True}]}, "/rollout/0/minutes", "integer"),
        ({"rollout": [{"instruction": "Go", "done_at": "2026-11-24T22:00:00Z"}]}, "/rollout/0/done_at", "read-only"),
        ({"rollout": [{}]}, "/rollout/0/instruction", "required"),
        ({"contacts": [{"name": "Ann", "url": "javascript:alert(1)"}]}, "/contacts/0/url", "URL"),
        ({"references": [{"system": "a", "identifier": "b", "relation": "loves"}]}, "/references/0/relation", "raised_by"),
        ({"rollout": [{"instruction": "Go"}] * 501}, "/rollout", "500"),
        ({"predecessors": ["RFC-000001"] * 501}, "/predecessors", "500"),
        ({"submit": "yes"}, "/submit", "boolean"),
        ({"rollout": [{"instruction": "Go", "id": 7}]}, "/rollout/0/id", "no such step"),
    ],
)
def test_what_cannot_be_taken_is_400_with_a_pointer_and_writes_nothing(given, owner, change, pointer, says):
    response = owner.post("/api/v1/rfcs/", rfc_body(given, **change))
    told = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert told["status"] == 400
    assert told["instance"] == "/api/v1/rfcs/"
    error = next(error for error in told["errors"] if error["pointer"] == pointer)
    assert says in error["detail"]
    assert not RFC.objects.exists()


@pytest.mark.parametrize(
    ("person", "body", "status", "says"),
    [
        ("viewer", {}, 403, "viewer"),
        ("tool", {}, 403, "emergencies only"),
        ("tool", {"urgency": "emergency"}, 201, None),
        ("outsider", {}, 201, None),
        ("chair", {}, 201, None),
    ],
)
def test_who_may_raise_one(given, client_of, person, body, status, says):
    response = client_of(getattr(given.people, person)).post("/api/v1/rfcs/", rfc_body(given, **body))
    assert response.status_code == status
    if says:
        assert says in response.json()["detail"]
    assert RFC.objects.count() == (status == 201)


def test_a_draft_of_others_is_no_predecessor_for_who_cannot_see_it(given, client_of):
    hidden = raised(given)
    response = client_of(given.people.outsider).post("/api/v1/rfcs/", rfc_body(given, predecessors=[hidden.number]))
    assert response.json()["errors"] == [{"pointer": "/predecessors/0", "detail": f"There is no “{hidden.number}”."}]


@pytest.mark.parametrize(("named", "told"), [({}, None), ({"owner": "tool"}, None), ({"owner": "owner"}, [None, "owner"])])
def test_the_history_tells_an_owner_where_it_is_not_who_raised_it(given, client_of, named, told):
    tool = client_of(given.people.tool)
    number = tool.post("/api/v1/rfcs/", rfc_body(given, urgency="emergency", **named)).json()["number"]
    created = tool.get(f"/api/v1/rfcs/{number}/events/").json()["results"][0]
    assert created["action"] == "created"
    assert created["changes"]["urgency"] == [None, "emergency"]
    assert created["changes"].get("owner") == told


def test_sessions_come_as_a_list_too_in_order_of_their_start(given, owner):
    nights = [NOW + timedelta(days=night) for night in (5, 3)]
    body = rfc_body(
        given, sessions=[{"planned_start": iso(n), "planned_end": iso(n + timedelta(hours=4)), "outage": "none"} for n in nights]
    )
    for name in ("planned_start", "planned_end", "outage"):
        body.pop(name)
    made = owner.post("/api/v1/rfcs/", body).json()
    assert [one["planned_start"] for one in made["sessions"]] == [iso(nights[1]), iso(nights[0])]
    assert (made["planned_start"], made["planned_end"]) == (iso(nights[1]), iso(nights[0] + timedelta(hours=4)))


def test_a_session_continues_none_that_is_not_there(given, owner):
    body = rfc_body(given)
    short = {name: body.pop(name) for name in ("planned_start", "planned_end", "outage")}
    told = owner.post("/api/v1/rfcs/", {**body, "sessions": [{**short, "id": 7}]}).json()
    assert told["errors"] == [{"pointer": "/sessions/0/id", "detail": "This RFC has no such session."}]


class TestPreview:
    def test_it_answers_what_would_be_and_writes_nothing(self, given, owner):
        told = owner.post("/api/v1/rfcs/preview/", rfc_body(given, impact={"sla": "high"}, rollback=[])).json()
        assert set(told) == {"findings", "proposed_severity", "route", "due_by"}
        assert (told["proposed_severity"], told["route"], told["due_by"]) == ("major", "board", iso(NOW + timedelta(days=28)))
        assert {"rollback.missing", "impact.missing"} <= {finding["code"] for finding in told["findings"]}
        assert set(told["findings"][0]) >= {"code", "level", "field", "message", "mend", "interval", "other"}
        assert not RFC.objects.exists()

    def test_a_reversed_interval_is_a_finding_here(self, given, owner):
        body = rfc_body(given, planned_end=iso(NOW))
        told = owner.post("/api/v1/rfcs/preview/", body).json()
        assert "interval.reversed" in {finding["code"] for finding in told["findings"]}

    @pytest.mark.parametrize(("person", "says"), [("viewer", "A viewer raises no RFCs."), ("tool", "emergencies only")])
    def test_who_may_not_raise_it_hears_so_here_too(self, given, client_of, person, says):
        client = client_of(getattr(given.people, person))
        told, raised_told = (client.post(f"/api/v1/rfcs/{path}", rfc_body(given)).json() for path in ("preview/", ""))
        assert says in told["detail"]
        assert {**told, "instance": raised_told["instance"]} == raised_told

    def test_what_has_not_been_done_has_no_outcome_here_either(self, given, owner):
        told = owner.post("/api/v1/rfcs/preview/", rfc_body(given, outcome="successful")).json()
        assert told["errors"] == [{"pointer": "/outcome", "detail": "What has not been done has no outcome."}]

    def test_an_unknown_slug_is_400_here_too(self, given, owner):
        response = owner.post("/api/v1/rfcs/preview/", rfc_body(given, environment="moon"))
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/environment")


@pytest.mark.parametrize(("method", "path"), [("post", "rfcs/"), ("post", "rfcs/preview/"), ("put", "rfcs/by-reference/jobs/nightly/")])
def test_an_empty_body_raises_nothing(given, owner, method, path):
    answer = getattr(owner, method)(f"/api/v1/{path}")

    assert (answer.status_code, answer.json()["detail"]) == (400, "The body is empty. Send a JSON object.")
    assert not RFC.objects.exists()


def test_a_new_rfc_is_found_where_the_caller_reached_the_api(given, owner):
    answer = owner.post("/api/v1/rfcs/", {"title": "Small"}, headers={"Host": "localhost:8123"})

    assert answer["Location"] == f"http://localhost:8123/api/v1/rfcs/{answer.json()['number']}/"


def test_what_there_is_no_name_for_says_where_the_names_are(given, owner):
    detail = owner.post("/api/v1/rfcs/", {"environment": "moon"}).json()["errors"][0]["detail"]
    order = owner.get("/api/v1/rfcs/?ordering=colour").json()["errors"][0]["detail"]

    assert detail == "There is no “moon”. /api/v1/environments/ lists what there is."
    assert order.startswith("There is no order “colour”. Allowed: number, planned_start")
