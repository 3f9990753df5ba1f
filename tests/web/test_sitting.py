"""The page of a running meeting: who sees what, what it costs to follow, and that nothing that is typed is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.actions import sitting
from changes.actions.ruling import Ruling
from changes.actions.vote import cast
from changes.choices import Ballot, State, Verdict
from changes.models import Action, AgendaItem, Board, BoardMember, Decision, ItemSeen, Meeting
from tests.factories import HIGH_IMPACT, NOW, AgendaItemFactory, frozen_agenda, hours, rfc_in, session

pytestmark = pytest.mark.django_db

START = NOW + hours(124)


@pytest.fixture(autouse=True)
def at_the_meeting(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def meeting(given):
    return frozen_agenda(given, START)


@pytest.fixture
def running(given, meeting):
    return sitting.open_sitting(meeting, actor=given.people.change_manager, at=START)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def items():
    return list(AgendaItem.objects.order_by("position"))


def page(client, running, query=""):
    return client.get(reverse("sitting-detail", args=[running.pk]) + query)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def decide(client, item, **typed):
    data = {
        "conditions-TOTAL_FORMS": "2",
        "conditions-INITIAL_FORMS": "0",
        "verdict": "approve",
        "severity": "major",
        "without_quorum": "1",
        **typed,
    }
    return client.post(reverse("sitting-decide", args=[item.meeting_id, item.pk]), data, follow=True)


def test_before_it_begins_the_page_says_when_and_who_may_opens_it(given, meeting, at_the_meeting):
    at_the_meeting.move_to(START - hours(30), tick=False)
    assert "This page opens by itself" in words(page(browser(given.people.member), meeting))
    chair = browser(given.people.chair)
    assert "It is planned for another time" in words(page(chair, meeting))
    opened = chair.post(reverse("sitting-act", args=[meeting.pk, "open"]), {"early": "1"}, follow=True)
    assert "The meeting is open; you present." in words(opened)
    assert Meeting.objects.get().presenter == given.people.chair


def test_presenter_chair_and_member_have_each_their_own_bar(given, running):
    seen = {who: words(page(browser(getattr(given.people, who)), running)) for who in ("change_manager", "chair", "member", "viewer")}
    assert [who for who, text in seen.items() if "Record the decision" in text] == ["chair"]
    assert [who for who, text in seen.items() if "Your vote" in text] == ["member"]
    assert [who for who, text in seen.items() if "Pause" in text] == ["change_manager"]
    assert [who for who, text in seen.items() if "Take over" in text] == ["chair"]
    assert all("Item 1 of 3" in text and "Rollup 0" in text for text in seen.values())


def test_a_tool_sees_no_meeting(given, running):
    assert page(browser(given.people.tool), running).status_code == 403
    assert browser(given.people.tool).get(reverse("sitting-news", args=[running.pk])).status_code == 404


def test_news_cost_one_query_beside_the_readers_own_until_there_are_some(given, running):
    client = browser(given.people.member)
    url = reverse("sitting-news", args=[running.pk])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(f"{url}?since={running.turn}")
    assert (answer.status_code, answer["Cache-Control"]) == (204, "no-store")
    assert len(asked) == 3, [one["sql"] for one in asked]  # session, user, turn
    sitting.turn_to(running, items()[1], actor=given.people.change_manager, at=START)
    answer = client.get(f"{url}?since={running.turn}")
    assert answer.status_code == 200
    assert "Item 2 of 3" in words(answer)
    assert f'data-turn="{running.turn + 1}"' in answer.content.decode()


def test_after_its_end_news_send_the_page_round(given, running):
    sitting.end_sitting(running, actor=given.people.chair, at=START)
    client = browser(given.people.member)
    assert client.get(reverse("sitting-news", args=[running.pk]) + "?since=1").status_code == 205
    text = words(page(client, running))
    assert "The meeting is over" in text
    assert "They stand on the next agenda by themselves." in text


def test_a_member_looks_at_another_item_and_stays_there_while_the_meeting_goes_on(given, running):
    client, third = browser(given.people.member), items()[2]
    text = words(page(client, running, f"?item={third.pk}"))
    assert "You look at item 3; the meeting is at item 1: Rollup 0." in text
    assert "Follow the presenter" in text
    sitting.turn_to(running, items()[1], actor=given.people.change_manager, at=START)
    news = client.get(reverse("sitting-news", args=[running.pk]) + f"?since=1&item={third.pk}")
    assert "You look at item 3; the meeting is at item 2: Rollup 1." in words(news)


def test_deciding_goes_on_to_the_next_and_says_with_how_many(given, running):
    sitting.mark_presence(running, given.people.member, is_present=True, actor=given.people.member, at=START)
    answer = decide(browser(given.people.chair), items()[0], reason="Eleven went well.")
    assert re.search(r"RFC-\d+ approved, and on the schedule, with 2 present\.", words(answer))
    assert "Item 2 of 3" in words(answer)
    decision = Decision.objects.get()
    assert (decision.reason, decision.manner, decision.present) == ("Eleven went well.", "meeting", 2)


def test_what_was_typed_is_kept_where_somebody_else_was_quicker(given, running):
    sitting.settle_item(items()[0], Ruling(Verdict.REJECT, reason="Too soon."), actor=given.people.chair, at=START)
    condition = {"conditions-0-text": "GC-06 moves", "conditions-0-owner": "owner", "conditions-0-due_at": "2026-11-27T12:00"}
    answer = decide(browser(given.people.chair), items()[0], verdict="approve_with_conditions", reason="With care.", **condition)
    text = words(answer)
    assert answer.status_code == 409
    assert "This item is decided already: reject, by Chair." in text
    assert "You had written, and it is not recorded: With care. GC-06 moves, owner, until 2026-11-27T12:00" in text
    assert Decision.objects.count() == 1


def test_a_condition_row_more_costs_nothing_that_was_typed(given, running):
    client = browser(given.people.chair)
    answer = decide(client, items()[0], verdict="approve_with_conditions", more="1", **{"conditions-0-text": "GC-06 moves"})
    text = answer.content.decode()
    assert text.count('aria-label="Empty condition') == 3
    assert 'value="GC-06 moves"' in text
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"verdict": ""}, "Choose what is decided."),
        ({"verdict": "reject"}, "This decision needs a reason. Say why, in a sentence."),
        ({"verdict": "defer", "reason": "x"}, "A deferred RFC needs its meeting."),
    ],
)
def test_an_incomplete_decision_is_sent_back(given, running, typed, told):
    answer = decide(browser(given.people.chair), items()[0], **typed)
    assert (answer.status_code, told in words(answer)) == (400, True)


def test_undo_takes_back_what_it_names(given, running):
    client = browser(given.people.chair)
    decide(client, items()[0])
    assert "undo: " in words(page(client, running))
    answer = client.post(reverse("sitting-act", args=[running.pk, "undo"]), {"decision": Decision.objects.get().pk}, follow=True)
    assert "Taken back: approve of RFC-" in words(answer)
    assert Decision.objects.get().item is None


def test_a_note_is_saved_without_a_page_and_a_stale_one_answers_with_what_stands_there(given, running):
    url, item = reverse("sitting-note", args=[running.pk]), items()[0]
    client = browser(given.people.chair)
    assert client.post(url, {"item": item.pk, "note": "Shown.", "was": ""}, headers={"X-Quiet": "1"}).status_code == 204
    stale = client.post(url, {"item": item.pk, "note": "Other.", "was": ""}, headers={"X-Quiet": "1"})
    assert (stale.status_code, stale.content.decode()) == (412, "Shown.")
    whole = client.post(url, {"item": item.pk, "note": "Other.", "was": ""})
    assert whole.status_code == 412
    assert ">Other.</textarea>" in whole.content.decode()
    assert items()[0].note == "Shown."


def test_before_it_ends_it_is_said_what_is_left(given, running):
    client = browser(given.people.chair)
    decide(client, items()[0])
    text = words(client.get(reverse("sitting-end", args=[running.pk])))
    assert "2 items are not decided. They stand on the board’s next agenda" in text
    client.post(reverse("sitting-end", args=[running.pk]))
    assert Meeting.objects.get(pk=running.pk).state == "held"


def test_once_it_has_ended_a_decision_is_not_recorded_and_not_lost(given, running):
    sitting.end_sitting(running, actor=given.people.change_manager, at=START)
    answer = decide(browser(given.people.chair), items()[0], reason="With care.")
    assert answer.status_code == 409
    assert "The meeting is over; this is not recorded." in words(answer)
    assert "With care.</textarea>" in answer.content.decode()


def test_an_action_is_promised_done_and_given_more_time_in_the_meeting(given, running):
    client = browser(given.people.chair)
    typed = {"action-text": "Show a restore", "action-owner": "owner", "action-due_at": "2026-11-27T12:00", "item": items()[0].pk}
    client.post(reverse("sitting-promise", args=[running.pk]), typed)
    action = Action.objects.get()
    assert (action.text, action.owner, action.meeting, action.rfc) == ("Show a restore", given.people.owner, running, items()[0].rfc)
    url = reverse("sitting-action", args=[running.pk, action.pk])
    client.post(url, {"later": "1", "due_at": "2026-11-30T12:00"})
    client.post(url, {"note": "Seen by all."})
    action.refresh_from_db()
    assert (action.due_at, action.done_at, action.note) == (START + timedelta(hours=94), START, "Seen by all.")


def test_a_point_of_the_agenda_without_an_rfc_is_talked_about_and_left(given, running):
    AgendaItemFactory(meeting=running, section="ongoing", title="Holidays", position=9)
    sitting.turn_to(running, items()[3], actor=given.people.change_manager, at=START)
    text = words(page(browser(given.people.change_manager), running))
    assert "Holidays" in text
    assert "No decision is asked: say what there is to say, and go on." in text


def test_with_more_items_the_page_asks_no_more(given, running):
    client = browser(given.people.chair)
    page(client, running)  # that the chair looks on is kept once
    with CaptureQueriesContext(connection) as three:
        page(client, running)
    for number in range(2):
        night = session(START + hours(120 + 24 * number))
        rfc = rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, sessions=(night,), configuration_items=())
        AgendaItemFactory(meeting=running, rfc=rfc, position=10 + number)
    with CaptureQueriesContext(connection) as five:
        page(client, running)
    assert len(five) == len(three)


@pytest.mark.parametrize(
    ("ballot", "typed", "told"),
    [
        (None, {"without_quorum": ""}, "No quorum: 1 of 2 needed."),
        (Ballot.REJECT, {}, "The votes say otherwise: 1 against."),
        (Ballot.APPROVE, {"verdict": "reject", "reason": "Too soon."}, "The votes say otherwise: 1 for."),
    ],
)
def test_without_a_quorum_and_against_the_votes_a_tick_is_asked_for(given, running, ballot, typed, told):
    Board.objects.update(quorum=2)
    if ballot:
        cast(items()[0], ballot, comment="So.", actor=given.people.member, at=START)
    answer = decide(browser(given.people.chair), items()[0], **typed)
    assert (answer.status_code, told in words(answer), Decision.objects.count()) == (400, True, 0)
    decide(browser(given.people.chair), items()[0], **{**typed, "without_quorum": "1", "against_votes": "1"})
    assert Decision.objects.count() == 1


def test_to_have_the_page_open_is_seen_and_does_not_count(given, running):
    assert "Are you in the meeting?" in words(page(browser(given.people.member), running))
    text = words(page(browser(given.people.change_manager), running))
    assert "has the page open, has not said so" in text
    assert "0 of 2, quorum 1" in text


def test_the_member_and_the_delegate_sit_at_one_seat(given, running):
    BoardMember.objects.create(board=given.board, user=given.people.outsider, delegate_for=given.people.member)
    for person in (given.people.member, given.people.outsider):
        sitting.mark_presence(running, person, is_present=True, actor=person, at=START)
    assert "1 of 2, quorum 1" in words(page(browser(given.people.change_manager), running))


def test_a_note_on_the_whole_meeting_is_kept(given, running):
    client = browser(given.people.chair)
    client.post(reverse("sitting-note", args=[running.pk]), {"note": "Began in time.", "was": ""})
    assert "Began in time." in words(page(client, running))


@pytest.mark.parametrize(
    ("ahead", "is_written"),
    [({}, True), ({"Sec-Purpose": "prefetch"}, False), ({"Sec-Purpose": "prefetch;prerender"}, False), ({"Purpose": "prefetch"}, False)],
)
def test_what_a_browser_fetches_ahead_is_not_seen(given, running, ahead, is_written):
    client, url = browser(given.people.member), reverse("sitting-detail", args=[running.pk])
    client.head(url)
    client.get(url, headers=ahead)
    client.get(reverse("sitting-news", args=[running.pk]), headers=ahead)
    assert ItemSeen.objects.filter(person=given.people.member).exists() is is_written


def test_to_look_on_is_written_once_an_item_and_not_of_whom_the_roll_tells_more(given, running, at_the_meeting):
    member, url = given.people.member, reverse("sitting-news", args=[running.pk])
    client = browser(member)

    def written():
        before = list(ItemSeen.objects.filter(person=member).values_list("item", "at"))
        at_the_meeting.shift(1)
        client.get(url)
        return list(ItemSeen.objects.filter(person=member).values_list("item", "at")) != before

    assert [written(), written()] == [True, False]
    sitting.turn_to(running, items()[1], actor=given.people.change_manager, at=START)
    assert [written(), written()] == [True, False]
    for here in (True, False):
        sitting.mark_presence(running, member, is_present=here, actor=member, at=START)
        sitting.turn_to(running, items()[int(here) * 2], actor=given.people.change_manager, at=START)
        assert written() is False
