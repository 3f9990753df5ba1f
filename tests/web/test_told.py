"""What will be sent, by the rules that send it; the ledger for those who answer for it, and "Try again" (DESIGN 4.9)."""

from collections import Counter
from contextlib import contextmanager
from datetime import time, timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.actions import reminder
from changes.choices import OPEN_STATES, Channel, Delivery, Role, Severity, State, Urgency
from changes.domain.ladder_words import Rule
from changes.models import RFC, Preference, Reminder, WorkSession
from changes.selectors.told import told_of, told_to
from tests.factories import NOW, ReminderFactory, RFCFactory, SessionFactory, UserFactory, hours

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
START = NOW + hours(48)


def main_of(response):
    return response.content.decode().partition("<main")[2]


def planned(given, **more):
    such = {"owner": given.people.owner, "implementer": None, "state": State.SCHEDULED, "severity": Severity.MAJOR}
    rfc = RFCFactory(**{**such, **more})
    SessionFactory(rfc=rfc, planned_start=START, planned_end=START + hours(4))
    return rfc


@pytest.fixture
def manager(given) -> Client:
    client = Client()
    client.force_login(given.people.change_manager)
    return client


def test_it_says_what_the_sweep_will_send_and_when(given):
    rfc = planned(given)
    ahead = told_of(rfc, given.people.owner, at=NOW)
    foreseen = {
        (one.rule, way.channel, way.send_at)
        for one in ahead
        for way in one.ways
        if way.send_at > NOW and one.recipient == given.people.owner
    }
    before_the_end = {one for one in foreseen if one[2] <= START + hours(5)}
    assert (Rule.BEFORE_24H, Channel.MAIL, START - hours(24)) in before_the_end
    for hour in range(1, 54):
        reminder.send_due(at=NOW + hours(hour))
    sent = Reminder.objects.filter(rfc=rfc, due_at__gt=NOW, due_at__lte=START + hours(5), recipient=given.people.owner)
    assert before_the_end == {(row.rule, row.channel, row.send_at) for row in sent if (row.rule, row.channel, row.send_at) in foreseen}


def test_who_hears_of_silence_is_foreseen_once_and_only_if_nobody_answers(manager, given):
    """The chair takes the turn of a service without a manager, and their own: they are told once."""
    rfc = planned(given, environment=given.environment)
    ahead = [(one.rule, one.recipient, one.due_at, one.if_silent) for one in told_of(rfc, given.people.owner, at=NOW)]
    chair, end = given.people.chair, START + hours(4)
    expected = [(Rule.BEGUN_UNANSWERED, chair, START + hours(0.5), True), (Rule.OUTCOME_UNANSWERED, chair, end + hours(4), True)]
    assert [one for one in ahead if one[1] == chair] == expected
    assert main_of(manager.get(f"/rfcs/{rfc.number}/reminders/")).count("if nobody answers") == 2


def test_what_goes_only_if_nobody_answers_is_counted_and_shown_when_asked_for(client, given):
    planned(given, environment=given.environment)
    client.force_login(given.people.chair)
    alone, asked = main_of(client.get("/reminders/")), main_of(client.get("/reminders/?silence=1"))
    assert alone.count("if nobody answers") == 1
    assert "2 more go only if nobody answers" in alone
    assert asked.count("if nobody answers") == 3
    assert "2 of these go only if nobody answers" in asked


def test_what_is_held_says_until_when_and_why_and_for_whom(visitor, given):
    delegate = UserFactory(first_name="Dele", last_name="Gate")
    Preference.objects.create(user=given.people.owner, delegate=delegate)
    Preference.objects.create(user=delegate, quiet_from=time(0, 0), quiet_until=time(23, 0))
    rfc = planned(given)
    main = main_of(visitor.get(f"/rfcs/{rfc.number}/reminders/"))
    assert "Dele Gate" in main
    assert f"instead of {given.people.owner}" in main
    assert "held for quiet hours until" in main


