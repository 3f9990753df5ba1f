"""An emergency owes its permanent RFC until one follows it up, or its owner has said that the fix may stay."""

import pytest
import time_machine

from changes.actions import lifecycle
from changes.actions.rfc import call_permanent, create
from changes.choices import State, Urgency
from changes.exceptions import MoveRefused, NotAllowed, Unacceptable
from changes.models import RFC
from tests.factories import NOW, content, hours, rfc_in

pytestmark = pytest.mark.django_db
OWED = "This emergency owes its permanent RFC"


@pytest.fixture
def rfc(given):
    return rfc_in(State.COMPLETED, given, urgency=Urgency.EMERGENCY)


def page(client, user, rfc: RFC) -> str:
    client.force_login(user)
    return client.get(rfc.get_absolute_url()).content.decode()


def test_its_page_says_so_and_only_the_owner_can_call_it_permanent(client, given, rfc):
    assert OWED in page(client, given.people.outsider, rfc)
    assert "Why the fix may stay" not in page(client, given.people.outsider, rfc)
    assert "Why the fix may stay" in page(client, given.people.owner, rfc)


def test_calling_it_permanent_ends_what_is_owed_and_stands_in_the_history(client, given, rfc):
    client.force_login(given.people.owner)
    with time_machine.travel(NOW + hours(200), tick=False):
        client.post(f"/rfcs/{rfc.number}/permanent/", {"reason": "The limit is right as it is."})
    text = page(client, given.people.owner, rfc)
    assert OWED not in text
    assert "Called permanent" in text
    assert rfc.events.last().note == "The limit is right as it is."


def test_while_an_rfc_that_follows_it_up_lives_nobody_is_asked_to_raise_one(client, given, rfc):
    follow_up = create(content(given, follows_up=rfc.number), actor=given.people.owner, at=NOW)
    assert OWED not in page(client, given.people.owner, rfc)
    lifecycle.move(follow_up, State.CANCELLED, actor=given.people.owner, at=NOW)
    assert OWED in page(client, given.people.owner, rfc)


def test_a_fix_is_called_permanent_although_a_follow_up_was_begun(given, rfc):
    create(content(given, follows_up=rfc.number), actor=given.people.owner, at=NOW)
    assert call_permanent(rfc, "The limit is right.", actor=given.people.owner, at=NOW).is_permanent


@pytest.mark.parametrize(
    ("who", "reason", "refusal"),
    [("outsider", "It may stay.", NotAllowed), ("implementer", "It may stay.", NotAllowed), ("owner", " ", Unacceptable)],
)
def test_what_is_refused_changes_nothing(given, rfc, who, reason, refusal):
    with pytest.raises(refusal):
        call_permanent(rfc, reason, actor=getattr(given.people, who), at=NOW)
    rfc.refresh_from_db()
    assert not rfc.is_permanent


def test_what_is_no_emergency_owes_nothing(given):
    with pytest.raises(MoveRefused):
        call_permanent(rfc_in(State.COMPLETED, given), "It may stay.", actor=given.people.owner, at=NOW)
