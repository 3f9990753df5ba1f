"""No HTML and no surprise, whatever a client sends (DESIGN 4.10)."""

import json

import orjson
import pytest
from django.conf import settings
from django.db import transaction
from django.utils.html import escape
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from changes.api.door import Door
from changes.api.pagination import PageQuery
from changes.api.problems import PROBLEMS, TITLES
from changes.api.serializers.agenda import AdmitBody, DecisionBody, MeetingBody, MeetingChange, Nothing, VoteBody
from changes.api.serializers.rfc import NewRFCBody, RFCBody
from changes.api.serializers.rfc_query import Period, RFCQuery, Sparse
from changes.api.serializers.schedule import GateQuery, NearQuery, ScheduleQuery, SlotQuery
from changes.api.serializers.set_up import FreezeShape
from changes.api.serializers.step import StepMark
from changes.api.serializers.transition import TransitionBody, WaiverBody
from changes.api.views.set_up import ROOMS
from changes.choices import State
from changes.models import RFC
from tests.api.bodies import rfc_body
from tests.factories import AgendaItemFactory, MeetingFactory, WindowFactory, raised, rfc_in

RFCS = "/api/v1/rfcs/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


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
        (b"", "application/json", 400),
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
        (b"{}", "application/json; charset=utf-16", 201),
        (b"{}", "application/problem+json", 415),
        (b"{}", "multipart/form-data; boundary=x", 415),
        (b"{}", "nonsense", 415),
        (b"[" * 200 + b"]" * 200, "application/json", 400),
        (b'{"contacts": ' + b"[" * 900 + b"]" * 900 + b"}", "application/json", 400),
        (b'{"title": "a", "title": "b"}', "application/json", 400),
        (b'{"impact": {"sla": "low", "sla": "high"}}', "application/json", 400),
        (b'{"title": "\\u0000"}', "application/json", 400),
        (b'{"title": "\xed\xa0\x80"}', "application/json", 400),
        (b'{"\\u0000": 1}', "application/json", 400),
        (b'{"": 1}', "application/json", 400),
        (b'{"__proto__": {}}', "application/json", 400),
        (b'{"title": 1e400}', "application/json", 400),
        (b'{"title": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"\xef\xbb\xbf{}", "application/json", 400),
        (b"\x1f\x8b\x08\x00", "application/json", 400),
        (b"{} {}", "application/json", 400),
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


@pytest.mark.parametrize("code", TITLES)
def test_every_problem_type_says_when_it_comes_and_the_way_out(db, code):
    address, kind = f"/api/problems/{code}/", PROBLEMS[code]
    said = {"type": address, "status": kind.status, "title": kind.title, "meaning": kind.meaning, "mend": kind.mend}
    assert APIClient().get(address).json() == said
    assert [text for text in (kind.title, kind.meaning, kind.mend) if len(text) < 10] == []
    page = APIClient().get(address, headers={"Accept": BROWSER})
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    text = page.content.decode()
    assert f"<h1>{escape(kind.title)}</h1>" in text
    assert [word for word in (address, kind.meaning, kind.mend) if escape(word) not in text] == []


def test_all_problem_types_stand_on_one_page(db):
    listed = APIClient().get("/api/problems/").json()
    assert {one["type"]: (one["status"], one["title"]) for one in listed["results"]} == {
        f"/api/problems/{code}/": said for code, said in TITLES.items()
    }
    page = APIClient().get("/api/problems/", headers={"Accept": BROWSER}).content.decode()
    told_there = [f'href="/api/problems/{code}/"' in page and escape(kind.mend) in page for code, kind in PROBLEMS.items()]
    assert told_there == [True] * len(PROBLEMS)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/html", "application/json"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("text/html, application/json;q=0.5", "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("image/png", "application/problem+json"),
    ],
)
@pytest.mark.parametrize("path", ["", "stale/"])
def test_a_problem_type_is_a_page_only_for_who_would_rather_have_one(db, path, accept, kind):
    response = APIClient().get(f"/api/problems/{path}", headers={"Accept": accept} if accept else {})
    assert (response["Content-Type"], "Accept" in response["Vary"]) == (kind, True)


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
def test_a_problem_type_that_is_none_is_a_problem_in_a_browser_too(db, accept):
    answer = told(APIClient().get("/api/problems/nothing/", headers={"Accept": accept}))
    assert (answer["status"], answer["instance"]) == (404, "/api/problems/nothing/")


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


# --- Wrong types everywhere -------------------------------------------------------------------------------------------

#: One value of each JSON type, and the numbers and texts that programs trip over; in a row only the first of them.
ODD = (None, True, 2**63, "x" * 5000, [], {}, 0, -1, 1.5, "", "\x00", "1", [None], [[]], {"": None})
IN_ROWS = ODD[:6]


def bodies_of(shape, odd):
    """A body for each field and odd value; inside of a row too."""
    yield from odd
    for name, field in shape().fields.items():
        yield from ({name: value} for value in odd)
        row = getattr(field, "child", field)
        parts = row.fields if isinstance(row, Serializer) else ()
        yield from ({name: [{part: value}] if row is not field else {part: value}} for part in parts for value in odd[: len(IN_ROWS)])


