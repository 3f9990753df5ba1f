"""The night of automatic changes passed on: to the managers of their services, then to the chair, one digest each (DESIGN 4.9)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes import permissions
from changes.actions import answer, reminder
from changes.choices import Channel, Outcome, Severity, State
from changes.exceptions import NotAllowed
from changes.models import Preference, Reminder, WorkSession
from changes.selectors.outcome import outcomes_of
from changes.selectors.reminder import written_about
from changes.selectors.reminder_night import of_nights
from changes.selectors.told import told_of
from tests.factories import NOW, RFCFactory, ServiceFactory, SessionFactory, UserFactory, hours, managed_world

EVENING = date(2026, 11, 20)
#: The night ends at six in Amsterdam; NOW is ten there.
MORNING = NOW - hours(4)
pytestmark = pytest.mark.django_db


@pytest.fixture
def given():
    return managed_world()


def ran(given, *services, **more):
    """An automatic change of that night, of the mail's service where no other is named."""
    rfc = RFCFactory(
        **{
            "owner": given.people.owner,
            "implementer": None,
            "severity": Severity.AUTOMATIC,
            "state": State.SCHEDULED,
            "environment": given.environment,
            **more,
        }
    )
    rfc.services.set(services or [given.service])
    return SessionFactory(rfc=rfc, planned_start=MORNING - hours(4), planned_end=MORNING - hours(3))


def told(at):
    """Who is mailed that nobody has said how they went, and of how many."""
    mail.outbox.clear()
    reminder.send_due(at=at)
    return [(m.to[0].partition("@")[0], m.subject) for m in mail.outbox if "obody has said how they went" in m.subject]


def words(number, still=""):
    who, changes = "Still nobody" if still else "Nobody", "changes" if number > 1 else "change"
    return f"{who} has said how they went: {number} automatic {changes} of the night of Fri 20 Nov"


def test_one_digest_goes_to_the_manager_after_a_day_and_one_to_the_chair_after_two(given):
    ran(given)
    ran(given)
    found = [
        told(MORNING + timedelta(minutes=minutes)) for minutes in (0, 24 * 60 - 1, 24 * 60, 24 * 60 + 1, 48 * 60 - 1, 48 * 60, 72 * 60)
    ]
    assert found == [[], [], [("change-manager", words(2))], [], [], [("chair", words(2, still="Still"))], []]


def test_each_manager_is_told_of_theirs_and_the_chair_of_each_board_of_the_rest(given):
    other = ServiceFactory(manager=UserFactory(username="other"))
    orphan = ServiceFactory(manager=None)
    ran(given), ran(given, other), ran(given, orphan)
    assert told(MORNING) == []
    first, then = told(MORNING + hours(24)), told(MORNING + hours(48))
    assert sorted(first) == [("chair", words(1)), ("change-manager", words(1)), ("other", words(1))]
    assert then == [("chair", words(2, still="Still"))], "of what had no manager the chair has been told"


def test_what_is_reported_is_passed_on_no_more(given):
    one, two = ran(given), ran(given)
    told(MORNING)
    times = {"started": one.planned_start, "ended": one.planned_end}
    answer.ended(one, Outcome.SUCCESSFUL, **times, actor=given.people.owner, at=MORNING)
    assert told(MORNING + hours(24)) == [("change-manager", words(1))]
    answer.ended(two, Outcome.SUCCESSFUL, **times, actor=given.people.owner, at=MORNING + hours(30))
    assert told(MORNING + hours(48)) == []


def test_it_is_passed_on_to_nobody_whose_change_it_is(given):
    given.service.manager = given.people.owner
    given.service.save()
    ran(given)
    told(MORNING)
    assert told(MORNING + hours(24)) == [("chair", words(1))]
    assert told(MORNING + hours(48)) == [], "the chair is told once"


def test_after_a_standstill_those_whose_they_are_have_their_day_first(given):
    ran(given)
    assert [told(MORNING + hours(after)) for after in (20, 30, 43)] == [[], [], []]
    assert told(MORNING + hours(44)) == [("change-manager", words(1))]


def test_where_nobody_was_asked_in_time_it_goes_on_all_the_same(given):
    ran(given)
    assert told(MORNING + hours(50)) == [("change-manager", words(1)), ("chair", words(1, still="Still"))]


def test_whoever_was_asked_so_reports_it_and_only_what_they_are_above(given):
    other = ServiceFactory(manager=UserFactory(username="other"))
    mine, others = ran(given), ran(given, other)
    manager, at = given.people.change_manager, MORNING + hours(25)
    times = {"started": mine.planned_start, "ended": mine.planned_end}
    told(MORNING)
    assert outcomes_of(EVENING, manager, at=MORNING) == []
    told(MORNING + hours(24))
    assert [(line.session, line.is_open, line.is_own) for line in outcomes_of(EVENING, manager, at=at)] == [(mine, True, False)]
    with pytest.raises(NotAllowed):
        answer.ended(others, Outcome.SUCCESSFUL, **times, actor=manager, at=at)
    answer.ended(mine, Outcome.SUCCESSFUL, **times, actor=manager, at=at)
    (line,) = outcomes_of(EVENING, manager, at=at)
    assert (line.is_reported, line.said.actor) == (True, manager)


def test_a_managers_delegate_is_asked_and_reports(given):
    delegate = UserFactory()
    Preference.objects.create(user=given.people.change_manager, delegate=delegate)
    row = ran(given)
    told(MORNING)
    assert [to for to, _ in told(MORNING + hours(24))] == [delegate.username]
    assert permissions.can_answer(delegate, row, MORNING + hours(25))
    assert [line.works for line in outcomes_of(EVENING, delegate, at=MORNING + hours(25))] == [True]


def test_it_is_foreseen_and_stands_in_the_ledger_of_each_of_them(given):
    other = ServiceFactory(manager=UserFactory(username="other"))
    mine, _ = ran(given), ran(given, other)
    people = given.people
    ahead = [(one.rule, one.recipient) for one in told_of(mine.rfc, people.owner, at=MORNING - hours(1)) if one.night]
    assert ahead == [
        ("outcomes_of_the_night", people.owner),
        ("outcomes_unanswered", people.change_manager),
        ("outcomes_still_unanswered", people.chair),
    ]
    for after in (0, 24, 48):
        told(MORNING + hours(after))
    by_mail = written_about(mine.rfc, at=MORNING + hours(48)).filter(channel=Channel.MAIL)
    assert [(row.rule, row.recipient) for row in by_mail.order_by("pk")] == ahead


def test_three_ask_as_much_as_one(given):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            ran(given, ServiceFactory(manager=UserFactory()))
        with CaptureQueriesContext(connection) as asked:
            list(of_nights(MORNING + hours(30)))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert WorkSession.objects.count() == 3
    assert Reminder.objects.count() == 0
