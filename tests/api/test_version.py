"""Nothing is read twice and nobody writes over another: ETag, If-None-Match, If-Match (DESIGN 4.10)."""

from datetime import timedelta

import pytest

from changes.choices import State
from changes.models import RFC, Environment, Service
from tests.api.bodies import iso
from tests.factories import NOW, FreezeFactory, MeetingFactory, WindowFactory, raised, rfc_in

READ = (
    "rfcs/", "rfcs/{number}/", "rfcs/{number}/?fields=title", "rfcs/{number}/findings/", "rfcs/{number}/transitions/",
    "rfcs/{number}/events/", "rfcs/{number}/reminders/", "rfcs/{number}/waivers/", "schedule/", "changes-near/",
    "gate/?environment=production", "slots/?environment=production&minutes=60", "environments/", "environments/production/",
    "boards/cab/", "boards/cab/meetings/", "meetings/{meeting}/", "meetings/{meeting}/agenda/", "meetings/{meeting}/events/",
    "change-windows/{window}/", "change-windows/{window}/occurrences/",
)  # fmt: skip


@pytest.fixture
def addresses(given):
    names = {"number": rfc_in(State.SUBMITTED, given).number, "meeting": MeetingFactory(board=given.board).pk, "window": WindowFactory().pk}
    return {path: f"/api/v1/{path.format(**names)}" for path in READ}


@pytest.mark.parametrize("path", READ)
def test_what_is_known_already_is_304(owner, addresses, path):
    first = owner.get(addresses[path])
    assert (first.status_code, first["ETag"][:1], first["Cache-Control"]) == (200, '"', "private, no-cache")
    assert set(first["Vary"].split(", ")) >= {"Accept", "Authorization", "Cookie"}
    for known in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        again = owner.get(addresses[path], headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"], again["Cache-Control"]) == (
            304,
            b"",
            first["ETag"],
            "private, no-cache",
        )
    other = owner.get(addresses[path], headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_a_list_has_another_tag_once_a_row_came_in(given, owner):
    tag = owner.get("/api/v1/rfcs/")["ETag"]
    raised(given)
    assert owner.get("/api/v1/rfcs/", headers={"If-None-Match": tag}).json()["results"]


def test_findings_change_without_a_version_and_their_tag_with_them(given, owner):
    rfc = raised(given)
    path = f"/api/v1/rfcs/{rfc.number}/"
    before = owner.get(f"{path}findings/")
    FreezeFactory(start=NOW, end=NOW + timedelta(days=7))
    after = owner.get(f"{path}findings/", headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, [one["code"] for one in after.json()], after["ETag"] != before["ETag"]) == (200, ["freeze.active"], True)
    assert {tag.partition(".")[0] for tag in (before["ETag"], after["ETag"])} == {f'"{rfc.version}'}


@pytest.mark.parametrize("read", ["", "findings/", "transitions/", "waivers/", "?fields=title"])
def test_whatever_was_read_of_an_rfc_its_tag_serves_to_change_it(given, owner, read):
    path = f"/api/v1/rfcs/{raised(given).number}/"
    tag = owner.get(f"{path}{read}")["ETag"]
    answers = [owner.patch(path, {"title": title}, headers={"If-Match": tag}) for title in ("Rollup 9", "Rollup 10")]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert RFC.objects.get().title == "Rollup 9"


class TestSetUpData:
    PATH = "/api/v1/services/hub-transport/"

    @pytest.fixture
    def admin(self, given, client_of):
        return client_of(given.people.administrator)

    @pytest.mark.parametrize(
        ("headers", "status"),
        [({}, 428), ({"If-Match": '"other"'}, 412), ({"If-Match": "*"}, 200), ({"If-Match": "{}"}, 200), ({"If-Match": 'W/{}, "x"'}, 200)],
    )
    def test_a_change_needs_what_was_read(self, admin, headers, status):
        tag = admin.get(self.PATH)["ETag"]
        response = admin.patch(self.PATH, {"name": "Mail"}, headers={name: value.format(tag) for name, value in headers.items()})
        assert (response.status_code, Service.objects.filter(name="Mail").exists()) == (status, status == 200)
        if status == 200:
            assert (response["ETag"] == admin.get(self.PATH)["ETag"], response["ETag"] == tag) == (True, False)

    def test_a_change_of_its_parts_is_a_change(self, given, admin):
        path = f"/api/v1/environments/{given.environment.slug}/"
        tag = admin.get(path)["ETag"]
        admin.patch(path, {"routes": {"minor": "record"}}, headers={"If-Match": tag})
        told = admin.patch(path, {"routes": {"minor": "board"}}, headers={"If-Match": tag}).json()
        assert (told["status"], admin.get(path).json()["routes"]) == (412, {"minor": "record"})

    @pytest.mark.parametrize(("headers", "status"), [({}, 204), ({"If-Match": '"other"'}, 412), ({"If-Match": "{}"}, 204)])
    def test_a_removal_heeds_it(self, admin, headers, status):
        made = admin.post("/api/v1/environments/", {"slug": "lab", "name": "Lab"})
        sent = {name: value.format(made["ETag"]) for name, value in headers.items()}
        assert admin.delete("/api/v1/environments/lab/", headers=sent).status_code == status
        assert Environment.objects.filter(slug="lab").exists() == (status == 412)

    def test_who_has_no_right_hears_that_first(self, owner):
        assert owner.patch(self.PATH, {"name": "Mail"}).status_code == 403


def test_a_meeting_is_changed_from_what_was_read(given, client_of):
    chair, meeting = client_of(given.people.chair), MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5))
    path, before = f"/api/v1/meetings/{meeting.pk}/", meeting.starts_at
    tag = chair.get(path)["ETag"]
    later = {"starts_at": iso(before + timedelta(minutes=10))}
    sent = [{}, {"If-Match": tag}, {"If-Match": tag}]
    assert [chair.patch(path, later, headers=headers).status_code for headers in sent] == [428, 200, 412]
    meeting.refresh_from_db()
    assert meeting.starts_at == before + timedelta(minutes=10)