def writers(given):
    """Every path that takes a body, with its method and somebody who may use it."""
    people = given.people
    working, moving = rfc_in(State.IN_PROGRESS, given), raised(given)
    meeting = MeetingFactory(board=given.board)
    item = AgendaItemFactory(meeting=meeting, rfc=rfc_in(State.SUBMITTED, given))
    number = f"rfcs/{moving.number}/"
    return {
        "rfcs": ("post", "rfcs/", NewRFCBody, people.owner),
        "rfc": ("patch", number, RFCBody, people.owner),
        "preview": ("post", "rfcs/preview/", NewRFCBody, people.owner),
        "transition": ("post", f"{number}transitions/", TransitionBody, people.owner),
        "waiver": ("post", f"{number}waivers/", WaiverBody, people.change_manager),
        "step": ("patch", f"rfcs/{working.number}/steps/{working.steps.first().pk}/", StepMark, people.implementer),
        "freeze preview": ("post", "freezes/preview/", FreezeShape, people.owner),
        "meeting": ("post", "boards/cab/meetings/", MeetingBody, people.chair),
        "meeting change": ("patch", f"meetings/{meeting.pk}/", MeetingChange, people.chair),
        "agenda": ("post", f"meetings/{meeting.pk}/agenda/", Nothing, people.chair),
        "admit": ("post", f"meetings/{meeting.pk}/agenda/admit/", AdmitBody, people.chair),
        "vote": ("post", f"meetings/{meeting.pk}/items/{item.pk}/votes/", VoteBody, people.member),
        "decision": ("post", f"meetings/{meeting.pk}/items/{item.pk}/decision/", DecisionBody, people.chair),
        **{room.path: ("post", f"{room.path}/", room.shape, people.administrator) for room in ROOMS},
    }


WRITERS = (
    "rfcs", "rfc", "preview", "transition", "waiver", "step", "freeze preview", "meeting", "meeting change", "agenda",
    "admit", "vote", "decision", *(room.path for room in ROOMS),
)  # fmt: skip


#: The same shape as raising one, and each answer judges an RFC by every rule.
SLOW = ("rfc", "preview")


@pytest.mark.parametrize("name", WRITERS)
def test_whatever_stands_in_a_body_it_is_taken_or_is_a_problem(given, client_of, settings, name):
    settings.FSC_API_CALLS_PER_MINUTE = 10_000
    method, path, shape, person = writers(given)[name]
    client = client_of(person)
    client.raise_request_exception = False
    for body in bodies_of(shape, IN_ROWS[:3] if name in SLOW else ODD):
        with transaction.atomic():
            raw = json.dumps(body)  # orjson would refuse to write some of it
            response = client.generic(method.upper(), f"/api/v1/{path}", raw, "application/json", headers={"If-Match": "*"})
            transaction.set_rollback(True)
        if response.status_code >= 300:
            answer = told(response)
            assert answer["status"] in (400, 403, 409), (body, answer)
            assert [error for error in answer.get("errors", []) if not error["detail"] or "pointer" not in error] == []


READERS = {
    "rfcs/": RFCQuery, "schedule/": ScheduleQuery, "changes-near/": NearQuery, "gate/": GateQuery, "slots/": SlotQuery,
    "environments/": PageQuery, "boards/cab/meetings/": PageQuery, "change-windows/{window}/occurrences/": Period,
    "rfcs/{number}/": Sparse, "rfcs/{number}/events/": PageQuery,
}  # fmt: skip
ODD_TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "9" * 30,
    "%00",
    "%ff",
    "%ed%a0%80",
    "2026-11-21T10:00:00",
    "2026-02-30T10:00:00Z",
    "9999-12-31T23:59:59Z",
    "P1Y",
    "PT999999H",
    "null",
    "[]",
    "é",
    "'\"<>;--",
)


@pytest.mark.parametrize("path", READERS)
def test_whatever_stands_in_a_parameter_it_is_taken_or_is_a_problem(given, owner, path):
    owner.raise_request_exception = False
    address = f"/api/v1/{path.format(number=raised(given).number, window=WindowFactory().pk)}"
    for name in READERS[path]().fields:
        for text in ODD_TEXTS:
            response = owner.get(f"{address}?{name}={text}")
            if response.status_code != 200:
                answer = told(response)
                assert (answer["status"], [error for error in answer["errors"] if not error["detail"]]) == (400, []), (name, text)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": ""}, 406),
        ({"Accept": ";;;"}, 406),
        ({"Accept": "application/json;version=2"}, 200),
        ({"Accept": "application/*"}, 200),
        ({"Accept": "text/html"}, 406),
        ({"Accept": "é"}, 406),
        ({"If-None-Match": "nonsense"}, 200),
        ({"If-None-Match": '"\x7f'}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"Range": "bytes=0-1"}, 200),
        ({"Expect": "the best"}, 200),
        ({"X-HTTP-Method-Override": "DELETE"}, 200),
        ({"Content-Type": "text/csv"}, 200),
        ({"Host": "evil.example.org:99999"}, 400),
        ({"Host": "no host"}, 400),
    ],
)
def test_headers_of_every_kind(owner, headers, status):
    response = owner.get(RFCS, headers=headers)
    assert response.status_code == status, response.content
    if status != 200:
        told(response)


@pytest.mark.parametrize("wanted", ["xml", "json", "api"])
def test_a_format_is_a_parameter_that_is_not_known(owner, wanted):
    answer = told(owner.get(f"{RFCS}?format={wanted}"))
    assert (answer["status"], answer["errors"][0]["parameter"]) == (400, "format")


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "PROPFIND", "ÅNGSTRÖM"])
def test_a_method_that_it_does_not_take_names_those_it_does(owner, method):
    response = owner.generic(method, f"{RFCS}?colour=red")
    assert (told(response)["status"], response["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")


def test_head_is_get_without_its_body_and_options_tells_the_methods(owner):
    got, headed = owner.get(RFCS), owner.head(RFCS)
    assert (headed.status_code, headed.content, headed["ETag"]) == (200, b"", got["ETag"])
    assert owner.options(RFCS)["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_too_many_parameters_are_a_problem(owner, settings):
    many = "&".join(f"state=draft{place}" for place in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    assert told(owner.get(f"{RFCS}?{many}"))["status"] == 400
