"""The board withdraws the ground of an automatic change (DESIGN 4.3)."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.actions import lifecycle
from changes.actions.ground import withdraw_ground
from changes.actions.reminder import send_due
from changes.choices import Ground, MeetingState, Outcome, Route, Severity, State
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC, ChangeType, Reminder
from changes.selectors.candidate import candidates
from changes.selectors.lane import lane_of
from tests.factories import NOW, MeetingFactory, hours, raised

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def meeting(given):
    ChangeType.objects.update(pre_approved=True)
    return MeetingFactory(board=given.board, starts_at=NOW + hours(48), cut_off_at=NOW + hours(1), state=MeetingState.PLANNED)


def taken(given, **content):
    """What took the automatic lane just now."""
    return lifecycle.move(raised(given, **content), State.SUBMITTED, actor=given.people.owner, at=NOW)


def test_what_has_not_begun_goes_to_the_board_with_the_reason(given, meeting, client):
    rfc = taken(given)
    client.force_login(given.people.chair)
    page = unescape(client.get(reverse("meeting-automatic", args=[meeting.pk])).content.decode())
    assert rfc.title in page
    assert Ground.NO_RISK.label in page
    client.post(reverse("ground-withdraw", args=[meeting.pk]), {"rfc": rfc.number, "reason": "It touches the relay."})
    rfc = RFC.objects.get(pk=rfc.pk)
    assert (rfc.state, rfc.route, rfc.severity, rfc.ground, rfc.decision) == (State.SUBMITTED, Route.BOARD, Severity.MINOR, "", None)
    told = rfc.events.get(action="returned_for_approval")
    assert (told.actor, "It touches the relay." in told.note) == (given.people.chair, True)
    assert rfc.pk in candidates(meeting, at=NOW)
    assert f"{rfc.owner} is told" in client.get(reverse("meeting-automatic", args=[meeting.pk])).content.decode()


def test_what_has_begun_is_only_written_down_and_once(given, meeting):
    rfc = taken(given)
    RFC.objects.filter(pk=rfc.pk).update(state=State.COMPLETED, outcome=Outcome.ROLLED_BACK)
    withdraw_ground(meeting, rfc, "It took the relay down.", actor=given.people.chair, at=NOW)
    (one,) = lane_of(meeting, viewer=given.people.chair, at=NOW)
    assert (one.rfc.state, one.withdrawn.note, one.may_withdraw) == (State.COMPLETED, "It took the relay down.", False)
    with pytest.raises(MoveRefused):
        withdraw_ground(meeting, rfc, "Again.", actor=given.people.chair, at=NOW)


def test_whose_work_was_over_is_told_once_what_the_board_said(given, meeting, client, mailoutbox):
    rfc = taken(given)
    RFC.objects.filter(pk=rfc.pk).update(state=State.CLOSED, outcome=Outcome.SUCCESSFUL)
    client.force_login(given.people.chair)
    answer = client.post(reverse("ground-withdraw", args=[meeting.pk]), {"rfc": rfc.number, "reason": "It touches the relay."}, follow=True)
    assert "its work had begun. Owner is told." in unescape(answer.content.decode())
    for at in (NOW, NOW + hours(1)):
        send_due(at=at)
    told = Reminder.objects.filter(rule="ground_withdrawn", channel="mail").values_list("recipient__username", "state")
    assert list(told) == [("owner", "sent")]
    (mail,) = [one for one in mailoutbox if "should not have been automatic" in one.subject]
    assert "Chair withdrew the ground on which it took the automatic lane" in mail.body
    assert "It touches the relay." in mail.body
    assert reverse("rfc-history", args=[rfc.number]) in mail.body


def test_only_whoever_leads_the_board_and_never_of_an_own_one(given, meeting):
    rfc = taken(given)
    for person in (given.people.member, given.people.change_manager, given.people.owner):
        with pytest.raises(NotAllowed):
            withdraw_ground(meeting, rfc, "No.", actor=person, at=NOW)
        assert not any(one.may_withdraw for one in lane_of(meeting, viewer=person, at=NOW))
    RFC.objects.filter(pk=rfc.pk).update(owner=given.people.chair)
    with pytest.raises(NotAllowed):
        withdraw_ground(meeting, rfc, "No.", actor=given.people.chair, at=NOW)


def test_it_needs_a_reason_and_what_was_typed_stays(given, meeting, client):
    rfc = taken(given)
    with pytest.raises(Unacceptable):
        withdraw_ground(meeting, rfc, "  ", actor=given.people.chair, at=NOW)
    client.force_login(given.people.member)
    page = client.post(reverse("ground-withdraw", args=[meeting.pk]), {"rfc": rfc.number, "reason": "I say so."})
    assert page.status_code == 403
    assert RFC.objects.get(pk=rfc.pk).state == State.SCHEDULED
    assert client.post(reverse("ground-withdraw", args=[meeting.pk]), {"rfc": "RFC-999999"}).status_code == 404


def test_what_is_not_automatic_has_no_ground(given, meeting):
    ChangeType.objects.update(pre_approved=False)
    with pytest.raises(MoveRefused):
        withdraw_ground(meeting, raised(given), "No.", actor=given.people.chair, at=NOW)


def test_the_list_takes_the_same_queries_for_1_and_3(given, meeting):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            lane_of(meeting, viewer=given.people.member, at=NOW)
        return len(caught)

    taken(given)
    queries()  # what is asked once for a person and a board
    for_one = queries()
    like = {name: getattr(RFC.objects.get(), name) for name in ("severity", "route", "ground", "state", "decision")}
    for _ in range(2):
        RFC.objects.filter(pk=raised(given).pk).update(**like)
    assert len(lane_of(meeting, viewer=given.people.member, at=NOW)) == 3
    assert queries() == for_one