def test_nothing_of_an_emergency_is_foreseen_as_held(given):
    Preference.objects.create(user=given.people.owner, quiet_from=time(0, 0), quiet_until=time(23, 59))
    ahead = told_of(planned(given, urgency=Urgency.EMERGENCY), given.people.owner, at=NOW)
    asked = [one for one in ahead if one.rule in (Rule.BEFORE_24H, Rule.OUTCOME) and one.recipient == given.people.owner]
    assert {one.rule for one in asked} == {Rule.BEFORE_24H, Rule.OUTCOME}
    assert all(way.held_for is None and way.send_at == one.due_at for one in asked for way in one.ways)


def test_my_week_is_mine_and_everybodys_is_for_those_who_answer_for_it(visitor, manager, given):
    mine, others = planned(given), planned(given, title="Of somebody else")
    others.owner = UserFactory()
    others.save()
    own = main_of(visitor.get("/reminders/"))
    assert (mine.number in own, others.number in own, "A day before the start" in own) == (True, False, True)
    assert visitor.get("/reminders/?who=all").status_code == 403
    everybody = main_of(manager.get("/reminders/?who=all"))
    assert (mine.number in everybody, others.number in everybody) == (True, True)


def test_nothing_to_come_says_so(manager):
    assert "Nothing will be sent to you within the week" in main_of(manager.get("/reminders/"))


def test_three_rfcs_ask_as_much_as_one(given):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            planned(given)
        with CaptureQueriesContext(connection) as asked:
            assert len(told_to(given.people.change_manager, at=NOW, everybody=True)) > more
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_rfcs_of_others_cost_ones_own_page_nothing(given):
    """Neither queries nor rows: the sources are asked for what could tell the reader anything."""
    planned(given)
    told_to(given.people.owner, at=NOW)  # what is read once in a process
    seen = []
    for others in (0, 5):
        for number in range(others):
            rfc = RFCFactory(owner=given.people.member, implementer=None, state=list(OPEN_STATES | {State.COMPLETED})[number % 5])
            SessionFactory(rfc=rfc, planned_start=START, planned_end=START + hours(4))
        with CaptureQueriesContext(connection) as asked, count_rows() as rows:
            told = told_to(given.people.owner, at=NOW)
        seen.append((len(told), len(asked), dict(rows)))
    assert seen[0] == seen[1]


@contextmanager
def count_rows():
    """How many sessions and RFCs are made into objects inside."""
    made = Counter()

    def count(sender, **_):
        made[sender] += 1

    for model in (RFC, WorkSession):
        post_init.connect(count, sender=model)
    yield made
    for model in (RFC, WorkSession):
        post_init.disconnect(count, sender=model)


def test_what_failed_and_is_tried_again_is_to_come_and_what_is_given_up_is_not(visitor, given):
    rfc = planned(given)
    of_it = {"rfc": rfc, "claimed_at": NOW - timedelta(minutes=2)}
    again = failed(given, attempts=2, **of_it)
    failed(given, rule=Rule.RETURNED, **of_it)
    soon = failed(given, rule=Rule.BEGUN, **{**of_it, "claimed_at": NOW})  # cannot wait, and is not given up by six attempts
    found = [one for one in told_to(given.people.owner, at=NOW) if one.is_written]
    assert [(one.rule, one.ways[0].send_at, one.ways[0].is_again) for one in found] == [
        (soon.rule, NOW + timedelta(seconds=50), True),
        (again.rule, NOW + timedelta(minutes=3), True),
    ]
    assert [one.rule for one in told_of(rfc, given.people.owner, at=NOW) if one.is_written] == [soon.rule, again.rule]
    assert "mail, failed, tried again" in main_of(visitor.get("/reminders/"))


def test_its_pages_show_each_reminder_once(manager, given):
    numbers = [planned(given, owner=given.people.change_manager).number for _ in range(22)]
    told = told_to(given.people.change_manager, at=NOW)
    assert len(told) == 6 * 22
    pages = [main_of(manager.get(f"/reminders/?page={page}")) for page in (1, 2, 3)]
    assert [page.count("<tr>") - page.count("<thead>") for page in pages] == [50, 50, 32]
    assert sum(page.count(f'">{number}</a>') for page in pages for number in numbers) == 6 * 22
    assert ["page=2" in pages[0], "page=1" in pages[1] and "page=3" in pages[1], "page=4" in pages[2]] == [True, True, False]
    assert main_of(manager.get("/reminders/?page=99")) == pages[2], "beyond the end is the end"


