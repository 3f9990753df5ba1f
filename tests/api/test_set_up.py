from datetime import timedelta

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import reminder
from changes.choices import State
from changes.models import Environment, Freeze
from tests.api.bodies import iso
from tests.factories import (
    NOW,
    BoardFactory,
    ChangeTypeFactory,
    EnvironmentFactory,
    FreezeFactory,
    ItemFactory,
    ServiceFactory,
    WindowFactory,
    rfc_in,
    session,
)

ROOMS = {
    "environments": EnvironmentFactory,
    "services": ServiceFactory,
    "configuration-items": ItemFactory,
    "change-types": ChangeTypeFactory,
    "change-windows": WindowFactory,
    "freezes": FreezeFactory,
    "boards": BoardFactory,
}


@pytest.fixture
def admin(given, client_of):
    return client_of(given.people.administrator)


def bodies(given):
    return {
        "environments": {"slug": "lab", "name": "Lab", "routes": {"minor": "record", "major": "manager"}},
        "services": {"slug": "web", "name": "Web", "manager": "owner", "depends_on": ["hub-transport"]},
        "configuration-items": {"slug": "fe-01", "name": "FE-01", "service": "hub-transport"},
        "change-types": {
            "slug": "patch",
            "name": "Patch",
            "severity": "minor",
            "notice_hours": 24,
            "rollout": [{"instruction": "Patch it", "minutes": 10, "check": "It answers."}],
        },
        "change-windows": {
            "name": "Saturday night",
            "environment": "production",
            "change_types": ["rollup"],
            "time_zone": "Europe/Amsterdam",
            "rrule": "FREQ=WEEKLY;BYDAY=SA",
            "first_start": "2026-11-21T22:00:00",
            "first_end": "2026-11-22T04:00:00",
            "exdates": ["2026-12-26T22:00:00"],
        },
        "freezes": {
            "name": "Year-end close",
            "reason": "The books.",
            "start": iso(NOW),
            "end": iso(NOW + timedelta(days=3)),
            "time_zone": "Europe/Amsterdam",
            "rrule": "",
            "environment": "production",
            "service": None,
            "change_type": None,
            "waivable_by": "change-manager",
        },
        "boards": {
            "slug": "network",
            "name": "Network board",
            "chair": "chair",
            "time_zone": "Europe/Amsterdam",
            "weekday": 1,
            "starts": "14:00",
            "cut_off_time": "12:00",
            "members": [{"user": "member", "seat": "network"}],
            "rota": [{"user": "chair"}, {"user": "change-manager"}],
            "holidays": ["2026-12-25"],
        },
    }


@pytest.mark.parametrize("room", ROOMS)
def test_an_administrator_adds_reads_changes_and_removes_one(given, admin, room):
    body = bodies(given)[room]
    made = admin.post(f"/api/v1/{room}/", body)
    assert made.status_code == 201, made.json()
    assert {name: told for name, told in made.json().items() if name in body and name not in ("members", "rota", "rollout")} == {
        name: value for name, value in body.items() if name not in ("members", "rota", "rollout")
    }
    key = made.json().get("slug") or made.json()["id"]
    assert admin.get(f"/api/v1/{room}/{key}/").json() == made.json()
    assert made.json() in admin.get(f"/api/v1/{room}/").json()["results"]
    assert made["Location"].endswith(f"/api/v1/{room}/{key}/")
    changed = admin.patch(f"/api/v1/{room}/{key}/", {"name": "Another name"}, headers={"If-Match": made["ETag"]}).json()
    assert changed == {**made.json(), "name": "Another name"}
    assert (admin.delete(f"/api/v1/{room}/{key}/").status_code, admin.get(f"/api/v1/{room}/{key}/").status_code) == (204, 404)


@pytest.mark.parametrize("person", ["owner", "viewer", "chair", "change_manager", "tool"])
@pytest.mark.parametrize("room", ROOMS)
def test_everybody_else_reads_and_writes_nothing(given, client_of, room, person):
    client = client_of(getattr(given.people, person))
    row = ROOMS[room]()
    key = getattr(row, "slug", row.pk)
    before = client.get(f"/api/v1/{room}/").json()
    assert client.get(f"/api/v1/{room}/{key}/").json() in before["results"]
    answers = [
        client.post(f"/api/v1/{room}/", bodies(given)[room]),
        client.patch(f"/api/v1/{room}/{key}/", {"name": "x"}),
        client.delete(f"/api/v1/{room}/{key}/"),
    ]
    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [(403, "/api/problems/not-allowed/")] * 3
    assert client.get(f"/api/v1/{room}/").json() == before


