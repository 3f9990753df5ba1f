"""The agenda's page: one total with the other doors, what is folded, what is said of votes and of what came late (LOOK, agenda)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from changes.actions.admission import pull_forward
from changes.actions.agenda import generate
from changes.actions.order import give_minutes
from changes.actions.vote import cast
from changes.choices import Ballot, Outcome, Route, Section, Severity, State
from changes.models import AgendaItem, Meeting
from changes.selectors.pack import pack_of
from tests.factories import HIGH_IMPACT, NOW, AgendaItemFactory, MeetingFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db

CUT_OFF = NOW + timedelta(days=3)
AFTER = CUT_OFF + hours(2)


@pytest.fixture
def given():
    return world(routes={Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC})


@pytest.fixture
def meeting(given):
    """Two small ones and a weighty one on an agenda that is frozen."""
    for place in (1, 2, 3):
        impact = {"impact": HIGH_IMPACT} if place == 3 else {}
        rfc_in(State.SUBMITTED, given, title=f"Change {place}", sessions=(session(NOW + timedelta(days=9 + place)),), **impact)
    meeting = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=CUT_OFF)
    generate(meeting, at=CUT_OFF)
    return Meeting.objects.get()


@pytest.fixture
def page(client, given):
    def ask(who, name, *args, query=""):
        client.force_login(getattr(given.people, who))
        with time_machine.travel(AFTER, tick=False):
            answer = client.get(reverse(name, args=args) + query)
        return " ".join(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL).split())

    return ask


def titled(title):
    return AgendaItem.objects.select_related("rfc").get(title=title)


def test_every_door_has_the_same_total_and_the_same_count(given, meeting, page):
    for number in (1, 2):
        cast(titled(f"Change {number}"), Ballot.APPROVE, actor=given.people.member, at=AFTER)
    give_minutes(titled("Change 3"), 11, actor=given.people.chair, at=AFTER)
    total, count = "14 of 60 minutes", "1 item and a consent list of 2"
    assert f"{total} {count}" in page("member", "meeting-detail", meeting.pk)
    assert f"{total} {count}" in page("chair", "meeting-arrange", meeting.pk)
    assert f"{total} , {count}" in page("member", "meeting-pack", meeting.pk)
    assert "Pack, about 5 pages" in page("member", "meeting-detail", meeting.pk)
    assert "PDF, about 5 pages" in page("member", "meeting-pack", meeting.pk)
    compared = page("member", "meeting-revisions", meeting.pk)
    before = re.search(r"14 minutes instead of (\d+)", compared)[1]
    then = page("member", "meeting-detail", meeting.pk, query="?revision=1")  # nobody had voted when it froze
    assert (before, f"{before} of 60 minutes 3 items" in then) == ("18", True)
    assert pack_of(Meeting.objects.get(), viewer=given.people.member, at=AFTER).minutes == 14


def test_what_stands_on_the_consent_list_has_no_number_where_the_agenda_is_arranged(given, meeting, page):
    cast(titled("Change 1"), Ballot.APPROVE, actor=given.people.member, at=AFTER)
    shown = page("chair", "meeting-arrange", meeting.pk)
    assert re.findall(r"(\d*) (?:drawing of )?\S* ?Change (\d)(?: on the consent list)", shown)[0][1] == "1"
    assert shown.count("on the consent list") == 1


def test_where_a_vote_cannot_be_given_on_the_line_it_says_so(meeting, page):
    shown = page("member", "meeting-detail", meeting.pk)
    assert shown.count("For Against Abstain") == 2
    assert shown.count("open it to vote : Change 3") == 1
    assert "what is major or has findings is opened first" in shown
    assert "open it to vote" not in page("viewer", "meeting-detail", meeting.pk)


def test_what_came_late_leads_to_its_item(client, given, meeting, page):
    late = rfc_in(State.SUBMITTED, given, at=CUT_OFF + hours(1), impact=HIGH_IMPACT, title="Too late")
    generate(meeting, at=AFTER)
    item = titled("Too late")
    page("chair", "meeting-detail", meeting.pk)
    with time_machine.travel(AFTER, tick=False):
        html = client.get(reverse("meeting-detail", args=[meeting.pk])).content.decode()
    assert f'<a href="{reverse("item-detail", args=[meeting.pk, item.pk])}">Too late</a>' in html
    assert late.number in page("chair", "item-detail", meeting.pk, item.pk)


@pytest.mark.parametrize(("count", "folded"), [(1, False), (3, True)])
def test_automatic_changes_that_only_ran_over_are_one_line(given, meeting, page, count, folded):
    for number in range(count):
        rfc = rfc_in(State.COMPLETED, given, title=f"Pattern update {number}")
        type(rfc).objects.filter(pk=rfc.pk).update(severity=Severity.AUTOMATIC, outcome=Outcome.SUCCESSFUL)
        AgendaItemFactory(meeting=meeting, rfc=rfc, title=rfc.title, section=Section.FAILED, minutes=0, position=10 + number)
    shown = page("member", "meeting-detail", meeting.pk)
    assert ("3 automatic changes ran over, without incident or outage" in shown) is folded
    assert shown.count("Pattern update 0") >= 1


def test_what_was_pulled_forward_says_from_where(given, meeting, page):
    later = MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=12), cut_off_at=NOW + timedelta(days=10))
    rfc = rfc_in(State.SUBMITTED, given, at=CUT_OFF + hours(1), impact=HIGH_IMPACT, title="Sooner")
    AgendaItemFactory(meeting=later, rfc=rfc, title=rfc.title, section=Section.NEW)
    pull_forward(meeting, rfc, reason="The vendor is here.", actor=given.people.chair, at=AFTER)
    assert "Pulled forward from the meeting of" in page("member", "meeting-detail", meeting.pk)


# --- A freeze that is late ----------------------------------------------------------------------------------------------


@pytest.fixture
def unfrozen(given):
    """Its cut-off has passed two hours ago, and no clock has frozen it."""
    rfc_in(State.SUBMITTED, given, title="Weighty", impact=HIGH_IMPACT)
    return MeetingFactory(board=given.board, starts_at=NOW + timedelta(days=5), cut_off_at=CUT_OFF)


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("chair", "Freeze it now as revision 1, and send it"),
        ("change_manager", "Freeze it now as revision 1, and send it"),
        ("member", "The chair or the change manager can freeze it here; an administrator sees to the clock."),
        ("administrator", "See whether the clock runs"),
    ],
)
def test_a_late_freeze_says_since_when_and_what_to_do(unfrozen, page, who, says):
    shown = page(who, "meeting-detail", unfrozen.pk)
    assert "This agenda should have frozen Tue 24 Nov 10:00 , 2 hours ago" in shown.replace("\xa0", " ")
    assert says in shown
    assert "Freezes at the cut-off" not in shown


def test_whoever_prepares_it_freezes_it_and_nobody_else(client, given, unfrozen, page):
    for who, revision in (("member", 0), ("chair", 1), ("chair", 1)):
        client.force_login(getattr(given.people, who))
        with time_machine.travel(AFTER, tick=False):
            client.post(reverse("meeting-freeze", args=[unfrozen.pk]))
        unfrozen.refresh_from_db()
        assert unfrozen.revision == revision
    assert "should have frozen" not in page("chair", "meeting-detail", unfrozen.pk)