def failed(given, **more):
    about = {"recipient": given.people.owner, "rule": Rule.DECIDED, "state": Delivery.FAILED, "attempts": 6, "detail": "550 no such box"}
    return ReminderFactory(**{**about, "due_at": NOW - hours(3), **more})


def test_the_ledger_is_for_those_who_answer_for_it(visitor, manager, given):
    row = failed(given)
    assert visitor.get("/reminders/ledger/").status_code == 403
    assert visitor.post(f"/reminders/ledger/{row.pk}/again/").status_code == 403
    main = main_of(manager.get("/reminders/ledger/"))
    assert [word for word in ("550 no such box", "Try again", "6 attempts") if word not in main] == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"failed", "sent", "chat"}),
        ("state=failed", {"failed"}),
        ("state=failed&state=sent&channel=mail", {"failed", "sent"}),
        ("rule=vote_missing", {"sent"}),
        ("recipient=member", {"sent"}),
        ("rfc=RFC-999999", set()),
        ("from=2026-11-21", {"failed", "sent"}),
        ("to=2026-11-21", {"chat"}),
        ("state=nonsense", {"failed", "sent", "chat"}),
        ("from=9999-12-31&to=0001-01-01&state=nonsense", set()),
        ("to=0001-01-01&state=nonsense", {"failed", "sent", "chat"}),
        ("from=9999-12-31T23:59:59-12:00&state=nonsense", {"failed", "sent", "chat"}),
        ("before=0001-01-01T00:00:00%2B14:00_1", {"failed", "sent", "chat"}),
        ("after=9999-12-31T23:59:59-12:00_1", {"failed", "sent", "chat"}),
    ],
)
def test_it_is_narrowed_as_the_address_says(manager, given, query, shown):
    failed(given, detail="is failed")
    failed(given, detail="is sent", state=Delivery.SENT, sent_at=NOW, rule=Rule.VOTE_MISSING, recipient=given.people.member)
    failed(given, detail="is chat", state=Delivery.SKIPPED, channel=Channel.CHAT, due_at=NOW - hours(48))
    response = manager.get(f"/reminders/ledger/?{query}")
    main = main_of(response)
    assert {word for word in ("failed", "sent", "chat") if f"is {word}" in main} == shown
    assert ("This filter was left out." in main) == ("nonsense" in query)


def test_what_failed_is_tried_again_and_nothing_else_is(manager, given):
    row, sent = failed(given), failed(given, state=Delivery.SENT, sent_at=NOW)
    manager.post(f"/reminders/ledger/{row.pk}/again/", {"next": "/reminders/ledger/?state=failed"})
    row.refresh_from_db()
    assert (row.state, row.attempts, row.send_at) == (Delivery.DUE, 0, NOW)
    said = manager.post(f"/reminders/ledger/{sent.pk}/again/", follow=True).content.decode()
    assert "only what failed is tried again" in said
    assert Reminder.objects.get(pk=sent.pk).state == Delivery.SENT


def test_its_pages_go_both_ways_and_lose_nothing(manager, given):
    rows = [failed(given, detail=f"no {n:03}", due_at=NOW - hours(n // 3)) for n in range(120)]
    seen, place = [], ""
    for _ in range(3):
        main = main_of(manager.get(f"/reminders/ledger/{place}"))
        seen += [row.detail for row in rows if row.detail in main]
        place = f"?before={main.rpartition('?before=')[2].partition(chr(34))[0]}"
    assert sorted(seen) == [f"no {n:03}" for n in range(120)]


def test_three_rows_of_the_ledger_ask_as_much_as_one(manager, given):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            failed(given, rfc=RFCFactory())
        manager.get("/reminders/ledger/")
        with CaptureQueriesContext(connection) as asked:
            manager.get("/reminders/ledger/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_administrator_sees_it_too_and_a_viewer_does_not(given):
    for role, status in ((Role.ADMINISTRATOR, 200), (Role.VIEWER, 403)):
        client = Client()
        client.force_login(UserFactory(role=role))
        assert client.get("/reminders/ledger/").status_code == status
