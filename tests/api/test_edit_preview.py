"""What an edit would mean, asked before it is made: the same as making it, and nothing is written."""

from datetime import timedelta

import pytest

from changes.choices import State
from changes.models import RFC, Event
from tests.api.bodies import iso
from tests.factories import NOW, raised, rfc_in

pytestmark = pytest.mark.django_db

EDITS = [
    ({"title": "Rollup 9 on the same server"}, "none", "scheduled", {"title": False}),
    ({"description": "Rollup 9 on two servers."}, "returns", "submitted", {"description": True}),
    ({"rollback_trigger": "More than 100 messages wait."}, "returns", "submitted", {"rollback_trigger": True}),
    ({"reason": "It is wanted."}, "none", "scheduled", {"reason": False}),
]


def path(rfc, rest=""):
    return f"/api/v1/rfcs/{rfc.number}/{rest}"


@pytest.mark.parametrize(("body", "effect", "state", "differing"), EDITS)
def test_it_says_what_the_edit_then_does(given, owner, body, effect, state, differing):
    rfc = rfc_in(State.SCHEDULED, given)
    events = Event.objects.count()

    told = owner.post(path(rfc, "preview/"), body).json()

    assert (told["effect"], {one["field"]: one["material"] for one in told["differences"]}) == (effect, differing)
    assert Event.objects.count() == events
    made = owner.patch(path(rfc), body, headers={"If-Match": f'"{rfc.version}"'}).json()
    assert made["state"] == state
    assert owner.get(path(rfc, "findings/")).json() == told["findings"]


def test_its_own_sessions_are_in_nobodys_way(given, owner):
    rfc = rfc_in(State.SCHEDULED, given)

    assert owner.post(path(rfc, "preview/"), {}).json()["findings"] == owner.get(path(rfc, "findings/")).json()


def test_the_approval_says_whether_it_still_stands(given, owner):
    rfc = rfc_in(State.SCHEDULED, given)
    owner.patch(path(rfc), {"title": "Another title"}, headers={"If-Match": f'"{rfc.version}"'})

    approval = owner.get(path(rfc)).json()["approval"]

    assert (len(approval["digest"]), approval["stands"]) == (64, True)
    assert [(one["field"], one["after"], one["material"]) for one in approval["differences"]] == [("title", "Another title", False)]
    assert owner.get(path(raised(given))).json()["approval"] is None


def test_who_may_not_write_in_it_may_not_try(given, owner, client_of):
    assert client_of(given.people.outsider).post(path(rfc_in(State.SCHEDULED, given), "preview/"), {"title": "Mine"}).status_code == 403
    assert client_of(given.people.outsider).post(path(raised(given), "preview/"), {}).status_code == 404


def test_a_faulty_body_is_refused_as_a_patch_would(given, owner):
    rfc = rfc_in(State.SCHEDULED, given)
    start = NOW + timedelta(days=4)

    answer = owner.post(path(rfc, "preview/"), {"planned_start": iso(start), "colour": "red"})

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (400, ["/colour"])
    assert RFC.objects.get(pk=rfc.pk).version == rfc.version


@pytest.mark.parametrize(("state", "who"), [(State.SCHEDULED, "change_manager"), (State.IN_PROGRESS, "owner")])
def test_it_is_refused_where_saving_is(state, who, given, client_of):
    rfc, client = rfc_in(state, given), client_of(getattr(given.people, who))

    saved = client.patch(path(rfc), {"description": "More."}, headers={"If-Match": f'"{rfc.version}"'})
    tried = client.post(path(rfc, "preview/"), {"description": "More."})

    assert tried.status_code == saved.status_code >= 403
    assert tried.json()["detail"] == saved.json()["detail"]
