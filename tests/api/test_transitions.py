from datetime import timedelta

import pytest

from changes.actions import reminder
from changes.choices import State, Verdict
from changes.models import Event, Freeze, Preference
from tests.api.bodies import iso
from tests.factories import NOW, ConditionFactory, FreezeFactory, raised, rfc_in, session

FINDING = {"code", "level", "field", "message", "mend", "interval", "other"}


def path(rfc, rest=""):
    return f"/api/v1/rfcs/{rfc.number}/{rest}"


def move(client, rfc, **body):
    rfc.refresh_from_db()
    return client.post(path(rfc, "transitions/"), body, headers={"If-Match": f'"{rfc.version}"'})


def test_the_moves_that_are_possible_and_why_others_are_not(given, owner):
    rfc = raised(given, rollback=())
    told = {one["to"]: one for one in owner.get(path(rfc, "transitions/")).json()}
    assert {to: one["allowed"] for to, one in told.items()} == {"submitted": False, "cancelled": True}
    assert [finding["code"] for finding in told["submitted"]["findings"]] == ["rollback.missing"]
    assert set(told["submitted"]["findings"][0]) >= FINDING
    assert told["submitted"]["why"]


@pytest.mark.parametrize(
    ("person", "state", "body", "status"),
    [
        ("owner", State.DRAFT, {"to": "submitted"}, 200),
        ("implementer", State.DRAFT, {"to": "submitted"}, 403),
        ("owner", State.DRAFT, {"to": "approved"}, 409),
        ("owner", State.DRAFT, {"to": "closed"}, 409),
        ("outsider", State.DRAFT, {"to": "submitted"}, 404),
        ("owner", State.SUBMITTED, {"to": "approved"}, 403),
        ("change_manager", State.SUBMITTED, {"to": "approved"}, 200),
        ("change_manager", State.SUBMITTED, {"to": "rejected"}, 400),
        ("change_manager", State.SUBMITTED, {"to": "rejected", "reason": "Not now."}, 200),
        ("change_manager", State.SUBMITTED, {"to": "draft", "reason": "Say which server."}, 200),
        ("viewer", State.SUBMITTED, {"to": "approved"}, 403),
        ("owner", State.SUBMITTED, {"to": "cancelled"}, 200),
        ("owner", State.SUBMITTED, {"to": "gone"}, 400),
        ("owner", State.SUBMITTED, {}, 400),
        ("owner", State.SUBMITTED, {"to": "cancelled", "severity": "minor"}, 400),
        ("implementer", State.APPROVED, {"to": "in_progress"}, 200),
        ("implementer", State.APPROVED, {"to": "completed"}, 400),
        ("implementer", State.APPROVED, {"to": "completed", "outcome": "successful"}, 400),
        ("implementer", State.APPROVED, {"to": "completed", "outcome": "not_started"}, 200),
        ("chair", State.APPROVED, {"to": "in_progress"}, 403),
        ("implementer", State.IN_PROGRESS, {"to": "completed"}, 400),
        ("implementer", State.IN_PROGRESS, {"to": "completed", "outcome": "fine"}, 400),
        ("owner", State.IN_PROGRESS, {"to": "cancelled"}, 409),
        ("owner", State.COMPLETED, {"to": "closed"}, 200),
        ("owner", State.CLOSED, {"to": "completed"}, 409),
    ],
)
def test_who_moves_what_where(given, client_of, person, state, body, status):
    rfc = rfc_in(state, given)
    before = rfc.state
    response = move(client_of(getattr(given.people, person)), rfc, **body)
    told = response.json()
    assert response.status_code == status, told
    rfc.refresh_from_db()
    assert (rfc.state != before) == (status == 200)
    if status == 200:
        assert told["number"] == rfc.number
        assert response["ETag"] == f'"{rfc.version}"'
    else:
        assert (told["status"], "findings" in told) == (status, status == 409)


def test_a_refused_submission_carries_its_findings_and_writes_nothing(given, owner):
    rfc = raised(given, rollback=(), reason="")
    events = Event.objects.count()
    response = move(owner, rfc, to="submitted")
    assert response.status_code == 409
    assert [finding["code"] for finding in response.json()["findings"]] == ["reason.missing", "rollback.missing"]
    assert (response.json()["mend"], Event.objects.count()) == ("Mend what is listed.", events)


