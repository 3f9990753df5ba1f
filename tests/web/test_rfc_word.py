"""An approval by word on the page of its RFC: the approver confirms it there, in whichever state the work is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from changes.choices import Ratification, Route, State
from changes.models import RFC
from tests.factories import DecisionFactory, RFCFactory, UserFactory, hours

pytestmark = pytest.mark.django_db


def by_word(state, age=timedelta(), **other):
    """An RFC in `state` on somebody's word, and who gave it."""
    approver = UserFactory(username="approver")
    rfc = RFCFactory(state=state, route=Route.EMERGENCY, **other)
    rfc.decision = DecisionFactory(
        rfc=rfc, by=approver, recorded_by=rfc.owner, is_verbal=True, how="Called at 03:05", at=timezone.now() - age
    )
    rfc.save()
    return rfc, approver


def page(client, user, rfc):
    client.force_login(user)
    return client.get(rfc.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", [State.APPROVED, State.SCHEDULED, State.IN_PROGRESS, State.COMPLETED, State.CLOSED])
def test_the_approver_and_nobody_else_confirms_it(client, state):
    rfc, approver = by_word(state)
    assert "It was my word" in page(client, approver, rfc)
    assert "It was my word" not in page(client, rfc.owner, rfc)
    client.force_login(approver)
    client.post(f"/rfcs/{rfc.number}/confirm-approval/")
    assert RFC.objects.get(pk=rfc.pk).decision.confirmed_at is not None
    assert "It was my word" not in page(client, approver, rfc)


@pytest.mark.parametrize(
    ("age", "ratification", "listed"), [(23, "", False), (25, "", True), (25, Ratification.OWED, True), (25, Ratification.RATIFIED, False)]
)
def test_not_confirmed_within_24_hours_it_is_listed_as_unauthorised(client, age, ratification, listed):
    rfc, _ = by_word(State.CLOSED, hours(age), ratification=ratification)
    assert ("it is listed as unauthorised" in page(client, rfc.owner, rfc)) is listed
