"""Moving an RFC from its page: what was typed is kept when it is refused, and the refusal says why."""

import pytest
import time_machine
from django.utils.html import escape

from changes.actions import decision, lifecycle
from changes.actions.ruling import Promise, Ruling
from changes.choices import Outcome, State, Urgency, Verdict
from changes.domain.lifecycle import REVIEW_QUESTIONS
from changes.models import RFC, Condition, Waiver
from tests.factories import NOW, FreezeFactory, hours, raised, rfc_in, session

pytestmark = pytest.mark.django_db
START = NOW + hours(72)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def post(client, user, rfc, tail, data=None):
    client.force_login(user)
    return client.post(f"/rfcs/{rfc.number}/{tail}", data or {}, follow=True)


def state_of(rfc) -> str:
    return RFC.objects.get(pk=rfc.pk).state


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("state", "name", "after", "data", "reaches"),
    [
        (State.DRAFT, "owner", "submitted", {}, State.SUBMITTED),
        (State.SUBMITTED, "change_manager", "approved", {}, State.SCHEDULED),
        (State.SUBMITTED, "change_manager", "rejected", {"reason": "Too early."}, State.REJECTED),
        (State.SUBMITTED, "change_manager", "draft", {"reason": "Name the servers."}, State.DRAFT),
        (State.SCHEDULED, "owner", "cancelled", {}, State.CANCELLED),
        (State.SCHEDULED, "implementer", "in_progress", {}, State.IN_PROGRESS),
        (State.SCHEDULED, "implementer", "completed", {"outcome": "not_started"}, State.COMPLETED),
        (State.COMPLETED, "owner", "closed", {}, State.CLOSED),
    ],
)
def test_a_move_is_made_and_told(client, given, state, name, after, data, reaches):
    rfc = rfc_in(state, given)
    response = post(client, getattr(given.people, name), rfc, f"moves/{after}/", {"version": rfc.version, **data})
    assert response.redirect_chain == [(f"/rfcs/{rfc.number}/", 302)]
    assert state_of(rfc) == reaches
    assert rfc.number in told(response)[0]


def test_a_get_asks_and_changes_nothing(client, given):
    rfc = rfc_in(State.SCHEDULED, given)
    client.force_login(given.people.owner)
    response = client.get(f"/rfcs/{rfc.number}/moves/cancelled/")
    assert f"Cancel {rfc.number}" in response.content.decode()
    assert state_of(rfc) == State.SCHEDULED


@pytest.mark.parametrize(
    ("state", "name", "after", "data", "status", "words"),
    [
        (State.SUBMITTED, "change_manager", "rejected", {"reason": ""}, 400, "needs a reason"),
        (State.SUBMITTED, "outsider", "approved", {"reason": "Why not."}, 403, "is not yours"),
        (State.COMPLETED, "owner", "cancelled", {"reason": "Never mind."}, 409, "cannot become cancelled"),
        (State.SCHEDULED, "owner", "cancelled", {"reason": "Kept words.", "version": 1}, 412, "has been changed meanwhile"),
        (State.IN_PROGRESS, "owner", "completed", {"reason": "Kept words."}, 400, "Completing needs an outcome."),
        (State.IN_PROGRESS, "owner", "completed", {"outcome": "successful", "actual_end": "soon"}, 400, "valid date"),
    ],
)
def test_a_refused_move_says_why_and_changes_nothing(client, given, state, name, after, data, status, words):
    rfc = rfc_in(state, given)
    response = post(client, getattr(given.people, name), rfc, f"moves/{after}/", data)
    shown = response.content.decode()
    assert response.status_code == status
    assert words in shown
    assert state_of(rfc) == state
    if status in (400, 412) and data.get("reason"):
        assert data["reason"] in shown


def test_an_incomplete_submission_lists_what_to_mend(client, given):
    rfc = raised(given, rollout=())
    response = post(client, given.people.owner, rfc, "moves/submitted/", {"version": rfc.version})
    assert response.status_code == 409
    assert "There are no rollout steps." in response.content.decode()


@pytest.mark.parametrize("path", ["moves/nowhere/", "work/dance/", "conditions/7/", "steps/7/"])
def test_what_is_not_there_is_not_found(client, given, path):
    rfc = raised(given)
    count = rfc.events.count()
    assert (post(client, given.people.owner, rfc, path).status_code, state_of(rfc), rfc.events.count()) == (404, State.DRAFT, count)


