"""The page behind the buttons in mails: opening it changes nothing, one press says it, whoever comes second is told (DESIGN 4.9)."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.actions import answer, reminder
from changes.choices import Outcome, State
from changes.models import RFC, Event
from tests.factories import HIGH_IMPACT, NOW, hours, rfc_in, world
from tests.factories import session as planned

pytestmark = pytest.mark.django_db
START = NOW + hours(72)


@pytest.fixture
def given():
    with time_machine.travel(NOW, tick=False):
        return world()


def page(rfc, say, number=0):
    return f"/rfcs/{rfc.number}/answer/?session={list(rfc.sessions.all())[number].pk}&say={say}"


def asked(user, address, at, typed=None):
    """The page's main part as `user` sees it at `at`, after posting `typed` where that is given."""
    client = Client()
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        response = client.post(address, typed, follow=True) if typed is not None else client.get(address)
    return response.status_code, response.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("state", "say", "name", "words", "missing"),
    [
        (State.SCHEDULED, "begun", "implementer", ["Has it begun?", 'value="2026-11-24T10:04"', "It will not be done"], ["minutes more"]),
        (State.SCHEDULED, "begun", "outsider", ["Nobody has said yet that it has begun", "call them"], ["<form"]),
        (State.SCHEDULED, "well", "owner", ["How did it go?", "Began", "Ended", "Say that it went well"], []),
        (State.SCHEDULED, "hour", "owner", ["It has not begun, as far as anybody said"], ["<form method"]),
        (State.IN_PROGRESS, "begun", "owner", ["It has begun", "Open the plan"], ["<form"]),
        (State.IN_PROGRESS, "well", "owner", ["How did it go?", "It did not go well"], []),
        (State.IN_PROGRESS, "hour", "owner", ["Longer until 15:00?", "Take 60 minutes more, until 15:00"], []),
        (State.IN_PROGRESS, "well", "outsider", ["Nobody has said yet how it went"], ["<form"]),
        (State.COMPLETED, "hour", "owner", ["Successful"], ["<form"]),
        (State.CANCELLED, "begun", "owner", ["is cancelled", "There is nothing left to answer."], ["<form"]),
        (State.SCHEDULED, "nonsense", "owner", ["Has it begun?"], []),
    ],
)
def test_it_shows_what_would_be_said_and_changes_nothing(given, state, say, name, words, missing):
    rfc = rfc_in(state, given)
    before = Event.objects.count(), RFC.objects.get(pk=rfc.pk).version
    status, main = asked(getattr(given.people, name), page(rfc, say), START + hours(4 / 60))
    assert ([word for word in words if word not in main], [word for word in missing if word in main], status) == ([], [], 200)
    assert (Event.objects.count(), RFC.objects.get(pk=rfc.pk).version) == before


def test_before_it_is_due_nobody_is_offered_to_say_that_it_went_well(given):
    _, main = asked(given.people.owner, page(rfc_in(State.SCHEDULED, given), "well"), START - hours(5))
    assert "It has not begun yet" in main
    assert "It is another night" in main
    assert "<form" not in main


