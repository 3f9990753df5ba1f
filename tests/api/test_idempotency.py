"""A POST under an Idempotency-Key is done once, however often and by how many at once it is sent (DESIGN 4.10)."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from changes.actions import idempotency
from changes.actions.idempotency import Asked
from changes.api.idempotency import fingerprint_of
from changes.api.views import rfc as rfc_views
from changes.choices import State, Verdict
from changes.exceptions import InFlight
from changes.models import RFC, Environment, Event, IdempotencyKey, Meeting, Vote
from changes.models.idempotency_key import KEPT, LEASE
from tests.api.bodies import iso, rfc_body
from tests.at_once import at_once
from tests.factories import HIGH_IMPACT, NOW, FreezeFactory, MeetingFactory, raised, rfc_in, world

RFCS = "/api/v1/rfcs/"
KEY = {"Idempotency-Key": "0b9c6f2e-2d0a-4d35-9a4e-3a3a5b7c1f00"}


def problem_of(response):
    return response.status_code, response.json()["type"].split("/")[-2]


class TestASecondTime:
    def test_it_is_answered_to_the_byte_and_done_once(self, given, owner):
        first, second = (owner.post(RFCS, rfc_body(given), headers=KEY) for _ in range(2))
        assert (first.status_code, second.status_code, RFC.objects.count()) == (201, 201, 1)
        assert second.content == first.content
        assert [second[name] for name in ("Location", "ETag", "Content-Type")] == [
            first[name] for name in ("Location", "ETag", "Content-Type")
        ]
        assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")

    def test_the_answer_is_the_one_of_then_whatever_happened_since(self, given, owner):
        first = owner.post(RFCS, rfc_body(given), headers=KEY)
        owner.patch(f"{RFCS}{first.json()['number']}/", {"title": "Rollup 9"}, headers={"If-Match": first["ETag"]})
        assert owner.post(RFCS, rfc_body(given), headers=KEY).content == first.content

    def test_names_in_another_order_and_other_white_space_are_the_same_body(self, given, owner):
        turned = dict(reversed(rfc_body(given).items()))
        numbers = {owner.post(RFCS, body, headers=KEY).json()["number"] for body in (rfc_body(given), turned)}
        assert len(numbers) == RFC.objects.count() == 1

    def test_another_body_is_422(self, given, owner):
        owner.post(RFCS, rfc_body(given), headers=KEY)
        assert problem_of(owner.post(RFCS, rfc_body(given, title="Another"), headers=KEY)) == (422, "key-reused")
        assert RFC.objects.count() == 1

    def test_a_key_is_of_one_person_and_one_path(self, given, owner, client_of):
        other = client_of(given.people.implementer)
        numbers = {client.post(RFCS, rfc_body(given), headers=KEY).json()["number"] for client in (owner, other)}
        assert len(numbers) == 2
        admin = client_of(given.people.administrator)
        assert admin.post("/api/v1/environments/", {"slug": "lab", "name": "Lab"}, headers=KEY).status_code == 201
        assert admin.post("/api/v1/services/", {"slug": "lab", "name": "Lab"}, headers=KEY).status_code == 201

    def test_without_a_key_each_is_a_new_one(self, given, owner):
        assert len({owner.post(RFCS, rfc_body(given)).json()["number"] for _ in range(2)}) == 2
        assert not IdempotencyKey.objects.exists()

    def test_after_a_day_the_key_is_a_new_one(self, given, owner, stand_at):
        first = owner.post(RFCS, rfc_body(given), headers=KEY)
        stand_at(NOW + KEPT - timedelta(seconds=1))
        assert owner.post(RFCS, rfc_body(given), headers=KEY).content == first.content
        stand_at(NOW + KEPT)
        assert owner.post(RFCS, rfc_body(given, title="Another"), headers=KEY).json()["number"] != first.json()["number"]


class TestARefusal:
    """Nothing was written, so the mended body may come under the same key."""

    @pytest.mark.parametrize(("change", "status"), [({"environment": "moon"}, 400), ({"rollback": [], "submit": True}, 409)])
    def test_it_gives_its_key_back(self, given, owner, change, status):
        assert owner.post(RFCS, rfc_body(given, **change), headers=KEY).status_code == status
        assert (RFC.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
        assert owner.post(RFCS, rfc_body(given), headers=KEY).status_code == 201

    def test_who_has_no_right_holds_no_key(self, given, client_of):
        assert client_of(given.people.viewer).post(RFCS, rfc_body(given), headers=KEY).status_code == 403
        assert not IdempotencyKey.objects.exists()

    def test_what_breaks_after_the_work_leaves_neither_the_work_nor_the_key(self, given, owner, monkeypatch):
        owner.raise_request_exception = False
        with monkeypatch.context() as broken:
            broken.setattr(rfc_views, "rfc_answer", lambda *_, **__: 1 / 0)
            assert problem_of(owner.post(RFCS, rfc_body(given), headers=KEY)) == (500, "failed")
        assert (RFC.objects.count(), Event.objects.count(), IdempotencyKey.objects.count()) == (0, 0, 0)
        assert owner.post(RFCS, rfc_body(given), headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "clé", "tab\there"])
def test_what_is_no_key_is_400_and_names_the_header(given, owner, key):
    response = owner.post(RFCS, rfc_body(given), headers={"Idempotency-Key": key})
    assert problem_of(response) == (400, "malformed")
    assert [error["header"] for error in response.json()["errors"]] == ["Idempotency-Key"]
    assert not RFC.objects.exists()


@pytest.mark.parametrize("key", ["x", "~" * 255, '"quoted"'])
def test_what_is_a_key(given, owner, key):
    answers = [owner.post(RFCS, rfc_body(given), headers={"Idempotency-Key": key}).json()["number"] for _ in range(2)]
    assert answers[0] == answers[1]


class TestEveryPostThatWrites:
    """Each under a key, twice: one row, one answer."""

    def twice(self, client, path, body, **headers):
        first, second = (client.post(path, body, headers={**KEY, **headers}) for _ in range(2))
        assert first.status_code in (200, 201), first.json()
        assert (second.status_code, second.content, second["Idempotency-Replayed"]) == (first.status_code, first.content, "true")
        return first.json()

    def test_a_move(self, given, owner):
        rfc = raised(given)
        told = self.twice(owner, f"{RFCS}{rfc.number}/transitions/", {"to": "cancelled"}, **{"If-Match": f'"{rfc.version}"'})
        assert (told["state"], rfc.events.filter(action="cancelled").count()) == ("cancelled", 1)

    def test_a_waiver(self, given, client_of):
        FreezeFactory(start=NOW, end=NOW + timedelta(days=7))
        rfc = rfc_in(State.APPROVED, given)
        body = {"code": "freeze.active", "reason": "Agreed.", "until": iso(NOW + timedelta(days=5))}
        self.twice(client_of(given.people.change_manager), f"{RFCS}{rfc.number}/waivers/", body)
        assert rfc.waivers.count() == 1

    def test_set_up_data(self, given, client_of):
        self.twice(client_of(given.people.administrator), "/api/v1/environments/", {"slug": "lab", "name": "Lab"})
        assert Environment.objects.filter(slug="lab").count() == 1

    def test_a_meeting(self, given, client_of):
        times = {"starts_at": NOW + timedelta(days=5), "ends_at": NOW + timedelta(days=5, hours=1), "cut_off_at": NOW + timedelta(days=3)}
        self.twice(client_of(given.people.chair), "/api/v1/boards/cab/meetings/", {name: iso(time) for name, time in times.items()})
        assert Meeting.objects.count() == 1

    def test_the_boards_week(self, given, client_of, stand_at):
        meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=NOW + timedelta(days=3))
        rfc = rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)
        stand_at(meeting.cut_off_at)
        chair, member, path = client_of(given.people.chair), client_of(given.people.member), f"/api/v1/meetings/{meeting.pk}/"
        agenda = self.twice(chair, f"{path}agenda/", {})
        late = rfc_in(State.SUBMITTED, given, at=NOW + timedelta(days=3, hours=1), impact=HIGH_IMPACT)
        chair.post(f"{path}agenda/")
        assert self.twice(chair, f"{path}agenda/admit/", {"rfc": late.number, "reason": "It cannot wait."})["revision"] == 2
        self.twice(chair, f"{path}agenda/publish/", {})
        item = agenda["sections"][0]["items"][0]["id"]
        self.twice(member, f"{path}items/{item}/votes/", {"vote": "approve"})
        self.twice(chair, f"{path}items/{item}/decision/", {"decision": "approve", "severity": "major"})
        assert (Vote.objects.count(), list(rfc.decisions.values_list("verdict", flat=True))) == (1, [Verdict.APPROVE])


# --- Crashes and races ------------------------------------------------------------------------------------------------


class TestAClaimWithoutItsAnswer:
    """What a process leaves that died between its claim and its work."""

    @pytest.fixture
    def left(self, given):
        return idempotency.claim(Asked(RFCS, KEY["Idempotency-Key"], fingerprint_of(rfc_body(given))), actor=given.people.owner, at=NOW)

    def test_while_its_lease_lasts_it_is_409_and_says_when_to_ask_again(self, given, owner, left, stand_at):
        stand_at(NOW + LEASE - timedelta(seconds=1))
        response = owner.post(RFCS, rfc_body(given), headers=KEY)
        assert (problem_of(response), response["Retry-After"]) == ((409, "in-flight"), "2")
        assert not RFC.objects.exists()

    def test_after_it_the_next_request_does_the_work(self, given, owner, left, stand_at):
        stand_at(NOW + LEASE)
        first, second = (owner.post(RFCS, rfc_body(given), headers=KEY) for _ in range(2))
        assert (first.status_code, second.content, RFC.objects.count()) == (201, first.content, 1)

    def test_whoever_comes_back_after_it_keeps_nothing(self, given, left):
        idempotency.claim(Asked(RFCS, left.key, left.fingerprint), actor=given.people.owner, at=NOW + LEASE)
        with pytest.raises(InFlight):
            idempotency.keep(left, status=201, headers={}, body="{}")
        idempotency.release(left)
        assert [row.is_answered for row in IdempotencyKey.objects.all()] == [False]

    def test_the_sweep_forgets_what_is_a_day_old(self, left):
        assert (idempotency.forget(at=NOW + KEPT - timedelta(seconds=1)), idempotency.forget(at=NOW + KEPT)) == (0, 1)


def asked_at_once(many, ask):
    """The answers of so many clients that ask at the same moment."""
    answers = []
    assert at_once([lambda place=place: answers.append(ask(place)) for place in range(many)]) == []
    return answers


def client_as(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.django_db(transaction=True)
def test_fifty_that_raise_under_one_key_raise_one():
    given = world()
    owner, body = given.people.owner, rfc_body(given)
    answers = asked_at_once(50, lambda _: client_as(owner).post(RFCS, body, headers=KEY))
    made = [answer for answer in answers if answer.status_code == 201]
    rest = [answer for answer in answers if answer.status_code != 201]
    assert {problem_of(answer) for answer in rest} <= {(409, "in-flight")}
    assert (RFC.objects.count(), len({answer.content for answer in made})) == (1, 1)
    assert sum("Idempotency-Replayed" not in answer for answer in made) == 1
    assert client_as(owner).post(RFCS, body, headers=KEY).content == made[0].content


@pytest.mark.django_db(transaction=True)
def test_of_two_that_write_at_once_from_one_version_one_is_told():
    given = world()
    rfc = raised(given)
    path, tag = f"{RFCS}{rfc.number}/", {"If-Match": f'"{rfc.version}"'}
    answers = asked_at_once(2, lambda place: client_as(given.people.owner).patch(path, {"title": f"Rollup {place}"}, headers=tag))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    written = next(answer.json() for answer in answers if answer.status_code == 200)
    rfc.refresh_from_db()
    assert (rfc.title, rfc.version) == (written["title"], written["version"])
