"""The list of RFCs: search, filters, pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import State
from tests.factories import ItemFactory, RFCFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_a_number_leads_straight_to_its_rfc(client, reader):
    rfc = RFCFactory(state=State.SUBMITTED)
    assert client.get("/rfcs/", {"q": rfc.number.lower()}).url == rfc.get_absolute_url()


@pytest.mark.parametrize("words", ["hub rollup", "transport", "ht-01"])
def test_words_are_found_in_title_service_and_item(client, reader, words):
    hub = ServiceFactory(slug="hub", name="Hub transport")
    item = ItemFactory(slug="ht-01", service=hub)
    RFCFactory(title="Rollup 8 on the hub", state=State.SUBMITTED, services=[hub], items=[item])
    RFCFactory(title="Antivirus", state=State.SUBMITTED)
    text = client.get("/rfcs/", {"q": words}).content.decode()
    assert "Rollup 8 on the hub" in text
    assert "Antivirus" not in text
    assert "1 hidden by filters" in text


def test_drafts_of_others_are_not_there(client, reader):
    RFCFactory(title="Secret plan")
    RFCFactory(title="My plan", owner=reader)
    text = client.get("/rfcs/").content.decode()
    assert "My plan" in text
    assert "Secret plan" not in text


def test_an_unknown_filter_value_is_told_and_left_out(client, reader):
    RFCFactory(title="Antivirus", state=State.SUBMITTED)
    text = client.get("/rfcs/", {"state": "sleeping"}).content.decode()
    assert "This filter was left out" in text
    assert "Antivirus" in text


def test_nothing_found_says_so_and_leads_back(client, reader):
    RFCFactory(state=State.SUBMITTED)
    text = client.get("/rfcs/", {"q": "nowhere"}).content.decode()
    assert "No RFC fits “nowhere”" in text
    assert "1 are hidden by filters" in text


def test_pages_follow_the_numbers_and_meet(client, reader):
    rfcs = [RFCFactory(state=State.SUBMITTED) for _ in range(53)]
    first = client.get("/rfcs/").context["page"]
    second = client.get("/rfcs/", {"before": first.older}).context["page"]
    back = client.get("/rfcs/", {"after": second.newer}).context["page"]
    assert [rfc.pk for rfc in first.rows] == [rfc.pk for rfc in rfcs[:2:-1]]
    assert [rfc.pk for rfc in second.rows] == [rfc.pk for rfc in rfcs[2::-1]]
    assert [rfc.pk for rfc in back.rows] == [rfc.pk for rfc in first.rows]
    assert (first.newer, second.older, back.newer) == ("", "", "")


def test_one_and_three_rows_take_the_same_number_of_queries(client, reader):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/rfcs/")
        return len(queries)

    RFCFactory(state=State.SUBMITTED, services=[ServiceFactory()])
    asked()
    once = asked()
    for _ in range(2):
        RFCFactory(state=State.SUBMITTED, services=[ServiceFactory()])
    assert asked() == once


def test_a_list_is_counted_so_far_and_no_further(client, monkeypatch):
    monkeypatch.setattr("changes.selectors.rfc.MOST_COUNTED", 60)
    rfcs = [RFCFactory(state=State.SUBMITTED) for _ in range(61)]
    RFCFactory(state=State.REJECTED)
    client.force_login(rfcs[0].owner)

    assert "More than 60</b> shown" in plain(client.get("/rfcs/"))
    assert "others hidden by filters" in plain(client.get("/rfcs/?state=submitted"))
    assert re.search(r"1</b> shown · <a[^>]*>more than 59 hidden by filters", plain(client.get("/rfcs/?state=rejected")))
    assert "More than 60 are hidden by filters" in plain(client.get("/rfcs/?state=completed"))


def plain(response):
    return " ".join(response.content.decode().split())
