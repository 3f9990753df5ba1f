from datetime import timedelta

import pytest

from changes.choices import State
from changes.models import RFC
from tests.api.bodies import iso
from tests.factories import NOW, raised, rfc_in, session


def path(rfc):
    return f"/api/v1/rfcs/{rfc.number}/"


@pytest.mark.parametrize(
    ("person", "sees_draft"),
    [
        ("owner", True),
        ("implementer", True),
        ("change_manager", True),
        ("chair", True),
        ("member", True),
        ("administrator", True),
        ("viewer", False),
        ("outsider", False),
        ("tool", False),
    ],
)
def test_a_draft_is_404_for_whom_it_is_not_and_the_rest_is_for_all(given, client_of, person, sees_draft):
    client = client_of(getattr(given.people, person))
    draft, submitted = raised(given), rfc_in(State.SUBMITTED, given)
    assert client.get(path(draft)).json()["status" if not sees_draft else "number"] == (404 if not sees_draft else draft.number)
    assert client.get(path(submitted)).json()["number"] == submitted.number


@pytest.mark.parametrize("number", ["RFC-999999", "42", "RFC-1", "rfc-", "RFC-99999999999999999999999", "RFC-%00000001"])
def test_what_is_no_number_is_404_as_a_problem(owner, number):
    response = owner.get(f"/api/v1/rfcs/{number}/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["type"] == "/api/problems/not-found/"


class TestPatch:
    def test_it_writes_what_is_given_and_leaves_the_rest(self, given, owner):
        rfc = raised(given)
        before = owner.get(path(rfc)).json()
        response = owner.patch(path(rfc), {"title": "Rollup 9", "impact": {"sla": "low"}}, headers={"If-Match": f'"{rfc.version}"'})
        after = response.json()
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"title", "impact", "version", "updated_at"} - (
            {"updated_at"} if before["updated_at"] == after["updated_at"] else set()
        )
        assert after["impact"] == {**before["impact"], "sla": "low"}
        assert response["ETag"] == f'"{rfc.version + 1}"'

    def test_without_a_version_it_is_428(self, given, owner):
        rfc = raised(given)
        response = owner.patch(path(rfc), {"title": "Rollup 9"})
        assert (response.status_code, response.json()["type"]) == (428, "/api/problems/version-needed/")
        assert RFC.objects.get(pk=rfc.pk).title == rfc.title

    def test_two_with_one_version_are_one_200_and_one_412(self, given, owner):
        rfc = raised(given)
        tag = owner.get(path(rfc))["ETag"]
        answers = [owner.patch(path(rfc), {"title": title}, headers={"If-Match": tag}) for title in ("Rollup 9", "Rollup 10")]
        assert [answer.status_code for answer in answers] == [200, 412]
        assert answers[1]["Content-Type"] == "application/problem+json"
        assert RFC.objects.get(pk=rfc.pk).title == "Rollup 9"

    @pytest.mark.parametrize(
        ("tag", "status"),
        [('"{}"', 200), ("{}", 200), ('W/"{}"', 200), ("*", 200), ('"0", "{}"', 200), ('"0"', 412), ("nonsense", 412), ('""', 412)],
    )
    def test_how_a_version_may_be_written(self, given, owner, tag, status):
        rfc = raised(given)
        response = owner.patch(path(rfc), {"title": "Rollup 9"}, headers={"If-Match": tag.format(rfc.version)})
        assert (response.status_code, RFC.objects.get(pk=rfc.pk).title == "Rollup 9") == (status, status == 200)

    @pytest.mark.parametrize(
        ("person", "status"),
        [("owner", 200), ("implementer", 403), ("member", 403), ("administrator", 403), ("outsider", 403), ("viewer", 403)],
    )
    def test_who_may_write(self, given, client_of, person, status):
        rfc = rfc_in(State.SUBMITTED, given)
        response = client_of(getattr(given.people, person)).patch(
            path(rfc), {"title": "Rollup 9"}, headers={"If-Match": f'"{rfc.version}"'}
        )
        assert (response.status_code, RFC.objects.get(pk=rfc.pk).title == "Rollup 9") == (status, status == 200)

    def test_the_change_manager_moves_its_session_and_nothing_else(self, given, client_of):
        rfc, client = rfc_in(State.SUBMITTED, given), client_of(given.people.change_manager)
        start = NOW + timedelta(days=4)
        times = {"planned_start": iso(start), "planned_end": iso(start + timedelta(hours=4))}
        moved = client.patch(path(rfc), times, headers={"If-Match": f'"{rfc.version}"'})
        assert {name: moved.json()[name] for name in times} == times
        assert client.patch(path(rfc), {"title": "x"}, headers={"If-Match": moved["ETag"]}).status_code == 403

    def test_a_session_that_is_moved_stays_the_same_session(self, given, owner):
        rfc = raised(given, sessions=(session(), session(NOW + timedelta(days=4))))
        stored = owner.get(path(rfc)).json()["sessions"]
        later = NOW + timedelta(days=6)
        asked = [
            {"planned_start": iso(later), "planned_end": iso(later + timedelta(hours=2)), "outage": "none"},
            {name: stored[1][name] for name in ("planned_start", "planned_end", "outage")},
        ]
        after = owner.patch(path(rfc), {"sessions": asked}, headers={"If-Match": f'"{rfc.version}"'}).json()
        assert [one["id"] for one in after["sessions"]] == [stored[1]["id"], stored[0]["id"]]

    def test_the_short_names_need_a_single_session(self, given, owner):
        rfc = raised(given, sessions=(session(), session(NOW + timedelta(days=4))))
        response = owner.patch(path(rfc), {"outage": "none"}, headers={"If-Match": f'"{rfc.version}"'})
        assert response.json()["errors"] == [{"pointer": "/outage", "detail": "It has 2 sessions; give them all in `sessions`."}]

    def test_a_material_edit_of_an_approved_one_returns_it(self, given, owner):
        rfc = rfc_in(State.APPROVED, given)
        assert rfc.state == State.SCHEDULED
        told = owner.patch(
            path(rfc), {"configuration_items": [], "description": "Another rollup."}, headers={"If-Match": f'"{rfc.version}"'}
        ).json()
        assert (told["state"], told["approved_until"], told["decided_by"]) == ("submitted", None, None)

    def test_once_begun_its_content_stands(self, given, owner, stand_at):
        rfc = rfc_in(State.IN_PROGRESS, given)
        response = owner.patch(path(rfc), {"title": "Rollup 9"}, headers={"If-Match": f'"{rfc.version}"'})
        assert (response.status_code, response.json()["type"]) == (409, "/api/problems/move-refused/")
        assert response.json()["findings"] == []


