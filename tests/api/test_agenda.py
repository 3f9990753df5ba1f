from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions.event import record_meeting
from changes.choices import State
from changes.models import Decision, Meeting, Vote
from tests.api.bodies import iso
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, rfc_in

STARTS = NOW + timedelta(days=5)


@pytest.fixture
def meeting(given):
    return MeetingFactory(board=given.board, starts_at=STARTS, cut_off_at=NOW + timedelta(days=3))


@pytest.fixture
def board_rfc(given, meeting):
    """Submitted to the board."""
    return rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT)


@pytest.fixture
def frozen(given, meeting, board_rfc, client_of, stand_at):
    """The agenda at its cut-off, with one item to decide: the chair's client, the meeting's path, the item."""
    stand_at(meeting.cut_off_at)
    chair = client_of(given.people.chair)
    agenda = chair.post(f"/api/v1/meetings/{meeting.pk}/agenda/").json()
    return chair, f"/api/v1/meetings/{meeting.pk}/", agenda["sections"][0]["items"][0]


class TestMeetings:
    FIELDS = {"id", "board", "starts_at", "ends_at", "cut_off_at", "state"}

    def test_a_board_has_its_meetings_by_their_start(self, given, owner, meeting):
        later = MeetingFactory(board=given.board, starts_at=STARTS + timedelta(weeks=1))
        told = owner.get("/api/v1/boards/cab/meetings/").json()
        assert [one["id"] for one in told["results"]] == [meeting.pk, later.pk]
        assert set(told["results"][0]) == self.FIELDS
        assert owner.get(f"/api/v1/meetings/{meeting.pk}/").json() == told["results"][0]

    def test_the_same_number_of_queries_for_one_and_for_three(self, given, owner, meeting):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                assert owner.get("/api/v1/boards/cab/meetings/").status_code == 200
            return len(queries)

        first = asked()
        MeetingFactory.create_batch(2, board=given.board)
        assert asked() == first

    @pytest.mark.parametrize(
        ("person", "status"), [("chair", 201), ("change_manager", 201), ("member", 403), ("owner", 403), ("tool", 403)]
    )
    def test_who_plans_one(self, given, client_of, person, status):
        times = {"starts_at": iso(STARTS), "ends_at": iso(STARTS + timedelta(hours=1)), "cut_off_at": iso(STARTS - timedelta(days=1))}
        response = client_of(getattr(given.people, person)).post("/api/v1/boards/cab/meetings/", times)
        assert (response.status_code, Meeting.objects.count()) == (status, int(status == 201))

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"ends_at": iso(STARTS)}, "/ends_at"),
            ({"cut_off_at": iso(STARTS + timedelta(minutes=1))}, "/cut_off_at"),
            ({"starts_at": iso(NOW), "cut_off_at": iso(NOW)}, "/starts_at"),
            ({"state": "frozen"}, None),
            ({"state": "in_session"}, None),
        ],
    )
    def test_what_it_cannot_become(self, given, client_of, meeting, change, pointer):
        response = client_of(given.people.chair).patch(f"/api/v1/meetings/{meeting.pk}/", change)
        assert response.status_code == (400 if pointer else 409)
        assert [error["pointer"] for error in response.json().get("errors", [])] == ([pointer] if pointer else [])

    def test_it_is_moved_and_cancelled(self, given, client_of, meeting):
        chair = client_of(given.people.chair)
        later = iso(STARTS + timedelta(minutes=30))
        path = f"/api/v1/meetings/{meeting.pk}/"
        moved = chair.patch(path, {"starts_at": later}, headers={"If-Match": chair.get(path)["ETag"]})
        assert moved.json()["starts_at"] == later
        assert chair.patch(path, {"state": "cancelled"}, headers={"If-Match": moved["ETag"]}).json()["state"] == "cancelled"
        before, after = STARTS.isoformat(), (STARTS + timedelta(minutes=30)).isoformat()
        assert chair.get(f"{path}events/").json()["results"] == [
            {"at": iso(NOW), "actor": "chair", "action": "moved", "changes": {"starts_at": [before, after]}, "note": ""},
            {"at": iso(NOW), "actor": "chair", "action": "cancelled", "changes": {}, "note": ""},
        ]

    @pytest.mark.parametrize(("person", "status"), [("member", 200), ("viewer", 200), ("owner", 200), ("tool", 403)])
    def test_who_reads_what_was_done_to_it(self, given, client_of, meeting, person, status):
        assert client_of(getattr(given.people, person)).get(f"/api/v1/meetings/{meeting.pk}/events/").status_code == status

    def test_its_history_asks_as_much_for_one_line_as_for_three(self, given, owner, meeting):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(f"/api/v1/meetings/{meeting.pk}/events/").json()["results"]
            return len(queries)

        record_meeting(meeting, "opened", actor=given.people.chair, at=NOW)
        first = asked()
        for actor in (given.people.change_manager, None):
            record_meeting(meeting, "ended", actor=actor, at=NOW)
        assert asked() == first


