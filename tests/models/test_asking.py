"""Who was asked for a vote stood in Django's admin log once; it is carried over with the rows of the ledger (migration 0025)."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from changes.models import Asking, Meeting, Reminder
from tests.factories import NOW, MeetingFactory, ReminderFactory, UserFactory, hours

carry_over = import_module("changes.migrations.0026_who_was_asked_is_carried_over").carry_over
pytestmark = pytest.mark.django_db


def logged(key, meeting, by, people, at):
    kind = ContentType.objects.get_for_model(Meeting)
    told = json.dumps({"asked_for_votes": people})
    about = {"content_type": kind, "object_id": str(meeting), "object_repr": "A meeting", "action_flag": CHANGE}
    return LogEntry.objects.create(pk=key, user=by, action_time=at, change_message=told, **about)


def test_the_log_is_carried_over_with_its_ledger_and_emptied_of_it():
    meeting, chair, one, two = MeetingFactory(), UserFactory(), UserFactory(), UserFactory()
    other = LogEntry.objects.create(user=chair, action_time=NOW, action_flag=CHANGE, object_repr="Another", change_message="Moved")
    keys = [other.pk + 1, other.pk + 2, other.pk + 3]
    Asking.objects.create(meeting=meeting, by=chair, at=NOW).delete()  # keys of the table are not those of the log
    logged(keys[0], meeting.pk, chair, [one.pk, two.pk], NOW)
    logged(keys[1], meeting.pk, chair, [two.pk, 0], NOW + hours(24))
    logged(keys[2], meeting.pk + 77, chair, [one.pk], NOW)
    rows = [ReminderFactory(rule="vote_asked", subject=f"asking:{key}", recipient=two, rfc=None, meeting=meeting) for key in keys[:2]]
    carry_over(apps, None)
    found = list(Asking.objects.order_by("at"))
    assert [(row.meeting, row.by, row.at, set(row.people.all())) for row in found] == [
        (meeting, chair, NOW, {one, two}),
        (meeting, chair, NOW + hours(24), {two}),
    ]
    assert [Reminder.objects.get(pk=row.pk).subject for row in rows] == [f"asking:{row.pk}" for row in found]
    assert list(LogEntry.objects.all()) == [other]
