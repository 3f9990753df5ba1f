"""Declaring, changing and lifting a freeze in the browser: what it hits is shown first, what was typed is kept."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.choices import State
from changes.models import Freeze, FreezeNotice
from tests.factories import NOW, EnvironmentFactory, FreezeFactory, RFCFactory, ServiceFactory, SessionFactory, UserFactory, cast

pytestmark = pytest.mark.django_db
NEW, CHECK = "/setup/freezes/new/", "/setup/freezes/check/"
#: Tuesday 24 November, whole, by the clock of Amsterdam; the sessions below begin at 10:00 that day.
TYPED = {
    "name": "Audit",
    "reason": "The auditors are in the house.",
    "time_zone": "Europe/Amsterdam",
    "start": "2026-11-24T00:00",
    "end": "2026-11-25T00:00",
    "rhythm": "once",
}


@pytest.fixture(autouse=True)
def stand_at():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock.move_to


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def administrator(client, people):
    client.force_login(people.administrator)
    return client


def planned(owner, title="Rollup 8", start=NOW + timedelta(days=3), **rfc):
    made = RFCFactory(**{"state": State.SCHEDULED, "owner": owner, "title": title, **rfc})
    return SessionFactory(rfc=made, planned_start=start).rfc


def seen(response):
    """What the page has shown, as it hands it in again."""
    return response.context["editing"].effect.keys


def text_of(response):
    return " ".join(response.content.decode().split())


def test_nothing_is_declared_before_what_it_hits_was_shown(administrator, people):
    rfc = planned(people.owner)
    shown = administrator.post(NEW, {**TYPED, "act": "save"})
    assert not Freeze.objects.exists()
    for words in ("Declare “Audit”?", "Hits 1 RFC", rfc.number, "Rollup 8", "240 min of it", "Owner", "Declare it, and tell 1 owner"):
        assert words in text_of(shown)
    saved = administrator.post(NEW, {**TYPED, "act": "save", "seen": seen(shown)}, follow=True)
    row = Freeze.objects.get()
    assert saved.redirect_chain == [(f"/setup/freezes/{row.pk}/", 302)]
    assert (row.start, row.end) == (datetime(2026, 11, 23, 23, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC))
    assert "“Audit” is declared. 1 RFC hit, its owner is told." in text_of(saved)
    assert f"?number={rfc.number}" in text_of(saved)


def test_what_came_to_be_hit_meanwhile_is_shown_before_it_is_saved(administrator, people):
    planned(people.owner)
    shown = administrator.post(NEW, {**TYPED, "act": "show"})
    assert "Hits 1 RFC" in text_of(shown)
    planned(people.owner, "Rollup 9")
    asked = administrator.post(NEW, {**TYPED, "act": "save", "seen": seen(shown)})
    assert not Freeze.objects.exists()
    assert "Hits 2 RFCs" in text_of(asked)
    administrator.post(NEW, {**TYPED, "act": "save", "seen": seen(asked)})
    assert FreezeNotice.objects.get().lines.count() == 2


def test_one_that_hits_nothing_needs_no_question(administrator):
    saved = administrator.post(NEW, {**TYPED, "act": "save"}, follow=True)
    assert Freeze.objects.get().name == "Audit"
    assert "No planned RFC is hit or freed, so nobody is told." in text_of(saved)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone", "“Mars/Olympus” is not a time zone"),
        ({"end": "2026-11-23T00:00"}, "end", "The freeze ends at or before its start."),
        ({"start": "soon"}, "start", "“soon” is no date and time"),
        ({"rhythm": "weekly", "rhythm_weekdays": ["4"]}, "start", "does not match the rule"),
        ({"rhythm": "raw", "rhythm_raw": "FREQ=SOMETIMES"}, "rhythm_raw", "FREQ"),
        ({"name": ""}, "name", "required"),
        ({"environment": "moon"}, "environment", "moon"),
        ({"waivable_by": "nobody-known"}, "waivable_by", "nobody-known"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_is_kept(administrator, typed, field, sentence):
    response = administrator.post(NEW, {**TYPED, **typed, "act": "save"})
    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, [field])
    assert sentence in " ".join(form.errors[field])
    assert "The auditors are in the house." in response.content.decode()
    assert not Freeze.objects.exists()


@pytest.mark.parametrize(
    ("typed", "place", "sentence"),
    [
        ({"end": "2026-11-23T00:00"}, "end", "The freeze ends at or before its start."),
        ({"rhythm": "weekly", "rhythm_weekdays": ["4"]}, "start", "does not match the rule"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "is not a time zone"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_while_typing(administrator, typed, place, sentence):
    page = administrator.post(CHECK, {**TYPED, **typed}).content.decode()
    beside = page.partition(f'id="problems-{place}" hx-swap-oob="true">')[2].partition("</div>")[0]
    assert sentence in beside


def test_a_start_that_the_rule_does_not_know_is_offered_the_first_that_it_does(administrator):
    fridays = {**TYPED, "rhythm": "weekly", "rhythm_weekdays": ["4"]}
    response = administrator.post(NEW, {**fridays, "act": "show"})
    assert 'value="start 2026-11-27T00:00"' in response.content.decode()
    taken = administrator.post(NEW, {**fridays, "act": "start 2026-11-27T00:00"})
    assert (taken.context["form"]["start"].value(), taken.context["form"]["end"].value()) == ("2026-11-27T00:00", "2026-11-28T00:00")
    assert taken.context["editing"].sentence == "Everything, every Friday all day, Amsterdam"


def test_whom_it_holds_for_and_when_is_said_while_typing(administrator):
    EnvironmentFactory(slug="managed", name="Managed services")
    ServiceFactory(slug="relay", name="Relay")
    fridays = {**TYPED, "start": "2026-11-27T12:00", "end": "2026-11-28T00:00", "rhythm": "weekly", "rhythm_weekdays": ["4"]}
    response = administrator.post(CHECK, {**fridays, "name": "", "environment": "managed", "service": "relay"})
    assert "Everything on Relay in Managed services, every Friday 12:00–00:00, Amsterdam" in text_of(response)
    assert "required" not in response.content.decode()
    assert not Freeze.objects.exists()


def test_times_are_those_of_the_named_zone_and_a_clock_change_is_told(administrator):
    autumn = {**TYPED, "start": "2027-10-31T02:30", "end": "2027-10-31T06:00"}
    response = administrator.post(CHECK, autumn)
    assert "02:30 comes twice on Sun 31 Oct" in text_of(response)
    administrator.post(NEW, {**autumn, "start_second": "on", "act": "save"})
    row = Freeze.objects.get()
    assert row.start == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    again = administrator.get(row.get_absolute_url())
    assert (again.context["form"]["start"].value(), again.context["form"]["start_second"].value()) == ("2027-10-31T02:30", True)
    assert 'name="start_second" checked' in again.content.decode()


def test_changing_one_shows_what_it_hits_and_frees(administrator, people, stand_at):
    near, far = planned(people.owner, "Near"), planned(people.outsider, "Far", NOW + timedelta(days=10))
    administrator.post(NEW, {**TYPED, "act": "save", "seen": f"h{near.pk}.0"})
    row = Freeze.objects.get()
    later = {**TYPED, "start": "2026-12-01T00:00", "end": "2026-12-02T00:00"}
    shown = administrator.post(row.get_absolute_url(), {**later, "act": "save"})
    for words in ("Change “Audit”?", "Hits 1 RFC", far.number, "Frees 1 RFC", near.number, "Change it, and tell 2 owners"):
        assert words in text_of(shown)
    saved = administrator.post(row.get_absolute_url(), {**later, "act": "save", "seen": seen(shown)}, follow=True)
    assert "“Audit” is changed. 1 RFC hit, 1 freed, their 2 owners are told." in text_of(saved)
    stand_at(NOW + timedelta(minutes=1))
    again = administrator.post(row.get_absolute_url(), {**later, "act": "save"}, follow=True)
    assert "No planned RFC is hit or freed, so nobody is told." in text_of(again)
    assert FreezeNotice.objects.count() == 2


def test_lifting_one_shows_what_it_frees_and_tells(administrator, people):
    rfc = planned(people.owner)
    planned(UserFactory(username="gone", is_active=False), "Orphan")
    row = FreezeFactory(name="Audit", start=NOW + timedelta(days=2), end=NOW + timedelta(days=4))
    asked = administrator.get(f"/setup/freezes/{row.pk}/lift/")
    for words in ("Lift “Audit”?", "Frees 2 RFCs", rfc.number, "Gone (no account any more, not told)"):
        assert words in text_of(asked)
    done = administrator.post(f"/setup/freezes/{row.pk}/lift/", follow=True)
    assert "“Audit” is lifted. 2 RFCs freed, their owner is told. Gone has no account any more and cannot be told." in text_of(done)
    assert not Freeze.objects.exists()


@pytest.mark.parametrize("person", ["viewer", "owner", "change_manager", "chair"])
def test_freezes_belong_to_the_administrators(client, people, person):
    row = FreezeFactory()
    client.force_login(getattr(people, person))
    addresses = (NEW, f"/setup/freezes/{row.pk}/", f"/setup/freezes/{row.pk}/lift/")
    assert [client.get(address).status_code for address in addresses] == [403] * 3
    assert [client.post(address, {**TYPED, "act": "save"}).status_code for address in (*addresses, CHECK)] == [403] * 4
    assert list(Freeze.objects.values_list("name", flat=True)) == [row.name]
    page = client.get("/setup/").content.decode()
    assert row.name in page
    assert "/setup/freezes/" not in page


def test_the_set_up_page_tells_of_repeating_ones_in_words(administrator):
    FreezeFactory(name="Over", start=NOW - timedelta(days=9), end=NOW - timedelta(days=8))
    FreezeFactory(name="Run out", start=NOW - timedelta(days=9), end=NOW - timedelta(days=8), rrule="FREQ=DAILY;COUNT=2")
    row = FreezeFactory(
        name="Fridays",
        start=datetime(2026, 11, 6, 11, tzinfo=UTC),
        end=datetime(2026, 11, 6, 23, tzinfo=UTC),
        rrule="FREQ=WEEKLY",
        time_zone="Europe/Amsterdam",
        environment=EnvironmentFactory(name="Managed services"),
    )
    page = text_of(administrator.get("/setup/"))
    assert "Every Friday 12:00–00:00" in page
    assert "Everything in Managed services" in page
    assert f'href="/setup/freezes/{row.pk}/"' in page
    assert "Over" not in page
    assert "Run out" not in page


def test_django_s_admin_shows_freezes_and_writes_none(client):
    row = FreezeFactory()
    client.force_login(UserFactory(role="administrator", is_staff=True))
    assert client.get(f"/admin/changes/freeze/{row.pk}/change/").context["has_change_permission"] is False
    assert client.post(f"/admin/changes/freeze/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/changes/freeze/add/").status_code == 403
    assert list(Freeze.objects.all()) == [row]


def test_the_page_costs_the_same_for_one_hit_and_for_three(administrator, people):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            planned(UserFactory(), services=[ServiceFactory(slug="relay")] if not counts else [])
        with CaptureQueriesContext(connection) as queries:
            administrator.post(CHECK, {**TYPED, "environment": ""})
        counts.append(len(queries))
    assert counts[0] == counts[1]
