"""Two people who write at the same moment: neither is judged by, nor told of, what the other has just replaced (DESIGN 4.5, 4.6)."""

from datetime import timedelta

import pytest
from django.db import connection

from changes.actions import set_up
from changes.actions.agenda import generate
from changes.actions.consent import approve_consent, pull
from changes.actions.session import reschedule
from changes.actions.vote import cast
from changes.choices import Ballot, MeetingState, Role, Route, Severity, State
from changes.domain.judgement import stops_scheduling
from changes.exceptions import MoveRefused
from changes.models import RFC, AgendaItem, Freeze, FreezeNoticeLine, Meeting
from changes.selectors.finding import findings_of
from tests.at_once import while_open
from tests.factories import NOW, MeetingFactory, UserFactory, WindowFactory, hours, rfc_in, session, world

START = NOW + hours(72)


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time."),
]


def test_of_two_that_move_to_one_hour_at_once_the_second_sees_the_first():
    given = world()
    later = [rfc_in(State.SCHEDULED, given, sessions=(session(START + hours(day)),)) for day in (24, 48)]

    def take_the_hour(rfc: RFC) -> None:
        reschedule(rfc.sessions.get(), START, START + hours(4), actor=given.people.change_manager, at=NOW)

    assert while_open(lambda: take_the_hour(later[0]), lambda: take_the_hour(later[1])) == []
    stored = list(RFC.objects.with_content().filter(pk__in=[rfc.pk for rfc in later]).order_by("pk"))
    assert [rfc.planned_start for rfc in stored] == [START, START]
    assert [rfc.state for rfc in stored] == [State.SCHEDULED, State.SUBMITTED]
    assert [finding.other for finding in stops_scheduling(findings_of(stored[1], at=NOW))] == [later[0].number] * 2


def test_a_freeze_saved_while_an_rfc_moves_into_it_tells_its_owner():
    given, administrator = world(), UserFactory(role=Role.ADMINISTRATOR)
    rfc = rfc_in(State.SCHEDULED, given, sessions=(session(START + hours(48)),))
    values = {"name": "Audit", "reason": "The auditors look.", "start": START, "end": START + hours(4), "time_zone": "UTC"}
    problems = while_open(
        lambda: reschedule(rfc.sessions.get(), START, START + hours(4), actor=given.people.change_manager, at=NOW),
        lambda: set_up.add(Freeze, values, actor=administrator, at=NOW),
    )
    assert problems == []
    assert [line.rfc_id for line in FreezeNoticeLine.objects.all()] == [rfc.pk]


def test_an_rfc_that_moves_while_a_window_is_saved_is_judged_by_it():
    given, administrator = world(needs_window=True), UserFactory(role=Role.ADMINISTRATOR)
    window = WindowFactory(environment=given.environment, rrule="FREQ=DAILY")
    saturday = NOW + timedelta(days=7, hours=12)
    rfc = rfc_in(State.SCHEDULED, given, sessions=(session(saturday),))
    problems = while_open(
        lambda: set_up.change(window, {"rrule": "FREQ=WEEKLY;BYDAY=SA"}, actor=administrator, at=NOW),
        lambda: reschedule(rfc.sessions.get(), saturday + hours(24), saturday + hours(28), actor=given.people.change_manager, at=NOW),
    )
    assert problems == []
    assert RFC.objects.get(pk=rfc.pk).state == State.SUBMITTED


@pytest.fixture
def agreed_on():
    """A small one on a frozen agenda, the member for it."""
    given = world(routes={Severity.MINOR: Route.BOARD, Severity.MAJOR: Route.BOARD, Severity.AUTOMATIC: Route.AUTOMATIC})
    rfc_in(State.SUBMITTED, given, sessions=(session(NOW + hours(240)),))
    generate(MeetingFactory(board=given.board, starts_at=NOW + hours(120), cut_off_at=NOW + hours(1)), at=NOW)
    Meeting.objects.update(state=MeetingState.FROZEN, revision=1)
    item = AgendaItem.objects.get()
    cast(item, Ballot.APPROVE, actor=given.people.member, at=NOW)
    return given, item


def test_what_is_pulled_while_the_list_is_approved_is_left_out(agreed_on):
    given, item = agreed_on
    done = []
    problems = while_open(
        lambda: pull(item, actor=given.people.member, at=NOW),
        lambda: done.append(approve_consent(item.meeting, actor=given.people.chair, at=NOW, read={item.pk: item.rfc.version})),
    )
    assert problems == []
    assert ([why for _, why in done[0].left_out], done[0].approved) == (["Member has pulled it out, so that it is talked about."], [])
    assert RFC.objects.get().state == State.SUBMITTED


def test_who_pulls_one_while_the_list_is_approved_is_told(agreed_on):
    given, item = agreed_on
    told = []

    def pull_it() -> None:
        with pytest.raises(MoveRefused, match="decided already"):
            pull(item, actor=given.people.member, at=NOW)
        told.append("told")

    assert while_open(lambda: approve_consent(item.meeting, actor=given.people.chair, at=NOW), pull_it) == []
    assert (told, RFC.objects.get().state) == (["told"], State.SCHEDULED)