class TestAgenda:
    def test_before_the_cut_off_it_is_revision_0_and_after_it_frozen(self, given, client_of, meeting, board_rfc, stand_at):
        chair, path = client_of(given.people.chair), f"/api/v1/meetings/{meeting.pk}/agenda/"
        before = chair.post(path).json()
        assert set(before) == {"meeting", "revision", "frozen_at", "minutes", "sections", "late"}
        assert (before["revision"], before["frozen_at"]) == (0, None)
        stand_at(meeting.cut_off_at)
        after = chair.post(path).json()
        assert (after["revision"], after["frozen_at"]) == (1, iso(meeting.cut_off_at))
        assert [(one["code"], [item["rfc"] for item in one["items"]]) for one in after["sections"]] == [("new", [board_rfc.number])]
        item = after["sections"][0]["items"][0]
        assert set(item) == {"id", "rfc", "title", "minutes", "reason", "findings", "votes", "decision"}
        assert chair.post(path).json() == after == chair.get(path).json()

    def test_a_late_one_is_admitted_with_a_reason_and_revisions_can_be_read(self, given, frozen):
        chair, path, item = frozen
        late = rfc_in(State.SUBMITTED, given, at=NOW + timedelta(days=3, hours=1), impact=HIGH_IMPACT)
        assert [one["rfc"] for one in chair.post(f"{path}agenda/").json()["late"]] == [late.number]
        assert chair.post(f"{path}agenda/admit/", {"rfc": late.number, "reason": ""}).status_code == 400
        admitted = chair.post(f"{path}agenda/admit/", {"rfc": late.number, "reason": "It cannot wait."}).json()
        assert (admitted["revision"], admitted["late"]) == (2, [])
        assert late.events.filter(action="admitted").values_list("actor__username", "note").get() == ("chair", "It cannot wait.")
        assert [one["rfc"] for one in admitted["sections"][0]["items"]] == [item["rfc"], late.number]
        assert [one["rfc"] for one in chair.get(f"{path}agenda/?revision=1").json()["sections"][0]["items"]] == [item["rfc"]]
        assert chair.get(f"{path}agenda/?revision=9").status_code == 404
        assert chair.post(f"{path}agenda/publish/").json()["revision"] == 2

    @pytest.mark.parametrize(
        ("person", "get", "post"), [("member", 200, 403), ("viewer", 200, 403), ("change_manager", 200, 200), ("tool", 403, 403)]
    )
    def test_who_reads_and_who_prepares(self, given, client_of, meeting, person, get, post):
        client, path = client_of(getattr(given.people, person)), f"/api/v1/meetings/{meeting.pk}/agenda/"
        assert (client.get(path).status_code, client.post(path).status_code) == (get, post)


