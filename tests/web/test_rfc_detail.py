"""The page of an RFC: whatever its state and whoever reads, what is next, whom to call, and nothing that is not theirs (LOOK 5)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.actions import rfc as rfc_action
from changes.actions import session as session_action
from changes.actions import step as step_action
from changes.choices import Outage, Phase, State, Urgency
from changes.domain.content import Contact
from changes.models import RFC, RotaEntry
from tests.factories import NOW, EventFactory, StepFactory, hours, raised, rfc_in, session, step

pytestmark = pytest.mark.django_db
START = NOW + hours(72)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page(client, user, rfc, tail=""):
    client.force_login(user)
    return client.get(f"/rfcs/{rfc.number}/{tail}")


def text(response) -> str:
    """The words of a page, as somebody reads them: without tags, white space as one space."""
    body = re.sub(r"<svg.*?</svg>|<script.*?</script>|<dialog.*?</dialog>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body.partition("<main")[2]).split()).replace("&nbsp;", " ").replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("state", "name", "words"),
    [
        (State.DRAFT, "owner", ["Next: submit it", "Submit to the change manager", "Cancel"]),
        (State.DRAFT, "member", ["is still writing it"]),
        (State.SUBMITTED, "change_manager", ["You decide this one", "Approve", "Reject", "Return to its owner"]),
        (State.SUBMITTED, "owner", ["The change manager decides it", "Its own people never decide it."]),
        (State.SCHEDULED, "implementer", ["Begins Tue 24 Nov 10:00", "Begin early", "It will not be done"]),
        (State.SCHEDULED, "outsider", ["Implementer begins it."]),
        (State.COMPLETED, "owner", ["It can be closed", "Successful", "Close"]),
        (State.CLOSED, "outsider", ["Closed", "Successful"]),
        (State.REJECTED, "owner", ["It ends here"]),
        (State.CANCELLED, "owner", ["It is not done"]),
    ],
)
def test_the_next_action_is_that_of_the_state_and_the_reader(client, given, state, name, words):
    rfc = rfc_in(state, given)
    shown = text(page(client, getattr(given.people, name), rfc))
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize("state", list(State))
def test_every_reader_reads_every_state_and_a_hidden_draft_is_not_found(client, given, state):
    rfc = rfc_in(state, given)
    for name, user in vars(given.people).items():
        hidden = state == State.DRAFT and name in ("outsider", "viewer", "tool")
        response = page(client, user, rfc)
        assert response.status_code == (404 if hidden else 200), name
        assert hidden or rfc.title in text(response)


@pytest.mark.parametrize("number", ["RFC-999999", "RFC-1", "nothing", "RFC-99999999999999999999"])
def test_what_is_missing_is_not_found(client, given, number):
    client.force_login(given.people.owner)
    response = client.get(f"/rfcs/{number}/")
    assert (response.status_code, "There is nothing at this address" in text(response)) == (404, True)


def test_a_stranger_is_sent_to_sign_in(client, given):
    rfc = raised(given)
    response = client.get(f"/rfcs/{rfc.number}/")
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/sign-in/")


def test_an_unfinished_draft_lists_what_to_mend_and_stays_pressable(client, given):
    rfc = raised(given, rollout=(), reason="")
    shown = text(page(client, given.people.owner, rfc))
    assert "mend 2 things" in shown
    assert "There are no rollout steps." in shown
    assert "Submit to the change manager" in shown


def test_an_impossible_move_says_why(client, given):
    shown = text(page(client, given.people.outsider, rfc_in(State.SCHEDULED, given)))
    assert "This is for the implementer, owner." in shown


def test_an_emergency_shows_the_rota_what_approval_covers_and_others_whom_to_call(client, given):
    given.people.chair.phone = "020 7946 0118"
    given.people.chair.save()
    rfc_in(State.SCHEDULED, given)
    rfc = rfc_in(State.SUBMITTED, given, urgency=Urgency.EMERGENCY)
    rota = text(page(client, given.people.change_manager, rfc))
    assert re.search(r"Approving covers \d+ findings as they stand now; 2 would block it otherwise", rota)
    assert "Approve now" in rota
    response = page(client, given.people.owner, rfc)
    assert "It was approved on the phone" in text(response)
    assert 'href="tel:02079460118"' in response.content.decode()


def test_the_people_to_call_stand_with_their_numbers(client, given):
    for name, phone in (("implementer", "020 7946 0142"), ("owner", "020 7946 0165")):
        user = getattr(given.people, name)
        user.phone = phone
        user.save()
    RotaEntry.objects.filter(user=given.people.chair).update(until=NOW + hours(8))
    rfc = rfc_in(State.SCHEDULED, given, contacts=(Contact("Storage on call", "array B", "020 7946 0199"),))
    shown = page(client, given.people.viewer, rfc).content.decode()
    for number in ("02079460142", "02079460165", "02079460199"):
        assert f'href="tel:{number}"' in shown
    assert "until Sat 21 Nov 18:00" in shown


# --- At work ------------------------------------------------------------------------------------------------------------


def at_work(given, **other):
    """Begun at its start, the first step done 50 minutes later instead of 30."""
    rfc = rfc_in(State.IN_PROGRESS, given, **other)
    first = RFC.objects.with_content().get(pk=rfc.pk).phase(Phase.ROLLOUT)[0]
    step_action.mark(first, done=True, actor=given.people.implementer, at=START + timedelta(minutes=50))
    return rfc


def test_the_step_to_do_now_stands_on_top_with_its_command_and_its_proof(client, given):
    rollout = (step(), step("Restart HT-01", 40, command="Restart-Computer HT-01", check="It answers", if_not="Call storage on call."))
    rfc = at_work(given, rollout=rollout)
    with time_machine.travel(START + timedelta(minutes=56), tick=False):
        response = page(client, given.people.implementer, rfc)
    shown = text(response)
    assert "Now: step 2 of 3 · 40 min planned, 6 min used" in shown
    for words in ("Restart-Computer HT-01", "It worked when It answers", "If not Call storage on call.", "Done, show step 3"):
        assert words in shown
    assert "You are the implementer" in response.content.decode()
    assert 'data-copy="#command-now"' in response.content.decode()


def test_the_clock_counts_to_the_point_of_no_return_and_says_the_pace(client, given):
    rfc = at_work(given)  # 240 minutes, of which the rollback takes the last 30
    with time_machine.travel(START + timedelta(minutes=56), tick=False):
        shown = text(page(client, given.people.implementer, rfc))
    assert "Point of no return 13:30 154 minutes to decide" in shown
    assert "At this pace step 3 ends 11:40, 110 minutes before it . Step 1 took 20 min longer than planned." in shown
    assert "Turn back when More than 500 messages wait after step 2." in shown


def test_past_the_point_it_says_that_a_rollback_no_longer_fits(client, given):
    rfc = at_work(given)
    with time_machine.travel(START + timedelta(minutes=220), tick=False):
        shown = text(page(client, given.people.implementer, rfc))
    assert "10 minutes past it" in shown
    assert "A rollback begun now ends after 14:00." in shown


@pytest.mark.parametrize(("minutes", "hurries"), [(200, True), (220, False)])
def test_with_every_step_done_the_outcome_leads_and_past_the_point_no_clock_counts(client, given, minutes, hurries):
    rfc = at_work(given)
    for row in RFC.objects.with_content().get(pk=rfc.pk).steps.exclude(phase=Phase.ROLLBACK).filter(done_at=None):
        step_action.mark(row, done=True, actor=given.people.implementer, at=START + timedelta(minutes=100))
    with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
        response = page(client, given.people.implementer, rfc)
    assert "Every step is done How did it go? Record the outcome" in text(response)
    assert ("clock large" in response.content.decode(), "minutes to decide" in text(response)) == (hurries, hurries)
    assert ("the point of no return passed 13:30. A rollback begun now ends after 14:00" in text(response)) is not hurries
    assert "lifted turning" not in response.content.decode()


def test_once_turned_back_the_rollback_is_what_to_follow(client, given):
    rfc = at_work(given)
    session_action.turn_back(rfc, actor=given.people.implementer, at=START + timedelta(minutes=60))
    with time_machine.travel(START + timedelta(minutes=65), tick=False):
        shown = text(page(client, given.people.implementer, rfc))
    assert "Rolling back: step R1 of R1 · 30 min planned, 5 min used" in shown
    assert "Go on with the rollout after all" in shown


def test_who_only_watches_is_offered_nothing_to_press(client, given):
    rfc = at_work(given)
    response = page(client, given.people.member, rfc)
    assert "Now: step 2 of 3" in text(response)
    assert "step-mark" not in response.content.decode()
    assert "/steps/" not in response.content.decode()


def test_all_steps_unfold_to_be_printed(client, given):
    rfc = at_work(given)
    closed = page(client, given.people.implementer, rfc).content.decode()
    opened = page(client, given.people.implementer, rfc, "?steps=all").content.decode()
    assert (closed.count("<details open>"), opened.count("<details open>")) == (0, 4)


def test_nights_stand_in_a_table_and_the_next_one_is_begun_from_the_page(client, given):
    starts = (START, START + hours(24))
    rfc = rfc_in(State.IN_PROGRESS, given, sessions=tuple(session(s) for s in starts))
    session_action.end(rfc, actor=given.people.implementer, at=START + hours(3))
    with time_machine.travel(starts[1], tick=False):
        shown = text(page(client, given.people.implementer, rfc))
        assert "night 2 of 2" in shown
        assert "Begin night 2" in shown
        response = client.post(f"/rfcs/{rfc.number}/work/begin/", follow=True)
    assert "Now: step 1 of 3" in text(response)


def test_an_outage_is_said_in_words(client, given):
    out = session(START, outage=Outage.PLANNED, outage_start=START + hours(1), outage_end=START + hours(2))
    shown = text(page(client, given.people.viewer, rfc_in(State.SCHEDULED, given, sessions=(out,))))
    assert "What users notice Outage 11:00–12:00" in shown


def test_a_page_costs_the_same_however_long_the_rfc_is(client, given):
    counts = []
    for size in (2, 4):  # of a single session it is asked besides whether who was asked about it may complete the RFC
        sessions = tuple(session(START + timedelta(days=7 * size + place)) for place in range(size))
        contacts = tuple(Contact(f"Contact {place}") for place in range(size))
        rfc = rfc_in(State.SCHEDULED, given, sessions=sessions, contacts=contacts, configuration_items=(), implementer=None)
        for _ in range(size):
            StepFactory(rfc=rfc)
            EventFactory(rfc=rfc)
        page(client, given.people.member, rfc)
        with CaptureQueriesContext(connection) as queries:
            page(client, given.people.member, rfc)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_times_are_the_readers(client, given):
    given.people.viewer.time_zone = "America/Chicago"
    given.people.viewer.save()
    response = page(client, given.people.viewer, rfc_in(State.SCHEDULED, given))
    assert "Tue 24 Nov 03:00 – 07:00" in text(response)
    assert "CST" in response.content.decode()


# --- History ------------------------------------------------------------------------------------------------------------


def test_the_history_tells_who_did_what_and_unfolds_what_changed(client, given):
    rfc = RFC.objects.with_content().get(pk=rfc_in(State.SCHEDULED, given).pk)
    edited = replace(rfc.content(), rollback_trigger="More than 900 messages wait.")
    rfc_action.update(rfc, edited, actor=given.people.owner, at=NOW)
    shown = text(page(client, given.people.viewer, rfc, "history/"))
    for words in (
        "Raised by Owner",
        "Approved by Change manager",
        "Scheduled by itself",
        "Edited by Owner: rollback trigger",
        "Needs approval again",
        "Approved against now",
        "Rollback trigger material More than 500 messages wait after step 2. More than 900 messages wait.",
    ):
        assert words in shown, words


def test_a_draft_that_it_names_is_a_number_for_who_may_not_read_it(client, given):
    hidden = raised(given, title="Move the payroll to the buyer")
    rfc = rfc_in(State.SUBMITTED, given, predecessors=(hidden.number,), follows_up=hidden.number)
    shown = text(page(client, given.people.outsider, rfc))
    assert f"Waits for {hidden.number} (draft) Follows up {hidden.number} (draft)" in shown
    assert hidden.title not in shown
    assert f"Waits for {hidden.number} {hidden.title} (draft)" in text(page(client, given.people.owner, rfc))


def test_the_approved_content_is_named_and_what_differs_from_it_is_a_link(given, client):
    rfc = rfc_in(State.SCHEDULED, given)
    client.force_login(given.people.owner)
    digest = RFC.objects.get(pk=rfc.pk).decision.digest
    assert f"Approved content {digest[:12]} , unchanged since." in text(client.get(rfc.get_absolute_url()))
    rfc.steps.filter(phase="rollout").update(instruction="Format the disk of HT-01")
    page = client.get(rfc.get_absolute_url())
    assert f"Approved content {digest[:12]} . What stands there now differs : rollout ." in text(page)
    assert f'href="/rfcs/{rfc.number}/history/#against-title">rollout</a>' in page.content.decode()
