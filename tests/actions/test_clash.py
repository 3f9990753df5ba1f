"""Whoever moves later carries the conflict; the other is told once, and never unscheduled (DESIGN 4.6)."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from rest_framework.test import APIClient

from changes.actions import rfc as rfc_action
from changes.actions.decision import decide
from changes.actions.reminder import send_due
from changes.actions.ruling import Ruling
from changes.actions.session import extend, reschedule
from changes.choices import Scope, State, Verdict
from changes.models import RFC, ApiToken, Reminder
from changes.selectors.finding import findings_of
from changes.web.forms.typed import of_content
from tests.factories import NOW, ItemFactory, UserFactory, hours, rfc_in, session

pytestmark = pytest.mark.django_db
START = NOW + hours(72)
CODE = "conflict.same_item"
LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def other_owner(given):
    return UserFactory(username="other-owner")


def stored(rfc: RFC) -> RFC:
    return RFC.objects.with_content().get(pk=rfc.pk)


def levels(rfc: RFC) -> list[str]:
    return [finding.level.value for finding in findings_of(stored(rfc), at=LATER) if finding.code == CODE]


def told(rfc: RFC) -> list[str]:
    return list(rfc.events.filter(action="in_the_way").values_list("note", flat=True))


def first_and_second(given, state=State.SUBMITTED) -> tuple[RFC, RFC]:
    """One of the owner, and one that was submitted half an hour later in a night of its own."""
    first = rfc_in(state, given, sessions=(session(START),), implementer=None)
    elsewhere = (session(START + hours(48)),)
    second = rfc_in(state, given, at=LATER, sessions=elsewhere, implementer=None, owner="other-owner")
    return first, second


def approve(rfc: RFC, given) -> str:
    decide(stored(rfc), Ruling(Verdict.APPROVE), actor=given.people.change_manager, at=LATER)
    return stored(rfc).state


def test_the_first_is_scheduled_and_who_came_later_waits(given, other_owner):
    first = rfc_in(State.SUBMITTED, given, sessions=(session(START),), implementer=None)
    second = rfc_in(State.SUBMITTED, given, at=LATER, sessions=(session(START + hours(2)),), implementer=None, owner="other-owner")
    assert (levels(first), levels(second)) == (["warning"], ["error"])
    assert (approve(second, given), approve(first, given)) == (State.APPROVED, State.SCHEDULED)


def test_who_moves_onto_another_carries_it_and_the_other_stays_on_the_schedule_and_is_told_once(given, other_owner):
    first, second = first_and_second(given, State.SCHEDULED)
    reschedule(first.sessions.get(), START + hours(49), START + hours(53), actor=given.people.owner, at=LATER + hours(1))
    assert (stored(first).state, stored(second).state) == (State.SUBMITTED, State.SCHEDULED)
    assert (levels(first), levels(second)) == (["error"], ["warning"])
    sentence = f"{first.number} “{first.title}” came into its time for 180 min. That one has to give way; nothing is unscheduled here."
    assert (told(second), told(first)) == ([sentence], [])
    reschedule(first.sessions.get(), START + hours(50), START + hours(54), actor=given.people.owner, at=LATER + hours(2))
    assert told(second) == [sentence]
    for at in (LATER + hours(1), LATER + hours(2)):
        send_due(at=at)
    row = Reminder.objects.get(rule="in_the_way", channel="mail")
    assert (row.recipient, row.rfc, row.state) == (other_owner, second, "sent")


def test_taking_another_item_is_a_move_too(given, other_owner):
    first, second = first_and_second(given)
    there = ItemFactory(slug="ht-02", service=given.service)
    second.configuration_items.set([there])
    reschedule(second.sessions.get(), START, START + hours(4), actor=other_owner, at=LATER)
    assert (levels(first), told(first)) == ([], [])
    content = replace(stored(first).content(), configuration_items=("ht-01", "ht-02"))
    rfc_action.update(first, content, actor=given.people.owner, at=LATER + hours(1))
    assert (levels(first), levels(second)) == (["error"], ["warning"])
    assert len(told(second)) == 1


def test_other_words_are_no_move(given, other_owner):
    first = rfc_in(State.SUBMITTED, given, sessions=(session(START),), implementer=None)
    second = rfc_in(State.SUBMITTED, given, at=LATER, sessions=(session(START),), implementer=None, owner="other-owner")
    rfc_action.update(first, replace(stored(first).content(), title="Another title"), actor=given.people.owner, at=LATER + hours(1))
    assert (levels(first), levels(second)) == (["warning"], ["error"])
    assert told(second) == []


def test_a_draft_tells_nobody_until_it_is_submitted_and_who_owns_both_is_not_told(given, other_owner):
    first = rfc_in(State.SUBMITTED, given, sessions=(session(START),), implementer=None)
    rfc_in(State.DRAFT, given, at=LATER, sessions=(session(START),), implementer=None, owner="other-owner")
    rfc_in(State.SUBMITTED, given, at=LATER, sessions=(session(START),), implementer=None)
    assert told(first) == []


def _by_calendar(second: RFC, start) -> None:
    visitor = Client()
    visitor.force_login(second.owner)
    body = {"start_at": start.isoformat(), "end_at": (start + hours(4)).isoformat(), "next": "/schedule/"}
    assert visitor.post(f"/sessions/{second.sessions.get().pk}/move/", body).status_code == 302


def _by_form(second: RFC, start) -> None:
    visitor = Client()
    visitor.force_login(second.owner)
    content = stored(second).content()
    moved = replace(content, sessions=(replace(content.sessions[0], start=start, end=start + hours(4)),))
    typed = of_content(moved, ZoneInfo("Europe/Amsterdam"))
    typed.update({"act": "save", "version": str(stored(second).version)})
    visitor.post(f"/rfcs/{second.number}/edit/", typed.urlencode(), content_type="application/x-www-form-urlencoded")


def _by_patch(second: RFC, start) -> None:
    _, token = ApiToken.objects.create(second.owner, name="tests", scopes=list(Scope))
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token}", HTTP_IF_MATCH=f'"{stored(second).version}"')
    body = {"planned_start": start.isoformat(), "planned_end": (start + hours(4)).isoformat()}
    assert client.patch(f"/api/v1/rfcs/{second.number}/", body, format="json").status_code == 200


def _by_six_nights(second: RFC, start) -> None:
    content = stored(second).content()
    nights = tuple(session(start + timedelta(days=day)) for day in range(6))
    rfc_action.update(second, replace(content, sessions=nights), actor=second.owner, at=LATER)


@pytest.mark.parametrize("door", [_by_form, _by_calendar, _by_patch, _by_six_nights])
def test_every_door_has_the_same_consequence(given, other_owner, time_machine, door):
    first, second = first_and_second(given)
    time_machine.move_to(LATER, tick=False)
    door(second, START)
    assert (levels(first), levels(second)) == (["warning"], ["error"])
    assert len(told(first)) == 1


def test_who_runs_longer_into_another_tells_its_owner_once(given, other_owner):
    running = rfc_in(State.IN_PROGRESS, given, sessions=(session(START),))
    after = (session(START + hours(4.5)),)
    other = rfc_in(State.SUBMITTED, given, at=LATER, sessions=after, implementer=None, owner="other-owner")
    assert approve(other, given) == State.SCHEDULED
    extend(stored(running).sessions.get(), 20, actor=given.people.owner, at=START + hours(3))
    assert told(other) == []
    extend(stored(running).sessions.get(), 60, actor=given.people.owner, at=START + hours(3))
    extend(stored(running).sessions.get(), 30, actor=given.people.owner, at=START + hours(3))
    assert [note.partition(" “")[0] for note in told(other)] == [running.number]
    assert "runs longer and came into its time for 50 min. What runs goes on" in told(other)[0]
    assert stored(other).state == State.SCHEDULED