@pytest.mark.parametrize("room", ROOMS)
def test_the_same_number_of_queries_for_one_and_for_three(given, owner, room):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(f"/api/v1/{room}/").status_code == 200
        return len(queries)

    ROOMS[room]()
    first = asked()
    ROOMS[room](), ROOMS[room]()
    assert asked() == first


@pytest.mark.parametrize(
    "address",
    [
        "environments/production",
        "services/hub-transport",
        "configuration-items/ht-01",
        "change-types/rollup",
        "boards/cab",
    ],
)
def test_what_is_in_use_stays(given, admin, address):
    rfc_in(State.SUBMITTED, given)
    given.board.environments.add(given.environment)
    given.board.meetings.create(starts_at=NOW, ends_at=NOW + timedelta(hours=1), cut_off_at=NOW)
    response = admin.delete(f"/api/v1/{address}/")
    assert (response.status_code, response.json()["type"]) == (409, "/api/problems/in-use/")
    assert admin.get(f"/api/v1/{address}/").status_code == 200


@pytest.mark.parametrize(
    ("room", "change", "pointer"),
    [
        ("environments", {"slug": "production"}, "/slug"),
        ("environments", {"slug": "the lab"}, "/slug"),
        ("environments", {"routes": {"minor": "nowhere"}}, "/routes/minor"),
        ("environments", {"position": -1}, "/position"),
        ("services", {"depends_on": ["moon"]}, "/depends_on/0"),
        ("services", {"manager": "nobody"}, "/manager"),
        ("change-types", {"notice_hours": "24"}, "/notice_hours"),
        ("change-types", {"rollout": [{"instruction": ""}]}, "/rollout/0/instruction"),
        ("change-windows", {"rrule": "FREQ=HOURLY"}, "/rrule"),
        ("change-windows", {"rrule": "every Saturday"}, "/rrule"),
        ("change-windows", {"time_zone": "Mars/Phobos"}, "/time_zone"),
        ("change-windows", {"first_start": "2026-11-20T22:00:00"}, "/first_start"),
        ("change-windows", {"first_start": "2026-11-21T22:00:00Z"}, "/first_start"),
        ("change-windows", {"first_end": "2026-11-21T22:00:00"}, "/first_end"),
        ("change-windows", {"exdates": ["2026-02-30T22:00:00"]}, "/exdates/0"),
        ("change-windows", {"id": 7}, "/id"),
        ("freezes", {"end": iso(NOW)}, "/end"),
        ("freezes", {"start": "2026-11-21T10:00:00"}, "/start"),
        ("freezes", {"rrule": "FREQ=SOMETIMES"}, "/rrule"),
        ("freezes", {"environment": "moon"}, "/environment"),
        ("boards", {"weekday": 7}, "/weekday"),
        ("boards", {"starts": "two"}, "/starts"),
        ("boards", {"cut_off_days": 0, "cut_off_time": "15:00"}, "/cut_off_time"),
        ("boards", {"members": [{"user": "member"}, {"user": "member"}]}, "/members/1"),
        ("boards", {"members": [{"user": "member", "since": "2026-12-02", "until": "2026-12-01"}]}, "/members/0"),
        ("boards", {"rota": [{"user": "chair", "since": iso(NOW), "until": iso(NOW)}]}, "/rota/0"),
    ],
)
def test_what_cannot_be_is_400_with_a_pointer(given, admin, room, change, pointer):
    count = ROOMS[room]._meta.model.objects.count()
    response = admin.post(f"/api/v1/{room}/", {**bodies(given)[room], **change})
    assert (response.status_code, [error["pointer"] for error in response.json()["errors"]]) == (400, [pointer]), response.json()
    assert ROOMS[room]._meta.model.objects.count() == count


