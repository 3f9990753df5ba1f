"""The page of a meeting's history: who did what, in words, for those who may see the board."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.actions.event import record_meeting
from changes.actions.order import give_minutes
from tests.factories import NOW, AgendaItemFactory, MeetingFactory, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(given):
    return MeetingFactory(board=given.board)


@pytest.fixture
def address(meeting):
    return reverse("meeting-history", args=[meeting.pk])


def test_it_says_what_was_done_by_whom_and_what_changed(given, client, meeting, address):
    item = AgendaItemFactory(meeting=meeting, title="Holidays", minutes=5, section="ongoing")
    give_minutes(item, 12, actor=given.people.chair, at=NOW)
    record_meeting(meeting, "held", actor=None, at=NOW + hours(1))
    client.force_login(given.people.viewer)
    lines = client.get(address).context["lines"]
    assert [(line.sentence, line.note) for line in lines] == [("Held by itself", ""), ("Item given other minutes by Chair", "Holidays")]
    assert [(change.field, change.before, change.after) for change in lines[1].changes] == [("Minutes", ("5",), ("12",))]
    assert address in client.get(meeting.get_absolute_url()).content.decode()


def test_a_tool_reads_none(given, client, address):
    client.force_login(given.people.tool)
    assert client.get(address).status_code == 403


def test_it_asks_as_much_for_one_line_as_for_three(given, client, meeting, address):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).context["lines"]
        return len(queries)

    client.force_login(given.people.member)
    record_meeting(meeting, "opened", actor=given.people.chair, at=NOW)
    first = asked()
    for actor in (given.people.change_manager, None):
        record_meeting(meeting, "ended", actor=actor, at=NOW)
    assert asked() == first
