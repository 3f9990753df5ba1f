"""Votes on the agenda and on an item's page: in a line, by consent, who comes, what has changed, put to the vote (DESIGN 4.8)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.actions.agenda import generate
from changes.actions.consent import pull
from changes.actions.rfc import update
from changes.actions.vote import cast
from changes.choices import Ballot, Route, Severity, State
from changes.models import RFC, AgendaItem, Attendance, Decision, ElectronicVote, ItemSeen, Meeting, Vote
from tests.factories import NOW, MeetingFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=3, hours=2)


@pytest.fixture
def given():
    return world(routes={Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC})


@pytest.fixture
def meeting(given):
    """Two small ones on a frozen agenda."""
    for place in (1, 2):
        rfc_in(State.SUBMITTED, given, title=f"Small change {place}", sessions=(session(NOW + timedelta(days=9 + place)),))
    meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=NOW + timedelta(days=3))
    generate(meeting, at=NOW + timedelta(days=3))
    return Meeting.objects.get()


@pytest.fixture
def as_(client, given):
    def reader(who, at=AFTER):
        client.force_login(getattr(given.people, who))

        def ask(name, *args, post=None, **headers):
            with time_machine.travel(at, tick=False):
                address = reverse(name, args=args)
                answer = client.get(address, headers=headers) if post is None else client.post(address, post, follow=True)
            return " ".join(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL).split())

        return ask

    return reader


def titled(number):
    return AgendaItem.objects.select_related("rfc").get(title=f"Small change {number}")


def all_for(given):
    for item in AgendaItem.objects.all():
        cast(item, Ballot.APPROVE, actor=given.people.member, at=AFTER)


def test_from_the_line_to_the_consent_list_to_its_approval(given, meeting, as_):
    member = as_("member")
    assert "For Against Abstain" in member("meeting-detail", meeting.pk)
    for number in (1, 2):
        member("item-vote", meeting.pk, titled(number).pk, post={"vote": "approve", "to": "agenda"})
    assert Vote.objects.count() == 2
    page = member("meeting-detail", meeting.pk)
    assert "Consent list 2 · 3 min" in page
    assert "3 of 60 minutes 0 items and a consent list" in page
    assert "Approve these 2" not in page
    chair = as_("chair")
    assert "Approve these 2" in chair("meeting-detail", meeting.pk)
    read = [f"{item.pk}:{item.rfc.version}" for item in AgendaItem.objects.select_related("rfc")]
    pull(titled(1), actor=given.people.member, at=AFTER)
    page = chair("consent-approve", meeting.pk, post={"item": read})
    assert f"Approved by consent: {titled(2).rfc.number}" in page
    assert "Left out: Small change 1. Member has pulled it out" in page
    assert Decision.objects.get().item == titled(2)


def test_an_item_says_why_it_is_not_on_the_list_and_is_pulled_and_put_back_there(given, meeting, as_):
    item, member = titled(1), as_("member")
    assert "Not on the consent list: 1 vote is open." in member("item-detail", meeting.pk, item.pk)
    all_for(given)
    assert "It stands on the consent list" in member("item-detail", meeting.pk, item.pk)
    assert "Put it back on the list" in member("item-pull", meeting.pk, item.pk, post={})
    assert "It stands on the consent list" in member("item-put-back", meeting.pk, item.pk, post={})
    assert "pull an item out" in as_("outsider")("item-pull", meeting.pk, item.pk, post={})


def test_members_say_whether_they_come_and_the_agenda_says_what_that_makes(given, meeting, as_):
    given.board.quorum = 2
    given.board.save()
    member = as_("member")
    assert "0 of 2 said they come , 2 needed" in member("meeting-detail", meeting.pk)
    page = member("meeting-attend", meeting.pk, post={"says": "away"})
    assert "At most 1 of 2 can come: the quorum will be missed" in page
    assert "Nobody is named to sit for you." in page
    assert "1 of 2 said they come" in member("meeting-attend", meeting.pk, post={"says": "coming"})
    assert "Choose one of the two." in member("meeting-attend", meeting.pk, post={"says": "perhaps"})
    assert "The members of the board" in as_("outsider")("meeting-attend", meeting.pk, post={"says": "coming"})
    assert Attendance.objects.get().says == "coming"


def test_those_whose_vote_is_missing_are_reminded_once_a_day(given, meeting, as_):
    chair = as_("chair")
    assert "remind 1 member : Member" in chair("meeting-detail", meeting.pk)
    assert "Reminded: Member." in chair("meeting-remind", meeting.pk, post={})
    page = chair("meeting-detail", meeting.pk)
    assert "remind 1 member" not in page
    assert "Nobody is left to be reminded today." in chair("meeting-remind", meeting.pk, post={})
    assert "remind 1 member" in as_("chair", at=AFTER + timedelta(days=1))("meeting-detail", meeting.pk)
    assert "The chair and the change manager remind" in as_("member")("meeting-remind", meeting.pk, post={})


def test_what_has_changed_since_one_looked_stands_on_the_line_and_on_the_item(given, meeting, as_):
    item = titled(1)
    as_("member")("item-detail", meeting.pk, item.pk)
    rfc = RFC.objects.with_content().get(pk=item.rfc_id)
    update(rfc, replace(rfc.content(), rollback_trigger="At once."), actor=given.people.owner, at=AFTER + hours(1))
    later = as_("member", at=AFTER + hours(2))
    assert "changed since you looked Tue 24 Nov 12:00: rollback trigger edited" in later("meeting-detail", meeting.pk)
    page = later("item-detail", meeting.pk, item.pk)
    assert "was: More than 500 messages wait after step 2. is: At once." in page
    assert "changed since you looked" not in later("meeting-detail", meeting.pk)


def test_what_a_browser_fetches_ahead_is_no_look(given, meeting, as_):
    as_("member")("item-detail", meeting.pk, titled(1).pk, **{"Sec-Purpose": "prefetch"})
    assert not ItemSeen.objects.exists()


def test_an_item_is_put_to_the_vote_on_its_page_and_stands_on_the_board_and_at_home(given, meeting, as_):
    item, chair = titled(1), as_("chair")
    page = chair("item-poll", meeting.pk, item.pk, post={"closes_at": "", "reason": "The vendor leaves."})
    assert "Say until when." in page
    assert "The vendor leaves." in page
    page = chair("item-poll", meeting.pk, item.pk, post={"closes_at": "2026-11-25T18:00", "reason": "The vendor leaves."})
    assert "Put to the vote until Wed 25 Nov 18:00." in page
    assert "Vote until Wed 25 Nov 18:00 · nobody has voted, 2 open" in chair("board")
    assert "Your vote on “Small change 1”" in as_("member")("home")
    assert "Withdrawn by Chair." in as_("chair")("item-poll-withdraw", meeting.pk, item.pk, post={})
    assert ElectronicVote.objects.get().closed_at == AFTER


def test_one_item_and_three_ask_the_same_number_of_questions(given, meeting, as_):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            as_("chair")("meeting-detail", meeting.pk)
        return len(found)

    asked()
    two = asked()
    third = rfc_in(State.SUBMITTED, given, title="Small change 3", sessions=(session(NOW + timedelta(days=19)),))
    AgendaItem.objects.create(meeting=meeting, rfc=third, section="new", position=3, title=third.title, minutes=4, reason="Submitted.")
    assert asked() == two
