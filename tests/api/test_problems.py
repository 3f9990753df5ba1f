"""No HTML and no surprise, whatever a client sends (DESIGN 4.10)."""

import orjson
import pytest
from django.conf import settings
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from changes.api.door import Door
from changes.api.problems import TITLES
from changes.models import RFC
from tests.api.bodies import rfc_body

RFCS = "/api/v1/rfcs/"


def told(response):
    assert response["Content-Type"] == "application/problem+json"
    answer = orjson.loads(response.content)
    assert set(answer) >= {"type", "title", "status", "detail", "instance"}
    assert answer["status"] == response.status_code
    assert TITLES[answer["type"].split("/")[-2]] == (answer["status"], answer["title"])
    return answer


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/", 404),
        ("get", "/api/v1/rfcs", 404),
        ("post", "/api/v1/rfcs", 404),
        ("get", "/api/v2/rfcs/", 404),
        ("delete", "/api/v1/nothing/at/all/", 404),
        ("get", "/api/v1/environments/moon/", 404),
        ("get", "/api/v1/change-windows/99999999999999999999999999/", 404),
        ("get", "/api/v1/meetings/12/agenda/", 404),
        ("delete", RFCS, 405),
        ("put", RFCS, 405),
        ("patch", "/api/v1/schedule/", 405),
        ("post", "/api/v1/gate/", 405),
    ],
)
def test_paths_and_methods_that_are_none(owner, method, path, status):
    answer = told(getattr(owner, method)(path))
    assert (answer["status"], answer["instance"]) == (status, path)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 201),
        (b"[]", "application/json", 400),
        (b"3", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"title": NaN}', "application/json", 400),
        (b'{"title": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b'{"rollout": [{"instruction": "Go", "minutes": 99999999999999999999}]}', "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"<rfc/>", "application/xml", 415),
        (b"{}", "", 415),
    ],
)
def test_bodies_that_are_none(given, owner, body, kind, status):
    response = owner.generic("POST", RFCS, body, content_type=kind)
    assert response.status_code == status, response.content
    if status != 201:
        told(response)
        assert not RFC.objects.exists()


def test_a_body_that_is_too_large_is_413(given, owner):
    body = rfc_body(given, description="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert told(owner.post(RFCS, body))["status"] == 413


@pytest.mark.parametrize("header", [None, "Token nonsense", "Token", "Bearer x", "Token \u00e9".encode().decode("latin-1")])
def test_without_a_good_token_it_is_401_and_says_how(db, header):
    client = APIClient()
    response = client.get(RFCS, headers={"Authorization": header} if header else {})
    assert told(response)["status"] == 401
    assert response["WWW-Authenticate"] == "Token"


def test_only_json_is_answered(owner):
    assert told(owner.get(RFCS, headers={"Accept": "application/xml"}))["status"] == 406
    assert owner.get(RFCS, headers={"Accept": "text/html, */*;q=0.1"})["Content-Type"] == "application/json"


def test_somebody_signed_in_on_the_page_needs_its_csrf_token_to_write(given):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(given.people.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(RFCS).status_code == 200
    assert told(client.post(RFCS, rfc_body(given)))["status"] == 403


def test_every_problem_type_has_its_page(db):
    client = APIClient()
    pages = {code: client.get(f"/api/problems/{code}/").json() for code in TITLES}
    assert {code: (page["status"], page["title"]) for code, page in pages.items()} == dict(TITLES)
    assert told(client.get("/api/problems/nothing/"))["status"] == 404


class Broken(Door):
    """A view with a fault in it."""

    def get(self, request):
        return Response(1 / 0)


def test_a_surprise_is_told_without_its_inside(given, caplog):
    request = APIRequestFactory().get(RFCS)
    force_authenticate(request, given.people.owner)
    answer = told(Broken.as_view()(request).render())
    assert (answer["status"], "division" in str(answer), "division" in caplog.text) == (500, False, True)


PATHS = ["rfcs/", "schedule/", "gate/", "changes-near/", "slots/", "environments/", "boards/", "freezes/", "openapi.json"]


@pytest.mark.parametrize("path", PATHS[:-1])
def test_an_unknown_parameter_is_400_everywhere(given, owner, path):
    answer = told(owner.get(f"/api/v1/{path}?colour=red"))
    assert answer["status"] == 400
    assert answer["errors"][0]["parameter"] == "colour"
    assert "Allowed: " in answer["errors"][0]["detail"]