def test_a_slug_is_not_changed_for_others_name_it(given, admin):
    response = admin.patch("/api/v1/environments/production/", {"slug": "other"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/slug")
    assert Environment.objects.filter(slug="production").exists()


def test_when_a_window_is_open_with_the_hours_of_each_night(given, owner):
    window = WindowFactory(first_start="2026-03-21T22:00:00", first_end="2026-03-22T04:00:00")
    address = f"/api/v1/change-windows/{window.pk}/occurrences/"
    told = owner.get(f"{address}?from=2026-03-28T00:00:00Z&to=2026-04-05T00:00:00Z").json()
    assert told == [
        {"start": "2026-03-28T21:00:00Z", "end": "2026-03-29T02:00:00Z", "hours": 5.0},
        {"start": "2026-04-04T20:00:00Z", "end": "2026-04-05T02:00:00Z", "hours": 6.0},
    ]


class TestFreezePreview:
    ADDRESS = "/api/v1/freezes/preview/"

    @pytest.fixture
    def planned(self, given):
        """Scheduled, and in three and in nine days; a draft of the owner; an emergency."""
        near = rfc_in(State.APPROVED, given)
        far = rfc_in(State.APPROVED, given, sessions=(session(NOW + timedelta(days=9)),))
        return near, far

    def numbers(self, response):
        return {name: [rfc["number"] for rfc in rows] for name, rows in response.json().items()}

    def test_whom_a_new_one_hits(self, given, owner, planned):
        body = {"name": "Close", "start": iso(NOW), "end": iso(NOW + timedelta(days=7)), "service": "hub-transport"}
        assert self.numbers(owner.post(self.ADDRESS, body)) == {"hit": [planned[0].number], "freed": []}
        elsewhere = ServiceFactory().slug
        assert self.numbers(owner.post(self.ADDRESS, {**body, "service": elsewhere})) == {"hit": [], "freed": []}
        assert not Freeze.objects.exists()

    def test_whom_another_time_of_a_stored_one_frees(self, owner, planned):
        stored = FreezeFactory(start=NOW, end=NOW + timedelta(days=7))
        body = {"id": stored.pk, "name": "Close", "start": iso(NOW + timedelta(days=8)), "end": iso(NOW + timedelta(days=12))}
        assert self.numbers(owner.post(self.ADDRESS, body)) == {"hit": [planned[1].number], "freed": [planned[0].number]}

    def test_what_is_not_given_stays_as_the_stored_one_has_it(self, given, owner, planned):
        """As in a PATCH: without its scope, a narrow freeze would seem to hit everything."""
        elsewhere = ServiceFactory()
        stored = FreezeFactory(start=NOW, end=NOW + timedelta(days=7), service=elsewhere)
        assert self.numbers(owner.post(self.ADDRESS, {"id": stored.pk, "end": iso(NOW + timedelta(days=12))})) == {"hit": [], "freed": []}
        everywhere = {"id": stored.pk, "service": None, "end": iso(NOW + timedelta(days=12))}
        assert self.numbers(owner.post(self.ADDRESS, everywhere)) == {"hit": [rfc.number for rfc in planned], "freed": []}

    def test_one_that_repeats(self, owner, planned):
        body = {"name": "Mornings", "start": iso(NOW), "end": iso(NOW + timedelta(hours=2)), "rrule": "FREQ=DAILY;INTERVAL=3"}
        assert self.numbers(owner.post(self.ADDRESS, body)) == {"hit": [rfc.number for rfc in planned], "freed": []}

    def test_whoever_declares_one_by_rest_has_its_owners_told(self, given, admin, planned):
        made = admin.post("/api/v1/freezes/", {"name": "Close", "start": iso(NOW), "end": iso(NOW + timedelta(days=7))})
        reminder.send_due(at=NOW)
        assert [message.to for message in mail.outbox if message.subject.startswith("Freeze “Close” declared")] == [["owner@example.org"]]
        mail.outbox.clear()
        admin.delete(f"/api/v1/freezes/{made.json()['id']}/", headers={"If-Match": "*"})
        reminder.send_due(at=NOW)
        assert [message.subject for message in mail.outbox] == ["Freeze “Close” lifted: 1 RFC of yours freed"]
        events = admin.get(f"/api/v1/rfcs/{planned[0].number}/events/").json()["results"]
        assert {event["action"] for event in events} >= {"freeze_declared", "freeze_lifted"}

    def test_one_that_cannot_be_is_400(self, owner):
        response = owner.post(self.ADDRESS, {"name": "Close", "start": iso(NOW), "end": iso(NOW)})
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, "/end")


def test_who_changed_what_is_kept(given, admin):
    admin.post("/api/v1/services/", {"slug": "web", "name": "Web"})
    admin.patch("/api/v1/services/web/", {"name": "Web shop", "depends_on": ["hub-transport"]}, headers={"If-Match": "*"})
    admin.delete("/api/v1/services/web/")
    kept = LogEntry.objects.order_by("pk").values_list("user__username", "action_time", "object_repr", "action_flag", "change_message")
    assert list(kept) == [
        ("administrator", NOW, "Web", ADDITION, ""),
        ("administrator", NOW, "Web shop", CHANGE, "name: Web → Web shop; depends_on"),
        ("administrator", NOW, "Web shop", DELETION, ""),
    ]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("boards/cab", {"members": [{}]}, "/members/0/user"),
        ("boards/cab", {"rota": [{}]}, "/rota/0/user"),
        ("change-types/rollup", {"rollout": [{}]}, "/rollout/0/instruction"),
    ],
)
def test_half_a_row_in_a_change_is_refused_where_it_stands(given, admin, path, body, pointer):
    before = admin.get(f"/api/v1/{path}/").json()
    told = admin.patch(f"/api/v1/{path}/", body).json()
    assert (told["status"], pointer in [error["pointer"] for error in told["errors"]]) == (400, True)
    assert admin.get(f"/api/v1/{path}/").json() == before
