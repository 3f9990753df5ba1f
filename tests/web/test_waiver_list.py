"""The waivers of a month: counted, listed, narrowed, and what has become of each (issue 3, "waived this month")."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.actions.waiver import waive
from changes.choices import State
from changes.models import RFC, Waiver
from tests.factories import NOW, FreezeFactory, ServiceFactory, hours, rfc_in, session
from tests.web.rfc_form import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
START = NOW + hours(72)
CODE = "conflict.same_implementer"


@pytest.fixture
def visitor(given):
    client = Client()
    client.force_login(given.people.member)
    return client


def waived(given, *, nights: int = 0, **other) -> Waiver:
    """A waiver of a clash on one night, two hours of it."""
    start = START + timedelta(days=nights)
    first = rfc_in(State.SUBMITTED, given, sessions=(session(start + hours(2)),), configuration_items=(), **other)
    rfc = rfc_in(State.APPROVED, given, sessions=(session(start),), configuration_items=(), **other)
    manager = given.people.change_manager
    return waive(rfc, CODE, other=first, reason="A second pair of hands.", until=start + hours(9), actor=manager, at=NOW)


def test_a_waiver_is_told_with_its_reason_its_size_and_until_when_it_holds(visitor, given):
    waiver = waived(given)
    read = text(visitor.get("/waivers/"))
    assert "Waived in November 2026" in read
    assert "1 waiver:" in read
    for part in (waiver.rfc.number, waiver.other.number, CODE, "120 min", "A second pair of hands.", "Change manager", "holds until"):
        assert part in read


def test_what_lapsed_says_why_and_what_is_over_has_nothing_left(visitor, given):
    grown, ended = waived(given), waived(given, nights=1)
    RFC.objects.get(pk=grown.other_id).sessions.update(planned_start=START + hours(1))
    RFC.objects.filter(pk=ended.rfc_id).update(state=State.CANCELLED)
    read = text(visitor.get("/waivers/"))
    assert "Lapsed the overlap grew from 120 min to 180 min" in read
    assert "Nothing left to waive the RFC is cancelled" in read


def test_the_month_is_that_of_the_readers_clock_and_another_can_be_asked_for(visitor, given):
    waiver = waived(given)
    Waiver.objects.filter(pk=waiver.pk).update(created_at=NOW.replace(month=10, day=31, hour=23, minute=30))  # 1 November in Amsterdam
    assert waiver.rfc.number in text(visitor.get("/waivers/?month=2026-11"))
    assert "Nothing was waived in October 2026" in text(visitor.get("/waivers/?month=2026-10"))


@pytest.mark.parametrize("month", ["2026-13", "November", "0001-01", "2026-11-21"])
def test_what_is_no_month_is_not_found(visitor, month):
    response = visitor.get(f"/waivers/?month={month}")
    assert (response.status_code, "Nothing here" in text(response)) == (404, True)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [("", {0, 1}), (f"code={CODE}", {0, 1}), ("service=journal", {1}), ("by=change-manager", {0, 1}), ("by=chair", set())],
)
def test_the_list_is_narrowed_and_says_how_many_that_hides(visitor, given, query, numbers):
    journal = ServiceFactory(slug="journal", name="Journal")
    made = [waived(given), waived(given, nights=1, services=(journal.slug,))]
    read = text(visitor.get(f"/waivers/?{query}"))
    assert {place for place, waiver in enumerate(made) if waiver.rfc.number in read} == numbers
    if not numbers:
        assert "2 others are hidden" in read


def test_a_service_that_is_waived_for_again_and_again_stands_out(visitor, given):
    for nights in range(3):
        waived(given, nights=nights)
        assert ("recurs: 3 in three months" in text(visitor.get("/waivers/"))) == (nights == 2)


def test_three_waivers_cost_as_many_queries_as_one(visitor, given):
    counts = []
    for nights in range(3):
        waived(given, nights=nights)
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get("/waivers/").context["found"].total == nights + 1
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_count_on_the_board_and_at_home_is_a_link_to_the_list(visitor, given):
    waived(given)
    link = '<a href="/waivers/">1 waived this month</a>'
    assert link in visitor.get("/board/").content.decode()
    assert link not in visitor.get("/").content.decode()
    visitor.force_login(given.people.change_manager)
    assert link in visitor.get("/").content.decode()


def test_the_page_of_the_rfc_says_that_a_waiver_lapsed_and_the_finding_blocks_again(visitor, given):
    waiver = waived(given)
    page = f"/rfcs/{waiver.rfc.number}/"
    assert "Lapsed" not in text(visitor.get(page))
    RFC.objects.get(pk=waiver.other_id).sessions.update(planned_start=START + hours(1))
    read = text(visitor.get(page))
    assert "Change manager had waived it, but the overlap grew from 120 min to 180 min." in read
    assert "Lapsed : the overlap grew from 120 min to 180 min" in read
    assert "1 blocking" in read


def test_who_may_not_waive_reads_who_can(visitor, given):
    FreezeFactory(name="Year end", start=START, end=START + hours(24), waivable_by=given.people.chair)
    rfc_in(State.SUBMITTED, given, sessions=(session(START + hours(2)),), configuration_items=())
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),), configuration_items=())
    visitor.force_login(given.people.owner)
    read = text(visitor.get(f"/rfcs/{rfc.number}/"))
    assert "The freeze “Year end” can be waived by Chair." in read
    assert "What is about its time can be waived by Change manager." in read
    assert "can be waived by Change manager" in text(visitor.get(f"/rfcs/{rfc.number}/waivers/"))
    visitor.force_login(given.people.chair)
    page = visitor.get(f"/rfcs/{rfc.number}/").content.decode()
    assert f"/rfcs/{rfc.number}/waivers/?code=freeze.active" in page
    assert f"/rfcs/{rfc.number}/waivers/?code={CODE}" not in page
