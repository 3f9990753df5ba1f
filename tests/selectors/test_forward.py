"""What is ahead of a meeting (DESIGN 4.8, `forward`)."""

from datetime import timedelta

import pytest

from changes.choices import State
from changes.selectors.forward import forward_of
from tests.factories import HIGH_IMPACT, NOW, MeetingFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db

STARTS = NOW + timedelta(days=2)


def test_what_goes_on_now_and_ends_before_the_meeting_is_not_ahead_of_it():
    given = world()
    nights = {"Tonight": NOW, "Over the meeting": STARTS - hours(1), "After": STARTS + hours(20)}
    for title, start in nights.items():
        state = State.IN_PROGRESS if title == "Tonight" else State.SUBMITTED
        rfc_in(state, given, at=NOW, title=title, impact=HIGH_IMPACT, sessions=(session(start + hours(1)),), configuration_items=())
    meeting = MeetingFactory(board=given.board, starts_at=STARTS)
    viewer = given.people.change_manager

    def ahead(at):
        return [one.title for one in forward_of(meeting, viewer=viewer, at=at).sessions]

    assert ahead(NOW + hours(2)) == ["Over the meeting", "After"]
    assert ahead(STARTS + hours(1)) == ["Tonight", "Over the meeting", "After"]  # it runs past its end into the meeting