class TestRowsInAPatch:
    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"contacts": [{}]}, "/contacts/0/name"),
            ({"references": [{}]}, "/references/0/system"),
            ({"references": [{"identifier": "INC-1"}]}, "/references/0/system"),
            ({"rollout": [{}]}, "/rollout/0/instruction"),
        ],
    )
    def test_half_a_row_is_refused_where_it_stands(self, given, owner, body, pointer):
        rfc = raised(given)
        response = owner.patch(path(rfc), body, headers={"If-Match": f'"{rfc.version}"'})
        assert response.status_code == 400
        assert pointer in [error["pointer"] for error in response.json()["errors"]]

    def test_one_answer_of_the_impact_is_enough(self, given, owner):
        rfc = raised(given)
        told = owner.patch(path(rfc), {"impact": {"sla": "high"}}, headers={"If-Match": f'"{rfc.version}"'}).json()
        assert told["impact"] == {"sla": "high", "capacity": "none", "security": "none", "disaster_recovery": "none"}


def test_a_rejection_tells_who_decided_and_when(given, owner):
    rfc = rfc_in(State.REJECTED, given)
    told = owner.get(path(rfc)).json()
    assert (told["decided_by"], told["decided_at"]) == (given.people.change_manager.username, "2026-11-21T09:00:00Z")
