from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import Severity, State, Urgency
from changes.models import RFC
from tests.api.bodies import iso
from tests.factories import (
    NOW,
    EnvironmentFactory,
    ItemFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    StepFactory,
    hours,
    raised,
)

LIST = "/api/v1/rfcs/"


def numbers(response):
    return [rfc["number"] for rfc in response.json()["results"]]


def walked(client, address, name="next"):
    """Every page from an address on."""
    pages = []
    while address:
        answer = client.get(address).json()
        pages.append([rfc["number"] for rfc in answer["results"]])
        address = answer[name]
    return pages


@pytest.fixture
def mixed(given):
    """Five RFCs: two planned at one time, two not planned, one later."""
    rfcs = RFCFactory.create_batch(5, state=State.SUBMITTED, owner=given.people.owner)
    for rfc, start in zip(rfcs, (12, None, 6, None, 12), strict=True):
        if start:
            SessionFactory(rfc=rfc, planned_start=NOW + hours(start))
    return [rfc.number for rfc in rfcs]


class TestPaging:
    @pytest.mark.parametrize(
        ("ordering", "order"),
        [
            ("number", [0, 1, 2, 3, 4]),
            ("-number", [4, 3, 2, 1, 0]),
            ("planned_start", [2, 0, 4, 1, 3]),
            ("-planned_start", [4, 0, 2, 3, 1]),
        ],
    )
    @pytest.mark.parametrize("size", [1, 2, 3, 5])
    def test_there_and_back_with_nothing_twice_and_nothing_left_out(self, mixed, owner, ordering, order, size):
        forward = walked(owner, f"{LIST}?ordering={ordering}&page_size={size}")
        expected = [mixed[place] for place in order]
        assert [number for page in forward for number in page] == expected
        last = f"{LIST}?ordering={ordering}&page_size={size}"
        while following := owner.get(last).json()["next"]:
            last = following
        back = walked(owner, last, "previous")
        assert [number for page in reversed(back) for number in page] == expected

    def test_a_row_that_comes_in_between_moves_nothing(self, mixed, owner, given):
        first = owner.get(f"{LIST}?page_size=2").json()
        RFCFactory(state=State.SUBMITTED, owner=given.people.owner)
        assert numbers(owner.get(first["next"])) == [mixed[2], mixed[1]]

    def test_the_link_header_names_the_pages_beside(self, mixed, owner):
        """RFC 8288: what a client follows that does not read the body."""

        def links(address):
            response = owner.get(address)
            told = {name: f'<{response.json()[key]}>; rel="{name}"' for name, key in (("next", "next"), ("prev", "previous"))}
            return response.get("Link"), ", ".join(link for link in told.values() if "<None>" not in link) or None

        first = f"{LIST}?page_size=2"
        middle = owner.get(first).json()["next"]
        last = owner.get(middle).json()["next"]
        pages = [links(address) for address in (first, middle, last, f"{LIST}?page_size=50")]
        assert [said == wanted for said, wanted in pages] == [True] * 4
        assert [(said or "").count("rel=") for said, _ in pages] == [1, 2, 1, 0]

    def test_a_row_that_moves_away_takes_no_other_with_it(self, mixed, owner):
        """Between two pages a session is moved: nothing else is left out."""
        first = owner.get(f"{LIST}?ordering=planned_start&page_size=2").json()
        RFC.objects.numbered(mixed[2]).update(planned_start=NOW + hours(9))
        rest = [number for page in walked(owner, first["next"]) for number in page]
        assert rest == [mixed[4], mixed[1], mixed[3]]

    def test_the_filter_stays_on_the_next_page(self, mixed, owner, given):
        RFCFactory.create_batch(3, state=State.CANCELLED, owner=given.people.owner)
        assert [n for page in walked(owner, f"{LIST}?page_size=2&state=submitted") for n in page] == mixed[::-1]

    @pytest.mark.parametrize("cursor", ["", "nonsense", "W10", "WyJudW1iZXIiLGZhbHNlLDEsMV0", "%00", "é"])
    def test_a_cursor_of_another_list_is_400(self, owner, cursor):
        response = owner.get(f"{LIST}?cursor={cursor}")
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "cursor")


