"""The factories themselves: every state is reached by the product's own moves."""

import pytest

from changes.choices import State
from tests.factories import NOW, SessionFactory, hours, rfc_in, session, world

pytestmark = pytest.mark.django_db


def test_every_state_is_reached_by_the_products_own_moves():
    given = world()
    wanted = [state for state in State if state != State.APPROVED]

    reached = []
    for place, state in enumerate(wanted):
        rfc = rfc_in(state, given, sessions=(session(NOW + hours(24 * (place + 1))),))
        reached.append(State(rfc.state))

    assert reached == wanted


def test_approved_without_a_session_stays_off_the_schedule():
    rfc = rfc_in(State.APPROVED, world(), sessions=(), needed_by=NOW + hours(200))

    assert rfc.state == State.APPROVED


def test_a_session_keeps_its_rfcs_interval_in_step():
    session = SessionFactory()

    assert (session.rfc.planned_start, session.rfc.planned_end) == (session.planned_start, session.planned_end)
