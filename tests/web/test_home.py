"""The home page shows what is the reader's, and stays as quick with more of it."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from changes.choices import MeetingState, Outage, Role, State
from tests.factories import (
    NOW,
    AgendaItemFactory,
    BoardFactory,
    MeetingFactory,
    RFCFactory,
    ServiceFactory,
    SessionFactory,
    UserFactory,
    hours,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(client: Client, user) -> str:
    client.force_login(user)
    return client.get("/").content.decode()


def test_somebody_new_finds_every_part_empty_and_a_way_on(client):
    text = page_of(client, UserFactory())
    assert "Nothing waits for you" in text
    assert "None of yours in the next 14 nights" in text
    assert "No meeting is planned." in text


def test_own_changes_stand_on_the_timeline_and_others_on_own_services_below(client):
    service = ServiceFactory(name="Mailbox stores")
    user = service.manager = UserFactory()
    service.save()
    SessionFactory(rfc=RFCFactory(title="Mine", owner=user, state=State.SCHEDULED))
    theirs = RFCFactory(title="Theirs", state=State.SCHEDULED, services=[service])
    SessionFactory(rfc=theirs, outage=Outage.NONE)
    SessionFactory(rfc=RFCFactory(title="Elsewhere", state=State.SCHEDULED), planned_start=NOW + hours(40))
    text = page_of(client, user)
    own, others = text.split("Others’ changes that touch your services")
    assert "Mine" in own
    assert "Mailbox stores, directly" in others
    assert "Theirs" in others.split("</table>")[0]
    assert "Elsewhere" not in others.split("</table>")[0]


def test_an_outage_of_what_a_service_needs_touches_it(client):
    directory = ServiceFactory(name="Directory")
    stores = ServiceFactory(name="Mailbox stores", depends_on=[directory])
    viewer = UserFactory(role=Role.VIEWER)
    viewer.follows.add(stores)
    rfc = RFCFactory(title="GC-05 memory", state=State.SCHEDULED, services=[directory])
    start = NOW + hours(12)
    SessionFactory(rfc=rfc, outage=Outage.PLANNED, outage_start=start, outage_end=start + hours(1))
    text = page_of(client, viewer)
    assert "Mailbox stores needs Directory" in text
    assert "Raise an emergency" not in text


def test_the_next_board_counts_down_to_its_cut_off(client):
    meeting = MeetingFactory()
    text = page_of(client, UserFactory())
    assert "to the cut-off" in text
    assert meeting.get_absolute_url() in text


def test_one_and_three_changes_take_the_same_number_of_queries(client):
    user = UserFactory()
    client.force_login(user)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    SessionFactory(rfc=RFCFactory(owner=user, state=State.SCHEDULED))
    asked()
    once = asked()
    for _ in range(2):
        SessionFactory(rfc=RFCFactory(owner=user, state=State.SCHEDULED))
    assert asked() == once


def test_who_decides_sees_the_agenda_against_the_meetings_length(client):
    meeting = MeetingFactory(state=MeetingState.FROZEN, revision=1)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED), minutes=50)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED), minutes=25)
    AgendaItemFactory(meeting=meeting, rfc=RFCFactory(state=State.SUBMITTED), minutes=5, is_late=True)
    text = page_of(client, meeting.board.chair)
    assert "75 of 60 minutes" in text
    assert "15 too many" in text
    assert "2 to decide" in text
    assert "1 late" in text
    assert "2 votes missing" in text


def test_who_sits_on_a_board_sees_its_next_meeting_before_another_boards(client):
    MeetingFactory(starts_at=NOW + hours(24), cut_off_at=NOW + hours(2))
    member = UserFactory()
    own = MeetingFactory(board=BoardFactory(seats=[member]), starts_at=NOW + hours(48), cut_off_at=NOW + hours(2))
    for reader in (member, own.board.chair):
        assert f'href="{own.get_absolute_url()}">agenda, revision 0' in page_of(client, reader)


def test_everybody_else_counts_down_to_the_cut_off_that_is_still_ahead(client):
    frozen = MeetingFactory(starts_at=NOW + hours(30), cut_off_at=NOW - hours(2), state=MeetingState.FROZEN, revision=1)
    ahead = MeetingFactory(board=frozen.board, starts_at=NOW + hours(120), cut_off_at=NOW + hours(70))
    rail = page_of(client, UserFactory()).split("Next board")[1].split("</section>")[0]
    assert ahead.get_absolute_url() in rail
    assert "to the cut-off" in rail
    assert frozen.get_absolute_url() in page_of(client, frozen.board.chair).split("Next board")[1].split("</section>")[0]
