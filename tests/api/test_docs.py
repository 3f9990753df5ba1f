import pytest
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from changes.api.problems import TITLES
from changes.api.serializers.rfc import RFCOut, presentable, rfc_data
from changes.api.serializers.rfc_query import Filters
from changes.filters import RFCFilter
from changes.models import RFC
from tests.factories import raised

PROMISED = """rfcs/ rfcs/by-reference/{system}/{identifier}/
rfcs/{number}/ rfcs/{number}/transitions/ rfcs/{number}/findings/ rfcs/{number}/events/ rfcs/{number}/reminders/
rfcs/preview/ rfcs/{number}/waivers/ rfcs/{number}/conditions/{id}/ rfcs/{number}/steps/{id}/ slots/ schedule/ changes-near/ gate/
environments/ services/ configuration-items/ change-types/ change-windows/ freezes/ boards/
change-windows/{id}/occurrences/ freezes/preview/
boards/{slug}/meetings/ meetings/{id}/ meetings/{id}/agenda/ meetings/{id}/agenda/publish/ meetings/{id}/agenda/admit/
meetings/{id}/items/{id}/votes/ meetings/{id}/items/{id}/decision/"""


@pytest.fixture
def schema(db):
    return APIClient().get("/api/v1/openapi.json").json()


def without_names(path):
    return [part if not part.startswith("{") else "{}" for part in path.split("/")]


def test_every_promised_path_is_in_the_schema(schema):
    there = [without_names(path.removeprefix("/api/v1/")) for path in schema["paths"]]
    assert schema["openapi"] == "3.1.0"
    assert [path for path in PROMISED.split() if without_names(path) not in there] == []


def test_changes_ask_for_a_version_and_problems_are_problems(schema):
    patch = schema["paths"]["/api/v1/rfcs/{number}/"]["patch"]
    header = next(one for one in patch["parameters"] if one["name"] == "If-Match")
    assert (header["in"], header["required"]) == ("header", True)
    assert list(patch["responses"]["412"]["content"]) == ["application/problem+json"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "428"} <= set(patch["responses"])


def operations(schema):
    return {(path, method): said for path, methods in schema["paths"].items() for method, said in methods.items()}


def parameters(said, place):
    return {one["name"]: one.get("required", False) for one in said.get("parameters", ()) if one["in"] == place}


def test_every_post_that_writes_takes_a_key_and_no_other_does(schema):
    takers = {key for key, said in operations(schema).items() if "Idempotency-Key" in parameters(said, "header")}
    trials = {key for key in operations(schema) if key[0].endswith("/preview/")}
    assert takers == {key for key in operations(schema) if key[1] == "post"} - trials
    assert [key for key in takers if not {"409", "422"} <= set(schema["paths"][key[0]]["post"]["responses"])] == []


def test_every_patch_needs_a_version_and_every_get_can_be_asked_again(schema):
    said = operations(schema)
    assert {parameters(one, "header").get("If-Match") for key, one in said.items() if key[1] == "patch"} == {True}
    assert {"428" in one["responses"] for key, one in said.items() if key[1] == "patch"} == {True}
    reading = [one for key, one in said.items() if key[1] == "get"]
    assert {"If-None-Match" in parameters(one, "header") and set(one["responses"]["304"]["headers"]) >= {"ETag"} for one in reading} == {
        True
    }


def test_every_refusal_that_is_named_is_a_problem_and_has_its_type(schema):
    known = {str(status) for status, _ in TITLES.values()}
    refused = {(key, status) for key, said in operations(schema).items() for status in said["responses"] if status >= "400"}
    assert {status for _, status in refused} <= known
    kinds = {tuple(operations(schema)[key]["responses"][status]["content"]) for key, status in refused}
    assert kinds == {("application/problem+json",)}


def test_every_problem_type_is_named_in_the_schema_and_has_its_page(schema):
    kind = schema["components"]["schemas"]["ProblemOut"]["properties"]["type"]
    named = schema["components"]["schemas"][kind["$ref"].rpartition("/")[2]]["enum"] if "$ref" in kind else kind["enum"]
    told = {address: APIClient().get(address).json() for address in named}
    assert {address: (page["status"], page["title"]) for address, page in told.items()} == {
        f"/api/problems/{code}/": said for code, said in TITLES.items()
    }


