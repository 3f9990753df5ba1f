"""What a token may be used for, and how often."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from changes.choices import Role, Scope, State
from changes.models import ApiToken
from tests.api.bodies import rfc_body
from tests.factories import NOW, raised, rfc_in

pytestmark = pytest.mark.django_db

READ, RAISE, OPERATE, ADMIN = Scope.READ, Scope.RAISE, Scope.OPERATE, Scope.ADMIN


def client_with(user, *scopes):
    _, secret = ApiToken.objects.create(user, name="tests", scopes=[scope.value for scope in scopes])
    return APIClient(HTTP_AUTHORIZATION=f"Token {secret}")


def create(client, given):
    return client.post("/api/v1/rfcs/", rfc_body(given))


def preview(client, given):
    return client.post("/api/v1/rfcs/preview/", rfc_body(given))


def edit(client, given):
    rfc = raised(given)
    return client.patch(f"/api/v1/rfcs/{rfc.number}/", {"title": "Another"}, headers={"If-Match": f'"{rfc.version}"'})


def moved(state, to):
    def move(client, given):
        rfc = rfc_in(state, given)
        body = {"to": to, "reason": "It is time."}
        return client.post(f"/api/v1/rfcs/{rfc.number}/transitions/", body, headers={"If-Match": f'"{rfc.version}"'})

    return move


def add_service(client, given):
    return client.post("/api/v1/services/", {"slug": "fax", "name": "Fax"})


def read(client, given):
    return client.get("/api/v1/rfcs/")


CASES = [
    (read, {READ}, 200),
    (preview, {READ}, 200),
    (create, {RAISE}, 201),
    (edit, {RAISE}, 200),
    (moved(State.DRAFT, "submitted"), {RAISE, OPERATE}, 200),
    (moved(State.SUBMITTED, "cancelled"), {RAISE, OPERATE}, 200),
    (moved(State.SCHEDULED, "in_progress"), {OPERATE}, 200),
]


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize(("call", "enough", "status"), CASES)
def test_each_call_takes_its_scope_and_no_other_will_do(given, call, enough, status, scope):
    answer = call(client_with(given.people.owner, scope), given)

    assert answer.status_code == (status if scope in enough else 403), answer.json()
    if scope not in enough:
        assert answer.json()["type"] == "/api/problems/not-allowed/"
        assert all(f"“{one}”" in answer.json()["detail"] for one in enough)


@pytest.mark.parametrize(
    ("scope", "role", "status"), [(ADMIN, Role.ADMINISTRATOR, 201), (OPERATE, Role.ADMINISTRATOR, 403), (ADMIN, Role.USER, 403)]
)
def test_set_up_takes_the_scope_and_the_right(given, scope, role, status):
    person = given.people.outsider
    person.role = role
    person.save()

    assert add_service(client_with(person, scope), given).status_code == status


def test_a_token_that_has_ended_or_is_no_token_is_401_and_says_how_to_sign_in(given):
    ended, secret = ApiToken.objects.create(given.people.owner, name="old", scopes=["read"])
    ApiToken.objects.filter(pk=ended.pk).update(expiry=NOW - timedelta(seconds=1))

    for word in (secret, "none", "f" * 64, "\xff\xfe"):
        answer = APIClient(HTTP_AUTHORIZATION=f"Token {word}").get("/api/v1/rfcs/")
        assert (answer.status_code, answer["WWW-Authenticate"], answer["Content-Type"]) == (401, "Token", "application/problem+json")


def test_last_use_is_noted_to_the_minute(given, stand_at):
    client = client_with(given.people.owner, READ)
    noted = []
    for seconds in (0, 59, 61):
        stand_at(NOW + timedelta(seconds=seconds))
        read(client, given)
        noted.append(ApiToken.objects.get().last_used_at)

    assert noted == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_one_token_that_calls_too_often_waits_and_others_do_not(given, settings, stand_at):
    settings.FSC_API_CALLS_PER_MINUTE = 3
    hasty, other = client_with(given.people.owner, READ), client_with(given.people.owner, READ)

    answers = [read(hasty, given) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["type"] == "/api/problems/throttled/"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert read(other, given).status_code == 200
    stand_at(NOW + timedelta(seconds=int(answers[-1]["Retry-After"]) + 1))
    assert read(hasty, given).status_code == 200
