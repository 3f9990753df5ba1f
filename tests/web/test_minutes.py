from html import unescape

import pytest
from django.urls import reverse

from changes.actions.minutes import publish_minutes, write_note
from changes.choices import MeetingState, State, Verdict
from changes.models import Addendum, Meeting
from tests.factories import NOW, AgendaItemFactory, DecisionFactory, MeetingFactory, RFCFactory, hours

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def meeting(given):
    held = MeetingFactory(board=given.board, starts_at=NOW - hours(2), state=MeetingState.HELD, revision=1)
    item = AgendaItemFactory(meeting=held, rfc=RFCFactory(state=State.SUBMITTED, title="Rollup <8>", owner=given.people.owner))
    DecisionFactory(rfc=item.rfc, item=item, by=given.people.chair, verdict=Verdict.REJECT, reason="No way back.")
    return held


@pytest.fixture
def chair(given, client):
    client.force_login(given.people.chair)
    return client


def page(client, meeting):
    return unescape(client.get(reverse("meeting-minutes", args=[meeting.pk])).content.decode())


def post(client, name, meeting, **data):
    return client.post(reverse(name, args=[meeting.pk]), data)


def test_a_draft_shows_what_was_decided_and_who_leads_may_write_and_publish(given, chair, meeting):
    shown = page(chair, meeting)
    assert "<b>Rejected</b> by Chair" in shown
    assert "No way back." in shown
    assert "Publish the minutes and send them" in shown
    chair.force_login(given.people.member)
    assert "Publish the minutes" not in page(chair, meeting)


def test_a_note_is_kept_and_shown_where_it_belongs(chair, meeting):
    item = meeting.items.get()
    answer = post(chair, "minutes-note", meeting, item=item.pk, note="Ask again.", was="")
    assert answer.url.endswith(f"/minutes/#item-{item.pk}")
    assert "Ask again." in page(chair, meeting)


def test_of_two_notes_both_texts_are_shown(given, chair, meeting):
    item = meeting.items.get()
    write_note(meeting, item, "Theirs", was="", actor=given.people.change_manager, at=NOW)
    answer = post(chair, "minutes-note", meeting, item=item.pk, note="Mine", was="")
    assert answer.status_code == 412
    shown = answer.content.decode()
    assert "<pre>Theirs</pre>" in shown
    assert "<pre>Mine</pre>" in shown
    assert post(chair, "minutes-note", meeting, item=item.pk, note="Theirs\nMine", was="Theirs").status_code == 302


@pytest.mark.parametrize("item", ["999999", "x", "9" * 30])
def test_an_item_that_is_none_is_not_found(chair, meeting, item):
    assert post(chair, "minutes-note", meeting, item=item, note="x", was="").status_code == 404


def test_published_minutes_have_no_forms_but_the_addendum(chair, meeting):
    post(chair, "minutes-publish", meeting)
    shown = page(chair, meeting)
    assert "minutes, published" in shown
    assert "Keep the note" not in shown
    post(chair, "minutes-addendum", meeting, text="It was deferred, not rejected.")
    assert "It was deferred, not rejected." in page(chair, meeting)
    assert "minutes-note" in shown
    answer = post(chair, "minutes-note", meeting, note="Late", was="")
    assert answer.status_code == 409
    assert "You had written: Late" in answer.content.decode()


def test_before_they_are_published_it_says_what_is_missing_and_who_gets_them(given, chair, meeting):
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED, owner=given.people.owner), position=2)
    shown = unescape(chair.get(reverse("minutes-publish", args=[meeting.pk])).content.decode())
    assert "2 items: 1 rejected; 1 left open." in shown
    assert "Nobody noted who was there." in shown
    assert "1 item left undecided." in shown
    assert str(given.people.owner) in shown
    assert Meeting.objects.get(pk=meeting.pk).minutes_published_at is None
    chair.force_login(given.people.member)
    assert chair.get(reverse("minutes-publish", args=[meeting.pk])).url == reverse("meeting-minutes", args=[meeting.pk])


def test_publishing_twice_is_once(given, chair, meeting):
    publish_minutes(meeting, actor=given.people.change_manager, at=NOW - hours(1))
    post(chair, "minutes-publish", meeting)
    assert Meeting.objects.get(pk=meeting.pk).minutes_published_at == NOW - hours(1)
    assert "published already" in page(chair, meeting)


def test_an_empty_addendum_is_none(given, chair, meeting):
    publish_minutes(meeting, actor=given.people.chair, at=NOW)
    answer = post(chair, "minutes-addendum", meeting, text=" ")
    assert answer.status_code == 400
    assert not Addendum.objects.exists()


def test_minutes_are_a_file_too(chair, meeting):
    assert chair.get(reverse("meeting-minutes-pdf", args=[meeting.pk])).content.startswith(b"%PDF-")
    text = chair.get(reverse("meeting-minutes-markdown", args=[meeting.pk])).content.decode()
    assert "### 1. Rollup \\<8\\>" in text
    assert "**Rejected** by Chair" in text


def test_the_agenda_of_a_held_meeting_leads_to_its_minutes(chair, meeting):
    assert reverse("meeting-minutes", args=[meeting.pk]) in chair.get(meeting.get_absolute_url()).content.decode()
