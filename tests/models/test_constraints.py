"""What must never be, held by the database itself, whoever writes (issue 2, "Models and lifecycle")."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from changes.choices import State
from changes.models import RFC, AgendaItem, BoardMember, Meeting, RouteRule, Vote, WorkSession
from tests import factories
from tests.factories import NOW, hours

pytestmark = pytest.mark.django_db


def two_sessions_reversed():
    factories.SessionFactory(planned_start=NOW, planned_end=NOW + hours(1))
    WorkSession.objects.update(planned_end=NOW - hours(1))


def session_of_no_length():
    factories.SessionFactory(planned_start=NOW, planned_end=NOW + hours(1))
    WorkSession.objects.update(planned_end=NOW)


def outage_reversed():
    factories.SessionFactory()
    WorkSession.objects.update(outage_start=NOW, outage_end=NOW - timedelta(minutes=1))


def work_that_ended_before_it_began():
    factories.SessionFactory()
    WorkSession.objects.update(actual_start=NOW, actual_end=NOW - timedelta(minutes=1))


def rfc_reversed():
    factories.RFCFactory()
    RFC.objects.update(planned_start=NOW, planned_end=NOW - hours(1))


def completed_without_an_outcome():
    factories.RFCFactory()
    RFC.objects.update(state=State.COMPLETED, outcome="")


def one_import_key_twice():
    for _ in range(2):
        factories.RFCFactory(import_key="osg:1234")


def two_reminders_for_one():
    reminder = factories.ReminderFactory()
    factories.ReminderFactory(rule=reminder.rule, subject=reminder.subject, revision=reminder.revision, recipient=reminder.recipient)


def two_meetings_at_one_time():
    meeting = factories.MeetingFactory()
    factories.MeetingFactory(board=meeting.board, starts_at=meeting.starts_at)


def meeting_reversed():
    factories.MeetingFactory()
    Meeting.objects.update(ends_at=NOW - timedelta(days=400))


def cut_off_after_the_meeting():
    factories.MeetingFactory()
    Meeting.objects.update(cut_off_at=NOW + timedelta(days=4000))


def one_rfc_twice_on_an_agenda():
    item = factories.AgendaItemFactory(rfc=factories.RFCFactory())
    AgendaItem.objects.create(meeting=item.meeting, rfc=item.rfc, section=item.section, title="Again", minutes=5, reason="")


def two_votes_of_one_member():
    vote = factories.VoteFactory(item=factories.AgendaItemFactory(rfc=None))
    Vote.objects.create(item=vote.item, member=vote.member, vote="reject", at=NOW)


def two_decisions_on_one_item():
    item = factories.AgendaItemFactory(rfc=factories.RFCFactory())
    for _ in range(2):
        factories.DecisionFactory(rfc=item.rfc, item=item)


def two_revisions_of_one_number():
    revision = factories.RevisionFactory()
    factories.RevisionFactory(meeting=revision.meeting, number=revision.number)


def two_seats_of_one_person():
    board = factories.BoardFactory(seats=[member := factories.UserFactory()])
    BoardMember.objects.create(board=board, user=member)


def two_routes_of_one_severity():
    environment = factories.EnvironmentFactory()
    RouteRule.objects.create(environment=environment, severity="minor", route="board")


NEVER = [
    two_sessions_reversed,
    session_of_no_length,
    outage_reversed,
    work_that_ended_before_it_began,
    rfc_reversed,
    completed_without_an_outcome,
    one_import_key_twice,
    two_reminders_for_one,
    two_meetings_at_one_time,
    meeting_reversed,
    cut_off_after_the_meeting,
    one_rfc_twice_on_an_agenda,
    two_votes_of_one_member,
    two_decisions_on_one_item,
    two_revisions_of_one_number,
    two_seats_of_one_person,
    two_routes_of_one_severity,
]


@pytest.mark.parametrize("attempt", NEVER, ids=lambda attempt: attempt.__name__)
def test_what_must_never_be_is_refused_by_the_database(attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt()


def test_work_that_was_over_the_moment_it_began_may_be():
    factories.SessionFactory(actual_start=NOW, actual_end=NOW)
    assert WorkSession.objects.get().actual_end == NOW


def test_rfcs_without_an_import_key_do_not_count_as_one():
    factories.RFCFactory.create_batch(2)
    assert RFC.objects.count() == 2


def test_numbers_are_never_used_again():
    first = factories.RFCFactory()
    gone = first.pk
    RFC.objects.filter(pk=gone).delete()
    assert factories.RFCFactory().pk != gone
