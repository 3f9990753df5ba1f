"""The actions of a board on their page, in a review, at home and on the agenda (DESIGN 4.8)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from changes.actions.action import promise
from changes.actions.agenda import generate
from changes.choices import State
from changes.models import RFC, Action, AgendaItem
from tests.factories import MeetingFactory, hours, rfc_in, session

pytestmark = pytest.mark.django_db
TEXT = "Name a second approver for nights"


def promised(given, days=4, text=TEXT):
    made = promise(given.board, text, given.people.owner, timezone.now() + timedelta(days=30), actor=given.people.chair, at=timezone.now())
    Action.objects.filter(pk=made.pk).update(due_at=timezone.now() + timedelta(days=days), created_at=timezone.now() - timedelta(days=9))
    return made


def words_of(answer):
    return " ".join(answer.content.decode().split())


def test_open_ones_stand_by_due_time_with_how_late_they_are_and_its_owner_says_when_one_is_done(client, given):
    later, late = promised(given, text="Show the restore"), promised(given, days=-6)
    client.force_login(given.people.owner)
    shown = client.get(reverse("action-list"))
    assert [row.action for row in shown.context["promised"].open] == [late, later]
    assert "6 days late" in words_of(shown)
    client.post(reverse("action-done", args=[late.pk]), {"note": "Bob, since Friday."})
    shown = client.get(reverse("action-list"))
    assert ([row.action for row in shown.context["promised"].done], "Bob, since Friday." in words_of(shown)) == ([late], True)
    client.post(reverse("action-done", args=[late.pk]), {"open": "1"})
    assert Action.objects.get(pk=late.pk).done_at is None


def test_the_chair_writes_one_down_and_what_is_wrong_comes_back_as_typed(client, given):
    client.force_login(given.people.chair)
    url = reverse("action-list") + f"?board={given.board.slug}"
    ahead = (timezone.localtime() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(url, {"text": TEXT, "owner": given.people.owner.pk, "due_at": "2020-01-01T10:00"})
    assert (refused.status_code, TEXT in words_of(refused), "nobody can keep it" in words_of(refused)) == (400, True, True)
    client.post(url, {"text": TEXT, "owner": given.people.owner.pk, "due_at": ahead})
    assert Action.objects.get().created_by == given.people.chair


def test_who_only_looks_on_marks_nothing_as_done(client, given):
    action = promised(given)
    client.force_login(given.people.viewer)
    assert reverse("action-done", args=[action.pk]) not in words_of(client.get(reverse("action-list")))
    client.post(reverse("action-done", args=[action.pk]))
    assert Action.objects.get().done_at is None


def test_at_home_it_waits_for_whoever_promised_it(client, given):
    promised(given, days=-1)
    client.force_login(given.people.owner)
    needs = client.get(reverse("home")).context["needs"]
    mine = [need for need in needs if need.title == TEXT]
    assert [(need.is_late, need.verb) for need in mine] == [(True, "Mark as done")]
    assert "You promised it to the" in mine[0].why


def test_it_stands_on_the_agenda_until_it_is_done_and_a_frozen_one_shows_it_as_done(client, given):
    action = promised(given, days=-6)
    starts_at = timezone.now() + timedelta(days=1)
    meeting = MeetingFactory(board=given.board, starts_at=starts_at, cut_off_at=starts_at - hours(20))
    for _ in range(2):
        generate(meeting, at=timezone.now())
    item = AgendaItem.objects.get()
    assert (item.action, item.section, item.title, item.minutes) == (action, "actions", TEXT, given.board.minutes_automatic)
    client.force_login(given.people.owner)
    assert "6 days late" in words_of(client.get(meeting.get_absolute_url()))
    generate(meeting, at=meeting.cut_off_at)
    client.post(reverse("action-done", args=[action.pk]))
    generate(meeting, at=meeting.cut_off_at)
    shown = words_of(client.get(meeting.get_absolute_url()))
    assert (TEXT in shown, "6 days late" in shown, "what came of it" in shown) == (True, False, True)


def test_done_before_the_cut_off_it_leaves_the_agenda(given):
    action = promised(given)
    starts_at = timezone.now() + timedelta(days=1)
    meeting = MeetingFactory(board=given.board, starts_at=starts_at, cut_off_at=starts_at - hours(2))
    generate(meeting, at=timezone.now())
    Action.objects.filter(pk=action.pk).update(done_at=timezone.now(), done_by=given.people.owner)
    generate(meeting, at=timezone.now())
    assert not AgendaItem.objects.exists()


def review(rows, **answers):
    said = dict.fromkeys(("objective_met", "deviations", "incidents", "instructions"), "Nothing to say.") | {"actions": ""} | answers
    fields = {f"promised-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return said | fields | {"promised-TOTAL_FORMS": str(len(rows)), "promised-INITIAL_FORMS": "0"}


def test_a_review_promises_in_rows_which_answer_its_last_question(client, given):
    rfc = rfc_in(State.COMPLETED, given, at=timezone.now() - timedelta(days=9), sessions=(session(timezone.now() - timedelta(days=5)),))
    client.force_login(given.people.owner)
    url = reverse("rfc-review", args=[rfc.number])
    ahead = (timezone.localtime() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    row = {"text": TEXT, "owner": given.people.implementer.pk, "due_at": ahead}
    empty = {"text": "", "owner": "", "due_at": ""}
    refused = client.post(url, review([row | {"due_at": ""}, empty]))
    assert (refused.status_code, TEXT in words_of(refused), Action.objects.count()) == (400, True, 0)
    past = client.post(url, review([row | {"due_at": "2020-01-01T10:00"}, empty]))
    assert (past.status_code, Action.objects.count(), RFC.objects.get().review) == (400, 0, None)
    client.post(url, review([row, empty]))
    action, rfc = Action.objects.get(), RFC.objects.get()
    assert (action.rfc, action.board, action.owner) == (rfc, given.board, given.people.implementer)
    assert rfc.review["actions"] == f"{given.people.implementer}: {TEXT}"
    assert f"#action-{action.pk}" in words_of(client.get(url))
