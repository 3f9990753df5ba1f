"""The board's pages: its meetings, an agenda, one item with votes and decision (DESIGN 4.8; LOOK, agenda)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from changes.actions.lifecycle import move
from changes.actions.meeting import generate_due
from changes.actions.vote import cast
from changes.choices import Ballot, State, Urgency
from changes.domain.content import Reference
from changes.models import RFC, AgendaItem, Decision, Meeting, Vote
from tests.factories import HIGH_IMPACT, NOW, hours, raised, rfc_in

pytestmark = pytest.mark.django_db

CUT_OFF = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
AFTER = CUT_OFF + hours(2)


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def meeting(given):
    """Two RFCs on a frozen agenda, a third one late."""
    submitted(given, title="Hub transport rollup 8, site A")
    submitted(given, title="Hub transport rollup 8, site B")
    generate_due(at=CUT_OFF)
    submitted(given, at=CUT_OFF + hours(1), title="Relay: retire HT-02")
    generate_due(at=CUT_OFF + hours(1))
    return Meeting.objects.order_by("starts_at").first()


def submitted(given, *, at=NOW, **other):
    return rfc_in(State.SUBMITTED, given, at=at, impact=HIGH_IMPACT, **other)


@pytest.fixture
def as_(client, given):
    """Signs in as one of the cast, and reads pages as words."""

    class Reader:
        def __init__(self, who):
            client.force_login(getattr(given.people, who))

        def get(self, name, *args, query=""):
            return words(client.get(reverse(name, args=args) + query))

        def post(self, name, *args, **data):
            return client.post(reverse(name, args=args), data, follow=True)

    return Reader


def words(response):
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(text.split())


def item_of(number):
    return AgendaItem.objects.order_by("meeting__starts_at", "is_late", "position")[number - 1]


# --- The agenda -----------------------------------------------------------------------------------------------------
def test_the_agenda_says_what_when_and_how_it_is_voted(given, meeting, as_):
    cast(item_of(1), Ballot.APPROVE, actor=given.people.member, at=AFTER)
    page = as_("outsider").get("meeting-detail", meeting.pk)
    assert "Agenda for Thursday 26 November 2026, 14:00–15:00" in page
    assert "Revision 1 · frozen" in page
    assert "16 of 60 minutes" in page
    assert "1 for, 1 open" in page
    assert "3 votes missing" in page
    for title in ("site A", "site B", "Relay: retire HT-02"):
        assert title in page


def test_only_those_who_may_are_offered_what_they_may(given, meeting, as_):
    chair, member, outsider = (as_(who).get("meeting-detail", meeting.pk) for who in ("chair", "member", "outsider"))
    assert ("Admit RFC" in chair, "to the members again" in chair, "Vote on 2 items" in chair) == (True, True, True)
    assert ("Admit RFC" in member, "to the members" in member, "Vote on 2 items" in member) == (False, False, True)
    assert ("Admit RFC" in outsider, "to the members" in outsider, "Vote on" in outsider) == (False, False, False)


def test_a_late_one_is_admitted_with_a_reason(given, meeting, as_):
    late = RFC.objects.get(title__startswith="Relay")
    chair = as_("chair")
    assert "needs a reason" in words(chair.post("meeting-admit", meeting.pk, rfc=late.number, reason=""))
    page = words(chair.post("meeting-admit", meeting.pk, rfc=late.number, reason="The vendor ends support."))
    assert "Revision 2 · frozen" in page
    assert "admitted late" in page
    assert "Send revision 2 to the members" in page
    assert "All of this is as it stood" in chair.get("meeting-detail", meeting.pk, query="?revision=1")


def test_a_member_admits_nothing(given, meeting, as_):
    late = RFC.objects.get(title__startswith="Relay")
    page = words(as_("member").post("meeting-admit", meeting.pk, rfc=late.number, reason="Now."))
    assert "The chair, or a delegate, admits a late RFC." in page
    assert AgendaItem.objects.get(rfc=late, meeting=meeting).is_late


def test_sending_the_agenda(given, meeting, as_):
    assert "goes to the members now" in words(as_("change_manager").post("meeting-publish", meeting.pk))
    meeting.refresh_from_db()
    assert meeting.published_at == AFTER


def test_an_unknown_revision_is_not_found(given, meeting, as_, client):
    as_("chair")
    answer = client.get(meeting.get_absolute_url() + "?revision=9")
    assert (answer.status_code, "There is nothing at this address" in answer.content.decode()) == (404, True)


def test_a_tool_sees_no_board(given, meeting, client):
    client.force_login(given.people.tool)
    pages = [reverse("board"), meeting.get_absolute_url(), reverse("item-detail", args=[meeting.pk, item_of(1).pk])]
    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    titles = list(RFC.objects.values_list("title", flat=True))
    assert [title for title in titles for answer in answers if title in answer.content.decode()] == []


def test_the_agenda_costs_the_same_for_any_number_of_items(given, client):
    client.force_login(given.people.chair)

    def queries(count):
        for _ in range(count):
            submitted(given)
        generate_due(at=NOW)
        url = Meeting.objects.order_by("starts_at").first().get_absolute_url()
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    queries(1)  # the session is new in the first
    assert queries(1) == queries(3)


# --- One item -------------------------------------------------------------------------------------------------------
def test_an_item_asks_its_decision_and_shows_what_speaks_for_it(given, meeting, as_):
    page = as_("chair").get("item-detail", meeting.pk, item_of(1).pk)
    assert "Decide: may Implementer do this Tue 24 Nov 10:00 – 14:00 , as a major change?" in page
    for said in ("Item 1 of 2", "No outage", "without it a restart every second day", "Plan: 2 steps, 70 min", "This would be the first."):
        assert said in page
    assert "turn back when: More than 500 messages wait after step 2." in page


def test_a_member_votes_and_changes_the_vote(given, meeting, as_):
    member, item = as_("member"), item_of(1)
    assert "Your vote on Hub transport rollup 8, site A: for." in words(member.post("item-vote", meeting.pk, item.pk, vote="approve"))
    page = words(member.post("item-vote", meeting.pk, item.pk, vote="reject", comment="Not on a Friday."))
    assert "“Not on a Friday.”" in page
    assert "Change your vote" in page
    assert Vote.objects.get().vote == "reject"


def test_a_vote_without_a_choice_keeps_the_comment(given, meeting, as_):
    answer = as_("member").post("item-vote", meeting.pk, item_of(1).pk, comment="Half a thought")
    assert (answer.status_code, "Half a thought" in words(answer), Vote.objects.count()) == (400, True, 0)


def test_own_people_read_that_they_may_not_vote(given, meeting, as_):
    given.board.members.create(user=given.people.owner)
    owner = as_("owner")
    assert "has a hand in it: may not vote" in owner.get("item-detail", meeting.pk, item_of(1).pk)
    answer = owner.post("item-vote", meeting.pk, item_of(1).pk, vote="approve")
    assert (answer.status_code, Vote.objects.count()) == (403, 0)


ROWS = {"conditions-TOTAL_FORMS": "2", "conditions-INITIAL_FORMS": "0"}


def test_deciding_leads_to_the_next_item_and_shows_in_the_rfc(given, meeting, as_):
    item, following = item_of(1), item_of(2)
    answer = as_("chair").post("item-decide", meeting.pk, item.pk, verdict="approve", severity="minor", version=item.rfc.version, **ROWS)
    assert answer.redirect_chain == [(reverse("item-detail", args=[meeting.pk, following.pk]), 302)]
    assert f"{item.rfc.number} approved" in words(answer)
    rfc = RFC.objects.get(pk=item.rfc_id)
    assert (rfc.is_approved, rfc.severity, rfc.decision.item) == (True, "minor", item)
    last = as_("chair").post("item-decide", meeting.pk, following.pk, verdict="reject", reason="The freeze is on.", **ROWS)
    assert last.redirect_chain == [(meeting.get_absolute_url(), 302)]


def test_conditions_with_owner_and_due_time(given, meeting, as_):
    chair, item = as_("chair"), item_of(1)
    row = {"conditions-0-text": "GC-06 moves", "conditions-0-owner": "owner", "conditions-0-due_at": "2026-11-30T12:00"}
    chair.post("item-decide", meeting.pk, item.pk, verdict="approve_with_conditions", severity="major", **ROWS, **row)
    condition = Decision.objects.get(item=item).conditions.get()
    assert (condition.text, condition.owner, condition.due_at) == (
        "GC-06 moves",
        given.people.owner,
        datetime(2026, 11, 30, 11, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "No condition is named."),
        (
            {"conditions-0-text": "Move", "conditions-0-owner": "nobody-here", "conditions-0-due_at": "2026-11-30T12:00"},
            "Nobody has the name",
        ),
        ({"conditions-0-text": "Move", "conditions-0-owner": "owner"}, "Say until when."),
    ],
)
def test_a_condition_that_lacks_something_is_told_and_kept(given, meeting, as_, row, said):
    answer = as_("chair").post("item-decide", meeting.pk, item_of(1).pk, verdict="approve_with_conditions", **ROWS, **row)
    assert answer.status_code == 400
    assert said in words(answer)
    assert Decision.objects.count() == 0
    assert row.get("conditions-0-text", "") in answer.content.decode()


def test_another_row_for_a_condition_comes_without_script(given, meeting, as_):
    typed = {"verdict": "approve_with_conditions", "conditions-0-text": "GC-06 moves", "reason": "Half a thought"}
    answer = as_("chair").post("item-decide", meeting.pk, item_of(1).pk, more="1", **ROWS, **typed)
    html = answer.content.decode()
    assert ("conditions-2-text" in html, "GC-06 moves" in html, "Half a thought" in html) == (True, True, True)
    assert "has-error" not in html
    assert Decision.objects.count() == 0


def test_deferring_offers_the_later_meetings_of_the_board(given, meeting, as_):
    chair, item = as_("chair"), item_of(1)
    later = Meeting.objects.filter(starts_at__gt=meeting.starts_at).order_by("starts_at")[1]
    assert "Thu 10 Dec 14:00" in chair.get("item-detail", meeting.pk, item.pk)
    chair.post("item-decide", meeting.pk, item.pk, verdict="defer", defer_to=later.pk, **ROWS)
    assert Decision.objects.get().defer_to == later
    assert "Defer to the meeting of Thu 10 Dec 14:00, by Chair" in chair.get("item-detail", meeting.pk, item.pk)


def test_whoever_decides_second_is_told_and_loses_nothing(given, meeting, as_):
    chair, item = as_("chair"), item_of(1)
    chair.post("item-decide", meeting.pk, item.pk, verdict="approve", severity="major", **ROWS)
    answer = chair.post("item-decide", meeting.pk, item.pk, verdict="reject", reason="A long thought", **ROWS)
    assert answer.status_code == 409
    assert "This item is decided already: approve, by Chair." in words(answer)
    assert "You had written: A long thought" in words(answer)
    assert Decision.objects.get().verdict == "approve"


@pytest.mark.parametrize("who", ["member", "change_manager", "outsider"])
def test_only_the_chair_is_offered_the_decision(given, meeting, as_, who):
    reader, item = as_(who), item_of(1)
    assert "Record the decision" not in reader.get("item-detail", meeting.pk, item.pk)
    assert reader.post("item-decide", meeting.pk, item.pk, verdict="approve", severity="major", **ROWS).status_code == 403
    assert Decision.objects.count() == 0


def test_an_item_of_another_meeting_is_not_found(given, meeting, as_, client):
    as_("chair")
    other = Meeting.objects.order_by("starts_at").last()
    answer = client.get(reverse("item-detail", args=[other.pk, item_of(1).pk]))
    assert (answer.status_code, item_of(1).title in answer.content.decode()) == (404, False)


# --- The board ------------------------------------------------------------------------------------------------------
def emergency(given):
    rfc = raised(given, at=AFTER, urgency=Urgency.EMERGENCY, references=(Reference("incidents", "INC-20417"),), title="Restart of HT-02")
    return move(rfc, State.SUBMITTED, actor=given.people.owner, at=AFTER)


def test_the_board_leads_with_the_coming_meeting_and_its_people(given, meeting, as_):
    page = as_("member").get("board")
    for said in (
        "Thursday 26 November, 14:00–15:00",
        "2 items, 16 of 60 minutes , 1 late",
        "2 wait for your vote",
        "On the rota now",
        "quorum 1 of 2",
    ):
        assert said in page
    assert page.index("The coming meeting") < page.index("After that") < page.index("Past meetings")


def test_an_emergency_waits_for_those_on_the_rota(given, meeting, as_):
    emergency(given)
    assert "Emergencies waiting 1" in as_("chair").get("board")
    assert "Approve RFC" in as_("chair").get("board")
    assert "Approve RFC" not in as_("member").get("board")
    answer = as_("chair").post("rfc-move", RFC.objects.get(title="Restart of HT-02").number, "approved")
    assert RFC.objects.get(title="Restart of HT-02").is_approved, words(answer)


def test_past_meetings_show_what_they_decided(given, meeting, as_):
    as_("chair").post("item-decide", meeting.pk, item_of(1).pk, verdict="reject", reason="The freeze is on.", **ROWS)
    generate_due(at=meeting.ends_at)
    with time_machine.travel(meeting.ends_at + timedelta(minutes=1), tick=False):
        page = as_("viewer").get("board")
    assert page.index("Past meetings") < page.index("1 rejected") < page.index("Hub transport rollup 8, site A")


def test_a_house_without_a_board_is_told_the_way(given, client):
    given.board.rota.all().delete()
    given.board.members.all().delete()
    given.board.delete()
    client.force_login(given.people.outsider)
    assert "There is no board yet" in words(client.get(reverse("board")))


def test_times_are_those_of_the_reader(given, meeting, as_, client):
    given.people.member.time_zone = "America/Chicago"
    given.people.member.save()
    assert "26 November 2026, 07:00–08:00" in as_("member").get("meeting-detail", meeting.pk)
    assert timezone.get_current_timezone_name() == "UTC"