@pytest.mark.parametrize("many", [1, 3])
def test_the_same_number_of_queries_for_one_and_for_three(given, owner, many):
    def asked(count):
        for _ in range(count):
            rfc = raised(given)
            StepFactory(rfc=rfc, done_by=given.people.implementer, done_at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert owner.get(LIST).status_code == 200
        return len(queries)

    owner.get(LIST)
    assert asked(many) == asked(2)


class TestFields:
    def test_only_what_is_asked_for_in_that_order_on_every_page_and_on_one(self, mixed, owner):
        page = owner.get(f"{LIST}?fields=number,state&fields=number&page_size=3").json()
        assert page["results"] == [{"number": number, "state": "submitted"} for number in mixed[:1:-1]]
        assert [set(rfc) for rfc in owner.get(page["next"]).json()["results"]] == [{"number", "state"}] * 2
        assert list(owner.get(f"{LIST}{mixed[0]}/?fields=url,title").json()) == ["url", "title"]

    @pytest.mark.parametrize("fields", ["colour", "", "number,", "sessions.outage", "Number"])
    @pytest.mark.parametrize("path", ["", "{}/"])
    def test_what_is_no_field_is_400_and_names_the_allowed(self, mixed, owner, path, fields):
        told = owner.get(f"{LIST}{path.format(mixed[0])}?fields={fields}").json()
        assert (told["status"], told["errors"][0]["parameter"]) == (400, "fields")
        assert "Allowed: number, title, " in told["errors"][0]["detail"]


class TestFilters:
    @pytest.fixture
    def three(self, given):
        mail, web = given.service, ServiceFactory(slug="web")
        other = EnvironmentFactory(slug="pre-release")
        item = ItemFactory(slug="fe-01", service=web)
        people = given.people
        rfcs = [
            RFCFactory(owner=people.owner, state=State.SUBMITTED, severity=Severity.MAJOR, services=[mail], environment=given.environment),
            RFCFactory(owner=people.chair, state=State.REJECTED, urgency=Urgency.HIGH, services=[web], environment=other, items=[item]),
            RFCFactory(owner=people.owner, state=State.SCHEDULED, implementer=people.implementer, services=[mail, web], title="Firewall"),
        ]
        SessionFactory(rfc=rfcs[2], planned_start=NOW + hours(24))
        return rfcs

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [2, 1, 0]),
            ("state=submitted", [0]),
            ("state=submitted&state=rejected", [1, 0]),
            ("state=submitted&severity=minor", []),
            ("severity=major", [0]),
            ("urgency=high", [1]),
            ("environment=production&environment=pre-release", [1, 0]),
            ("service=web", [2, 1]),
            ("service=web&service=hub-transport", [2, 1, 0]),
            ("configuration_item=fe-01", [1]),
            ("owner=owner", [2, 0]),
            ("requester=chair", [1]),
            ("implementer=implementer", [2]),
            ("q=firewall", [2]),
            (f"from={iso(NOW + hours(25))}&to={iso(NOW + hours(30))}", [2]),
            (f"from={iso(NOW + hours(28))}", []),
            (f"to={iso(NOW + hours(24))}", []),
        ],
    )
    def test_repeated_is_or_and_different_ones_are_and(self, owner, three, query, found):
        assert numbers(owner.get(f"{LIST}?{query}")) == [three[place].number for place in found]

    def test_by_number(self, owner, three):
        query = f"number={three[0].number}&number={three[2].number.lower()}&number=RFC-999999"
        assert numbers(owner.get(f"{LIST}?{query}")) == [three[2].number, three[0].number]

    def test_others_drafts_are_not_found(self, given, client_of):
        raised(given)
        assert numbers(client_of(given.people.outsider).get(f"{LIST}?state=draft")) == []

    @pytest.mark.parametrize(
        ("query", "parameter", "says"),
        [
            ("statee=submitted", "statee", "Allowed: "),
            ("state=open", "state", "draft, submitted"),
            ("state=", "state", "draft, submitted"),
            ("environment=moon", "environment", "moon"),
            ("owner=nobody", "owner", "nobody"),
            ("number=42", "number", "RFC-000123"),
            ("number=", "number", "blank"),
            ("from=2026-11-21T10:00:00", "from", "no offset"),
            ("from=2026-11-21T10:00:00%2B01:00&to=2026-11-21T09:00:00Z", "to", "before"),
            ("ordering=colour", "ordering", "colour"),
            ("ordering=number&ordering=-number", "ordering", "once"),
            ("page_size=0", "page_size", "1"),
            ("page_size=100000", "page_size", "200"),
            ("page_size=many", "page_size", "integer"),
            ("q=a%00b", "q", "null character"),
        ],
    )
    def test_what_is_not_known_is_400_and_named(self, owner, query, parameter, says):
        response = owner.get(f"{LIST}?{query}")
        told = response.json()
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert told["errors"][0]["parameter"] == parameter
        assert says in told["errors"][0]["detail"]


def test_the_period_is_half_open(given, owner):
    rfc = RFCFactory(state=State.SCHEDULED, owner=given.people.owner)
    SessionFactory(rfc=rfc, planned_start=NOW, planned_end=NOW + timedelta(hours=1))
    assert numbers(owner.get(f"{LIST}?from={iso(NOW + hours(1))}")) == []
    assert numbers(owner.get(f"{LIST}?from={iso(NOW + hours(0.5))}")) == [rfc.number]
