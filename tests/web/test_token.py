"""The page of tokens: a secret is shown once, each person keeps their own, administrators those of tools."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from changes.choices import Role, Scope
from changes.models import ApiToken, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def secret_in(page):
    found = re.search(r'<code id="secret">([^<]+)</code>', page.content.decode())
    return found and found[1]


def asked(account, **other):
    return {"account": account.username, "name": "deployments", "scopes": ["read"], "days": "30", **other}


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def test_a_token_is_made_shown_once_and_opens_the_api(client, person):
    answer = client.post(reverse("token-list"), asked(person))

    secret = secret_in(answer)
    api = APIClient(HTTP_AUTHORIZATION=f"Token {secret}")
    assert (api.get("/api/v1/rfcs/").status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    again = client.get(reverse("token-list")).content.decode()
    assert secret not in again
    assert "deployments" in again
    assert secret not in str(ApiToken.objects.values())


def test_the_page_says_when_it_was_last_used_and_until_when_it_lives(client, person):
    secret = secret_in(client.post(reverse("token-list"), asked(person, days="30")))
    assert "not yet" in client.get(reverse("token-list")).content.decode()

    APIClient(HTTP_AUTHORIZATION=f"Token {secret}").get("/api/v1/rfcs/")

    token = ApiToken.objects.get()
    assert "not yet" not in client.get(reverse("token-list")).content.decode()
    assert (token.expiry - timezone.now()).days == 29


def test_a_revoked_token_opens_nothing(client, person):
    secret = secret_in(client.post(reverse("token-list"), asked(person)))

    client.post(reverse("token-revoke", args=[ApiToken.objects.get().digest]))

    assert APIClient(HTTP_AUTHORIZATION=f"Token {secret}").get("/api/v1/rfcs/").status_code == 401
    assert [entry.object_repr for entry in LogEntry.objects.order_by("pk")] == ["deployments", "deployments"]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "  "}, "This field is required."),
        ({"days": "366"}, "less than or equal to 365"),
        ({"scopes": ["read", "admin"]}, "the account itself may not do it"),
        ({"scopes": ["everything"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_the_rest_is_kept(client, person, other, said):
    answer = client.post(reverse("token-list"), {**asked(person, name="deployments at night", days="17"), **other})

    page = answer.content.decode()
    assert (answer.status_code, said in page, ApiToken.objects.count()) == (400, True, 0)
    assert ("deployments at night" in page) != ("name" in other)
    assert ('value="17"' in page) != ("days" in other)


def test_nobody_makes_or_revokes_the_token_of_somebody_else(client, person):
    other = UserFactory()
    theirs, _ = ApiToken.objects.create(other, name="theirs", scopes=["read"])

    made = client.post(reverse("token-list"), asked(other))
    client.post(reverse("token-revoke", args=[theirs.digest]))

    assert (made.status_code, list(ApiToken.objects.all())) == (403, [theirs])
    assert "theirs" not in client.get(reverse("token-list")).content.decode()


def test_a_viewer_is_offered_reading_alone(client):
    viewer = UserFactory(role=Role.VIEWER)
    client.force_login(viewer)

    page = client.get(reverse("token-list")).content.decode()

    assert re.findall(r'name="scopes" value="(\w+)"', page) == ["read"]
    assert client.post(reverse("token-list"), asked(viewer, scopes=["raise"])).status_code == 400


def test_an_administrator_adds_a_tool_and_makes_its_token(client, administrator):
    client.post(reverse("tool-add"), {"username": "pipeline", "name": "Deployment pipeline"})

    tool = User.objects.get(username="pipeline")
    secret = secret_in(client.post(reverse("token-list"), asked(tool, scopes=["read", "raise", "operate"])))

    assert (tool.role, tool.has_usable_password(), tool.auth_token_set.get().made_by) == (Role.TOOL, False, administrator)
    assert APIClient(HTTP_AUTHORIZATION=f"Token {secret}").get("/api/v1/rfcs/").status_code == 200


@pytest.mark.parametrize("name", ["admin of all", "", "taken"])
def test_a_tool_needs_a_name_that_is_free(client, administrator, name):
    UserFactory(username="Taken")

    answer = client.post(reverse("tool-add"), {"username": name, "name": "A tool in words"})

    assert (answer.status_code, User.objects.filter(role=Role.TOOL).exists()) == (400, False)
    assert "A tool in words" in answer.content.decode()


def test_only_administrators_add_tools(client, person):
    answer = client.post(reverse("tool-add"), {"username": "pipeline", "name": ""})

    assert (answer.status_code, User.objects.filter(username="pipeline").exists()) == (403, False)


def test_as_many_queries_for_three_tools_as_for_one(client, administrator, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def tool_with_token(number):
        tool = UserFactory(username=f"tool-{number}", role=Role.TOOL)
        ApiToken.objects.create(tool, name="a", scopes=[Scope.READ], made_by=administrator)

    tool_with_token(1)
    client.get(reverse("token-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("token-list"))
    tool_with_token(2)
    tool_with_token(3)
    with django_assert_num_queries(len(one)):
        client.get(reverse("token-list"))