def test_who_gave_it_longer_is_said_before_more_is_offered(given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    row = rfc.sessions.get()
    typed = {"minutes": "60", "revision": f"{row.revision}", "note": "One host is slow."}
    _, main = asked(given.people.implementer, page(rfc, "hour"), START + hours(3), typed)
    assert "You gave it longer" in main
    assert "<form" not in main
    _, again = asked(given.people.owner, page(rfc, "hour"), START + hours(3.5))
    assert [
        word for word in ("It has until 15:00", "Implementer gave it longer", "One host is slow.", "30 minutes more") if word not in again
    ] == []
    _, more = asked(given.people.owner, page(rfc, "hour") + "&minutes=30", START + hours(3.5))
    assert "Take 30 minutes more" in more
    _, over = asked(given.people.owner, page(rfc, "hour"), START + hours(5.2))
    assert "Take 60 minutes more" in over


def test_whoever_has_not_signed_in_comes_back_to_the_answer(client, given):
    rfc = rfc_in(State.SCHEDULED, given)
    sent = client.get(page(rfc, "begun"))
    assert sent.status_code == 302
    assert sent.url.startswith("/sign-in/?next=/rfcs/")
    assert "say%3Dbegun" in sent.url


def test_the_begin_is_said_at_the_time_that_stands_there(given):
    rfc = rfc_in(State.SCHEDULED, given)
    _, main = asked(given.people.implementer, page(rfc, "begun"), START + hours(0.5), {"actual_start": "2026-11-24T10:04"})
    assert "You said so" in main
    rfc.refresh_from_db()
    assert (rfc.state, rfc.sessions.get().actual_start) == (State.IN_PROGRESS, START + hours(4 / 60))


def test_it_went_well_says_begin_and_end_at_once_where_nobody_said_that_it_began(given):
    rfc = rfc_in(State.SCHEDULED, given)
    typed = {"actual_start": "2026-11-24T10:00", "actual_end": "2026-11-24T13:10", "note": "All quiet."}
    asked(given.people.owner, page(rfc, "well"), START + hours(5), typed)
    rfc.refresh_from_db()
    row = rfc.sessions.get()
    assert (rfc.state, rfc.outcome, rfc.outcome_note) == (State.COMPLETED, Outcome.SUCCESSFUL, "All quiet.")
    assert (row.actual_start, row.actual_end) == (START, START + hours(3) + hours(1 / 6))


def test_of_several_nights_the_one_is_ended_and_the_next_is_still_to_come(given):
    rfc = rfc_in(State.SCHEDULED, given, sessions=(planned(), planned(START + hours(24))))
    typed = {"actual_start": "2026-11-24T10:00", "actual_end": "2026-11-24T14:00"}
    _, main = asked(given.people.owner, page(rfc, "well"), START + hours(4.5), typed)
    rfc.refresh_from_db()
    first, second = rfc.sessions.order_by("planned_start")
    assert (rfc.state, first.actual_end, second.actual_start) == (State.IN_PROGRESS, START + hours(4), None)
    assert "This session is over" in main


def test_another_hour_is_taken_once_however_often_it_is_pressed(given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    row = rfc.sessions.get()
    typed = {"minutes": 60, "revision": row.revision, "note": "One host is slow."}
    asked(given.people.owner, page(rfc, "hour"), START + hours(3), typed)
    status, main = asked(given.people.implementer, page(rfc, "hour"), START + hours(3), typed)
    assert rfc.sessions.get().planned_end == row.planned_end + hours(1)
    assert status == 412
    assert "Its end has changed meanwhile." in main
    assert "One host is slow." in main


def test_what_another_hour_comes_into_the_way_of_is_shown_before_it_is_taken(given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    other = rfc_in(State.SCHEDULED, given, sessions=(planned(START + hours(4.5)),), title="The one after it")
    _, main = asked(given.people.owner, page(rfc, "hour"), START + hours(3))
    assert f"Open {other.number}" in main
    _, shorter = asked(given.people.owner, page(rfc, "hour") + "&minutes=30", START + hours(3))
    assert f"Open {other.number}" not in shorter
    assert "Nothing else comes into its way" in shorter


def test_whoever_comes_second_is_told_who_said_it_and_nothing_is_written_twice(given):
    rfc = rfc_in(State.SCHEDULED, given)
    answer.begun(rfc.sessions.get(), START, actor=given.people.implementer, at=START)
    events = Event.objects.count()
    status, main = asked(given.people.owner, page(rfc, "begun"), START + hours(1), {"actual_start": "2026-11-24T10:30"})
    assert (status, Event.objects.count(), rfc.sessions.get().actual_start) == (412, events, START)
    assert "Implementer said so" in main


def test_who_may_not_work_is_refused_by_the_action_too(given):
    rfc = rfc_in(State.IN_PROGRESS, given)
    status, _ = asked(given.people.change_manager, page(rfc, "well"), START + hours(4), {"actual_end": "2026-11-24T13:00", "note": ""})
    assert status == 403
    assert RFC.objects.get(pk=rfc.pk).state == State.IN_PROGRESS


def test_whoever_was_asked_about_the_begin_says_that_and_is_not_asked_how_it_went(given):
    given.service.manager = given.people.change_manager
    given.service.save()
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT)
    for at in (START, START + hours(0.5)):
        reminder.send_due(at=at)
    manager, now = given.people.change_manager, START + hours(0.6)
    assert "<form" in asked(manager, page(rfc, "begun"), now)[1]
    status, _ = asked(manager, page(rfc, "begun"), now, {"actual_start": "2026-11-24T10:00"})
    assert (status, RFC.objects.get(pk=rfc.pk).state) == (200, State.IN_PROGRESS)
    assert "call them" in asked(manager, page(rfc, "well"), now + hours(0.1))[1]
    assert asked(manager, page(rfc, "well"), now + hours(0.1), {"actual_end": "2026-11-24T10:40", "note": ""})[0] == 403


@pytest.mark.parametrize(
    ("say", "typed", "words"),
    [
        ("begun", {"actual_start": "2026-11-24T18:00"}, "An actual time lies in the future."),
        ("begun", {"actual_start": "soon"}, "is no date and time"),
        ("well", {"actual_start": "2026-11-24T11:00", "actual_end": "2026-11-24T10:30", "note": "Kept"}, "The work ended before it began."),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(given, say, typed, words):
    rfc = rfc_in(State.SCHEDULED, given)
    status, main = asked(given.people.owner, page(rfc, say), START + hours(2), typed)
    assert status == 400
    assert words in main
    assert [value for value in typed.values() if value not in main] == []
    assert RFC.objects.get(pk=rfc.pk).state == State.SCHEDULED


def test_a_session_that_was_taken_out_is_said_to_be_gone(given):
    rfc = rfc_in(State.SCHEDULED, given)
    status, main = asked(given.people.owner, f"/rfcs/{rfc.number}/answer/?session=987654&say=begun", START)
    assert status == 404
    assert "That session is no longer planned" in main


def test_it_asks_as_many_questions_of_three_sessions_as_of_one(given, client):
    counts = []
    for nights in (1, 3):
        rfc = rfc_in(State.SCHEDULED, given, sessions=tuple(planned(START + hours(48 * nights + 12 * n)) for n in range(nights)))
        client.force_login(given.people.owner)
        with time_machine.travel(START, tick=False), CaptureQueriesContext(connection) as asked_for:
            client.get(page(rfc, "begun"))
        counts.append(len(asked_for))
    assert counts[0] == counts[1]