def test_without_a_version_428_and_with_an_old_one_412(given, owner):
    rfc = raised(given)
    assert owner.post(path(rfc, "transitions/"), {"to": "cancelled"}).status_code == 428
    stale = owner.post(path(rfc, "transitions/"), {"to": "cancelled"}, headers={"If-Match": '"77"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/api/problems/stale/")
    rfc.refresh_from_db()
    assert rfc.state == State.DRAFT


def test_actual_times_are_taken_as_told(given, client_of, stand_at):
    rfc, client = rfc_in(State.APPROVED, given), client_of(given.people.implementer)
    start = rfc.planned_start
    stand_at(start + timedelta(hours=5))
    move(client, rfc, to="in_progress", actual_start=iso(start))
    told = move(client, rfc, to="completed", outcome="successful", actual_end=iso(start + timedelta(hours=3))).json()
    assert (told["outcome"], told["sessions"][0]["actual_start"]) == ("successful", iso(start))
    assert told["sessions"][0]["actual_end"] == iso(start + timedelta(hours=3))


def test_what_is_major_closes_with_its_review(given, client_of, owner):
    rfc = rfc_in(State.COMPLETED, given)
    type(rfc).objects.filter(pk=rfc.pk).update(outcome="failed")
    assert move(owner, rfc, to="closed").status_code == 409
    review = dict.fromkeys(("objective_met", "deviations", "incidents", "instructions", "actions"), "Nothing to say.")
    assert move(owner, rfc, to="closed", review=review).json()["review"] == review


class TestFindings:
    def test_all_of_them_together_as_a_bare_list(self, given, owner):
        FreezeFactory(start=NOW, end=NOW + timedelta(days=7))
        rfc = raised(given, rollback=(), change_type=None)
        found = owner.get(path(rfc, "findings/")).json()
        assert [one["code"] for one in found] == ["freeze.active", "rollback.missing", "change_type.missing"]
        assert all(set(one) >= FINDING for one in found)
        assert found[0]["interval"] == {"start": iso(NOW), "end": iso(NOW + timedelta(days=7))}


class TestWaivers:
    @pytest.fixture
    def frozen(self, given):
        FreezeFactory(start=NOW, end=NOW + timedelta(days=7))
        return rfc_in(State.APPROVED, given)

    def test_the_change_manager_accepts_a_freeze_and_it_is_scheduled(self, given, client_of, frozen):
        client = client_of(given.people.change_manager)
        assert frozen.state == State.APPROVED
        body = {"code": "freeze.active", "other": None, "reason": "Agreed with finance.", "until": iso(NOW + timedelta(days=5))}
        made = client.post(path(frozen, "waivers/"), body)
        assert (made.status_code, made.json()["by"]) == (201, "change-manager")
        assert client.get(path(frozen, "waivers/")).json() == [made.json()]
        assert client.get(path(frozen)).json()["state"] == "scheduled"

    def test_two_freezes_of_one_name_are_told_apart_by_their_ids(self, given, client_of, frozen):
        name, client = Freeze.objects.get().name, client_of(given.people.change_manager)
        FreezeFactory(name=name, start=NOW, end=NOW + timedelta(days=9))
        found = client.get(path(frozen, "findings/")).json()
        keys = [finding["freeze"] for finding in found if finding["code"] == "freeze.active"]
        body = {"code": "freeze.active", "about": name, "reason": "Agreed.", "until": iso(NOW + timedelta(days=5))}
        refused = client.post(path(frozen, "waivers/"), body)
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/freeze"]
        made = client.post(path(frozen, "waivers/"), {**body, "freeze": keys[1]}).json()
        assert (made["about"], made["freeze"], len(set(keys))) == (name, keys[1], 2)

    @pytest.mark.parametrize(
        ("person", "change", "status", "pointer"),
        [
            ("owner", {}, 403, None),
            ("chair", {}, 403, None),
            ("tool", {}, 403, None),
            ("change_manager", {"reason": " "}, 400, "/reason"),
            ("change_manager", {"until": iso(NOW)}, 400, "/until"),
            ("change_manager", {"until": "2026-12-01T00:00:00"}, 400, "/until"),
            ("change_manager", {"code": "title.missing"}, 400, "/code"),
            ("change_manager", {"other": "RFC-999999"}, 400, "/other"),
        ],
    )
    def test_who_and_what_else(self, given, client_of, frozen, person, change, status, pointer):
        body = {"code": "freeze.active", "reason": "Agreed.", "until": iso(NOW + timedelta(days=5)), **change}
        response = client_of(getattr(given.people, person)).post(path(frozen, "waivers/"), body)
        assert response.status_code == status
        assert [error["pointer"] for error in response.json().get("errors", [])] == ([pointer] if pointer else [])
        assert not frozen.waivers.exists()


class TestSteps:
    def test_the_implementer_ticks_one_off_with_a_note(self, given, client_of):
        rfc, client = rfc_in(State.IN_PROGRESS, given), client_of(given.people.implementer)
        step = client.get(path(rfc)).json()["rollout"][0]
        tag = client.get(path(rfc))["ETag"]
        done = client.patch(path(rfc, f"steps/{step['id']}/"), {"done": True, "note": "12 waited."}, headers={"If-Match": tag})
        assert (done.json()["done_by"], done.json()["note"], done.json()["done_at"]) == ("implementer", "12 waited.", iso(NOW))
        again = client.patch(path(rfc, f"steps/{step['id']}/"), {"done": False}, headers={"If-Match": done["ETag"]})
        assert (again.json()["done_by"], again.json()["note"]) == (None, "12 waited.")
        assert client.patch(path(rfc, f"steps/{step['id']}/"), {"done": True}, headers={"If-Match": tag}).status_code == 412
        assert client.patch(path(rfc, f"steps/{step['id']}/"), {"done": True}).status_code == 428

    @pytest.mark.parametrize(
        ("person", "state", "body", "status"),
        [
            ("chair", State.IN_PROGRESS, {"done": True}, 403),
            ("implementer", State.APPROVED, {"done": True}, 409),
            ("implementer", State.IN_PROGRESS, {"done": "yes"}, 400),
            ("implementer", State.IN_PROGRESS, {"instruction": "x"}, 400),
        ],
    )
    def test_who_and_what_else(self, given, client_of, person, state, body, status):
        rfc = rfc_in(state, given)
        step = rfc.steps.first()
        client = client_of(getattr(given.people, person))
        response = client.patch(path(rfc, f"steps/{step.pk}/"), body, headers={"If-Match": "*"})
        step.refresh_from_db()
        assert (response.status_code, step.done_at) == (status, None)

    def test_a_step_of_another_rfc_is_404(self, given, client_of):
        one, other = rfc_in(State.IN_PROGRESS, given), rfc_in(State.IN_PROGRESS, given, sessions=(session(NOW + timedelta(days=9)),))
        step = other.steps.first()
        told = client_of(given.people.implementer).patch(path(one, f"steps/{step.pk}/"), {"done": True}, headers={"If-Match": "*"}).json()
        step.refresh_from_db()
        assert (told["status"], told["type"], step.done_at) == (404, "/api/problems/not-found/", None)


def test_a_condition_is_met_by_its_owner(given, client_of):
    rfc = rfc_in(State.APPROVED, given)
    condition = ConditionFactory(decision=rfc.decision, owner=given.people.outsider)
    client = client_of(given.people.outsider)
    shown = client.get(path(rfc)).json()["conditions"]
    assert [(one["id"], one["owner"], one["met_at"]) for one in shown] == [(condition.pk, "outsider", None)]
    refused = move(client_of(given.people.implementer), rfc, to="in_progress")
    assert (refused.status_code, condition.text in refused.json()["detail"]) == (409, True)
    body = {"met": True, "note": "Restored on the test server."}
    met = client.patch(path(rfc, f"conditions/{condition.pk}/"), body, headers={"If-Match": "*"}).json()
    assert (met["met_at"], met["met_by"], met["note"]) == (iso(NOW), "outsider", body["note"])
    stranger = client_of(given.people.member).patch(path(rfc, f"conditions/{condition.pk}/"), {"met": False}, headers={"If-Match": "*"})
    assert stranger.status_code == 403
    assert rfc.decision.verdict == Verdict.APPROVE


def test_whoever_was_asked_in_anothers_stead_answers_that_and_moves_no_further(given, client_of, stand_at):
    outsider, start = given.people.outsider, NOW + timedelta(days=3)
    Preference.objects.create(user=given.people.owner, delegate=outsider)
    rfc, client = rfc_in(State.SCHEDULED, given), client_of(outsider)
    stand_at(start)
    assert move(client, rfc, to="in_progress").status_code == 403
    reminder.send_due(at=start)
    offered = [{one["to"]: one["allowed"] for one in client.get(path(rfc, "transitions/")).json()}]
    assert move(client, rfc, to="in_progress").status_code == 200
    stand_at(start + timedelta(minutes=1))
    offered.append({one["to"]: one["allowed"] for one in client.get(path(rfc, "transitions/")).json()})
    assert offered == [{"submitted": False, "in_progress": True, "completed": True, "cancelled": False}, {"completed": False}]
    assert move(client, rfc, to="completed", outcome="successful").status_code == 403
