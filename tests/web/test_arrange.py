"""Arranging an agenda in the browser, without script: order, minutes, free items, pulling forward, putting off (LOOK, agenda)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.actions.agenda import generate
from changes.choices import State
from changes.models import AgendaItem, Meeting
from tests.factories import HIGH_IMPACT, AgendaItemFactory, MeetingFactory, hours, rfc_in, session

pytestmark = pytest.mark.django_db


@pytest.fixture
def meetings(given):
    """The coming meeting, in three days, and the one of the week after."""
    first = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    starts = [first, first + timedelta(weeks=1)]
    return [MeetingFactory(board=given.board, starts_at=start, cut_off_at=start - hours(48)) for start in starts]


def submitted(given, meetings, start=None):
    when = session(start or meetings[1].starts_at + timedelta(days=20))
    return rfc_in(State.SUBMITTED, given, at=timezone.now() - hours(2), impact=HIGH_IMPACT, sessions=(when,))


def arrange(meeting):
    return reverse("meeting-arrange", args=[meeting.pk])


def order(meeting):
    return [row.title for row in meeting.items.exclude(section="").order_by("position")]


def toast(answer):
    return [str(message) for message in answer.context["messages"]]


def test_an_item_moves_by_its_buttons_and_the_page_says_where_it_is_now(client, given, meetings):
    items = [AgendaItemFactory(meeting=meetings[0], position=at, title=name) for at, name in enumerate(("One", "Two", "Three"), start=1)]
    client.force_login(given.people.change_manager)
    answer = client.post(reverse("item-place", args=[meetings[0].pk, items[2].pk]), {"to": "2"}, follow=True)
    assert (order(meetings[0]), toast(answer)) == (["One", "Three", "Two"], ["Item 3 is now 2 of 3."])
    assert answer.redirect_chain[0][0] == f"{arrange(meetings[0])}#item-{items[2].pk}"
    assert b'aria-label="Move item 1 up: One" disabled' in answer.content


def test_minutes_and_a_note_are_kept_and_what_cannot_be_comes_back_as_typed(client, given, meetings):
    rfc = submitted(given, meetings)
    generate(meetings[0], at=timezone.now())
    item = AgendaItem.objects.get(rfc=rfc)
    client.force_login(given.people.chair)
    keep = reverse("item-keep", args=[meetings[0].pk, item.pk])
    refused = client.post(keep, {"minutes": "0", "note": "Bring the drawing."})
    assert refused.status_code == 400
    assert b"Bring the drawing." in refused.content
    client.post(keep, {"minutes": "12", "note": "Bring the drawing."})
    item.refresh_from_db()
    assert (item.minutes, item.note) == (12, "Bring the drawing.")

    AgendaItem.objects.filter(pk=item.pk).update(note="Written in the meeting.")
    stale = client.post(keep, {"minutes": "15", "note": "Mine.", "was": "Bring the drawing."})
    item.refresh_from_db()
    assert (stale.status_code, item.minutes, item.note) == (412, 12, "Written in the meeting.")
    assert all(text in stale.content for text in (b"Mine.", b"Written in the meeting."))


def test_a_free_item_is_added_written_anew_and_taken_off(client, given, meetings):
    client.force_login(given.people.change_manager)
    add = reverse("free-item-add", args=[meetings[0].pk])
    typed = {"title": "Staffing over the holidays", "section": "ongoing", "minutes": "4", "owner": given.people.member.pk, "note": ""}
    refused = client.post(add, typed | {"minutes": ""})
    assert (refused.status_code, "Staffing over the holidays" in refused.content.decode()) == (400, True)
    client.post(add, typed)
    item = AgendaItem.objects.get()
    assert (item.section, item.minutes, item.owner) == ("ongoing", 4, given.people.member)
    shown = client.get(meetings[0].get_absolute_url()).content.decode()
    assert f"{given.people.member} speaks to it" in shown
    change = reverse("free-item-change", args=[meetings[0].pk, item.pk])
    client.post(change, typed | {"title": "Staffing in December"})
    assert order(meetings[0]) == ["Staffing in December"]
    client.post(change, {"remove": "1"})
    assert order(meetings[0]) == []


def test_an_agenda_that_is_too_long_proposes_what_could_wait_and_one_button_puts_it_off_and_back(client, given, meetings):
    soon, late = submitted(given, meetings, meetings[1].starts_at - hours(30)), submitted(given, meetings)
    generate(meetings[0], at=timezone.now())
    AgendaItem.objects.filter(rfc=soon).update(minutes=58)
    client.force_login(given.people.chair)
    shown = client.get(meetings[0].get_absolute_url())
    surplus = shown.context["surplus"]
    assert (surplus.over, [one.item.rfc for one in surplus.suggested], surplus.minutes) == (6, [late], 8)
    item = AgendaItem.objects.get(rfc=late)
    assert b"6 minutes more than the meeting has" in shown.content
    put = reverse("item-put-off", args=[meetings[0].pk, item.pk])
    client.post(put, {"to": meetings[1].pk, "reason": "It was 6 minutes too long."})
    assert [row.meeting for row in AgendaItem.objects.filter(rfc=late).exclude(section="")] == [meetings[1]]
    offered = client.get(arrange(meetings[0])).context["later"]
    assert [one.rfc for one in offered] == [late]
    client.post(reverse("meeting-pull", args=[meetings[0].pk]), {"rfc": late.number, "reason": "There is time after all."})
    assert [row.meeting for row in AgendaItem.objects.filter(rfc=late).exclude(section="")] == [meetings[0]]
    assert b"pulled forward" in client.get(meetings[0].get_absolute_url()).content


@pytest.mark.parametrize(("who", "status"), [("chair", 200), ("change_manager", 200), ("member", 403), ("viewer", 403)])
def test_arranging_is_for_those_who_prepare_it(client, given, meetings, who, status):
    client.force_login(getattr(given.people, who))
    assert client.get(arrange(meetings[0])).status_code == status
    assert (arrange(meetings[0]).encode() in client.get(meetings[0].get_absolute_url()).content) is (status == 200)


def test_a_meeting_that_is_over_is_arranged_no_more(client, given, meetings):
    Meeting.objects.filter(pk=meetings[0].pk).update(state="held")
    client.force_login(given.people.chair)
    assert client.get(arrange(meetings[0])).status_code == 403


def test_the_page_costs_the_same_for_one_item_and_for_three(client, given, meetings):
    client.force_login(given.people.chair)

    def queries(count):
        for _ in range(count):
            submitted(given, meetings)
            AgendaItemFactory(meeting=meetings[0], title="Staffing")
        generate(meetings[0], at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            client.get(arrange(meetings[0]))
        return len(captured)

    queries(1)
    assert queries(1) == queries(2)


def test_the_forward_view_lists_what_the_agenda_counts(client, given, meetings):
    rfc = rfc_in(State.APPROVED, given, at=timezone.now() - timedelta(days=21), impact=HIGH_IMPACT)
    rfc.state, rfc.approved_until = State.APPROVED, meetings[0].starts_at + timedelta(days=2)
    rfc.save()
    client.force_login(given.people.member)
    agenda = client.get(meetings[0].get_absolute_url())
    listed = client.get(reverse("meeting-forward", args=[meetings[0].pk]))
    ahead, forward = agenda.context["ahead"], listed.context["forward"]
    assert (ahead.moved, ahead.freezes, ahead.waived, ahead.lapsing) == tuple(
        len(part) for part in (forward.moved, forward.freezes, forward.waived, forward.lapsing)
    )
    assert ahead.lapsing == 1
    assert b"1 approval lapses" in agenda.content
    assert rfc.number.encode() in listed.content