def test_an_outcome_is_recorded_with_its_times_on_the_readers_clock(client, given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    typed = {
        "outcome": "rolled_back",
        "actual_start": "2026-11-24T10:05",
        "actual_end": "2026-11-24T11:20",
        "reason": "Two databases stayed down.",
    }
    with time_machine.travel(START + hours(5), tick=False):
        post(client, given.people.implementer, rfc, "moves/completed/", typed)
    rfc.refresh_from_db()
    worked = rfc.sessions.get()
    assert (rfc.state, rfc.outcome, rfc.outcome_note) == (State.COMPLETED, Outcome.ROLLED_BACK, "Two databases stayed down.")
    assert (f"{worked.actual_start:%H:%M}", f"{worked.actual_end:%H:%M}") == ("09:05", "10:20")


def test_a_review_is_kept_as_far_as_it_is_written_and_closes_once_it_is_whole(client, given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    lifecycle.move(rfc, State.COMPLETED, actor=given.people.owner, at=START, request=lifecycle.Request(outcome=Outcome.WITH_ISSUES))
    half = {"objective_met": "Yes."}
    refused = post(client, given.people.owner, rfc, "review/", {**half, "close": "1"})
    assert (refused.status_code, state_of(rfc)) == (409, State.COMPLETED)
    assert "Yes.</textarea>" in refused.content.decode()
    post(client, given.people.implementer, rfc, "review/", half)
    assert RFC.objects.get(pk=rfc.pk).review["objective_met"] == "Yes."
    post(client, given.people.owner, rfc, "review/", {**dict.fromkeys(REVIEW_QUESTIONS, "None."), "close": "1"})
    assert state_of(rfc) == State.CLOSED


def test_a_condition_is_met_and_opened_again_on_the_page(client, given):
    rfc = rfc_in(State.SUBMITTED, given)
    promise = Promise("Look at the backup", given.people.implementer, NOW + hours(24))
    decision.decide(rfc, Ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=[promise]), actor=given.people.change_manager, at=NOW)
    row = Condition.objects.get()
    post(client, given.people.implementer, rfc, f"conditions/{row.pk}/", {"met": "1", "note": "Restored one."})
    row.refresh_from_db()
    assert (row.met_at, row.met_by, row.note) == (NOW, given.people.implementer, "Restored one.")
    post(client, given.people.outsider, rfc, f"conditions/{row.pk}/", {"met": "0"})
    row.refresh_from_db()
    assert row.met_at == NOW
    post(client, given.people.owner, rfc, f"conditions/{row.pk}/", {"met": "0"})
    row.refresh_from_db()
    assert row.met_at is None


def test_the_change_manager_waives_from_the_page_and_keeps_what_was_typed_if_refused(client, given):
    other = rfc_in(State.SUBMITTED, given, configuration_items=())
    rfc = rfc_in(State.APPROVED, given, configuration_items=())
    finding = f"conflict.same_implementer {other.number}"
    refused = post(client, given.people.change_manager, rfc, "waivers/", {"finding": finding, "reason": "A second pair of hands."})
    assert refused.status_code == 400
    assert "A second pair of hands." in refused.content.decode()
    typed = {"finding": finding, "reason": "A second pair of hands.", "until": "2026-11-24T20:00"}
    post(client, given.people.change_manager, rfc, "waivers/", typed)
    assert (Waiver.objects.get().other, state_of(rfc)) == (other, State.SCHEDULED)


def test_the_link_beside_a_freeze_leads_to_waiving_that_freeze(client, given):
    _, second = (FreezeFactory(name="R&D close", start=NOW + hours(48), end=NOW + hours(120)) for _ in range(2))
    rfc = rfc_in(State.APPROVED, given)
    client.force_login(given.people.change_manager)
    page = client.get(f"/rfcs/{rfc.number}/").content.decode()
    address = f"/rfcs/{rfc.number}/waivers/?code=freeze.active&other=R%26D%20close&freeze={second.pk}"
    shown = client.get(address).content.decode()
    assert "Waive a finding: which, why, until when" in shown
    assert "Until (on the clock of Amsterdam)" in shown
    assert escape(address) in page
    assert client.get(address).context["form"].initial["finding"] == f"freeze.active R&D close {second.pk}"
    typed = {"finding": f"freeze.active R&D close {second.pk}", "reason": "Agreed with R&D.", "until": "2026-11-24T20:00"}
    post(client, given.people.change_manager, rfc, "waivers/", typed)
    waiver = Waiver.objects.get()
    assert (waiver.about, waiver.freeze) == ("R&D close", second)


def test_nobody_else_is_shown_anything_to_waive(client, given):
    rfc_in(State.SUBMITTED, given)
    rfc = rfc_in(State.APPROVED, given)
    client.force_login(given.people.owner)
    shown = client.get(f"/rfcs/{rfc.number}/waivers/").content.decode()
    assert "Nothing here is yours to waive" in shown
    assert "<textarea" not in shown


def test_a_word_on_the_phone_is_written_down_and_confirmed_by_whose_it_was(client, given):
    rfc = rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY, sessions=())
    typed = {"approver": "change-manager", "how": "Called at 03:05", "version": rfc.version}
    post(client, given.people.owner, rfc, "verbal-approval/", typed)
    stored = RFC.objects.get(pk=rfc.pk)
    assert (stored.state, stored.decision.by, stored.decision.is_verbal) == (State.SCHEDULED, given.people.change_manager, True)
    post(client, given.people.chair, rfc, "confirm-approval/")
    assert RFC.objects.get(pk=rfc.pk).decision.confirmed_at is None
    post(client, given.people.change_manager, rfc, "confirm-approval/")
    assert RFC.objects.get(pk=rfc.pk).decision.confirmed_at == NOW


@pytest.mark.parametrize("path", ["confirm-move/", "confirm-approval/", "conditions/1/"])
def test_what_changes_something_is_never_a_get(client, given, path):
    client.force_login(given.people.owner)
    response = client.get(f"/rfcs/{raised(given).number}/{path}")
    assert (response.status_code, response["Allow"]) == (405, "POST")


def test_a_move_to_another_night_is_confirmed_on_the_page(client, given):
    rfc = rfc_in(State.APPROVED, given, sessions=(session(START),))
    RFC.objects.filter(pk=rfc.pk).update(state=State.APPROVED, is_move_unconfirmed=True)
    post(client, given.people.owner, rfc, "confirm-move/")
    assert RFC.objects.get(pk=rfc.pk).is_move_unconfirmed
    post(client, given.people.change_manager, rfc, "confirm-move/")
    assert (RFC.objects.get(pk=rfc.pk).is_move_unconfirmed, state_of(rfc)) == (False, State.SCHEDULED)
