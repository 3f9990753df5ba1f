"""In a running meeting: the consent list in one act, one of it pulled out, conditions ticked, actions given more time."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from changes.actions import sitting
from changes.actions.agenda import generate
from changes.actions.vote import cast
from changes.choices import Ballot, Route, Section, Severity, State, Verdict
from changes.models import RFC, Action, AgendaItem, Condition, Decision, Meeting
from tests.factories import (
    HIGH_IMPACT,
    NOW,
    AgendaItemFactory,
    ConditionFactory,
    DecisionFactory,
    MeetingFactory,
    hours,
    rfc_in,
    session,
    world,
)

pytestmark = pytest.mark.django_db

START = NOW + hours(124)


@pytest.fixture(autouse=True)
def at_the_meeting(time_machine):
    time_machine.move_to(START, tick=False)


@pytest.fixture
def given():
    """A house in which the board decides on minor changes too."""
    return world(routes={Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC})


def opened(given):
    made = MeetingFactory(board=given.board, starts_at=START)
    generate(made, at=made.cut_off_at)
    for item in AgendaItem.objects.filter(title__startswith="Small"):
        cast(item, Ballot.APPROVE, actor=given.people.member, at=START)
    return sitting.open_sitting(made, actor=given.people.change_manager, at=START)


@pytest.fixture
def running(given):
    """One weighty change before the board."""
    rfc_in(State.SUBMITTED, given, impact=HIGH_IMPACT, title="Rollup", sessions=(session(START + hours(48)),), configuration_items=())
    return opened(given)


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def items():
    return list(AgendaItem.objects.select_related("rfc").order_by("position"))


def page(client, running):
    return client.get(reverse("sitting-detail", args=[running.pk]))


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The consent list, and conditions, in the meeting -------------------------------------------------------------------


@pytest.fixture
def at_the_list(given):
    """A meeting with two small ones on which all agree, and nothing else: it stands at its consent list."""
    for number in range(2):
        rfc_in(State.SUBMITTED, given, title=f"Small {number}", sessions=(session(START + hours(48 + 24 * number)),))
    return opened(given)


def pairs():
    return [f"{item.pk}:{item.rfc.version}" for item in items()]


def approve_list(running, read, **typed):
    return browser(running.board.chair).post(reverse("sitting-consent", args=[running.pk]), {"item": read, **typed}, follow=True)


def test_a_member_pulls_one_out_and_the_list_that_the_chair_had_read_is_approved_without_it(given, at_the_list):
    chair, member = browser(given.people.chair), browser(given.people.member)
    assert "2 low-risk RFCs, decided at once" in words(page(chair, at_the_list))
    assert "Approve all 2 of the list" in words(page(chair, at_the_list))
    assert "Approve all" not in words(page(member, at_the_list))
    read, (first, second) = pairs(), items()
    answer = member.post(reverse("sitting-pull", args=[at_the_list.pk, first.pk]), follow=True)
    assert "Small 0 is talked about under New." in words(answer)
    assert "1 low-risk RFC, decided at once" in words(answer)
    news = chair.get(reverse("sitting-news", args=[at_the_list.pk]) + f"?since={at_the_list.turn}")
    assert "Approve all 1 of the list" in words(news)
    told = words(approve_list(at_the_list, read))
    assert f"Approved on the consent list: {second.rfc.number}." in told
    assert "Left out: Small 0. Member has pulled it out, so that it is talked about." in told
    assert "Decide: may Implementer do this" in told  # the meeting is at what was pulled out
    assert [decision.item for decision in Decision.objects.all()] == [second]


def test_only_who_has_a_seat_pulls_one_out(given, at_the_list):
    url = reverse("sitting-pull", args=[at_the_list.pk, items()[0].pk])
    assert "pull an item out" in words(browser(given.people.outsider).post(url, follow=True))
    assert "Talk about it" not in words(page(browser(given.people.outsider), at_the_list))
    assert not AgendaItem.objects.exclude(pulled_by=None).exists()


@pytest.mark.parametrize(("named", "approved"), [([0, 1], [0, 1]), ([1], [1]), ([], [])])
def test_of_the_list_only_what_is_named_is_approved(given, at_the_list, named, approved):
    read = [pairs()[place] for place in named]
    approve_list(at_the_list, [*read, "x:1", "7", "1:", "9" * 5000 + ":1"])
    assert [items().index(decision.item) for decision in Decision.objects.order_by("pk")] == approved


def test_of_the_list_an_rfc_that_was_edited_meanwhile_is_left_out(given, at_the_list):
    read, rfc = pairs(), items()[0].rfc
    RFC.objects.filter(pk=rfc.pk).update(version=rfc.version + 1)
    told = words(approve_list(at_the_list, read))
    assert f"Left out: Small 0. {rfc.number} has been changed meanwhile" in told
    assert [decision.item for decision in Decision.objects.all()] == [items()[1]]


@pytest.fixture
def promised(given, running):
    """An RFC that was approved with a condition, and stands among what was promised."""
    rfc = rfc_in(State.SCHEDULED, given, impact=HIGH_IMPACT, title="With care", sessions=(session(START + hours(300)),))
    decision = DecisionFactory(rfc=rfc, by=given.people.chair, verdict=Verdict.APPROVE_WITH_CONDITIONS)
    RFC.objects.filter(pk=rfc.pk).update(decision=decision)
    condition = ConditionFactory(decision=decision, owner=given.people.member, text="Show a restore")
    item = AgendaItemFactory(meeting=running, rfc=rfc, section=Section.ACTIONS, position=0)
    sitting.turn_to(running, item, actor=given.people.change_manager, at=START)
    return condition


def tick(client, running, condition, **typed):
    return client.post(reverse("sitting-condition", args=[running.pk, condition.pk]), typed, follow=True)


def test_a_condition_is_ticked_in_the_meeting_and_opened_again(given, running, promised):
    client = browser(given.people.owner)
    assert "Show a restore Member, due" in words(page(client, running))
    turn = Meeting.objects.get().turn
    told = words(tick(client, running, promised, met="1", note="Seen by all."))
    assert "Met: Show a restore" in told
    assert "met Thu 26 Nov 14:00 : Seen by all." in told
    stored = Condition.objects.get()
    assert (stored.met_at, stored.met_by, stored.note, Meeting.objects.get().turn) == (START, given.people.owner, "Seen by all.", turn + 1)
    assert "Open again: Show a restore" in words(tick(client, running, promised, met="0"))
    assert Condition.objects.get().met_at is None


@pytest.mark.parametrize(("who", "may"), [("owner", True), ("change_manager", True), ("member", True), ("chair", False), ("viewer", False)])
def test_its_owner_the_rfcs_owner_and_the_change_manager_tick_it(given, running, promised, who, may):
    client = browser(getattr(given.people, who))
    assert ("It is met" in words(page(client, running))) is may
    told = words(tick(client, running, promised, met="1"))
    assert ("say when a condition is met" in told, Condition.objects.get().met_at) == (not may, START if may else None)


def test_a_condition_of_what_does_not_stand_on_this_agenda_is_not_found(given, running, promised):
    elsewhere = ConditionFactory(owner=given.people.owner)
    assert tick(browser(given.people.change_manager), running, elsewhere, met="1").status_code == 404


@pytest.mark.parametrize("due", ["", "tomorrow", "2026-13-01T00:00"])
def test_a_time_that_is_none_gives_an_action_no_more_of_it(given, running, due):
    typed = {"action-text": "Show a restore", "action-owner": "owner", "action-due_at": "2026-11-27T12:00", "item": "x"}
    client = browser(given.people.chair)
    client.post(reverse("sitting-promise", args=[running.pk]), typed)
    action = Action.objects.get()
    answer = client.post(reverse("sitting-action", args=[running.pk, action.pk]), {"later": "1", "due_at": due})
    assert answer.status_code == 302
    assert Action.objects.get().due_at == action.due_at