class TestVotesAndDecisions:
    @pytest.mark.parametrize(
        ("person", "vote", "status"),
        [("member", "approve", 201), ("member", "maybe", 400), ("owner", "approve", 403), ("outsider", "approve", 403)],
    )
    def test_who_votes(self, given, client_of, frozen, person, vote, status):
        chair, path, item = frozen
        response = client_of(getattr(given.people, person)).post(f"{path}items/{item['id']}/votes/", {"vote": vote, "comment": "Fine."})
        assert response.status_code == status
        shown = chair.get(f"{path}agenda/").json()["sections"][0]["items"][0]["votes"]
        assert [(one["member"], one["vote"], one["comment"]) for one in shown] == (
            [("member", "approve", "Fine.")] if status == 201 else []
        )

    @pytest.mark.parametrize(
        ("person", "body", "status", "state"),
        [
            ("chair", {"decision": "approve", "severity": "major"}, 201, "scheduled"),
            ("chair", {"decision": "reject", "reason": "Not in December."}, 201, "rejected"),
            ("chair", {"decision": "reject"}, 400, "submitted"),
            ("chair", {"decision": "defer"}, 400, "submitted"),
            ("chair", {"decision": "defer", "meeting": 999}, 400, "submitted"),
            ("chair", {"decision": "approve_with_conditions"}, 400, "submitted"),
            ("chair", {"decision": "ratify"}, 409, "submitted"),
            ("chair", {"decision": "postpone"}, 400, "submitted"),
            ("member", {"decision": "approve"}, 403, "submitted"),
            ("owner", {"decision": "approve"}, 403, "submitted"),
        ],
    )
    def test_who_decides_what(self, given, client_of, frozen, board_rfc, person, body, status, state):
        _, path, item = frozen
        response = client_of(getattr(given.people, person)).post(f"{path}items/{item['id']}/decision/", body)
        assert response.status_code == status, response.json()
        board_rfc.refresh_from_db()
        assert (board_rfc.state, Decision.objects.count()) == (state, int(status == 201))

    def test_what_was_edited_since_it_was_read_is_not_decided(self, given, frozen, board_rfc):
        chair, path, item = frozen
        url, body = f"{path}items/{item['id']}/decision/", {"decision": "approve"}
        told = chair.post(url, body, headers={"If-Match": f'"{board_rfc.version - 1}"'}).json()
        assert (told["status"], told["type"], Decision.objects.count()) == (412, "/api/problems/stale/", 0)
        assert chair.post(url, body, headers={"If-Match": f'"{board_rfc.version}"'}).json()["decision"] == "approve"

    def test_conditions_have_their_owner_and_time(self, given, frozen, owner):
        chair, path, item = frozen
        promise = {"text": "Show a restored backup", "owner": "implementer", "due_at": iso(NOW + timedelta(days=4))}
        made = chair.post(f"{path}items/{item['id']}/decision/", {"decision": "approve_with_conditions", "conditions": [promise]}).json()
        assert {name: made["conditions"][0][name] for name in promise} == promise
        shown = owner.get(f"/api/v1/rfcs/{item['rfc']}/").json()
        assert ([one["id"] for one in shown["conditions"]], shown["decided_by"]) == ([made["conditions"][0]["id"]], "chair")

    def test_deferred_to_a_named_meeting(self, given, frozen):
        chair, path, item = frozen
        later = MeetingFactory(board=given.board, starts_at=STARTS + timedelta(weeks=1))
        made = chair.post(f"{path}items/{item['id']}/decision/", {"decision": "defer", "meeting": later.pk, "reason": "No plan B."}).json()
        assert (made["meeting"], made["decision"]) == (later.pk, "defer")

    def test_an_item_of_another_meeting_is_404(self, given, frozen):
        chair, _, item = frozen
        other = MeetingFactory(board=given.board, starts_at=STARTS + timedelta(weeks=1))
        told = chair.post(f"/api/v1/meetings/{other.pk}/items/{item['id']}/votes/", {"vote": "approve"}).json()
        assert (told["status"], told["type"], Vote.objects.count()) == (404, "/api/problems/not-found/", 0)
