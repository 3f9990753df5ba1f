"""Signing in and out; nothing is shown before."""

import pytest

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/rfcs/", "/setup/", "/schedule/", "/board/", "/rfcs/new/"])
def test_a_page_asks_to_sign_in_and_remembers_where_one_was_going(client, path):
    response = client.get(path)
    assert response.url == f"/sign-in/?next={path}"


def test_signing_in_leads_on_and_out_again(client):
    user = UserFactory(username="service-manager")
    response = client.post("/sign-in/?next=/setup/", {"username": user.username, "password": PASSWORD, "next": "/setup/"})
    assert response.url == "/setup/"
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/").url.startswith("/sign-in/")


def test_a_wrong_password_keeps_the_name_and_says_so(client):
    UserFactory(username="chair")
    text = client.post("/sign-in/", {"username": "chair", "password": "guess"}).content.decode()
    assert 'value="chair"' in text
    assert "Please enter a correct username" in text or 'role="alert"' in text


def test_the_demo_offers_its_accounts_with_what_they_are_for(client):
    UserFactory(username="chair")
    text = client.get("/sign-in/?as=chair").content.decode()
    assert "leads the board and decides from its agenda" in text
    assert 'value="chair"' in text