def test_what_is_answered_has_the_headers_that_the_schema_says(schema, given, owner):
    """Each header that is always there stands on the answer, and none of ours stands there unsaid."""
    ours = {"ETag", "Location", "Link", "Retry-After", "Idempotency-Replayed", "WWW-Authenticate"}
    number, key = raised(given).number, {"Idempotency-Key": "1"}
    tag = {"If-Match": "*"}
    answers = [
        ("/api/v1/rfcs/", "get", owner.get("/api/v1/rfcs/?page_size=1")),
        ("/api/v1/rfcs/", "post", owner.post("/api/v1/rfcs/", {"title": "x"})),
        ("/api/v1/rfcs/", "post", owner.post("/api/v1/rfcs/", {"title": "y"}, headers=key)),
        ("/api/v1/rfcs/", "post", owner.post("/api/v1/rfcs/", {"title": "y"}, headers=key)),
        ("/api/v1/rfcs/", "get", APIClient().get("/api/v1/rfcs/")),
        ("/api/v1/rfcs/{number}/", "get", owner.get(f"/api/v1/rfcs/{number}/")),
        ("/api/v1/rfcs/{number}/", "patch", owner.patch(f"/api/v1/rfcs/{number}/", {"title": "z"}, headers=tag)),
        ("/api/v1/rfcs/{number}/findings/", "get", owner.get(f"/api/v1/rfcs/{number}/findings/")),
        ("/api/v1/rfcs/{number}/transitions/", "post", owner.post(f"/api/v1/rfcs/{number}/transitions/", {"to": "cancelled"}, headers=tag)),
        ("/api/v1/rfcs/by-reference/{system}/{identifier}/", "put", owner.put("/api/v1/rfcs/by-reference/jobs/7/", {"title": "q"})),
        ("/api/v1/gate/", "get", owner.get(f"/api/v1/gate/?environment={given.environment.slug}")),
    ]
    for path, method, response in answers:
        said = schema["paths"][path][method]["responses"][str(response.status_code)].get("headers", {})
        needed = {name for name, one in said.items() if one.get("required")}
        assert (path, {name for name in ours if name in response} - set(said), needed - set(response.headers)) == (path, set(), set())


def test_what_is_answered_has_the_fields_that_the_schema_says(given):
    rfc = presentable(RFC.objects.all()).get(pk=raised(given).pk)
    data = rfc_data(rfc)
    assert set(data) == set(RFCOut().fields)
    assert {name: set(data[name][0]) for name in ("sessions", "rollout")} == {
        name: set(RFCOut().fields[name].child.fields) for name in ("sessions", "rollout")
    }


def test_the_filters_of_the_api_are_those_of_the_page():
    widening = {"dependents"}
    assert set(Filters().fields) | {"from", "to"} == set(RFCFilter.base_filters) - widening


def test_the_page_holds_every_path_and_reads_without_script(schema, db):
    text = APIClient().get("/api/docs/").content.decode()
    assert [path for path in schema["paths"] if f"<code>{path}</code>" not in text] == []
    assert "style=" not in text
    assert "<script>" not in text


def test_every_path_below_v1_answers_somebody_without_a_token_with_401(db):
    client = APIClient()
    api = next(one for one in get_resolver().url_patterns if str(one.pattern) == "api/")
    v1 = next(one for one in api.url_patterns if str(one.pattern) == "v1/")
    paths = [str(one.pattern) for one in v1.url_patterns if isinstance(one, URLPattern) and one.name != "api-schema"]
    filled = [path.replace("<str:number>", "RFC-000001").replace("<int:", "<").replace("<slug:", "<") for path in paths]
    for name in ("pk", "item", "key", "slug"):
        filled = [path.replace(f"<{name}>", "1") for path in filled]
    assert {path: client.get(f"/api/v1/{path}").status_code for path in filled} == dict.fromkeys(filled, 401)
